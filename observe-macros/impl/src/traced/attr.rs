//! The options of `#[traced]`.

use super::Field;
use super::field::parse_fields;
use crate::diag::{Ctxt, Spanned};
use crate::function::Function;
use crate::syntax::{Known, expect_group, expect_ident, expect_path, expect_string, parse_args};
use observe_rules::{Code, span, suggest};
use proc_macro2::{Ident, TokenStream};
use syn::Path;

const OPTIONS: &[&str] = &["name", "kind", "level", "fields", "crate"];
const KINDS: &[&str] = &["internal", "server", "client", "producer", "consumer"];
const LEVELS: &[&str] = &["trace", "debug", "info", "warn", "error"];

/// What `#[traced(…)]` says, checked.
pub(crate) struct Traced {
    pub(crate) name: String,
    /// One of `KINDS`.
    pub(crate) kind: String,
    /// One of `LEVELS`.
    pub(crate) level: String,
    pub(crate) fields: Vec<Field>,
    pub(crate) krate: Option<Path>,
}

impl Traced {
    pub(crate) fn parse(ctxt: &Ctxt, args: TokenStream, function: &Function) -> Self {
        let mut traced = Self {
            name: function.sig.ident.to_string().trim_start_matches("r#").to_owned(),
            kind: "internal".to_owned(),
            level: "info".to_owned(),
            fields: Vec::new(),
            krate: None,
        };
        let mut known = Known::new("traced", OPTIONS);
        for arg in parse_args(ctxt, "traced", args) {
            if !known.admit(ctxt, &arg) {
                continue;
            }
            match arg.name.to_string().as_str() {
                "name" => {
                    if let Some(text) = expect_string(ctxt, &arg) {
                        traced.name = text.value();
                        if let Err(violation) = span::check_name(&traced.name) {
                            ctxt.violation(text, &violation);
                        }
                    }
                }
                "kind" => traced.kind = one_of(ctxt, expect_ident(ctxt, &arg, "client"), KINDS, traced.kind),
                "level" => traced.level = one_of(ctxt, expect_ident(ctxt, &arg, "debug"), LEVELS, traced.level),
                "fields" => {
                    if let Some(inside) = expect_group(ctxt, &arg, "a, b = expression") {
                        traced.fields = parse_fields(ctxt, inside.clone());
                    }
                }
                _ => traced.krate = expect_path(ctxt, &arg, "::observe"),
            }
        }
        traced
    }
}

/// The word in lower case, where it is one of those allowed; the default otherwise.
fn one_of(ctxt: &Ctxt, word: Option<Ident>, allowed: &[&str], default: String) -> String {
    let Some(word) = word else { return default };
    let word = Spanned::new(word.to_string(), word.span());
    let lower = word.value.to_lowercase();
    if allowed.contains(&lower.as_str()) {
        return lower;
    }
    let list = allowed.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    let help = match suggest::nearest(&lower, allowed.iter().copied()) {
        Some(near) => format!("a similar value is `{near}`; all values are {list}"),
        None => format!("the values are {list}"),
    };
    let ident = Ident::new(&word.value, word.span);
    ctxt.error(ident, Code::Obs0703, format!("`{}` is no value of this option", word.value), help);
    default
}
