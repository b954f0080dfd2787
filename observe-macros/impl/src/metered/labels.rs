//! The entries of `labels(…)`.
//!
//! ```text
//! label = name                          the parameter of that name, and its type
//!       | name ":" type "=" expression
//! ```

use crate::diag::Ctxt;
use crate::function::{Function, mentions};
use crate::syntax::split_at_commas;
use observe_rules::{Code, label};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, GenericParam, Token, Type};

/// One label of a metric.
pub(crate) struct Label {
    pub(crate) ident: Ident,
    pub(crate) name: String,
    /// Without references in front: `&Model` has the values of `Model`.
    pub(crate) ty: Type,
    pub(crate) value: Expr,
}

/// Reads all entries; all that are wrong are reported.
pub(super) fn parse_labels(ctxt: &Ctxt, tokens: TokenStream, function: &Function) -> Vec<Label> {
    split_at_commas(tokens).into_iter().filter_map(|entry| parse_label(ctxt, entry, function)).collect()
}

fn parse_label(ctxt: &Ctxt, entry: TokenStream, function: &Function) -> Option<Label> {
    let (ident, ty, value) = match parse_entry.parse2(entry) {
        Ok(entry) => entry,
        Err(error) => {
            ctxt.syntax(&error, "write `labels(model)` or `labels(model: Model = q.model)`");
            return None;
        }
    };
    let name = ident.unraw().to_string();
    let violations = label::check_name(&name);
    ctxt.violations(&ident, &violations);
    let ty = match (ty, &value) {
        (Some(ty), _) => ty,
        (None, Some(value)) => {
            let shown = quote!(#value).to_string();
            let message = format!("label `{name}` has a value and no type, and only the type says how many values there are");
            ctxt.error(&ident, Code::Obs0704, message, format!("write `{name}: Type = {shown}`"));
            return None;
        }
        (None, None) => match function.parameter(&ident) {
            Some(ty) => ty.clone(),
            None => {
                let message = format!("`{}` has no parameter `{name}`", function.sig.ident);
                ctxt.error(&ident, Code::Obs0704, message, format!("write `{name}: Type = expression`"));
                return None;
            }
        },
    };
    let ty = without_references(ty);
    if !is_nameable(&ty, function) {
        let message = format!("the type of label `{name}` has no name outside of `{}`", function.sig.ident);
        let help = format!("write `{name}: Type = expression`, with a type that has no parameters of its own");
        // At the label where the type is the parameter's: the parameter itself is fine.
        let at = if value.is_some() { ty.to_token_stream() } else { ident.to_token_stream() };
        ctxt.error(at, Code::Obs0801, message, help);
        return None;
    }
    let value = match value {
        Some(value) => value,
        None => syn::parse2(ident.to_token_stream()).ok()?,
    };
    violations.is_empty().then_some(Label { ident, name, ty, value })
}

fn parse_entry(input: ParseStream<'_>) -> syn::Result<(Ident, Option<Type>, Option<Expr>)> {
    let ident = input.call(Ident::parse_any)?;
    let ty = match input.parse::<Option<Token![:]>>()? {
        Some(_) => Some(input.parse()?),
        None => None,
    };
    let value = match input.parse::<Option<Token![=]>>()? {
        Some(_) => Some(input.parse()?),
        None => None,
    };
    if !input.is_empty() {
        return Err(input.error("expected a comma"));
    }
    // `name: Type` alone is the variable of that name.
    let value = match (&ty, value) {
        (Some(_), None) => Some(syn::parse2(ident.to_token_stream())?),
        (_, value) => value,
    };
    Ok((ident, ty, value))
}

fn without_references(ty: Type) -> Type {
    match ty {
        Type::Reference(reference) => without_references(*reference.elem),
        Type::Paren(paren) => without_references(*paren.elem),
        ty => ty,
    }
}

/// Whether the type means the same in a constant inside the function, where no generics are.
fn is_nameable(ty: &Type, function: &Function) -> bool {
    let parameters = function.sig.generics.params.iter().filter_map(|param| match param {
        GenericParam::Type(param) => Some(param.ident.to_string()),
        GenericParam::Const(param) => Some(param.ident.to_string()),
        GenericParam::Lifetime(_) => None,
    });
    let parameters: Vec<String> = parameters.chain(["Self".to_owned(), "impl".to_owned(), "_".to_owned()]).collect();
    let words: Vec<&str> = parameters.iter().map(String::as_str).collect();
    !mentions(ty, &words)
}
