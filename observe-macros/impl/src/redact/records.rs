//! What the catalogue has of a type: what each policy shows, and the ways round its mask.
//!
//! A type leaves one record of its fields. A field that is compiled only under a condition has one of its own, under the
//! same condition and the type's name.
//!
//! The ways round are:
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
use crate::catalogue::{self, Record};
use crate::paths::Runtime;
use observe_rules::catalogue::Kind;
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::DeriveInput;
use syn::ext::IdentExt;
use syn::spanned::Spanned as _;

/// All records, each where what it is about is compiled at all.
pub(super) fn expand(item: &DeriveInput, shapes: &[Shape], container: &Container, private: &Runtime) -> TokenStream {
    let (policies, ways_round) = (policies(item, shapes, private), ways_round(item, shapes, container, private));
    quote!(#policies #ways_round)
}

/// What is shown of each field.
fn policies(item: &DeriveInput, shapes: &[Shape], private: &Runtime) -> TokenStream {
    let span = item.ident.span();
    let new = || {
        let mut record = Record::new(Kind::Redaction);
        record.text("name", item.ident.unraw().to_string());
        record
    };
    let (mut always, mut records) = (new(), TokenStream::new());
    for shape in shapes {
        for (at, field) in shape.fields.iter().enumerate() {
            let name = match &shape.variant {
                Some(variant) => format!("{}.{}", variant.unraw(), field.name(at)),
                None => field.name(at),
            };
            let cfg: Vec<_> = shape.cfg.iter().chain(&field.cfg).collect();
            if cfg.is_empty() {
                say(&mut always, name, field);
            } else {
                let mut record = new();
                say(&mut record, name, field);
                let record = record.item(RECORD, span, private);
                records.extend(quote!(#(#cfg)* const _: () = { #record };));
            }
        }
    }
    let always = always.item(RECORD, span, private);
    quote!(const _: () = { #always }; #records)
}

const RECORD: &str = "__OBSERVE_RECORD";

fn say(record: &mut Record, name: String, field: &Field) {
    record.text("field", name);
    record.text("policy", word(&field.attr.policy));
    if !field.attr.reason.is_empty() {
        record.text("reason", field.attr.reason.as_str());
    }
}

/// The policy in the catalogue's words, which say how much is shown.
fn word(policy: &Policy) -> &'static str {
    match policy {
        Policy::Hide => "hidden",
        Policy::Clear => "clear",
        Policy::KeepFirst(_) | Policy::KeepLast(_) | Policy::Email | Policy::Year | Policy::Zip3 => "partial",
        Policy::Hash => "hashed",
        Policy::Scrub => "scrubbed",
        Policy::With(_) => "function",
    }
}

fn ways_round(item: &DeriveInput, shapes: &[Shape], container: &Container, private: &Runtime) -> TokenStream {
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

#[cfg(test)]
mod tests {
    use super::super::expand;
    use observe_rules::catalogue::{Kind, literal};
    use proc_macro2::{Literal, TokenStream};
    use quote::quote;

    #[track_caller]
    fn assert_left(item: &TokenStream, texts: &[(&str, &str)]) {
        let expected = Literal::byte_string(&literal(Kind::Redaction, (0, 0), ("", 0, 0), texts)).to_string();
        let expanded = expand(TokenStream::new(), item).to_string();
        assert!(expanded.contains(&expected), "{expected} in {expanded}");
    }

    #[test]
    fn every_field_is_said_with_what_is_shown_of_it() {
        assert_left(
            &quote!(
                struct Question {
                    #[redact(clear, because = "a number of ours")]
                    id: u64,
                    #[redact(hash)]
                    mrn: String,
                    #[redact(keep_last = 4)]
                    phone: String,
                    #[redact(scrub)]
                    notes: String,
                    text: String,
                }
            ),
            &[
                ("name", "Question"),
                ("field", "id"),
                ("policy", "clear"),
                ("reason", "a number of ours"),
                ("field", "mrn"),
                ("policy", "hashed"),
                ("field", "phone"),
                ("policy", "partial"),
                ("field", "notes"),
                ("policy", "scrubbed"),
                ("field", "text"),
                ("policy", "hidden"),
            ],
        );
    }

    #[test]
    fn a_field_of_a_variant_and_one_under_a_condition_are_told_apart() {
        let item = quote!(
            enum Event {
                Login(#[redact(with = first)] String),
                #[cfg(feature = "pay")]
                Paid {
                    card: String,
                },
            }
        );
        assert_left(&item, &[("name", "Event"), ("field", "Login.0"), ("policy", "function")]);
        assert_left(&item, &[("name", "Event"), ("field", "Paid.card"), ("policy", "hidden")]);
        let expanded = expand(TokenStream::new(), &item).to_string();
        assert!(expanded.contains("# [cfg (feature = \"pay\")] const _ : ()"), "{expanded}");
    }
}
