//! Where generated code finds the runtime, and how it borrows what the user wrote.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Expr, Path, Type};

/// The runtime as generated code names it; in `quote!` the path of its `__private` module.
#[derive(Clone)]
pub(crate) struct Runtime {
    root: TokenStream,
    is_default: bool,
}

impl Runtime {
    /// `::observe`, unless the user says otherwise with `crate = path`.
    pub(crate) fn new(krate: Option<&Path>) -> Self {
        match krate {
            Some(path) => Self { root: path.to_token_stream(), is_default: false },
            None => Self { root: quote!(::observe), is_default: true },
        }
    }

    /// The same, shown at `span`: one token elsewhere would widen what rustc underlines.
    pub(crate) fn at(&self, span: Span) -> Self {
        let root = self.root.clone().into_iter().map(|mut token| {
            // The user's path may begin with `$crate`, whose meaning is in its span.
            token.set_span(if self.is_default { span } else { span.resolved_at(token.span()) });
            token
        });
        Self { root: root.collect(), is_default: self.is_default }
    }
}

impl ToTokens for Runtime {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let span = self.root.clone().into_iter().next().map_or_else(Span::call_site, |first| first.span());
        self.root.to_tokens(tokens);
        tokens.extend(quote_spanned!(span=> ::__private));
    }
}

/// A user's value behind a `&`, spanned as the value is: rustc then underlines the value.
pub(crate) fn borrowed(value: &Expr, span: Span) -> TokenStream {
    match value {
        // `&a + b` is `(&a) + b`, and parentheses where none are needed are a warning.
        Expr::Binary(_) | Expr::Cast(_) | Expr::Range(_) | Expr::Assign(_) | Expr::Closure(_) => {
            quote_spanned!(span=> &(#value))
        }
        _ => quote_spanned!(span=> &#value),
    }
}

/// Whether the type has no size of its own; a reference to it has one.
pub(crate) fn is_unsized(ty: &Type) -> bool {
    match ty {
        Type::Path(path) => path.path.is_ident("str"),
        Type::Slice(_) | Type::TraitObject(_) => true,
        _ => false,
    }
}
