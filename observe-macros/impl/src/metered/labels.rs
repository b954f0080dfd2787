//! The entries of `labels(…)`.
//!
//! ```text
//! label = [ ".." ] name                          the parameter of that name, and its type
//!       | [ ".." ] name ":" type "=" expression
//! ```
//!
//! Behind `..` stands a set: all its labels are labels of the metric.

use crate::diag::{Ctxt, Unreadable};
use crate::function::{Function, mentions};
use crate::syntax::{ends, is_quote, parse_list, path_word, without_lifetimes};
use crate::workspace;
use observe_rules::Code;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Expr, Token, Type};

/// One label of a metric, or a set of them.
pub(crate) struct Label {
    /// Whether all labels of a set are meant; then the name is only one to read.
    pub(crate) is_set: bool,
    pub(crate) ident: Ident,
    pub(crate) name: String,
    /// Without references in front: `&Model` has the values of `Model`.
    pub(crate) ty: Type,
    pub(crate) value: Expr,
}

/// Reads all entries; all that are wrong are reported.
pub(super) fn parse_labels(ctxt: &Ctxt, tokens: TokenStream, function: &Function) -> Vec<Label> {
    let entries = parse_list(tokens, parse_entry, |entry, why| {
        ctxt.unreadable(entry, why, "write `labels(model)` or `labels(model: Model = q.model)`");
    });
    entries.into_iter().filter_map(|entry| check_label(ctxt, entry, function)).collect()
}

type Entry = (bool, Ident, Option<Type>, Option<Expr>);

fn check_label(ctxt: &Ctxt, (is_set, ident, ty, value): Entry, function: &Function) -> Option<Label> {
    let name = ident.unraw().to_string();
    // As it would be written once more.
    let shown_name = format!("{}{name}", if is_set { ".." } else { "" });
    let violations = if is_set { Vec::new() } else { workspace::check_label(&name) };
    ctxt.violations(&ident, &violations);
    let ty = match (ty, &value) {
        (Some(ty), _) => ty,
        (None, Some(value)) => {
            // The type of a parameter that stands there alone is known.
            let known = path_word(value).and_then(|word| function.parameter(word)).cloned().map(without_references);
            let known = known.map_or_else(|| "Type".to_owned(), |ty| quote!(#ty).to_string().replace(' ', ""));
            let shown = quote!(#value).to_string();
            let message =
                format!("label `{name}` has a value and no type, and only the type says how many values there are");
            ctxt.error(&ident, Code::Obs0704, message, format!("write `{shown_name}: {known} = {shown}`"));
            return None;
        }
        (None, None) => match function.parameter(&ident) {
            Some(ty) => ty.clone(),
            None => {
                let message = format!("`{}` has no parameter `{name}` whose type could be taken", function.name());
                let help =
                    format!("write `{shown_name}: Type = expression`: what type the label has, and where its value is");
                ctxt.error(&ident, Code::Obs0704, message, help);
                return None;
            }
        },
    };
    let ty = without_references(ty);
    let ty = syn::parse2(without_lifetimes(ty.to_token_stream())).unwrap_or(ty);
    // At the label where the type is the parameter's: the parameter itself is fine.
    let at = if value.is_some() { ty.to_token_stream() } else { ident.to_token_stream() };
    if !is_nameable_at(ctxt, &format!("label `{name}`"), &format!("{shown_name}: Type = expression"), &ty, at, function)
    {
        return None;
    }
    let value = match value {
        Some(value) => value,
        None => syn::parse_quote!(#ident),
    };
    violations.is_empty().then_some(Label { is_set, ident, name, ty, value })
}

fn parse_entry(input: ParseStream<'_>) -> Result<Entry, Unreadable> {
    let is_set = input.parse::<Option<Token![..]>>()?.is_some();
    let ident = input.call(Ident::parse_any)?;
    let name = ident.unraw();
    let has_type = input.parse::<Option<Token![:]>>()?.is_some();
    if has_type && (ends(input) || input.peek(Token![=])) {
        return Err(Unreadable::Whole(format!("label `{name}` has no type behind its `:`")));
    }
    let ty = if has_type { Some(input.parse()?) } else { None };
    let has_value = input.parse::<Option<Token![=]>>()?.is_some();
    if has_value && ends(input) {
        return Err(Unreadable::Whole(format!("label `{name}` has no value behind its `=`")));
    }
    let value = if has_value { Some(input.parse()?) } else { None };
    if value.is_none() && syn::parse2::<Ident>(ident.to_token_stream()).is_err() {
        return Err(Unreadable::Whole(format!("`{ident}` is a keyword, and has no value by itself")));
    }
    // `name: Type` alone is the variable of that name.
    let value = if has_type { value.or_else(|| Some(syn::parse_quote!(#ident))) } else { value };
    Ok((is_set, ident, ty, value))
}

fn without_references(ty: Type) -> Type {
    match ty {
        Type::Reference(reference) => without_references(*reference.elem),
        Type::Paren(paren) => without_references(*paren.elem),
        // The invisible brackets around `$x:ty` of a `macro_rules!`.
        Type::Group(group) => without_references(*group.elem),
        ty => ty,
    }
}

/// Whether a part of the type is left out: `Option<_>`.
fn has_gap(ty: TokenStream) -> bool {
    let tokens: Vec<TokenTree> = ty.into_iter().collect();
    tokens.iter().enumerate().any(|(at, token)| match token {
        TokenTree::Ident(word) => word == "_" && !at.checked_sub(1).is_some_and(|before| is_quote(&tokens[before])),
        TokenTree::Group(group) => has_gap(group.stream()),
        _ => false,
    })
}

/// Whether the type of an option means the same outside of the function; reported where it does not.
pub(crate) fn is_nameable_or_error(ctxt: &Ctxt, option: &str, ty: &Type, function: &Function) -> bool {
    let example = format!("{option} = Type");
    is_nameable_at(ctxt, &format!("option `{option}`"), &example, ty, ty.to_token_stream(), function)
}

fn is_nameable_at(ctxt: &Ctxt, what: &str, example: &str, ty: &Type, at: TokenStream, function: &Function) -> bool {
    if is_nameable(ty, function) {
        return true;
    }
    let message = format!("the type of {what} has no name outside of `{}`", function.name());
    let help = if mentions(ty, &["Self"]) {
        "write the type's own name in place of `Self`".to_owned()
    } else {
        format!("write `{example}`, with a type that is the same in every call")
    };
    ctxt.error(at, Code::Obs0801, message, help);
    false
}

/// Whether the type means the same in a constant inside the function, where no generics are.
fn is_nameable(ty: &Type, function: &Function) -> bool {
    let parameters = function.type_parameters();
    let words: Vec<&str> = parameters.iter().map(String::as_str).chain(["Self", "impl"]).collect();
    !mentions(ty, &words) && !has_gap(ty.to_token_stream())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_erased_lifetime_is_no_gap() {
        assert!(!has_gap(without_lifetimes(quote!(Pair<'a, &'b str, (&'static str, &'a [Model])>))));
        assert!(has_gap(quote!(Option<(_, bool)>)));
    }
}
