//! The options of `#[traced]`.

use super::field::parse_fields;
use super::{Field, Opening};
use crate::diag::Ctxt;
use crate::function::Function;
use crate::syntax::{
    Arg, Known, expect_expr, expect_group, expect_path, expect_string, expect_word, parse_args, path_word,
};
use observe_rules::{Code as Rule, span};
use proc_macro2::TokenStream;
use syn::{Expr, LitStr, Path};

const OPTIONS: &[&str] =
    &["name", "kind", "level", "target", "fields", "parent", "root", "links", "follows_from", "crate"];
/// The options of `span!`: its name and its fields stand beside them.
const BLOCK_OPTIONS: &[&str] = &["kind", "level", "target", "parent", "root", "links", "follows_from", "crate"];
const KINDS: &[&str] = &["internal", "server", "client", "producer", "consumer"];
const LEVELS: &[&str] = &["trace", "debug", "info", "warn", "error"];

/// What `#[traced(…)]` says, checked.
pub(crate) struct Traced {
    pub(crate) name: String,
    /// One of `KINDS`.
    pub(crate) kind: &'static str,
    /// One of `LEVELS`.
    pub(crate) level: &'static str,
    /// What subscribers filter by, where it is not the module.
    pub(crate) target: Option<Expr>,
    pub(crate) fields: Vec<Field>,
    pub(crate) opening: Opening,
    pub(crate) code: Code,
    pub(crate) krate: Option<Path>,
}

/// Whose code the span stands for.
pub(crate) enum Code {
    /// A function, or a method of this type or trait.
    Function { within: Option<String>, name: String },
    /// A part of one.
    Block,
}

impl Traced {
    pub(crate) fn parse(ctxt: &Ctxt, args: TokenStream, function: &Function) -> Self {
        let mut traced = Self::new(function.name(), Code::Function { within: None, name: function.name() });
        traced.read(ctxt, "traced", OPTIONS, args);
        traced
    }

    /// A span that is called so, before any option is read.
    pub(super) fn new(name: String, code: Code) -> Self {
        Self {
            name,
            kind: "internal",
            level: "info",
            target: None,
            fields: Vec::new(),
            opening: Opening::default(),
            code,
            krate: None,
        }
    }

    /// Takes over the options of `#[traced]`, or of `span!`, which has fewer.
    pub(super) fn read(
        &mut self,
        ctxt: &Ctxt,
        attribute: &'static str,
        options: &'static [&'static str],
        args: TokenStream,
    ) {
        let traced = self;
        let mut known = Known::new(attribute, options);
        for arg in parse_args(ctxt, attribute, args) {
            // Written by the attribute on an `impl` block, and by nobody else.
            if let (true, Code::Function { within, .. }) = (arg.name == "impl", &mut traced.code) {
                *within = expect_string(ctxt, &arg).map(|ty| ty.value());
                continue;
            }
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
                "target" => traced.target = expect_target(ctxt, &arg),
                "parent" | "root" | "links" | "follows_from" => traced.opening.read(ctxt, &arg),
                _ => traced.krate = expect_path(ctxt, &arg, "::observe"),
            }
        }
    }
}

impl Traced {
    /// The span of `span!(name, options; fields, …)`.
    pub(crate) fn of_block(ctxt: &Ctxt, name: &LitStr, options: Option<TokenStream>, fields: TokenStream) -> Self {
        let mut traced = Self::new(name.value(), Code::Block);
        if let Err(violation) = span::check_name(&traced.name) {
            ctxt.violation(name, &violation);
        }
        traced.fields = parse_fields(ctxt, fields);
        match options {
            Some(options) => traced.read(ctxt, "span!", BLOCK_OPTIONS, options),
            None => traced.fields.iter().for_each(|field| refuse_option(ctxt, field)),
        }
        traced
    }
}

/// An option among the fields: only these two can be told from one, by their values.
fn refuse_option(ctxt: &Ctxt, field: &Field) {
    let words = match field.name.as_str() {
        "kind" => KINDS,
        "level" => LEVELS,
        _ => return,
    };
    if let Some(word) = path_word(&field.value).filter(|word| words.iter().any(|known| word == known)) {
        let name = &field.name;
        let message = format!("`{name} = {word}` stands among the fields, and is an option");
        let help = format!("end the options with a semicolon: `span!(\"…\", {name} = {word}; …)`");
        ctxt.error(word, Rule::Obs0703, message, help);
    }
}

/// A text that is not empty, or a constant that holds one.
fn expect_target(ctxt: &Ctxt, arg: &Arg) -> Option<Expr> {
    let target = expect_expr(ctxt, arg, "\"billing\"")?;
    let Expr::Lit(literal) = target else { return Some(target.clone()) };
    let text = expect_string(ctxt, arg)?;
    if text.value().trim().is_empty() {
        let help = "write `target = \"billing\"`, or leave it out: then the module is the target";
        ctxt.error(literal, Rule::Obs0703, "option `target` expects a text that says something", help);
    }
    Some(target.clone())
}
