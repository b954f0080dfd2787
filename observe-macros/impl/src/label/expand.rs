//! The code of `#[derive(Label)]`.
//!
//! ```text
//! impl Label for Model {
//!     const CARDINALITY: usize = 2;
//!     fn index(&self) -> usize { match self { Self::Gpt4 => 0, Self::Claude => 1 } }
//!     const DOMAIN: &'static Domain = &Domain::new(*b"…");                     // made of the values
//!     fn value(index: usize) -> &'static str { ["gpt4", "claude"][index] }     // out of range: ""; and the record
//! }
//! impl Record for Model { … }                                                  // the same text on spans
//! ```

use super::Label;
use crate::catalogue::Record;
use crate::paths::Runtime;
use observe_rules::catalogue::{Kind, domain_id};
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::ext::IdentExt;

pub(super) fn expand(label: &Label<'_>) -> TokenStream {
    let variants = label.variants.iter().map(|(variant, _)| &variant.ident);
    let values = label.variants.iter().map(|(_, value)| value);
    let indices = 0..label.variants.len();
    let private = Runtime::new(label.krate.as_ref());
    let id = Literal::byte_string(&domain_id(label.variants.iter().map(|(_, value)| value.as_str())));
    let domain = quote!(const DOMAIN: &'static #private::catalogue::Domain = &#private::catalogue::Domain::new(*#id););
    let index = quote!(match self { #(Self::#variants { .. } => #indices,)* });
    implement(label, &domain, &index, &record(label, &private), &quote!([#(#values),*]))
}

/// What stands in for the code of a label that is wrong: enough for everything else to compile.
pub(super) fn placeholder(label: &Label<'_>) -> TokenStream {
    let nothing = TokenStream::new();
    implement(label, &nothing, &quote!(0), &nothing, &quote!([""; 0]))
}

/// The values, for the catalogue. In a function that is there anyway, a static costs no block of its own.
fn record(label: &Label<'_>, private: &Runtime) -> TokenStream {
    let mut record = Record::new(Kind::Label);
    record.text("type", label.input.ident.unraw().to_string());
    label.variants.iter().for_each(|(_, value)| record.text("value", value));
    record.item("__OBSERVE_RECORD", label.input.ident.span(), private)
}

fn implement(
    label: &Label<'_>,
    domain: &TokenStream,
    index: &TokenStream,
    record: &TokenStream,
    values: &TokenStream,
) -> TokenStream {
    let private = Runtime::new(label.krate.as_ref());
    let ident = &label.input.ident;
    let (impl_generics, ty_generics, where_clause) = label.input.generics.split_for_impl();
    let cardinality = label.variants.len();
    quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #impl_generics #private::Label for #ident #ty_generics #where_clause {
            const CARDINALITY: usize = #cardinality;
            #domain
            #[inline]
            fn index(&self) -> usize {
                #index
            }
            fn value(index: usize) -> &'static str {
                #record
                #values.get(index).copied().unwrap_or_default()
            }
        }
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #impl_generics #private::Record for #ident #ty_generics #where_clause {
            fn value(&self) -> #private::Value<'_> {
                #private::label_value(self)
            }
        }
    }
}
