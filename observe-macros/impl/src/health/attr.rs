//! The options of `#[health_check]`.

use crate::diag::{Ctxt, Spanned};
use crate::syntax::{Arg, Known, expect_flag, expect_path, expect_string, expect_word, parse_args};
use observe_rules::{Code, health};
use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::{Path, Signature};

const OPTIONS: &[&str] = &["name", "kind", "timeout", "cached_for", "critical", "degrading", "crate"];

/// The words of `kind = …`, and the variants of `Kind` that they stand for.
const KINDS: [(&str, &str); 5] = [
    ("component", "Component"),
    ("database", "Database"),
    ("external", "External"),
    ("redis", "Redis"),
    ("system", "System"),
];

/// What `#[health_check(…)]` and its function say.
pub(super) struct HealthCheck {
    pub(super) name: Spanned<String>,
    pub(super) kind: Option<&'static str>,
    /// In milliseconds.
    pub(super) timeout: Option<u64>,
    pub(super) cached_for: Option<u64>,
    pub(super) is_degrading: bool,
    pub(super) krate: Option<Path>,
}

impl HealthCheck {
    pub(super) fn parse(ctxt: &Ctxt, args: TokenStream, signature: &Signature) -> Self {
        let ident = &signature.ident;
        let mut check = Self {
            name: Spanned::new(ident.unraw().to_string(), ident.span()),
            kind: None,
            timeout: None,
            cached_for: None,
            is_degrading: false,
            krate: None,
        };
        let mut known = Known::new("health_check", OPTIONS);
        let args: Vec<Arg> =
            parse_args(ctxt, "health_check", args).into_iter().filter(|arg| known.admit(ctxt, arg)).collect();
        for arg in &args {
            check.option(ctxt, arg);
        }
        let given = |name: &str| args.iter().find(|arg| arg.name == name);
        if let (Some(_), Some(degrading)) = (given("critical"), given("degrading")) {
            let message = "a health check is critical or degrading, not both";
            ctxt.error(degrading, Code::Obs0702, message, "remove one of them: without either it is critical");
        }
        if let Err(violation) = health::check_name(&check.name.value) {
            match given("name") {
                Some(arg) => ctxt.violation(arg, &violation),
                None => ctxt.violation(ident, &violation),
            }
        }
        check
    }

    fn option(&mut self, ctxt: &Ctxt, arg: &Arg) {
        match arg.name.to_string().as_str() {
            "name" => {
                if let Some(text) = expect_string(ctxt, arg) {
                    self.name = Spanned::new(text.value(), text.span());
                }
            }
            "kind" => {
                let words = KINDS.map(|(word, _)| word);
                let word = expect_word(ctxt, arg, &words);
                self.kind = word.and_then(|word| KINDS.iter().find(|(known, _)| *known == word)).map(|kind| kind.1);
            }
            "timeout" => self.timeout = time(ctxt, arg, true),
            "cached_for" => self.cached_for = time(ctxt, arg, false),
            "critical" => drop(expect_flag(ctxt, arg)),
            "degrading" => self.is_degrading = expect_flag(ctxt, arg).is_some(),
            _ => self.krate = expect_path(ctxt, arg, "::observe"),
        }
    }
}

/// `timeout = "2s"`, in milliseconds.
fn time(ctxt: &Ctxt, arg: &Arg, is_limited: bool) -> Option<u64> {
    let text = expect_string(ctxt, arg)?;
    let Some(time) = health::time(&text.value()) else {
        let message = format!("option `{}` expects a time, and `{}` is none", arg.name, text.value());
        ctxt.error(&text, Code::Obs0703, message, "write a whole number with its unit, such as `500ms` or `2s`");
        return None;
    };
    if is_limited && (time.is_zero() || time > health::LONGEST) {
        let message = format!("a health check can't take {}", text.value());
        let help = "give it more than no time and at most 5 seconds: the whole answer of `/health` is there by then";
        ctxt.error(&text, Code::Obs1103, message, help);
        return None;
    }
    u64::try_from(time.as_millis()).ok()
}
