//! Types without the names of lifetimes.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};

/// The type for a constant, which knows no lifetime of its surroundings, and needs none.
pub(crate) fn without_lifetimes(ty: TokenStream) -> TokenStream {
    let mut erased = Vec::new();
    for token in ty {
        let is_lifetime = erased.last().is_some_and(is_quote);
        erased.push(match token {
            TokenTree::Ident(name) if is_lifetime && name != "static" => Ident::new("_", name.span()).into(),
            TokenTree::Group(group) => {
                let mut inside = Group::new(group.delimiter(), without_lifetimes(group.stream()));
                inside.set_span(group.span());
                inside.into()
            }
            token => token,
        });
    }
    erased.into_iter().collect()
}

pub(crate) fn is_quote(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == '\'')
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    #[test]
    fn lifetimes_are_erased_and_types_are_not() {
        let erased = without_lifetimes(quote!(Pair<'a, &'b str, (&'static str, &'a [Model])>));
        assert_eq!(erased.to_string(), quote!(Pair<'_, &'_ str, (&'static str, &'_ [Model])>).to_string());
    }
}
