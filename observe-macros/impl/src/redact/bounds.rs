//! The `where` clauses of generated code: the type's own, and a trait for what is shown of its parameters.

use super::container::Container;
use super::display;
use super::item::{Field, Shape};
use crate::function::mentions;
use crate::paths::Runtime;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, WherePredicate};

/// What `Debug` and `Record` ask for.
pub(super) fn with_debug(item: &DeriveInput, shapes: &[Shape], private: &Runtime) -> TokenStream {
    let bounds = of_debug(item, shapes, private);
    where_clause(item, &bounds)
}

/// What `Display` asks for: all that `Debug` does, and a `Display` of what templates show.
pub(super) fn with_display(
    item: &DeriveInput,
    shapes: &[Shape],
    container: &Container,
    private: &Runtime,
) -> TokenStream {
    let mut bounds = of_debug(item, shapes, private);
    for shape in shapes {
        let named = display::fields(shape, container);
        let clear = named.into_iter().filter_map(|at| shape.fields.get(at)).filter(|field| field.attr.policy.shows());
        for field in clear {
            bound(item, field, &quote!(::core::fmt::Display), &mut bounds);
        }
    }
    where_clause(item, &bounds)
}

/// What the telemetry view asks for these fields, which are those that are in it by their types.
pub(super) fn with_view<'a>(
    item: &DeriveInput,
    fields: impl Iterator<Item = &'a Field>,
    private: &Runtime,
) -> TokenStream {
    let mut bounds = Vec::new();
    for field in fields {
        of_field(item, field, &quote!(#private::Redacted), private, &mut bounds);
    }
    where_clause(item, &bounds)
}

/// The same clause, for a type that has a size. It is asked only where there may be none: of all others
/// rustc knows it.
pub(super) fn where_sized(item: &DeriveInput, clause: &TokenStream) -> TokenStream {
    let sized = mentions(&item.generics, &["Sized"]).then(|| quote!(Self: ::core::marker::Sized,));
    quote!(#clause #sized)
}

fn of_debug(item: &DeriveInput, shapes: &[Shape], private: &Runtime) -> Vec<TokenStream> {
    let mut bounds = Vec::new();
    for field in shapes.iter().flat_map(|shape| &shape.fields) {
        of_field(item, field, &quote!(::core::fmt::Debug), private, &mut bounds);
    }
    bounds
}

/// What a field asks for: this where it is clear, and its text where the policy works on that.
fn of_field(item: &DeriveInput, field: &Field, clear: &TokenStream, private: &Runtime, bounds: &mut Vec<TokenStream>) {
    if field.attr.policy.shows() {
        bound(item, field, clear, bounds);
    } else if field.attr.policy.takes_text() {
        bound(item, field, &quote!(#private::SensitiveText), bounds);
    }
}

/// The trait for the field's type, where that depends on a parameter. In a type that contains itself
/// for the parameter alone: the type's own bound would have no end.
fn bound(item: &DeriveInput, field: &Field, of: &TokenStream, bounds: &mut Vec<TokenStream>) {
    let (ty, cfg) = (&field.ty, &field.cfg);
    let params: Vec<_> = item.generics.type_params().map(|param| &param.ident).collect();
    let used = params.iter().filter(|param| mentions(ty, &[param.to_string().as_str()]));
    // A predicate can't stand under `cfg`; a type that may not exist is not named.
    let is_own = mentions(ty, &[item.ident.to_string().as_str(), "Self"]) || !cfg.is_empty();
    if is_own {
        bounds.extend(used.map(|param| quote!(#param: #of,)));
    } else if used.count() > 0 {
        bounds.push(quote!(#ty: #of,));
    }
}

fn where_clause(item: &DeriveInput, bounds: &[TokenStream]) -> TokenStream {
    let own: Vec<&WherePredicate> =
        item.generics.where_clause.iter().flat_map(|clause| clause.predicates.iter()).collect();
    quote!(where #(#own,)* #(#bounds)*)
}
