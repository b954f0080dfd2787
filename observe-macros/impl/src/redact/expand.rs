//! The code of `#[redact]`: `Debug`, and `Record` for span fields.
//!
//! ```text
//! impl Debug for Question {
//!     fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
//!         match self {
//!             Self { id: field_0, phone: field_1, .. } => {
//!                 let mut fields = f.debug_struct("Question");
//!                 fields.field("id", &form::clear(field_0));
//!                 fields.field("phone", &form::keep_last::<4>(field_1));
//!                 fields.field("text", &form::HIDDEN);
//!                 fields.finish()
//!             }
//!         }
//!     }
//! }
//! impl Fields for Question { … }     // the same values, one visit a field: `question.id`, `question.phone`
//! ```

use super::attr::Policy;
use super::item::{Field, Kind, Shape};
use crate::paths::Runtime;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned as _;
use syn::{DeriveInput, Index, Path, WherePredicate};

pub(super) fn expand(item: &DeriveInput, shapes: &[Shape], krate: Option<&Path>) -> TokenStream {
    let private = Runtime::new(krate);
    let ident = &item.ident;
    let debug = shapes.iter().map(|shape| debug_arm(ident, shape, &private));
    let visit = shapes.iter().map(|shape| visit_arm(shape, &private));
    let (impl_generics, ty_generics, _) = item.generics.split_for_impl();
    let with_debug = where_clause(item, shapes, &quote!(::core::fmt::Debug));
    // An enum without variants has no arm, and only `*self` of it can be matched.
    let subject = if shapes.is_empty() { quote!(*self) } else { quote!(self) };
    // At the type's name, which is what rustc underlines where there already is a `Debug`.
    let fmt = quote! {
        fn fmt(&self, __observe_f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            match #subject { #(#debug)* }
        }
    };
    let debug = quote_spanned! {ident.span()=>
        impl #impl_generics ::core::fmt::Debug for #ident #ty_generics #with_debug { #fmt }
    };
    quote! {
        #[automatically_derived]
        #debug
        #[automatically_derived]
        impl #impl_generics #private::Fields for #ident #ty_generics #with_debug {
            fn visit(&self, __observe_visit: &mut dyn ::core::ops::FnMut(&'static str, #private::Value<'_>)) {
                match #subject { #(#visit)* }
            }
        }
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #impl_generics #private::Record for #ident #ty_generics #with_debug {
            fn value(&self) -> #private::Value<'_> {
                #private::Value::Fields(self)
            }
        }
    }
}

