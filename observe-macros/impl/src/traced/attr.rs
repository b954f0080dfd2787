//! The options of `#[traced]`.

use super::args::Args;
use super::ending::{Failure, Ret};
use super::field::parse_fields;
use super::level::{LEVELS, Level, expect_level};
use super::{Field, Opening};
use crate::diag::Ctxt;
use crate::function::Function;
use crate::preset::{Preset, is_preset};
use crate::syntax::{
    Arg, ArgValue, Known, expect_expr, expect_group, expect_path, expect_string, expect_word, parse_args, path_word,
};
use observe_rules::{Code as Rule, span};
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Expr, LitStr, Path};

const OPTIONS: &[&str] = &[
    "name",
    "kind",
    "level",
    "target",
    "fields",
    "args",
    "unchecked",
    "skip",
    "skip_all",
    "ret",
    "err",
    "parent",
    "root",
    "links",
    "follows_from",
    "crate",
    "db",
    "http_client",
    "messaging",
    "cache",
    "gen_ai",
    "chat",
    "rpc",
    "authentication",
    "rate_limit",
    "rag_query",
    "vector_search",
    "indexing",
];
/// The options of `span!`: its name and its fields stand beside them.
const BLOCK_OPTIONS: &[&str] = &["kind", "level", "target", "parent", "root", "links", "follows_from", "crate"];
const KINDS: &[&str] = &["internal", "server", "client", "producer", "consumer"];

/// What `#[traced(…)]` says, checked.
pub(crate) struct Traced {
    pub(crate) name: String,
    /// Where the name stands; of one that is not said, the function's own.
    pub(super) name_span: Span,
    /// The constant that holds the name, where it is not the one above.
    pub(crate) constant_name: Option<Path>,
    /// One of `KINDS`.
    pub(crate) kind: &'static str,
    pub(crate) level: Level,
    /// What subscribers filter by, where it is not the module.
    pub(crate) target: Option<Expr>,
    /// Those of the arguments first.
    pub(crate) fields: Vec<Field>,
    pub(crate) ret: Option<Ret>,
    pub(crate) failure: Failure,
    pub(crate) opening: Opening,
    pub(crate) code: Code,
    /// Why values are recorded by their `Debug`, where they are.
    pub(crate) unchecked: Option<String>,
    pub(crate) krate: Option<Path>,
    /// The operation that the function is.
    pub(crate) preset: Option<Preset>,
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
        traced.name_span = function.sig.ident.span();
        let options = parse_args(ctxt, "traced", with_name(args));
        let args = Args::parse(ctxt, &options, function);
        for arg in &options {
            if arg.name == "ret" && traced.ret.is_none() {
                traced.ret = Ret::parse(ctxt, arg, args.unchecked);
                Ret::check(ctxt, arg, function);
            } else if arg.name == "err" {
                traced.failure = Failure::parse(ctxt, arg, args.unchecked);
            }
        }
        // Before the options, which may say another name and another kind.
        if let Some(preset) = Preset::parse(ctxt, &options, function) {
            traced.name = preset.name.clone().unwrap_or(traced.name);
            traced.kind = preset.kind;
            traced.preset = Some(preset);
        }
        traced.read(ctxt, "traced", OPTIONS, options, args.unchecked.then_some(function));
        traced.add_preset();
        traced.unchecked = args.unchecked.then(|| args.reason.clone());
        traced.fields = args.fields(ctxt, function, traced.fields);
        if let Some(ret) = &traced.ret {
            ret.declare(ctxt, &mut traced.fields);
        }
        traced
    }

    /// A span that is called so, before any option is read.
    pub(super) fn new(name: String, code: Code) -> Self {
        Self {
            name,
            name_span: Span::call_site(),
            constant_name: None,
            kind: "internal",
            level: Level::Named("info"),
            target: None,
            fields: Vec::new(),
            ret: None,
            failure: Failure::default(),
            opening: Opening::default(),
            code,
            unchecked: None,
            krate: None,
            preset: None,
        }
    }

    /// Takes over the options of `#[traced]`, or of `span!`, which has fewer. Those about arguments and
    /// about what is returned have been read.
    fn read(
        &mut self,
        ctxt: &Ctxt,
        attribute: &'static str,
        known: &'static [&'static str],
        options: Vec<Arg>,
        unchecked: Option<&Function>,
    ) {
        let traced = self;
        let mut known = Known::new(attribute, known);
        for arg in options {
            // Written by the attribute on an `impl` block, and by nobody else.
            if let (true, Code::Function { within, .. }) = (arg.name == "impl", &mut traced.code) {
                *within = expect_string(ctxt, &arg).map(|ty| ty.value());
                continue;
            }
            if !known.admit(ctxt, &arg) {
                continue;
            }
            match arg.name.to_string().as_str() {
                "name" if constant(&arg).is_some() => traced.constant_name = constant(&arg).cloned(),
                "name" => {
                    if let Some(text) = expect_string(ctxt, &arg) {
                        (traced.name, traced.name_span) = (text.value(), text.span());
                        if let Err(violation) = span::check_name(&traced.name) {
                            ctxt.violation(text, &violation);
                        }
                    }
                }
                "kind" => traced.kind = expect_word(ctxt, &arg, KINDS).unwrap_or(traced.kind),
                "level" => {
                    if let Some(level) = expect_level(ctxt, &arg) {
                        traced.level = level;
                    }
                }
                "fields" => {
                    if let Some(inside) = expect_group(ctxt, &arg, "top_k, question.id = q.id") {
                        traced.fields = parse_fields(ctxt, inside, unchecked);
                    }
                }
                "args" | "unchecked" | "skip" | "skip_all" | "ret" | "err" => {}
                "target" => traced.target = expect_target(ctxt, &arg),
                "parent" | "root" | "links" | "follows_from" => traced.opening.read(ctxt, &arg),
                option if is_preset(option) => {}
                _ => traced.krate = expect_path(ctxt, &arg, "::observe"),
            }
        }
    }

    /// Puts the attributes of the preset before the fields; a field of the same name takes the place of one.
    fn add_preset(&mut self) {
        let Some(preset) = &mut self.preset else { return };
        let mut fields = std::mem::take(&mut preset.fields);
        fields.retain(|field| self.fields.iter().all(|own| own.name != field.name));
        fields.append(&mut self.fields);
        self.fields = fields;
    }
}

impl Traced {
    /// The span of `span!(name, options; fields, …)`.
    pub(crate) fn of_block(ctxt: &Ctxt, name: &LitStr, options: Option<TokenStream>, fields: TokenStream) -> Self {
        let mut traced = Self::new(name.value(), Code::Block);
        traced.name_span = name.span();
        if let Err(violation) = span::check_name(&traced.name) {
            ctxt.violation(name, &violation);
        }
        traced.fields = parse_fields(ctxt, fields, None);
        match options {
            Some(options) => {
                traced.read(ctxt, "span!", BLOCK_OPTIONS, parse_args(ctxt, "span!", options), None);
            }
            None => traced.fields.iter().for_each(|field| refuse_option(ctxt, field)),
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

/// An option among the fields: only these two can be told from one, by their values.
fn refuse_option(ctxt: &Ctxt, field: &Field) {
    let words = match field.name.as_str() {
        "kind" => KINDS,
        "level" => &LEVELS,
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
