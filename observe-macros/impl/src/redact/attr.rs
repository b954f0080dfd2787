//! The options of `#[redact(…)]`, on a type and on its fields.

use crate::diag::Ctxt;
use crate::syntax::{Arg, ArgValue, Known, expect_flag, expect_path, expect_string, parse_args};
use observe_rules::Code;
use proc_macro2::TokenStream;
use syn::{Attribute, Expr, ExprLit, Lit, Meta, Path};

const FIELD_OPTIONS: &[&str] = &["hide", "clear", "because", "keep_last", "hash", "scrub"];

/// The most characters that `keep_last` shows: what PCI DSS 4.0 (3.4.1) allows of a card's end.
pub(super) const MAX_KEPT: usize = 4;

/// What becomes of a field's value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Policy {
    /// A constant mask: also what happens when nothing is said.
    #[default]
    Hide,
    /// As it is.
    Clear,
    /// The last characters, behind a mask of constant width.
    KeepLast(usize),
    /// A keyed pseudonym.
    Hash,
    /// Free text that detectors run over.
    Scrub,
}

/// What `#[redact(…)]` on one field says.
#[derive(Default)]
pub(super) struct FieldAttr {
    pub(super) policy: Policy,
    /// Whether a reason was given for showing the value.
    pub(super) has_reason: bool,
    /// The reason; empty where there is none.
    pub(super) reason: String,
}

/// The options on the type itself.
pub(super) fn container(ctxt: &Ctxt, args: TokenStream) -> Option<Path> {
    let mut krate = None;
    let mut known = Known::new("redact", &["crate"]);
    for arg in parse_args(ctxt, "redact", args) {
        // A policy here is meant for a field, and says so better than a list of options.
        if FIELD_OPTIONS.contains(&arg.name.to_string().as_str()) {
            let message = format!("`{}` is said of a field, not of a whole type", arg.name);
            ctxt.error(
                &arg.name,
                Code::Obs0504,
                message,
                format!("write `#[redact({})]` on the fields meant", arg.name),
            );
        } else if known.admit(ctxt, &arg) {
            krate = expect_path(ctxt, &arg, "::observe");
        }
    }
    krate
}

/// Takes `#[redact(…)]` off a field and reads it.
pub(super) fn take_field(ctxt: &Ctxt, attrs: &mut Vec<Attribute>) -> FieldAttr {
    let mut field = FieldAttr::default();
    let mut known = Known::new("redact", FIELD_OPTIONS);
    let mut chosen: Option<String> = None;
    for attr in attrs.extract_if(.., |attr| attr.path().is_ident("redact") || is_conditional(attr)) {
        let args = match attr.meta {
            Meta::List(list) if list.path.is_ident("redact") => parse_args(ctxt, "redact", list.tokens),
            Meta::List(list) => {
                let help = "give the field one policy, or declare the type twice under `cfg`";
                ctxt.error(list, Code::Obs0703, "`redact` on a field can't depend on a condition", help);
                continue;
            }
            meta => {
                let help = "write `#[redact(hash)]`, or leave it out: a field is hidden when nothing is said";
                ctxt.error(meta, Code::Obs0703, "`redact` on a field expects a policy in parentheses", help);
                continue;
            }
        };
        for arg in args {
            if !known.admit(ctxt, &arg) {
                continue;
            }
            let name = arg.name.to_string();
            if name == "because" {
                field.reason = expect_string(ctxt, &arg).map(|text| text.value().trim().to_owned()).unwrap_or_default();
                field.has_reason = !field.reason.is_empty();
                continue;
            }
            if let Some(earlier) = &chosen {
                let message = format!("`{earlier}` and `{name}` can't both be said of one field");
                ctxt.error(&arg.name, Code::Obs0702, message, "keep one of them");
                continue;
            }
            if let Some(policy) = policy(ctxt, &arg) {
                field.policy = policy;
            }
            chosen = Some(name);
        }
    }
    field
}

/// `#[cfg_attr(…, redact(…))]`, which Rust resolves only after this macro has run.
fn is_conditional(attr: &Attribute) -> bool {
    attr.path().is_ident("cfg_attr") && crate::function::mentions(&attr.meta, &["redact"])
}

fn policy(ctxt: &Ctxt, arg: &Arg) -> Option<Policy> {
    let policy = match arg.name.to_string().as_str() {
        "clear" => Policy::Clear,
        "hash" => Policy::Hash,
        "scrub" => Policy::Scrub,
        "keep_last" => return keep_last(ctxt, arg),
        _ => Policy::Hide,
    };
    expect_flag(ctxt, arg).map(|()| policy)
}

fn keep_last(ctxt: &Ctxt, arg: &Arg) -> Option<Policy> {
    if let ArgValue::Expr(expr) = &arg.value
        && let Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) = &**expr
        && let Ok(kept) = number.base10_parse::<usize>()
    {
        if (1..=MAX_KEPT).contains(&kept) {
            return Some(Policy::KeepLast(kept));
        }
        let (fact, help) = if kept == 0 {
            ("shows nothing".to_owned(), "remove the attribute: a field is hidden when nothing is said".to_owned())
        } else {
            let help = format!("write `keep_last = {MAX_KEPT}`, or `hash` to tell values apart without showing them");
            (format!("shows too much: the most is {MAX_KEPT} characters"), help)
        };
        ctxt.error(number, Code::Obs0505, format!("`keep_last = {kept}` {fact}"), help);
        return None;
    }
    let message = "option `keep_last` expects a number of characters";
    ctxt.error(arg, Code::Obs0703, message, format!("write `keep_last = {MAX_KEPT}`"));
    None
}
