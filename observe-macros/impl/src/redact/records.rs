//! What the type shows in clear, for the catalogue.

use super::item::Shape;
use crate::catalogue;
use crate::paths::Runtime;
use observe_rules::catalogue::Kind;
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::spanned::Spanned as _;
use syn::{DeriveInput, Path};

/// A record for each field that is shown as it is, where the field is compiled at all.
pub(super) fn expand(item: &DeriveInput, shapes: &[Shape], krate: Option<&Path>) -> TokenStream {
    let private = Runtime::new(krate);
    let mut records = TokenStream::new();
    for shape in shapes {
        let owner = match &shape.variant {
            Some(variant) => format!("{}::{}", item.ident.unraw(), variant.unraw()),
            None => item.ident.unraw().to_string(),
        };
        for (at, field) in shape.fields.iter().enumerate().filter(|(_, field)| field.attr.policy.shows()) {
            let name = format!("{owner}.{}", field.name(at));
            let texts = [("name", name.as_str()), ("reason", &field.attr.reason)];
            let span = field.ident.as_ref().map_or_else(|| field.ty.span(), Ident::span);
            let record = catalogue::record(Kind::ClearField, &texts, span, &private);
            let cfg = shape.cfg.iter().chain(&field.cfg);
            records.extend(quote!(#(#cfg)* #record));
        }
    }
    records
}
