//! Where generated code finds the runtime.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::quote;
use syn::Path;

/// The path of `observe`'s `__private` module, which is all that generated code may name.
///
/// `::observe` unless the user says otherwise with `crate = path`.
pub(crate) fn private(krate: Option<&Path>) -> TokenStream {
    match krate {
        Some(path) => quote!(#path::__private),
        None => quote!(::observe::__private),
    }
}

/// The same tokens, all of them at `span`: one token elsewhere would widen what rustc underlines.
pub(crate) fn respanned(tokens: TokenStream, span: Span) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut token| {
            if let TokenTree::Group(group) = &token {
                token = Group::new(group.delimiter(), respanned(group.stream(), span)).into();
            }
            token.set_span(span);
            token
        })
        .collect()
}
