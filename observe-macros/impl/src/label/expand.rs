//! The code of `#[derive(Label)]`.
//!
//! ```text
//! impl Label for Model {
//!     const CARDINALITY: usize = 2;
//!     fn index(&self) -> usize { match self { Self::Gpt4 => 0, Self::Claude => 1 } }
//!     fn value(index: usize) -> &'static str { ["gpt4", "claude"][index] }     // out of range: ""
//! }
//! impl Record for Model { … }                                                  // the same text on spans
//! ```

use super::Label;
use crate::paths::Runtime;
use proc_macro2::TokenStream;
use quote::quote;

pub(super) fn expand(label: &Label<'_>) -> TokenStream {
    let variants = label.variants.iter().map(|(variant, _)| &variant.ident);
    let values = label.variants.iter().map(|(_, value)| value);
    let indices = 0..label.variants.len();
    implement(label, &quote!(match self { #(Self::#variants { .. } => #indices,)* }), &quote!([#(#values),*]))
}

/// What stands in for the code of a label that is wrong: enough for everything else to compile.
pub(super) fn placeholder(label: &Label<'_>) -> TokenStream {
    implement(label, &quote!(0), &quote!([""; 0]))
}

fn implement(label: &Label<'_>, index: &TokenStream, values: &TokenStream) -> TokenStream {
    let private = Runtime::new(label.krate.as_ref());
    let ident = &label.input.ident;
    let (impl_generics, ty_generics, where_clause) = label.input.generics.split_for_impl();
    let cardinality = label.variants.len();
    quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #impl_generics #private::Label for #ident #ty_generics #where_clause {
            const CARDINALITY: usize = #cardinality;
            #[inline]
            fn index(&self) -> usize {
                #index
            }
            fn value(index: usize) -> &'static str {
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
