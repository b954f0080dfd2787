//! `Display` of a redacted type: as its templates say, and as `Debug` where there is none.

use super::container::{Container, Display};
use super::expand::{Access, MASK, binding, borrows, pattern, shown};
use super::item::Shape;
use super::template::{self, Piece};
use crate::paths::Runtime;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::LitStr;
use syn::spanned::Spanned as _;

/// The arms of `Display`; `None` where it is not asked for.
pub(super) fn arms(shapes: &[Shape], container: &Container, access: Access, private: &Runtime) -> Option<TokenStream> {
    let is_asked = container.display.is_some() || shapes.iter().any(|shape| shape.template.is_some());
    is_asked.then(|| shapes.iter().map(|shape| arm(shape, container, access, private)).collect())
}

/// The template of a struct stands on the type, and that of a variant on the variant.
pub(super) fn of<'a>(shape: &'a Shape, container: &'a Container) -> Option<&'a LitStr> {
    match (&shape.template, &container.display) {
        (Some(template), _) => Some(template),
        (None, Some(Display::Template(template))) if shape.variant.is_none() => Some(template),
        _ => None,
    }
}

/// The places of the fields that the template names; none where there is none, or a wrong one.
pub(super) fn fields(shape: &Shape, container: &Container) -> Vec<usize> {
    let pieces = of(shape, container).and_then(|template| template::read(&template.value(), shape).ok());
    let named = pieces.into_iter().flatten().filter_map(|piece| match piece {
        Piece::Field(at) => Some(at),
        Piece::Text(_) => None,
    });
    named.collect()
}

fn arm(shape: &Shape, container: &Container, access: Access, private: &Runtime) -> TokenStream {
    let cfg = &shape.cfg;
    // A wrong template has been reported: nothing of the value is shown then either.
    let pieces = of(shape, container).and_then(|template| template::read(&template.value(), shape).ok());
    let Some(pieces) = pieces else {
        let pattern = pattern(shape, |_| false);
        return quote!(#(#cfg)* #pattern => #private::form::debug_as_display(__observe_f, &self),);
    };
    let named = fields(shape, container);
    let is_named = |at| named.contains(&at);
    let (pattern, borrows) = (pattern(shape, is_named), borrows(shape, access, is_named));
    let (mut texts, mut values, mut hidden) = (Vec::new(), Vec::new(), 0_usize);
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(piece) => text += &piece,
            Piece::Field(at) if shape.fields[at].attr.policy.hides() => {
                text += MASK;
                hidden += 1;
            }
            Piece::Field(at) => {
                values.push(value(shape, at, private));
                texts.push(std::mem::take(&mut text));
            }
        }
    }
    texts.push(text);
    quote! {
        #(#cfg)* #pattern => {
            #borrows
            #private::form::template(__observe_f, #hidden, &[#(#texts),*], &[#(&#values),*])
        }
    }
}

/// A value that is clear has no quotes here, as it has in `Debug`.
fn value(shape: &Shape, at: usize, private: &Runtime) -> TokenStream {
    let field = &shape.fields[at];
    if !field.attr.policy.shows() {
        return shown(field, at, private);
    }
    let (span, binding) = (field.ty.span(), binding(field, at));
    let private = private.at(span);
    quote_spanned! {span=>
        {
            #[allow(unused_imports)]
            use #private::form::{ViaDebugText as _, ViaDisplayText as _};
            (&&#private::form::DisplayProbe(#binding)).text()
        }
    }
}
