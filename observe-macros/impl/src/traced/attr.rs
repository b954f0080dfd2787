//! The options of `#[traced]`.

use super::Field;
use super::args::Args;
use super::ending::{Failure, Ret};
use super::field::parse_fields;
use super::level::{Level, expect_level};
use crate::diag::Ctxt;
use crate::function::Function;
use crate::syntax::{Arg, ArgValue, Known, expect_group, expect_path, expect_string, expect_word, parse_args};
use observe_rules::span;
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Expr, Path};

const OPTIONS: &[&str] =
    &["name", "kind", "level", "fields", "args", "unchecked", "skip", "skip_all", "ret", "err", "crate"];
const KINDS: &[&str] = &["internal", "server", "client", "producer", "consumer"];

/// What `#[traced(…)]` says, checked.
pub(crate) struct Traced {
    pub(crate) name: String,
    /// The constant that holds the name, where it is not the one above.
    pub(crate) constant_name: Option<Path>,
    /// One of `KINDS`.
    pub(crate) kind: &'static str,
    pub(crate) level: Level,
    /// Those of the arguments first.
    pub(crate) fields: Vec<Field>,
    pub(crate) ret: Option<Ret>,
    pub(crate) failure: Failure,
    pub(crate) krate: Option<Path>,
}

impl Traced {
    pub(crate) fn parse(ctxt: &Ctxt, args: TokenStream, function: &Function) -> Self {
        let mut traced = Self {
            name: function.name(),
            constant_name: None,
            kind: "internal",
            level: Level::Named("info"),
            fields: Vec::new(),
            ret: None,
            failure: Failure::default(),
            krate: None,
        };
        let mut known = Known::new("traced", OPTIONS);
        let options = parse_args(ctxt, "traced", with_name(args));
        let args = Args::parse(ctxt, &options, function);
        for arg in options {
            if !known.admit(ctxt, &arg) {
                continue;
            }
            match arg.name.to_string().as_str() {
                "name" if constant(&arg).is_some() => traced.constant_name = constant(&arg).cloned(),
                "name" => {
                    if let Some(text) = expect_string(ctxt, &arg) {
                        traced.name = text.value();
                        if let Err(violation) = span::check_name(&traced.name) {
                            ctxt.violation(text, &violation);
                        }
                    }
                }
                "kind" => traced.kind = expect_word(ctxt, &arg, KINDS).unwrap_or(traced.kind),
                "level" => traced.level = expect_level(ctxt, &arg).unwrap_or(traced.level),
                "fields" => {
                    if let Some(inside) = expect_group(ctxt, &arg, "top_k, question.id = q.id") {
                        traced.fields = parse_fields(ctxt, inside, args.unchecked.then_some(function));
                    }
                }
                "ret" => {
                    traced.ret = Ret::parse(ctxt, &arg, args.unchecked);
                    Ret::check(ctxt, &arg, function);
                }
                "err" => traced.failure = Failure::parse(ctxt, &arg, args.unchecked),
                // Read already.
                "args" | "unchecked" | "skip" | "skip_all" => {}
                _ => traced.krate = expect_path(ctxt, &arg, "::observe"),
            }
        }
        traced.fields = args.fields(ctxt, function, traced.fields);
        if let Some(ret) = &traced.ret {
            ret.declare(ctxt, &mut traced.fields);
        }
        traced
    }
}

/// The constant in `name = LOAD_USER`; a word in small letters lacks its quotes.
fn constant(arg: &Arg) -> Option<&Path> {
    let ArgValue::Expr(expr) = &arg.value else { return None };
    let Expr::Path(path) = &**expr else { return None };
    let is_word = path.path.get_ident().is_some_and(|word| word.to_string().starts_with(char::is_lowercase));
    (!is_word).then_some(&path.path)
}

/// A text alone is the name, as in `#[traced("load user")]`.
fn with_name(args: TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = args.into_iter().collect();
    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
    let is_text = |token: &TokenTree| matches!(token, TokenTree::Literal(text) if text.to_string().ends_with('"'));
    let named = tokens.iter().enumerate().map(|(at, token)| {
        let stands_alone =
            at.checked_sub(1).is_none_or(|before| is_comma(&tokens[before])) && tokens.get(at + 1).is_none_or(is_comma);
        if stands_alone && is_text(token) { quote!(name = #token) } else { token.to_token_stream() }
    });
    named.collect()
}