fn debug_arm(ident: &Ident, shape: &Shape, private: &Runtime) -> TokenStream {
    let (cfg, pattern) = (&shape.cfg, pattern(shape));
    let name = shape.variant.as_ref().unwrap_or(ident).unraw().to_string();
    let begin = match shape.kind {
        Kind::Named => quote!(debug_struct),
        Kind::Tuple => quote!(debug_tuple),
        Kind::Unit => return quote!(#(#cfg)* #pattern => __observe_f.write_str(#name),),
    };
    let fields = shape.fields.iter().enumerate().map(|(at, field)| {
        let (cfg, shown) = (&field.cfg, shown(field, at, private));
        let name = (shape.kind == Kind::Named).then(|| field.name(at)).into_iter();
        quote!(#(#cfg)* __observe_fields.field(#(#name,)* &#shown);)
    });
    quote! {
        #(#cfg)* #pattern => {
            let mut __observe_fields = __observe_f.#begin(#name);
            #(#fields)*
            __observe_fields.finish()
        }
    }
}

fn visit_arm(shape: &Shape, private: &Runtime) -> TokenStream {
    let (cfg, pattern) = (&shape.cfg, pattern(shape));
    let variant = shape.variant.as_ref().map(|variant| {
        let name = variant.unraw().to_string();
        quote!(__observe_visit("variant", #private::Value::from(#name));)
    });
    let fields = shape.fields.iter().enumerate().map(|(at, field)| {
        let (cfg, name, shown) = (&field.cfg, field.name(at), shown(field, at, private));
        quote!(#(#cfg)* __observe_visit(#name, #private::Record::value(&#shown));)
    });
    quote!(#(#cfg)* #pattern => { #variant #(#fields)* })
}

/// Binds the fields that are looked at; a hidden one is not even bound.
fn pattern(shape: &Shape) -> TokenStream {
    let path = shape.variant.as_ref().map_or_else(|| quote!(Self), |variant| quote!(Self::#variant));
    let bound = shape.fields.iter().enumerate().filter(|(_, field)| !field.attr.policy.hides()).map(|(at, field)| {
        let (cfg, binding) = (&field.cfg, binding(field, at));
        match &field.ident {
            Some(ident) => quote!(#(#cfg)* #ident: #binding),
            None => {
                let index = Index::from(at);
                quote!(#index: #binding)
            }
        }
    });
    quote!(#path { #(#bound,)* .. })
}

/// At the type's place, as all that looks at the field: a policy that doesn't fit underlines the type.
fn binding(field: &Field, at: usize) -> Ident {
    format_ident!("__observe_field_{at}", span = field.ty.span())
}

/// The value as it may be seen, in a form that implements both `Debug` and `Record`.
pub(super) fn shown(field: &Field, at: usize, private: &Runtime) -> TokenStream {
    let (span, binding) = (field.ty.span(), binding(field, at));
    let private = private.at(span);
    match &field.attr.policy {
        Policy::Hide => quote!(#private::form::HIDDEN),
        Policy::Clear => quote_spanned! {span=>
            {
                #[allow(unused_imports)]
                use #private::form::{ViaDebug as _, ViaNothing as _, ViaRecord as _, ViaText as _};
                (&&&#private::form::Probe(#binding)).shown()
            }
        },
        Policy::KeepFirst(kept) => quote_spanned!(span=> #private::form::keep_first::<#kept>(#binding)),
        Policy::KeepLast(kept) => quote_spanned!(span=> #private::form::keep_last::<#kept>(#binding)),
        Policy::Email => quote_spanned!(span=> #private::form::email(#binding)),
        Policy::Zip3 => quote_spanned!(span=> #private::form::zip3(#binding)),
        Policy::Hash => quote_spanned!(span=> #private::form::hash(#binding)),
        Policy::Year => dated_or_text(&private, span, &binding, &quote!(YEAR)),
        Policy::Scrub => dated_or_text(&private, span, &binding, &quote!(SCRUB)),
        // The call is at the function's path: what doesn't fit is between the two.
        Policy::With(function) => {
            let call = quote_spanned!(function.span()=> #function(#binding));
            quote_spanned!(span=> #private::form::with(&#call))
        }
    }
}

/// Of what has a text, or else a `Display`: dates of other crates have no `SensitiveText`.
fn dated_or_text(private: &Runtime, span: Span, binding: &Ident, policy: &TokenStream) -> TokenStream {
    quote_spanned! {span=>
        {
            #[allow(unused_imports)]
            use #private::form::{ViaDisplay as _, ViaNoText as _, ViaOption as _, ViaSensitive as _};
            (&&&#private::form::TextProbe(#binding)).under(#private::form::#policy)
        }
    }
}

/// The type's own `where` clause, and the trait for each type parameter that a field shows.
fn where_clause(item: &DeriveInput, shapes: &[Shape], bound: &TokenStream) -> TokenStream {
    let parameters: Vec<String> = item.generics.type_params().map(|param| param.ident.to_string()).collect();
    let parameters: Vec<&str> = parameters.iter().map(String::as_str).collect();
    let shown = shapes.iter().flat_map(|shape| &shape.fields).filter(|field| field.attr.policy.shows());
    let bounds = shown
        .filter(|field| crate::function::mentions(&field.ty, &parameters))
        .map(|Field { ty, .. }| quote!(#ty: #bound,));
    let own: Vec<&WherePredicate> =
        item.generics.where_clause.iter().flat_map(|clause| clause.predicates.iter()).collect();
    quote!(where #(#own,)* #(#bounds)*)
}
