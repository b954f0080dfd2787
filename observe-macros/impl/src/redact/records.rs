//! The ways round a type's mask, for the catalogue:
//!
//! - a field that is `clear`;
//! - a field under `with`: detectors look at what the function makes, but they know no names and no diagnoses;
//! - a `derive(Serialize)` below `#[redact]`: it writes what is hidden to whoever serialises the type.
//!
//! Nothing else is one. `display` and `#[redact(serialize)]` show what policies show, the other policies show at
//! most four characters, and what serde's `serialize_with` makes of a clear field is that field.

use super::attr::Policy;
use super::container::Container;
use super::item::{Field, Shape};
use super::serialize::derives;
use crate::catalogue;
use crate::paths::Runtime;
use observe_rules::catalogue::Kind;
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::DeriveInput;
use syn::ext::IdentExt;
use syn::spanned::Spanned as _;

/// A record for each, where it is compiled at all.
pub(super) fn expand(item: &DeriveInput, shapes: &[Shape], container: &Container, private: &Runtime) -> TokenStream {
    let ident = item.ident.unraw().to_string();
    let mut records = TokenStream::new();
    for shape in shapes {
        let owner = match &shape.variant {
            Some(variant) => format!("{ident}::{}", variant.unraw()),
            None => ident.clone(),
        };
        for (at, field) in shape.fields.iter().enumerate() {
            let Some(kind) = kind(field) else { continue };
            let name = format!("{owner}.{}", field.name(at));
            let texts = [("name", name.as_str()), ("reason", &field.attr.reason)];
            let span = field.ident.as_ref().map_or_else(|| field.ty.span(), Ident::span);
            let record = catalogue::record(kind, &texts, span, private);
            let cfg = shape.cfg.iter().chain(&field.cfg);
            records.extend(quote!(#(#cfg)* #record));
        }
    }
    let hides = shapes.iter().flat_map(|shape| &shape.fields).any(|field| !field.attr.policy.shows());
    if let Some(derived) = derives(&item.attrs, "Serialize").filter(|_| hides) {
        let texts = [("name", ident.as_str()), ("reason", &container.reason)];
        records.extend(catalogue::record(Kind::RawSerialize, &texts, derived.span(), private));
    }
    records
}

fn kind(field: &Field) -> Option<Kind> {
    match field.attr.policy {
        Policy::Clear => Some(Kind::ClearField),
        Policy::With(_) => Some(Kind::FieldByFunction),
        _ => None,
    }
}
