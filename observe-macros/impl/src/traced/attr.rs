//! The options of `#[traced]`.

use super::Field;
use super::field::parse_fields;
use crate::diag::Ctxt;
use crate::function::Function;
use crate::syntax::{Known, expect_group, expect_path, expect_string, expect_word, parse_args};
use observe_rules::span;
use proc_macro2::TokenStream;
use syn::Path;

const OPTIONS: &[&str] = &["name", "kind", "level", "fields", "crate"];
const KINDS: &[&str] = &["internal", "server", "client", "producer", "consumer"];
const LEVELS: &[&str] = &["trace", "debug", "info", "warn", "error"];

/// What `#[traced(…)]` says, checked.
pub(crate) struct Traced {
    pub(crate) name: String,
    /// One of `KINDS`.
    pub(crate) kind: &'static str,
    /// One of `LEVELS`.
    pub(crate) level: &'static str,
    pub(crate) fields: Vec<Field>,
    pub(crate) krate: Option<Path>,
}

impl Traced {
    pub(crate) fn parse(ctxt: &Ctxt, args: TokenStream, function: &Function) -> Self {
        let mut traced =
            Self { name: function.name(), kind: "internal", level: "info", fields: Vec::new(), krate: None };
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
                "kind" => traced.kind = expect_word(ctxt, &arg, KINDS).unwrap_or(traced.kind),
                "level" => traced.level = expect_word(ctxt, &arg, LEVELS).unwrap_or(traced.level),
                "fields" => {
                    if let Some(inside) = expect_group(ctxt, &arg, "top_k, question.id = q.id") {
                        traced.fields = parse_fields(ctxt, inside);
                    }
                }
                _ => traced.krate = expect_path(ctxt, &arg, "::observe"),
            }
        }
        traced
    }
}
