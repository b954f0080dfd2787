//! The type that `#[redact]` stands on, and what was said of each field.

use super::attr::{FieldAttr, take_field};
use crate::diag::Ctxt;
use observe_rules::Code;
use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::{Data, DeriveInput, Fields, Type};

/// The fields of a struct or of one variant, in order.
pub(super) struct Shape {
    /// The variant's name; `None` for a struct.
    pub(super) variant: Option<Ident>,
    pub(super) kind: Kind,
    pub(super) fields: Vec<Field>,
}

/// How the fields are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Named,
    Tuple,
    Unit,
}

pub(super) struct Field {
    pub(super) ident: Option<Ident>,
    pub(super) ty: Type,
    pub(super) attr: FieldAttr,
}

impl Field {
    /// The field's name, or its number in a tuple.
    pub(super) fn name(&self, at: usize) -> String {
        self.ident.as_ref().map_or_else(|| at.to_string(), ToString::to_string)
    }
}

/// Reads the type; anything that is not one is reported.
pub(super) fn parse(ctxt: &Ctxt, tokens: &TokenStream) -> Option<DeriveInput> {
    let help = "put `#[redact]` on the struct or enum that holds the data";
    let Ok(item) = syn::parse2::<DeriveInput>(tokens.clone()) else {
        let at = tokens.clone().into_iter().find(|token| token.to_string() != "pub");
        let at = at.map_or_else(|| tokens.clone(), |token| token.to_token_stream());
        ctxt.error(at, Code::Obs0504, "`#[redact]` stands on structs and enums, and this is neither", help);
        return None;
    };
    if let Data::Union(data) = &item.data {
        let message = "`#[redact]` stands on structs and enums: which field of a union holds a value, nobody knows";
        ctxt.error(data.union_token, Code::Obs0504, message, help);
        return None;
    }
    Some(item)
}

/// Takes `#[redact(…)]` off every field, so that what is left is plain Rust.
pub(super) fn take_shapes(ctxt: &Ctxt, item: &mut DeriveInput) -> Vec<Shape> {
    match &mut item.data {
        Data::Struct(data) => vec![shape(ctxt, None, &mut data.fields)],
        Data::Enum(data) => data
            .variants
            .iter_mut()
            .map(|variant| {
                let ident = variant.ident.clone();
                for attr in variant.attrs.extract_if(.., |attr| attr.path().is_ident("redact")) {
                    let help = "write `#[redact(…)]` on the variant's fields; a variant's name is always shown";
                    ctxt.error(attr, Code::Obs0504, "a policy is said of a field, not of a variant", help);
                }
                shape(ctxt, Some(ident), &mut variant.fields)
            })
            .collect(),
        Data::Union(_) => Vec::new(),
    }
}

fn shape(ctxt: &Ctxt, variant: Option<Ident>, fields: &mut Fields) -> Shape {
    let kind = match fields {
        Fields::Named(_) => Kind::Named,
        Fields::Unnamed(_) => Kind::Tuple,
        Fields::Unit => Kind::Unit,
    };
    let fields = fields
        .iter_mut()
        .map(|field| Field {
            ident: field.ident.clone(),
            ty: field.ty.clone(),
            attr: take_field(ctxt, &mut field.attrs),
        })
        .collect();
    Shape { variant, kind, fields }
}
