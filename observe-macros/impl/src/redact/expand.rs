//! The code of `#[redact]`: `Debug`, `Display` where it is asked for, and `Record` for span fields.
//!
//! ```text
//! impl Debug for Question {
//!     fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
//!         match self {
//!             Self { id: field_0, phone: field_1, .. } => form::fields(f, "Question { ", &[
//!                 Part::Shown(", id: ", &form::clear(field_0)),
//!                 Part::Shown(", phone: ", &form::keep_last::<4>(field_1)),
//!                 Part::Hidden(", text: [REDACTED], name: [REDACTED]", 2),
//!             ]),
//!         }
//!     }
//! }
//! impl Fields for Question { … }     // the same values, one visit a field: `question.id`, `question.phone`
//! ```

use super::attr::Policy;
use super::bounds::{where_sized, with_debug, with_display};
use super::container::Container;
use super::display;
use super::item::{Field, Kind, Shape};
use crate::paths::{Runtime, is_unsized};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned as _;
use syn::{Attribute, DeriveInput, Index};

/// What a hidden field is in the text of the program. The runtime writes the same, `MASK`.
pub(super) const MASK: &str = "[REDACTED]";

/// How the fields of a type are reached.
#[derive(Clone, Copy)]
pub(super) struct Access {
    /// Fields of a packed type have no address: they are copied.
    pub(super) copies: bool,
}

impl Access {
    pub(super) fn of(item: &DeriveInput) -> Self {
        let is_packed =
            |attr: &Attribute| attr.path().is_ident("repr") && crate::function::mentions(&attr.meta, &["packed"]);
        Self { copies: item.attrs.iter().any(is_packed) }
    }
}

pub(super) fn expand(item: &DeriveInput, shapes: &[Shape], container: &Container) -> TokenStream {
    let private = Runtime::new(container.krate.as_ref());
    let ident = &item.ident;
    let access = Access::of(item);
    let debug = shapes.iter().map(|shape| debug_arm(ident, shape, access, &private));
    let visit = shapes.iter().map(|shape| visit_arm(shape, access, &private));
    let (impl_generics, ty_generics, _) = item.generics.split_for_impl();
    let where_debug = with_debug(item, shapes, &private);
    let subject = subject(shapes, access);
    // At the type's name, which is what rustc underlines where there already is a `Debug`.
    let fmt = quote! {
        fn fmt(&self, __observe_f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            match #subject { #(#debug)* }
        }
    };
    let debug = quote_spanned! {ident.span()=>
        impl #impl_generics ::core::fmt::Debug for #ident #ty_generics #where_debug { #fmt }
    };
    let display = display::arms(shapes, container, access, &private).map(|arms| {
        let where_display = with_display(item, shapes, container, &private);
        let fmt = quote! {
            fn fmt(&self, __observe_f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match #subject { #arms }
            }
        };
        quote_spanned! {ident.span()=>
            #[automatically_derived]
            impl #impl_generics ::core::fmt::Display for #ident #ty_generics #where_display { #fmt }
        }
    });
    // A span's field is a trait object, which is made of what has a size.
    let is_sized = !shapes.iter().any(|shape| shape.fields.last().is_some_and(|last| is_unsized(&last.ty)));
    let where_record = where_sized(item, &where_debug);
    let record = is_sized.then(|| {
        quote! {
            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl #impl_generics #private::Record for #ident #ty_generics #where_record {
                fn value(&self) -> #private::Value<'_> {
                    #private::Value::Fields(self)
                }
            }
        }
    });
    quote! {
        #[automatically_derived]
        #debug
        #display
        #record
        #[automatically_derived]
        impl #impl_generics #private::Fields for #ident #ty_generics #where_debug {
            fn visit(&self, __observe_visit: &mut dyn ::core::ops::FnMut(&'static str, #private::Value<'_>)) {
                match #subject { #(#visit)* }
            }
        }
    }
}

/// An enum without variants has no arm, and only `*self` of it can be matched.
pub(super) fn subject(shapes: &[Shape], access: Access) -> TokenStream {
    if shapes.is_empty() || access.copies { quote!(*self) } else { quote!(self) }
}

