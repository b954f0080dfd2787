//! The entries of `fields(…)`.
//!
//! ```text
//! field = name | name { "." name } "=" value
//! value = "literal" | hash(x) | scrub(x) | fixed(x) | clear(x [, because = "reason"]) | expression
//! ```

use crate::diag::{Ctxt, Unreadable};
use crate::syntax::{bare, ends, parse_list, path_word};
use observe_rules::{Code, privacy, span};
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Expr, ExprCall, ExprLit, Lit, Token};

/// One field of a span.
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) form: Form,
    pub(crate) value: Expr,
}

/// How a value is made safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// By its type, which implements `Record`.
    Typed,
    /// A text that is the same in every run.
    Fixed,
    /// A keyed pseudonym.
    Hash,
    /// Free text that detectors run over.
    Scrub,
    /// As it is, on the author's word.
    Clear,
}

/// Reads all entries; all that are wrong are reported.
pub(super) fn parse_fields(ctxt: &Ctxt, tokens: TokenStream) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    let entries = parse_list(tokens, parse_entry, |entry, why| {
        ctxt.unreadable(entry, why, "write a field as `top_k`, as `question.id = q.id`, or as `note = scrub(note)`");
    });
    for (name, name_tokens, value) in entries {
        if let Err(violation) = span::check_field(&name) {
            ctxt.violation(&name_tokens, &violation);
            continue;
        }
        if fields.iter().any(|field| field.name == name) {
            let message = format!("field `{name}` is named twice");
            ctxt.error(&name_tokens, Code::Obs0605, message, "remove one of them, or give it another name");
            continue;
        }
        let Some((form, value, reason)) = read_value(ctxt, value) else { continue };
        let says_how = matches!(form, Form::Hash | Form::Scrub | Form::Fixed) || reason;
        if privacy::is_sensitive(&name) && !says_how {
            let shown = quote!(#value).to_string();
            let message = format!("field `{name}` is named after personal data or a secret");
            let help = format!(
                "write `{name} = hash({shown})`, or `{name} = clear({shown}, because = \"…\")` where it is harmless"
            );
            ctxt.error(&name_tokens, Code::Obs0507, message, help);
            continue;
        }
        fields.push(Field { name, form, value });
    }
    fields
}

/// The dotted name, its tokens, and the value: for a lone name, the variable of that name.
fn parse_entry(input: ParseStream<'_>) -> Result<(String, TokenStream, Expr), Unreadable> {
    if input.peek(Token![%]) || input.peek(Token![?]) {
        let message = "`%` and `?` do not say how a value is made safe; `scrub(x)`, `hash(x)` and `clear(x)` do";
        return Err(input.error(message).into());
    }
    let first = input.call(Ident::parse_any)?;
    let mut name = first.unraw().to_string();
    let mut tokens = quote!(#first);
    while let Some(dot) = input.parse::<Option<Token![.]>>()? {
        let next = input.call(Ident::parse_any)?;
        name = format!("{name}.{}", next.unraw());
        tokens.extend(quote!(#dot #next));
    }
    let assigned = !ends(input);
    if assigned {
        input.parse::<Token![=]>()?;
    }
    if assigned && !ends(input) {
        return Ok((name, tokens, bare(input.parse()?)));
    }
    // A keyword or a dotted name is no variable.
    match syn::parse2::<Ident>(tokens.clone()) {
        Ok(variable) if !assigned => Ok((name, tokens, syn::parse2(quote!(#variable))?)),
        _ => Err(Unreadable::Whole(format!("field `{name}` has no value"))),
    }
}

/// The form, the bare value, and whether a reason was given.
fn read_value(ctxt: &Ctxt, value: Expr) -> Option<(Form, Expr, bool)> {
    let Expr::Call(call) = value else {
        let literal = matches!(value, Expr::Lit(ExprLit { lit: Lit::Str(_), .. }));
        return Some((if literal { Form::Fixed } else { Form::Typed }, value, false));
    };
    let form = match path_word(&call.func).map(ToString::to_string).as_deref() {
        Some("hash") => Form::Hash,
        Some("scrub") => Form::Scrub,
        Some("fixed") => Form::Fixed,
        Some("clear") => Form::Clear,
        _ => return Some((Form::Typed, Expr::Call(call), false)),
    };
    match call.args.len() {
        1 => Some((form, call.args[0].clone(), false)),
        2 if form == Form::Clear => has_reason(ctxt, &call).then(|| (form, call.args[0].clone(), true)),
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

fn has_reason(ctxt: &Ctxt, call: &ExprCall) -> bool {
    if let Expr::Assign(assign) = &call.args[1]
        && path_word(&assign.left).is_some_and(|left| left == "because")
        && let Expr::Lit(ExprLit { lit: Lit::Str(reason), .. }) = &*assign.right
        && !reason.value().trim().is_empty()
    {
        return true;
    }
    let value = &call.args[0];
    let help = format!("write `clear({}, because = \"why it may be seen\")`", quote!(#value));
    ctxt.error(&call.args[1], Code::Obs0703, "`clear` expects a reason here, in words", help);
    false
}
