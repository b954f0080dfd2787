//! `Debug` of one struct, written once for each library: 8 fields, of which name, number and telephone
//! hide.

use crate::subject::{Subject, repeat};
use ::data_privacy::{classified, taxonomy};
use ::redactable::{Secret, Sensitive};
use ::secrecy::SecretString;
use ::veil::Redact;
use observe::redact;
use serde::Serialize;
use std::fmt::{Debug, Write as _};
use std::hint::black_box;

pub(super) const HIDDEN: [&str; 3] = ["Jane Roe", "MRN-0042", "+1 202 555 0143"];

#[derive(Debug, Serialize)]
pub(super) struct Plain {
    id: u64,
    name: String,
    mrn: String,
    phone: String,
    topic: String,
    ward: u32,
    visits: u32,
    admitted: bool,
}

#[redact]
#[expect(dead_code, reason = "three are read by nothing")]
pub(super) struct Ours {
    #[redact(clear)]
    id: u64,
    name: String,
    mrn: String,
    phone: String,
    #[redact(clear)]
    topic: String,
    #[redact(clear)]
    ward: u32,
    #[redact(clear)]
    visits: u32,
    #[redact(clear)]
    admitted: bool,
}

#[derive(Redact)]
struct Veiled {
    id: u64,
    #[redact]
    name: String,
    #[redact]
    mrn: String,
    #[redact]
    phone: String,
    topic: String,
    ward: u32,
    visits: u32,
    admitted: bool,
}

#[derive(Clone, Sensitive, Serialize)]
pub(super) struct Redactable {
    id: u64,
    #[sensitive(Secret)]
    name: String,
    #[sensitive(Secret)]
    mrn: String,
    #[sensitive(Secret)]
    phone: String,
    topic: String,
    ward: u32,
    visits: u32,
    admitted: bool,
}

#[derive(Debug)]
#[expect(dead_code, reason = "read by Debug only")]
struct Boxed {
    id: u64,
    name: SecretString,
    mrn: SecretString,
    phone: SecretString,
    topic: String,
    ward: u32,
    visits: u32,
    admitted: bool,
}

#[taxonomy(bench)]
enum Taxonomy {
    Personal,
}

#[classified(Taxonomy::Personal)]
struct Personal(String);

impl From<&str> for Personal {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

#[derive(Debug)]
#[expect(dead_code, reason = "read by Debug only")]
struct Classified {
    id: u64,
    name: Personal,
    mrn: Personal,
    phone: Personal,
    topic: String,
    ward: u32,
    visits: u32,
    admitted: bool,
}

/// The same values for each of the structs.
macro_rules! patients {
    ($($type:ident),*) => {$(
        impl $type {
            pub(super) fn patient() -> Self {
                let [name, mrn, phone] = HIDDEN;
                Self {
                    id: 81_237,
                    name: name.into(),
                    mrn: mrn.into(),
                    phone: phone.into(),
                    topic: "infection".into(),
                    ward: 12,
                    visits: 3,
                    admitted: true,
                }
            }
        }
    )*};
}

patients!(Plain, Ours, Veiled, Redactable, Boxed, Classified);

pub(super) fn derived() -> Result<Box<dyn Subject>, String> {
    shown(Plain::patient())
}

pub(super) fn ours() -> Result<Box<dyn Subject>, String> {
    hidden(Ours::patient())
}

pub(super) fn veil() -> Result<Box<dyn Subject>, String> {
    hidden(Veiled::patient())
}

pub(super) fn redactable() -> Result<Box<dyn Subject>, String> {
    hidden(Redactable::patient())
}

pub(super) fn secrecy() -> Result<Box<dyn Subject>, String> {
    hidden(Boxed::patient())
}

pub(super) fn data_privacy() -> Result<Box<dyn Subject>, String> {
    hidden(Classified::patient())
}

/// The subject, once nothing that it should hide is seen.
fn hidden(value: impl Debug + 'static) -> Result<Box<dyn Subject>, String> {
    let text = format!("{value:?}");
    match HIDDEN.iter().find(|secret| text.contains(*secret)) {
        Some(secret) => Err(format!("`{secret}` is seen: {text}")),
        None => shown(value),
    }
}

/// Formats into a text that is kept, so that only formatting is measured.
fn shown(value: impl Debug + 'static) -> Result<Box<dyn Subject>, String> {
    let mut text = String::new();
    repeat(move |_| {
        text.clear();
        let _ = write!(text, "{:?}", black_box(&value));
        black_box(&text);
    })
}