fn debug_arm(ident: &Ident, shape: &Shape, access: Access, private: &Runtime) -> TokenStream {
    let (cfg, pattern, borrows) = (&shape.cfg, pattern(shape, |_| true), borrows(shape, access, |_| true));
    let name = shape.variant.as_ref().unwrap_or(ident).unraw().to_string();
    let (write, open) = match shape.kind {
        Kind::Named => (quote!(fields), format!("{name} {{ ")),
        Kind::Tuple => (quote!(tuple), format!("{name}(")),
        Kind::Unit => return quote!(#(#cfg)* #pattern => __observe_f.write_str(#name),),
    };
    let parts = parts(shape, private);
    quote! {
        #(#cfg)* #pattern => { #borrows #private::form::#write(__observe_f, #open, &[#(#parts,)*]) }
    }
}

/// One part for each field that is seen, and one for all hidden fields in a row.
fn parts(shape: &Shape, private: &Runtime) -> Vec<TokenStream> {
    let mut parts = Vec::new();
    let (mut hidden, mut count) = (String::new(), 0_usize);
    for (at, field) in shape.fields.iter().enumerate() {
        let name = if shape.kind == Kind::Named { format!(", {}: ", field.name(at)) } else { ", ".to_owned() };
        if field.attr.policy.hides() && field.cfg.is_empty() {
            hidden += &name;
            hidden += MASK;
            count += 1;
            continue;
        }
        if count > 0 {
            parts.push(quote!(#private::form::Part::Hidden(#hidden, #count)));
            (hidden, count) = (String::new(), 0);
        }
        let cfg = &field.cfg;
        parts.push(if field.attr.policy.hides() {
            let text = name + MASK;
            quote!(#(#cfg)* #private::form::Part::Hidden(#text, 1))
        } else {
            let shown = shown(field, at, private);
            quote!(#(#cfg)* #private::form::Part::Shown(#name, &#shown))
        });
    }
    if count > 0 {
        parts.push(quote!(#private::form::Part::Hidden(#hidden, #count)));
    }
    parts
}

fn visit_arm(shape: &Shape, access: Access, private: &Runtime) -> TokenStream {
    let (cfg, pattern, borrows) = (&shape.cfg, pattern(shape, |_| true), borrows(shape, access, |_| true));
    let variant = shape.variant.as_ref().map(|variant| {
        let name = variant.unraw().to_string();
        quote!(__observe_visit("variant", #private::Value::from(#name));)
    });
    let fields = shape.fields.iter().enumerate().map(|(at, field)| {
        let (cfg, name, shown) = (&field.cfg, field.name(at), shown(field, at, private));
        quote!(#(#cfg)* __observe_visit(#name, #private::Record::value(&#shown));)
    });
    quote!(#(#cfg)* #pattern => { #borrows #variant #(#fields)* })
}

/// Binds the fields that are looked at, of those that `wanted` names by their places; a hidden one is
/// not even bound.
pub(super) fn pattern(shape: &Shape, wanted: impl Fn(usize) -> bool) -> TokenStream {
    let path = shape.variant.as_ref().map_or_else(|| quote!(Self), |variant| quote!(Self::#variant));
    let is_bound = |(at, field): &(usize, &Field)| !field.attr.policy.hides() && wanted(*at);
    let bound = shape.fields.iter().enumerate().filter(is_bound).map(|(at, field)| {
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

/// References to what a pattern had to copy.
pub(super) fn borrows(shape: &Shape, access: Access, wanted: impl Fn(usize) -> bool) -> TokenStream {
    let is_bound = |(at, field): &(usize, &Field)| access.copies && !field.attr.policy.hides() && wanted(*at);
    let bound = shape.fields.iter().enumerate().filter(is_bound).map(|(at, field)| {
        let (cfg, binding) = (&field.cfg, binding(field, at));
        quote!(#(#cfg)* let #binding = &#binding;)
    });
    quote!(#(#bound)*)
}

/// At the type's place, as all that looks at the field: a policy that doesn't fit underlines the type.
pub(super) fn binding(field: &Field, at: usize) -> Ident {
    format_ident!("__observe_field_{at}", span = field.ty.span())
}

/// The value as it may be seen, in a form that implements `Debug`, `Display` where it is not clear, and `Record`.
pub(super) fn shown(field: &Field, at: usize, private: &Runtime) -> TokenStream {
    let (span, binding) = (field.ty.span(), binding(field, at));
    let private = private.at(span);
    // A trait object is made of what has a size: of a reference to the rest.
    let text = if is_unsized(&field.ty) { quote_spanned!(span=> &#binding) } else { quote!(#binding) };
    match &field.attr.policy {
        Policy::Hide => quote!(#private::form::HIDDEN),
        Policy::Clear => quote_spanned! {span=>
            {
                #[allow(unused_imports)]
                use #private::form::{ViaDebug as _, ViaNothing as _, ViaRecord as _, ViaText as _};
                (&&&#private::form::Probe(#binding)).shown()
            }
        },
        Policy::KeepFirst(kept) => quote_spanned!(span=> #private::form::keep_first::<#kept>(#text)),
        Policy::KeepLast(kept) => quote_spanned!(span=> #private::form::keep_last::<#kept>(#text)),
        Policy::Email => quote_spanned!(span=> #private::form::email(#text)),
        Policy::Zip3 => quote_spanned!(span=> #private::form::zip3(#text)),
        Policy::Hash => quote_spanned!(span=> #private::form::hash(#text)),
        Policy::Year => by_text(&private, span, &binding, &quote!(YEAR)),
        Policy::Scrub => by_text(&private, span, &binding, &quote!(SCRUB)),
        // The call is at the function's path: what doesn't fit is between the two.
        Policy::With(function) => {
            let call = quote_spanned!(function.span()=> #function(#binding));
            quote_spanned!(span=> #private::form::with(&#call))
        }
    }
}

/// Of what has a text, or else a `Display`: dates and errors of other crates have no `SensitiveText`.
fn by_text(private: &Runtime, span: Span, binding: &Ident, policy: &TokenStream) -> TokenStream {
    quote_spanned! {span=>
        {
            #[allow(unused_imports)]
            use #private::form::{ViaDisplay as _, ViaNoText as _, ViaOption as _, ViaSensitive as _};
            (&&&#private::form::TextProbe(#binding)).under(#private::form::#policy)
        }
    }
}
