//! JSON of the struct that [`debug`](super::debug) has, into a buffer that is kept.

use super::debug::{HIDDEN, Ours, Plain, Redactable};
use crate::subject::{Subject, repeat};
use ::redactable::Redactable as _;
use std::hint::black_box;

type Write<T> = fn(&T, &mut Vec<u8>) -> serde_json::Result<()>;

pub(super) fn derived() -> Result<Box<dyn Subject>, String> {
    shown(Plain::patient(), |value, json| serde_json::to_writer(json, value))
}

pub(super) fn ours() -> Result<Box<dyn Subject>, String> {
    hidden(Ours::patient(), |value, json| serde_json::to_writer(json, &observe::view(value)))
}

/// It redacts a copy.
pub(super) fn redactable() -> Result<Box<dyn Subject>, String> {
    hidden(Redactable::patient(), |value, json| serde_json::to_writer(json, &value.clone().redact()))
}

/// The subject, once nothing that it should hide is seen.
fn hidden<T: 'static>(value: T, write: Write<T>) -> Result<Box<dyn Subject>, String> {
    let mut json = Vec::new();
    write(&value, &mut json).map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&json);
    match HIDDEN.iter().find(|secret| text.contains(*secret)) {
        Some(secret) => Err(format!("`{secret}` is seen: {text}")),
        None => shown(value, write),
    }
}

fn shown<T: 'static>(value: T, write: Write<T>) -> Result<Box<dyn Subject>, String> {
    let mut json = Vec::new();
    repeat(move |_| {
        json.clear();
        let _ = write(black_box(&value), &mut json);
        black_box(&json);
    })
}
