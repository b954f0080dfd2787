//! The view's shape: what serde's attributes make of a type.

use super::name;
use super::words::Words;
use crate::redact::expand::binding;
use crate::redact::item::{Field, Kind, Shape};
use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, ExprPath, Fields};

/// A struct, or a variant, as it is written.
pub(super) struct Part<'a> {
    pub(super) shape: &'a Shape,
    pub(super) place: Place,
    pub(super) fields: Vec<Shown<'a>>,
    /// Whether the variant is not to be written, and gives the mask.
    pub(super) skip: bool,
    /// What writes all fields of a variant; only where all of them are shown.
    pub(super) serialize_with: Option<ExprPath>,
    /// Whether a tuple of one field is written as that field; a second one that is skipped counts.
    pub(super) is_newtype: bool,
}

/// Where the name of the variant goes, if there is one.
pub(super) enum Place {
    Struct,
    /// A struct with its own name in it.
    TaggedStruct {
        tag: String,
        name: String,
    },
    Transparent,
    /// `{"Admitted": …}`
    External(Variant),
    /// `{"type": "Admitted", …}`
    Internal(Variant, String),
    /// `{"type": "Admitted", "content": …}`
    Adjacent(Variant, String, String),
    Untagged,
}

pub(super) struct Variant {
    pub(super) at: u32,
    pub(super) name: String,
}

/// A field that is written.
pub(super) struct Shown<'a> {
    pub(super) at: usize,
    pub(super) field: &'a Field,
    pub(super) name: String,
    pub(super) flatten: bool,
    pub(super) skip_if: Option<ExprPath>,
    pub(super) serialize_with: Option<ExprPath>,
}

impl Shown<'_> {
    pub(super) fn is_hidden(&self) -> bool {
        self.field.attr.policy.hides()
    }

    pub(super) fn is_clear(&self) -> bool {
        self.field.attr.policy.shows()
    }

    pub(super) fn binding(&self) -> Ident {
        binding(self.field, self.at)
    }
}

impl Part<'_> {
    pub(super) fn is_flat(&self) -> bool {
        self.fields.iter().any(|field| field.flatten)
    }
}

/// The name of the type as formats see it, and its parts in order.
pub(super) fn read<'a>(item: &DeriveInput, shapes: &'a [Shape]) -> (String, Vec<Part<'a>>) {
    let words = Words::read(&item.attrs);
    let name = words.rename.clone().unwrap_or_else(|| item.ident.unraw().to_string());
    let parts = match &item.data {
        Data::Struct(data) => shapes.iter().map(|shape| of_struct(&words, &name, shape, &data.fields)).collect(),
        Data::Enum(data) => {
            let variants = data.variants.iter().zip(shapes).zip(0..);
            variants.map(|((variant, shape), at)| of_variant(&words, variant, at, shape)).collect()
        }
        Data::Union(_) => Vec::new(),
    };
    (name, parts)
}

fn of_struct<'a>(words: &Words, name: &str, shape: &'a Shape, fields: &Fields) -> Part<'a> {
    let place = match &words.tag {
        _ if words.has(&["transparent"]) => Place::Transparent,
        Some(tag) if shape.kind == Kind::Named => Place::TaggedStruct { tag: tag.clone(), name: name.to_owned() },
        _ => Place::Struct,
    };
    let fields = shown(shape, fields, words.rename_all.as_deref());
    let is_newtype = shape.kind == Kind::Tuple && shape.fields.len() == 1 && fields.len() == 1;
    Part { shape, place, fields, skip: false, serialize_with: None, is_newtype }
}

fn of_variant<'a>(words: &Words, variant: &syn::Variant, at: u32, shape: &'a Shape) -> Part<'a> {
    let own = Words::read(&variant.attrs);
    let rust_name = variant.ident.unraw().to_string();
    let name = own.rename.clone().unwrap_or_else(|| name::of_variant(words.rename_all.as_deref(), &rust_name));
    let name = Variant { at, name };
    let place = match (&words.tag, &words.content) {
        _ if words.has(&["untagged"]) || own.has(&["untagged"]) => Place::Untagged,
        (Some(tag), Some(content)) => Place::Adjacent(name, tag.clone(), content.clone()),
        (Some(tag), None) => Place::Internal(name, tag.clone()),
        (None, _) => Place::External(name),
    };
    let fields = shown(shape, &variant.fields, own.rename_all.as_deref().or(words.rename_all_fields.as_deref()));
    let are_clear = fields.len() == shape.fields.len() && fields.iter().all(Shown::is_clear);
    let is_newtype = shape.kind == Kind::Tuple && shape.fields.len() == 1 && fields.len() == 1;
    Part { shape, place, fields, skip: own.skip, serialize_with: own.serialize_with.filter(|_| are_clear), is_newtype }
}

/// The fields that are written. Whether one with a mask is left out does not depend on its value.
fn shown<'a>(shape: &'a Shape, fields: &Fields, case: Option<&str>) -> Vec<Shown<'a>> {
    let fields = shape.fields.iter().zip(fields).enumerate();
    let shown = fields.filter_map(|(at, (field, syntax))| {
        let words = Words::read(&syntax.attrs);
        let is_clear = field.attr.policy.shows();
        let rust_name = field.name(at);
        (!words.skip).then(|| Shown {
            at,
            field,
            name: words.rename.unwrap_or_else(|| name::of_field(case, &rust_name)),
            flatten: words.flatten,
            skip_if: words.skip_if.filter(|_| is_clear),
            serialize_with: words.serialize_with.filter(|_| is_clear),
        })
    });
    shown.collect()
}
