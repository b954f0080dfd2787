//! The type that `#[redact]` stands on, and what was said of each field.

use super::attr::{FieldAttr, take_field};
use super::container::take_variant;
use crate::diag::Ctxt;
use crate::syntax::keyword_of;
use observe_rules::Code;
use proc_macro2::{Ident, TokenStream};
use syn::ext::IdentExt;
use syn::{Attribute, Data, DeriveInput, Fields, LitStr, Type};

/// The fields of a struct or of one variant, in order.
pub(super) struct Shape {
    /// The variant's name; `None` for a struct.
    pub(super) variant: Option<Ident>,
    /// The `#[cfg(…)]`s of a variant: they decide whether there is one.
    pub(super) cfg: Vec<Attribute>,
    pub(super) kind: Kind,
    pub(super) fields: Vec<Field>,
    /// How `Display` shows it, where that is said.
    pub(super) template: Option<LitStr>,
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
    /// As for a variant.
    pub(super) cfg: Vec<Attribute>,
    pub(super) ty: Type,
    pub(super) attr: FieldAttr,
}

impl Field {
    /// The field's name, or its number in a tuple.
    pub(super) fn name(&self, at: usize) -> String {
        self.ident.as_ref().map_or_else(|| at.to_string(), |ident| ident.unraw().to_string())
    }
}

/// Reads the type; anything that is not one is reported.
pub(super) fn parse(ctxt: &Ctxt, tokens: &TokenStream) -> Option<DeriveInput> {
    let help = "put `#[redact]` on the struct or enum that holds the data";
    let item = syn::parse2::<DeriveInput>(tokens.clone());
    let Some(item) = item.ok().filter(|item| !matches!(item.data, Data::Union(_))) else {
        let (keyword, what) = keyword_of(tokens);
        let message = format!("`#[redact]` stands on structs and enums, and this is {what}");
        ctxt.error(keyword, Code::Obs0504, message, help);
        return None;
    };
    Some(item)
}

/// Takes `#[redact(…)]` off every field, so that what is left is plain Rust.
pub(super) fn take_shapes(ctxt: &Ctxt, item: &mut DeriveInput) -> Vec<Shape> {
    match &mut item.data {
        Data::Struct(data) => vec![shape(ctxt, None, Vec::new(), None, &mut data.fields)],
        Data::Enum(data) => data
            .variants
            .iter_mut()
            .map(|variant| {
                let ident = variant.ident.clone();
                let template = take_variant(ctxt, &mut variant.attrs);
                shape(ctxt, Some(ident), cfg(&variant.attrs), template, &mut variant.fields)
            })
            .collect(),
        Data::Union(_) => Vec::new(),
    }
}

fn shape(
    ctxt: &Ctxt,
    variant: Option<Ident>,
    cfg_of_variant: Vec<Attribute>,
    template: Option<LitStr>,
    fields: &mut Fields,
) -> Shape {
    let kind = match fields {
        Fields::Named(_) => Kind::Named,
        Fields::Unnamed(_) => Kind::Tuple,
        Fields::Unit => Kind::Unit,
    };
    let mut fields: Vec<Field> = fields
        .iter_mut()
        .map(|field| Field {
            ident: field.ident.clone(),
            cfg: cfg_of_field(ctxt, field),
            ty: field.ty.clone(),
            attr: take_field(ctxt, &mut field.attrs),
        })
        .collect();
    if kind == Kind::Tuple && fields.iter().any(|field| !field.cfg.is_empty()) {
        // Reported, and numbered otherwise than it seems: nothing in it is looked at.
        for field in &mut fields {
            field.attr = FieldAttr::default();
        }
    }
    Shape { variant, cfg: cfg_of_variant, kind, fields, template }
}

fn cfg(attrs: &[Attribute]) -> Vec<Attribute> {
    attrs.iter().filter(|attr| attr.path().is_ident("cfg")).cloned().collect()
}

/// The same, where it can be followed: a number means another field once one before it is gone.
fn cfg_of_field(ctxt: &Ctxt, field: &syn::Field) -> Vec<Attribute> {
    let cfg = cfg(&field.attrs);
    if let (None, Some(first)) = (&field.ident, cfg.first()) {
        let message = "`#[redact]` can't follow a field that has a number and a `cfg`";
        ctxt.error(first, Code::Obs0504, message, "give the fields names");
    }
    cfg
}
