//! The telemetry view of `#[redact]` types: shaped as serde shapes them, with masks for what is hidden.

#![expect(dead_code, reason = "fields that are hidden are not read, which is the point")]
#![expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]

mod constant;
mod inside;
mod masks;
mod own;
mod shapes;

use observe::{Redacted, view};
use serde::Serialize;
use serde_json::Value;

/// A view as JSON.
fn shown<T: Redacted + ?Sized>(value: &T) -> Value {
    serde_json::to_value(view(value)).unwrap_or_else(|error| panic!("{error}"))
}

/// A view as JSON text, in which the order of entries is seen.
fn text<T: Redacted + ?Sized>(value: &T) -> String {
    serde_json::to_string(&view(value)).unwrap_or_else(|error| panic!("{error}"))
}

/// The view of a value is what serde makes of its twin, which has masks for values. In a second format
/// too, where that one can write the twin at all.
#[track_caller]
fn same<T: Redacted + ?Sized>(value: &T, twin: &impl Serialize) {
    assert_eq!(text(value), serde_json::to_string(twin).unwrap_or_else(|error| panic!("{error}")));
    if let Ok(expected) = toml::to_string(twin) {
        assert_eq!(toml::to_string(&view(value)).ok(), Some(expected));
    }
}
