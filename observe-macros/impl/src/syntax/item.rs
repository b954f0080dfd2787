//! What an item is, for the message that an attribute stands on a wrong one, and what its doc comment says.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Expr, ExprLit, Lit, Meta, MetaNameValue};

const KINDS: &[(&str, &str)] = &[
    ("fn", "a function"),
    ("struct", "a struct"),
    ("enum", "an enum"),
    ("union", "a union"),
    ("trait", "a trait"),
    ("impl", "an `impl` block"),
    ("mod", "a module"),
    ("static", "a static"),
    ("const", "a constant"),
    ("type", "a type alias"),
    ("use", "an import"),
    ("extern", "an `extern` item"),
    ("macro_rules", "a macro"),
];

/// The item's keyword, to underline it, and the item's kind in words.
pub(crate) fn keyword_of(item: &TokenStream) -> (TokenStream, &'static str) {
    let head: Vec<TokenTree> = item.clone().into_iter().take_while(|token| !is_body(token)).collect();
    // A `const fn` is a function first; the `fn` of a pointer has no name behind it.
    let function = head.windows(2).find(|pair| pair[0].to_string() == "fn" && matches!(pair[1], TokenTree::Ident(_)));
    let found = function.into_iter().flatten().chain(&head).find_map(|token| {
        let (_, kind) = KINDS.iter().find(|(keyword, _)| token.to_string() == *keyword)?;
        Some((token.to_token_stream(), *kind))
    });
    found.unwrap_or_else(|| (item.clone(), "something else"))
}

/// The first line of the doc comment that says something, without its final stop.
pub(crate) fn doc_line(attrs: &[Attribute]) -> Option<String> {
    let texts = attrs.iter().filter_map(|attr| match &attr.meta {
        Meta::NameValue(MetaNameValue { path, value: Expr::Lit(ExprLit { lit: Lit::Str(text), .. }), .. })
            if path.is_ident("doc") =>
        {
            Some(text.value())
        }
        _ => None,
    });
    texts
        .flat_map(|text| text.lines().map(|line| line.trim().trim_end_matches('.').to_owned()).collect::<Vec<_>>())
        .find(|line| !line.is_empty())
}

fn is_body(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == proc_macro2::Delimiter::Brace)
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    #[test]
    fn the_keyword_is_found_behind_what_precedes_it() {
        for (item, keyword, kind) in [
            (
                quote!(
                    #[doc = "struct"]
                    pub(crate) enum E {
                        A,
                    }
                ),
                "enum",
                "an enum",
            ),
            (
                quote!(
                    pub const unsafe fn f() {}
                ),
                "fn",
                "a function",
            ),
            (
                quote!(
                    const C: fn() = f;
                ),
                "const",
                "a constant",
            ),
            (
                quote!(
                    unsafe impl Send for S {
                        fn f() {}
                    }
                ),
                "impl",
                "an `impl` block",
            ),
            (quote!(x + 1), "x + 1", "something else"),
        ] {
            let (found, words) = keyword_of(&item);
            assert_eq!((found.to_string().as_str(), words), (keyword, kind));
        }
    }
}
