//! The span's static part and the code that opens it.

use super::{Field, Form, Traced};
use crate::paths::respanned;
use observe_rules::span::RESERVED_FIELDS;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;

/// `static __OBSERVE_SITE`: all that is known about the span before it runs.
pub(crate) fn site(traced: &Traced, private: &TokenStream) -> TokenStream {
    let Traced { name, kind, level, fields, .. } = traced;
    let kind = Ident::new(&capitalised(kind), Span::call_site());
    let level = Ident::new(&level.to_uppercase(), Span::call_site());
    let fields = fields.iter().map(|field| field.name.as_str()).chain(RESERVED_FIELDS.iter().copied());
    quote! {
        static __OBSERVE_SITE: #private::Site = #private::Site::new(
            #private::Declaration {
                name: #name,
                kind: #private::SpanKind::#kind,
                level: #private::Level::#level,
                module: ::core::module_path!(),
                file: ::core::file!(),
                line: ::core::line!(),
                fields: &[#(#fields),*],
            },
            &__OBSERVE_SITE,
        );
    }
}

/// Opens the span on `call`, unless nobody listens: then no field is even looked at.
pub(crate) fn open(traced: &Traced, private: &TokenStream) -> TokenStream {
    let fields = traced.fields.iter().map(|field| field_value(field, private));
    quote_spanned! {Span::mixed_site()=>
        let call = if __OBSERVE_SITE.is_off() { call } else { call.traced(&__OBSERVE_SITE, &[#(#fields),*]) };
    }
}

fn field_value(field: &Field, private: &TokenStream) -> TokenStream {
    let Field { name, form, value } = field;
    // At the value's place, so that a type which can't be recorded is underlined itself.
    let span = value.span();
    let private = respanned(private.clone(), span);
    match form {
        Form::Typed => quote_spanned!(span=> #private::field(#name, &#value)),
        Form::Fixed => quote_spanned!(span=> #private::field(#name, &#private::form::fixed(#value))),
        Form::Hash => quote_spanned!(span=> #private::field(#name, &#private::form::hash(&#value))),
        Form::Scrub => quote_spanned!(span=> #private::field(#name, &#private::form::scrub(&#value))),
        Form::Clear => quote_spanned!(span=> #private::field(#name, &#private::form::clear(&#value))),
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
