//! The entries of `fields(…)`.
//!
//! ```text
//! field = name | name { "." name } "=" value
//! value = "literal" | hash(x) | scrub(x) | fixed(x) | clear(x [, because = "reason"]) | expression
//! ```

use crate::diag::Ctxt;
use crate::syntax::split_at_commas;
use observe_rules::{Code, privacy, span};
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
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
    for entry in split_at_commas(tokens) {
        let (name, name_tokens, value) = match parse_entry.parse2(entry) {
            Ok(entry) => entry,
            Err(error) => {
                ctxt.syntax(&error, "write `fields(top_k, question.id = q.id)`");
                continue;
            }
        };
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
fn parse_entry(input: ParseStream<'_>) -> syn::Result<(String, TokenStream, Expr)> {
    let first = input.call(Ident::parse_any)?;
    let mut name = first.unraw().to_string();
    let mut tokens = quote!(#first);
    while let Some(dot) = input.parse::<Option<Token![.]>>()? {
        let next = input.call(Ident::parse_any)?;
        name = format!("{name}.{}", next.unraw());
        tokens.extend(quote!(#dot #next));
    }
    if input.is_empty() {
        if name.contains('.') {
            let text = format!("`{name}` has no value");
            return Err(syn::Error::new_spanned(tokens, text));
        }
        let value = syn::parse2(tokens.clone())?;
        return Ok((name, tokens, value));
    }
    input.parse::<Token![=]>()?;
    let value = input.parse()?;
    if !input.is_empty() {
        return Err(input.error("expected a comma"));
    }
    Ok((name, tokens, value))
}

/// The form, the bare value, and whether a reason was given.
fn read_value(ctxt: &Ctxt, value: Expr) -> Option<(Form, Expr, bool)> {
    let Expr::Call(call) = value else {
        let literal = matches!(value, Expr::Lit(ExprLit { lit: Lit::Str(_), .. }));
        return Some((if literal { Form::Fixed } else { Form::Typed }, value, false));
    };
    let form = match &*call.func {
        Expr::Path(path) if path.path.is_ident("hash") => Form::Hash,
        Expr::Path(path) if path.path.is_ident("scrub") => Form::Scrub,
        Expr::Path(path) if path.path.is_ident("fixed") => Form::Fixed,
        Expr::Path(path) if path.path.is_ident("clear") => Form::Clear,
        _ => return Some((Form::Typed, Expr::Call(call), false)),
    };
    match call.args.len() {
        1 => Some((form, call.args[0].clone(), false)),
        2 if form == Form::Clear => has_reason(ctxt, &call).then(|| (form, call.args[0].clone(), true)),
        _ => {
            let func = &call.func;
            let func = quote!(#func);
            let message = format!("`{func}` takes one value");
            ctxt.error(&call, Code::Obs0703, message, format!("write `{func}(value)`"));
            None
        }
    }
}

fn has_reason(ctxt: &Ctxt, call: &ExprCall) -> bool {
    if let Expr::Assign(assign) = &call.args[1]
        && let Expr::Path(left) = &*assign.left
        && left.path.is_ident("because")
        && let Expr::Lit(ExprLit { lit: Lit::Str(reason), .. }) = &*assign.right
        && !reason.value().trim().is_empty()
    {
        return true;
    }
    let help = "write `clear(value, because = \"why it may be seen\")`";
    ctxt.error(&call.args[1], Code::Obs0703, "`clear` expects a reason here", help);
    false
}
