//! The entries of `fields(…)`.
//!
//! ```text
//! field = name | name { "." name } "=" value
//! value = "literal" | hash(x) | scrub(x) | fixed(x) | clear(x [, because = "reason"]) | expression
//! ```
//!
//! In the unchecked form also, as `tracing` has them:
//!
//! ```text
//! field = ( "%" | "?" ) name { "." name } | "{" constant "}" "=" value
//! value = ( "%" | "?" ) expression
//! ```

use super::args::is_argument;
use crate::diag::{Ctxt, Unreadable};
use crate::function::Function;
use crate::syntax::{bare, ends, parse_list, path_word};
use crate::workspace;
use observe_rules::{Code, Violation, privacy, span};
use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::token::{Brace, Paren};
use syn::{Expr, ExprCall, ExprLit, Lit, Token};

/// One field of a span.
pub(crate) struct Field {
    pub(crate) name: String,
    /// The constant that the name is, where it is none that is written out.
    pub(crate) constant: Option<Expr>,
    pub(crate) form: Form,
    pub(crate) value: Expr,
    /// Why it may be recorded as it is, where that is said.
    pub(crate) reason: String,
}

impl Field {
    pub(crate) fn new(name: String, form: Form, value: Expr) -> Self {
        Self { name, constant: None, form, value, reason: String::new() }
    }
}

/// How a value is made safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// By its type, which implements `Record`.
    Typed,
    /// By its type, which says what is seen of somebody.
    Somebody,
    /// A text that is the same in every run.
    Fixed,
    /// A keyed pseudonym.
    Hash,
    /// Free text that detectors run over.
    Scrub,
    /// As it is, on the author's word.
    Clear,
    /// By its type, or by its `Debug` where that says nothing; scrubbed.
    Unchecked,
    /// By its `Debug`, scrubbed.
    Debug,
    /// Not at all: there is a value, and its name is sensitive.
    Hidden,
}

/// One entry as it is written.
struct Entry {
    name: String,
    tokens: TokenStream,
    constant: Option<Expr>,
    /// What `%` and `?` say; both are read in the unchecked form only.
    form: Option<Form>,
    value: Expr,
}

/// Reads all entries; all that are wrong are reported. `unchecked` is the function, where it takes the
/// spellings of `tracing`.
pub(crate) fn parse_fields(ctxt: &Ctxt, tokens: TokenStream, unchecked: Option<&Function>) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    let entries = parse_list(
        tokens,
        |input| parse_entry(input, unchecked),
        |entry, why| {
            ctxt.unreadable(
                entry,
                why,
                "write a field as `top_k`, as `question.id = q.id`, or as `note = scrub(note)`",
            );
        },
    );
    for entry in entries {
        if let Some(field) = check_entry(ctxt, entry, &fields, unchecked.is_some()) {
            fields.push(field);
        }
    }
    fields
}

