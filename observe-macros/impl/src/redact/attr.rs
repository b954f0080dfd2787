//! The policy of a field: `#[redact(…)]` where it stands on one.

use crate::diag::Ctxt;
use crate::syntax::{Arg, ArgValue, Known, expect_flag, expect_path, parse_args};
use observe_rules::Code;
use syn::{Attribute, Expr, ExprLit, Lit, Meta, Path};

pub(super) const FIELD_OPTIONS: &[&str] =
    &["hide", "clear", "because", "keep_first", "keep_last", "email", "year", "zip3", "hash", "scrub", "with"];

/// The most characters that `keep_first` and `keep_last` show: what PCI DSS 4.0 (3.4.1) allows of a card's end.
pub(super) const MAX_KEPT: usize = 4;

/// What becomes of a field's value.
#[derive(Clone, Default)]
pub(super) enum Policy {
    /// A constant mask: also what happens when nothing is said.
    #[default]
    Hide,
    /// As it is.
    Clear,
    /// The first characters, before a mask of constant width.
    KeepFirst(usize),
    /// The last characters, behind a mask of constant width.
    KeepLast(usize),
    /// The first character of an e-mail address.
    Email,
    /// The year of a date.
    Year,
    /// The first three digits of a postal code of the United States.
    Zip3,
    /// A keyed pseudonym.
    Hash,
    /// Free text that detectors run over.
    Scrub,
    /// What a function of the user makes of it, and detectors leave of that.
    With(Path),
}

impl Policy {
    pub(super) fn hides(&self) -> bool {
        matches!(self, Self::Hide)
    }

    /// Whether the value is seen as it is.
    pub(super) fn shows(&self) -> bool {
        matches!(self, Self::Clear)
    }

    /// Whether it works on the value's text.
    pub(super) fn takes_text(&self) -> bool {
        !matches!(self, Self::Hide | Self::Clear | Self::With(_))
    }
}

/// What `#[redact(…)]` on one field says.
#[derive(Default)]
pub(super) struct FieldAttr {
    pub(super) policy: Policy,
    /// Why the value may be seen; empty where that is not said.
    pub(super) reason: String,
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
            let name = arg.name.to_string();
            if super::container::OF_TYPE.contains(&name.as_str()) {
                let message = format!("`{name}` is said of a type, not of a field");
                ctxt.error(&arg.name, Code::Obs0504, message, format!("write `#[redact({name})]` on the type"));
                continue;
            }
            if !known.admit(ctxt, &arg) {
                continue;
            }
            if name == "because" {
                field.reason = super::container::reason(ctxt, &arg);
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
        "email" => Policy::Email,
        "year" => Policy::Year,
        "zip3" => Policy::Zip3,
        "hash" => Policy::Hash,
        "scrub" => Policy::Scrub,
        "keep_first" => return kept(ctxt, arg).map(Policy::KeepFirst),
        "keep_last" => return kept(ctxt, arg).map(Policy::KeepLast),
        "with" => return expect_path(ctxt, arg, "path::to::function").map(Policy::With),
        _ => Policy::Hide,
    };
    expect_flag(ctxt, arg).map(|()| policy)
}

/// The number of characters that are kept.
fn kept(ctxt: &Ctxt, arg: &Arg) -> Option<usize> {
    let name = &arg.name;
    if let ArgValue::Expr(expr) = &arg.value
        && let Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) = &**expr
        && let Ok(kept) = number.base10_parse::<usize>()
    {
        if (1..=MAX_KEPT).contains(&kept) {
            return Some(kept);
        }
        let (fact, help) = if kept == 0 {
            ("shows nothing".to_owned(), "remove the attribute: a field is hidden when nothing is said".to_owned())
        } else {
            let help = format!("write `{name} = {MAX_KEPT}`, or `hash` to tell values apart without showing them");
            (format!("shows too much: the most is {MAX_KEPT} characters"), help)
        };
        ctxt.error(number, Code::Obs0505, format!("`{name} = {kept}` {fact}"), help);
        return None;
    }
    let message = format!("option `{name}` expects a number of characters");
    ctxt.error(arg, Code::Obs0703, message, format!("write `{name} = {MAX_KEPT}`"));
    None
}
