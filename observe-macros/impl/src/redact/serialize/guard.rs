//! What stands between a hidden field and serde's derives: a mask is no data when it comes back in,
//! and inside a view of something else the value is no data that goes out.

use super::check::derives;
use super::words::Words;
use crate::paths::Runtime;
use crate::redact::item::{Field, Kind, Shape};
use quote::ToTokens;
use syn::{Data, DeriveInput, Type, parse_quote};

/// Adds `deserialize_with` and `serialize_with` to the fields that are not shown as they are, where
/// the derives stand below and the field has no function of its own.
pub(in crate::redact) fn guard(item: &mut DeriveInput, shapes: &[Shape], private: &Runtime) {
    let private = private.to_token_stream().to_string().replace(' ', "");
    if private.contains('$') {
        // The path has a meaning in a macro that a text can't carry.
        return;
    }
    let parameters: Vec<String> = item.generics.type_params().map(|param| param.ident.to_string()).collect();
    let guard = Guard {
        private,
        parameters,
        reads: derives(&item.attrs, "Deserialize").is_some(),
        writes: derives(&item.attrs, "Serialize").is_some(),
        has_default: Words::read(&item.attrs).has(&["default"]),
    };
    if !guard.reads && !guard.writes {
        return;
    }
    let fields: Vec<&mut syn::Fields> = match &mut item.data {
        Data::Struct(data) => vec![&mut data.fields],
        Data::Enum(data) => data.variants.iter_mut().map(|variant| &mut variant.fields).collect(),
        Data::Union(_) => Vec::new(),
    };
    for (fields, shape) in fields.into_iter().zip(shapes) {
        for (syntax, field) in fields.iter_mut().zip(&shape.fields) {
            if !field.attr.policy.shows() {
                guard.add(syntax, field, shape.kind);
            }
        }
    }
}

struct Guard {
    private: String,
    parameters: Vec<String>,
    reads: bool,
    writes: bool,
    /// Whether the type says what a missing field is.
    has_default: bool,
}

impl Guard {
    fn add(&self, syntax: &mut syn::Field, field: &Field, kind: Kind) {
        let words = Words::read(&syntax.attrs);
        let (private, ty) = (&self.private, &field.ty);
        if words.has(&["flatten", "with", "skip", "getter"]) {
            return;
        }
        let parameters: Vec<&str> = self.parameters.iter().map(String::as_str).collect();
        // A function of ours takes away the bound that serde's derive would find by itself.
        let bound =
            (crate::function::mentions(ty, &parameters) && !words.has(&["bound"])).then(|| ty.to_token_stream());
        if self.reads && !words.has(&["deserialize_with", "skip_deserializing"]) {
            let function = if is_last(ty, "Cow") && words.has(&["borrow"]) { "refuse_mask_cow" } else { "refuse_mask" };
            let path = format!("{private}::{function}");
            syntax.attrs.push(parse_quote!(#[serde(deserialize_with = #path)]));
            if kind == Kind::Named && is_last(ty, "Option") && !self.has_default && !words.has(&["default"]) {
                // Without it a field with a function of its own is never missing.
                syntax.attrs.push(parse_quote!(#[serde(default)]));
            }
            if let Some(ty) = &bound {
                let bound = format!("{ty}: {private}::Deserialize<'de>");
                syntax.attrs.push(parse_quote!(#[serde(bound(deserialize = #bound))]));
            }
        }
        if self.writes && !words.has(&["serialize_with", "skip_serializing"]) {
            let path = format!("{private}::serialize_raw");
            syntax.attrs.push(parse_quote!(#[serde(serialize_with = #path)]));
            if let Some(ty) = &bound {
                let bound = format!("{ty}: {private}::Serialize");
                syntax.attrs.push(parse_quote!(#[serde(bound(serialize = #bound))]));
            }
        }
    }
}

fn is_last(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == name))
}