fn check_entry(ctxt: &Ctxt, entry: Entry, before: &[Field], unchecked: bool) -> Option<Field> {
    let Entry { name, tokens, constant, form, value } = entry;
    let is_sigil = form.is_some();
    if constant.is_none()
        && let Err(violation) = span::check_field(&name)
    {
        ctxt.violation(&tokens, &violation);
        return None;
    }
    if before.iter().any(|field| field.name == name) {
        let message = format!("field `{name}` is named twice");
        ctxt.error(&tokens, Code::Obs0605, message, "remove one of them, or give it another name");
        return None;
    }
    let (form, value, reason) = match form {
        // A sigil says how a value is written, and not that it is harmless.
        Some(form) => (form, value, None),
        None => read_value(ctxt, value)?,
    };
    let says_how = reason.is_some() || matches!(form, Form::Hash | Form::Scrub | Form::Fixed) && !is_sigil;
    let reason = reason.unwrap_or_default();
    let form = if unchecked && form == Form::Typed { Form::Unchecked } else { form };
    if !workspace::is_sensitive(&name) || says_how || constant.is_some() {
        return Some(Field { name, constant, form, value, reason });
    }
    if unchecked {
        return Some(Field::new(name, Form::Hidden, value));
    }
    if form == Form::Typed && privacy::is_somebody(&name) {
        return Some(Field::new(name, Form::Somebody, value));
    }
    let shown = quote!(#value).to_string();
    let message = format!("field `{name}` is named after personal data or a secret");
    let help =
        format!("write `{name} = hash({shown})`, or `{name} = clear({shown}, because = \"…\")` where it is harmless");
    ctxt.error(&tokens, Code::Obs0507, message, help);
    None
}

/// The dotted name, its tokens, and the value: for a lone name, the variable of that name.
fn parse_entry(input: ParseStream<'_>, unchecked: Option<&Function>) -> Result<Entry, Unreadable> {
    let sigil = parse_sigil(input, unchecked.is_some())?;
    if unchecked.is_some() && input.peek(Brace) {
        return parse_constant(input);
    }
    let first = input.call(Ident::parse_any)?;
    let mut name = first.unraw().to_string();
    let mut tokens = quote!(#first);
    while let Some(dot) = input.parse::<Option<Token![.]>>()? {
        let next = input.call(Ident::parse_any)?;
        name = format!("{name}.{}", next.unraw());
        tokens.extend(quote!(#dot #next));
    }
    if sigil.is_some() {
        let value = syn::parse2(tokens.clone())?;
        return Ok(Entry { name, tokens, constant: None, form: sigil, value });
    }
    let assigned = !ends(input);
    if input.peek(Paren) && form_named(&name).is_some() {
        let value = input.parse::<Group>()?.stream();
        return Err(Unreadable::Known(nameless(&name, &value)));
    }
    if assigned {
        input.parse::<Token![=]>()?;
    }
    if assigned && !ends(input) {
        let form = parse_sigil(input, unchecked.is_some())?;
        return Ok(Entry { name, tokens, constant: None, form, value: bare(input.parse()?) });
    }
    // A keyword or a dotted name is no variable.
    let variable = syn::parse2::<Ident>(tokens.clone()).ok().filter(|_| !assigned);
    let value = match (variable, unchecked) {
        (Some(variable), None) => syn::parse2(quote!(#variable))?,
        (Some(variable), Some(function)) if is_argument(function, &variable) => syn::parse2(quote!(#variable))?,
        // Recorded later, with `Span::record`.
        (_, Some(_)) if !assigned => syn::parse_quote!(::core::option::Option::None::<bool>),
        _ => return Err(Unreadable::Whole(format!("field `{name}` has no value"))),
    };
    Ok(Entry { name, tokens, constant: None, form: None, value })
}

/// Said of `clear(x, because = "…")`, which says how a value is made safe and not what the field is called.
fn nameless(form: &str, arguments: &TokenStream) -> Violation {
    let value: TokenStream = arguments.clone().into_iter().take_while(|token| !is_comma(token)).collect();
    let name = value.to_string().replace(' ', "");
    let name = if span::check_field(&name).is_ok() { name.as_str() } else { "name" };
    let message = format!("`{form}` says how a value is recorded, and no field has it");
    Violation::new(Code::Obs0703, message, format!("write `{name} = {form}({arguments})`"))
}

fn is_comma(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',')
}

/// `%`, the value by its `Display`, or `?`, by its `Debug`.
fn parse_sigil(input: ParseStream<'_>, unchecked: bool) -> Result<Option<Form>, Unreadable> {
    let form = match () {
        () if input.peek(Token![%]) => Form::Scrub,
        () if input.peek(Token![?]) => Form::Debug,
        () => return Ok(None),
    };
    if !unchecked {
        let message = "`%` and `?` do not say how a value is made safe; `scrub(x)`, `hash(x)` and `clear(x)` do";
        return Err(input.error(message).into());
    }
    input.parse::<TokenTree>()?;
    Ok(Some(form))
}

/// `{NAME} = value`: the name is looked at when the field is recorded.
fn parse_constant(input: ParseStream<'_>) -> Result<Entry, Unreadable> {
    let braced: Group = input.parse()?;
    let constant: Expr = syn::parse2(braced.stream())?;
    input.parse::<Token![=]>()?;
    let form = parse_sigil(input, true)?;
    let tokens = braced.to_token_stream();
    Ok(Entry { name: tokens.to_string(), tokens, constant: Some(constant), form, value: bare(input.parse()?) })
}

/// The form, the bare value, and the reason that was given.
fn read_value(ctxt: &Ctxt, value: Expr) -> Option<(Form, Expr, Option<String>)> {
    let Expr::Call(call) = value else {
        let literal = matches!(value, Expr::Lit(ExprLit { lit: Lit::Str(_), .. }));
        return Some((if literal { Form::Fixed } else { Form::Typed }, value, None));
    };
    let Some(form) = path_word(&call.func).and_then(|word| form_named(&word.to_string())) else {
        return Some((Form::Typed, Expr::Call(call), None));
    };
    match call.args.len() {
        1 => Some((form, call.args[0].clone(), None)),
        2 if form == Form::Clear => reason(ctxt, &call).map(|reason| (form, call.args[0].clone(), Some(reason))),
        _ => {
            let func = &call.func;
            let func = quote!(#func);
            let first = call.args.first().map_or_else(|| "value".to_owned(), |first| quote!(#first).to_string());
            let message = format!("`{func}` takes one value");
            ctxt.error(&call, Code::Obs0703, message, format!("write `{func}({first})`"));
            None
        }
    }
}

fn form_named(word: &str) -> Option<Form> {
    Some(match word {
        "hash" => Form::Hash,
        "scrub" => Form::Scrub,
        "fixed" => Form::Fixed,
        "clear" => Form::Clear,
        _ => return None,
    })
}

fn reason(ctxt: &Ctxt, call: &ExprCall) -> Option<String> {
    if let Expr::Assign(assign) = &call.args[1]
        && path_word(&assign.left).is_some_and(|left| left == "because")
        && let Expr::Lit(ExprLit { lit: Lit::Str(reason), .. }) = &*assign.right
        && !reason.value().trim().is_empty()
    {
        return Some(reason.value());
    }
    let value = &call.args[0];
    let help = format!("write `clear({}, because = \"why it may be seen\")`", quote!(#value));
    ctxt.error(&call.args[1], Code::Obs0703, "`clear` expects a reason here, in words", help);
    None
}
