//! The fields of `tracing` spans and events, on their way through redaction.

use crate::redact::{MASK, hides, scrub_owned};
use crate::span::AttributeValue;
use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use tracing::field::{Field, Visit};

/// Owned values: text is scrubbed, and everything is hidden where its name demands it.
#[derive(Debug, Default)]
pub(crate) struct RedactedFields(Vec<(&'static str, AttributeValue)>);

impl RedactedFields {
    /// The values, in the order in which they were recorded.
    pub(crate) fn into_inner(self) -> Vec<(&'static str, AttributeValue)> {
        self.0
    }

    fn push(&mut self, field: &Field, value: AttributeValue) {
        // A number under a sensitive name is as personal as a text: SSNs are often integers.
        let value = if hides(field.name()) { AttributeValue::Text(Cow::Borrowed(MASK)) } else { value };
        self.0.push((field.name(), value));
    }

    fn text(&mut self, field: &Field, text: String) {
        self.push(field, AttributeValue::Text(Cow::Owned(scrub_owned(text))));
    }
}

impl Visit for RedactedFields {
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.push(field, AttributeValue::Bool(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.push(field, AttributeValue::I64(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.push(field, AttributeValue::U64(value));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.push(field, AttributeValue::F64(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field, value.to_owned());
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.text(field, error_text(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.text(field, format!("{value:?}"));
    }
}

/// The error's text, and after it those of its sources.
pub(crate) fn error_text(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}
