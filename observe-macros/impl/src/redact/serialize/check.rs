//! What stands in the way of a type's own redacted `Serialize`, and serde's words without a derive.

use super::words::Words;
use crate::diag::{Ctxt, Unreadable};
use observe_rules::{Code, suggest};
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Attribute, Data, DeriveInput, Field, Meta, Path, Token};

/// The words that serde's derives know on a type.
const OF_TYPE: &[&str] = &[
    "rename",
    "rename_all",
    "rename_all_fields",
    "deny_unknown_fields",
    "tag",
    "content",
    "untagged",
    "bound",
    "default",
    "remote",
    "transparent",
    "from",
    "try_from",
    "into",
    "crate",
    "expecting",
    "variant_identifier",
    "field_identifier",
];

/// Those on a variant.
const OF_VARIANT: &[&str] = &[
    "rename",
    "alias",
    "rename_all",
    "skip",
    "skip_serializing",
    "skip_deserializing",
    "serialize_with",
    "deserialize_with",
    "with",
    "bound",
    "borrow",
    "other",
    "untagged",
];

/// Those on a field.
const OF_FIELD: &[&str] = &[
    "rename",
    "alias",
    "default",
    "flatten",
    "skip",
    "skip_serializing",
    "skip_deserializing",
    "skip_serializing_if",
    "serialize_with",
    "deserialize_with",
    "with",
    "borrow",
    "bound",
    "getter",
];

/// Words that describe another type than the one that stands there.
const FOREIGN: &[&str] = &["into", "remote", "getter"];

/// Checks a type with `#[redact(serialize)]`, and takes off what nobody is left to read.
pub(in crate::redact) fn check(ctxt: &Ctxt, item: &mut DeriveInput) {
    take_derived_serialize(ctxt, item);
    let is_read = derives(&item.attrs, "Deserialize").is_some();
    for (place, known, attrs) in all_attributes(item) {
        let words = Words::read(attrs);
        for word in words.all.iter().filter(|word| FOREIGN.iter().any(|foreign| word.is_ident(foreign))) {
            let word_text = word.to_token_stream();
            let message = format!("`serde({word_text})` and `#[redact(serialize)]` don't go together");
            let help = "it shows another type's fields: put `#[redact]` on that type, and remove one of the two";
            ctxt.error(word, Code::Obs0511, message, help);
        }
        if !is_read {
            no_word_unknown(ctxt, &words, place, known);
            attrs.retain(|attr| !attr.path().is_ident("serde"));
        }
    }
}

/// Where none of serde's derives stands, nobody else would say so: a word that is ignored is one that somebody
/// relies on.
fn no_word_unknown(ctxt: &Ctxt, words: &Words, place: &str, known: &[&str]) {
    for word in words.all.iter().filter(|word| !known.iter().any(|known| word.is_ident(known))) {
        let word_text = word.to_token_stream().to_string();
        let message = format!("unknown word `{word_text}` for `#[serde]` on {place}");
        let help = match suggest::nearest(&word_text, known.iter().copied()) {
            Some(near) => format!("a similar one is `{near}`"),
            None => "remove it, or put it where serde knows it".to_owned(),
        };
        ctxt.error(word, Code::Obs0701, message, help);
    }
    for wrong in &words.wrong {
        let help = "write it as for serde's own derives, such as `rename_all = \"camelCase\"`";
        ctxt.unreadable(TokenStream::new(), Unreadable::At(wrong.clone()), help);
    }
}

/// A second `Serialize` would show what the first one hides, if rustc let both stand.
fn take_derived_serialize(ctxt: &Ctxt, item: &mut DeriveInput) {
    let Some(derived) = derives(&item.attrs, "Serialize") else { return };
    let message = format!("`{}` derives `Serialize`, and `#[redact(serialize)]` writes one", item.ident);
    let help = "remove it from the list; its `#[serde(…)]` attributes stay";
    ctxt.error(&derived, Code::Obs0511, message, help);
    for attr in &mut item.attrs {
        let Some(paths) = derived_by(attr) else { continue };
        let Meta::List(list) = &mut attr.meta else { continue };
        let is_derived = |path: &Path| path.to_token_stream().to_string() == derived.to_token_stream().to_string();
        let kept: Punctuated<Path, Token![,]> = paths.into_iter().filter(|path| !is_derived(path)).collect();
        list.tokens = kept.to_token_stream();
    }
}

/// The path under which serde's trait of this name is derived below `#[redact]`.
pub(in crate::redact) fn derives(attrs: &[Attribute], name: &str) -> Option<Path> {
    // Others have traits of these names too, such as `rkyv::Serialize`.
    let is_serde = |path: &Path| path.segments.len() == 1 || path.segments[0].ident.to_string().starts_with("serde");
    let is_meant = |path: &Path| path.segments.last().is_some_and(|last| last.ident == name) && is_serde(path);
    attrs.iter().filter_map(derived_by).flatten().find(is_meant)
}

fn derived_by(attr: &Attribute) -> Option<Punctuated<Path, Token![,]>> {
    match &attr.meta {
        Meta::List(list) if list.path.is_ident("derive") => {
            Punctuated::<Path, Token![,]>::parse_terminated.parse2(TokenStream::clone(&list.tokens)).ok()
        }
        _ => None,
    }
}

/// A list of attributes: what they stand on, and the words that serde knows there.
type Place<'a> = (&'static str, &'static [&'static str], &'a mut Vec<Attribute>);

/// Those of the type, of its variants, and of all fields.
fn all_attributes(item: &mut DeriveInput) -> Vec<Place<'_>> {
    let mut all: Vec<Place<'_>> = vec![("a type", OF_TYPE, &mut item.attrs)];
    match &mut item.data {
        Data::Struct(data) => all.extend(data.fields.iter_mut().map(of_field)),
        Data::Enum(data) => {
            for variant in &mut data.variants {
                all.push(("a variant", OF_VARIANT, &mut variant.attrs));
                all.extend(variant.fields.iter_mut().map(of_field));
            }
        }
        Data::Union(_) => {}
    }
    all
}

fn of_field(field: &mut Field) -> Place<'_> {
    ("a field", OF_FIELD, &mut field.attrs)
}
