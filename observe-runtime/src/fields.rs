//! The fields of `tracing` spans and events, on their way through redaction.

use crate::redact::number::{found_in_float, found_in_integer};
use crate::redact::scrub::scrub;
use crate::redact::{MASK, hides_field, scrub_owned};
use crate::span::AttributeValue;
use std::borrow::Cow;
use std::error::Error;
use std::fmt::{self, Write as _};
use tracing::field::{Field, Visit};

/// The most causes of an error that are told: what is its own cause must not keep us forever.
const MOST_CAUSES: usize = 32;

/// Owned values: text is scrubbed, and everything is hidden where its name demands it.
#[derive(Debug, Default)]
pub(crate) struct RedactedFields(Vec<(&'static str, AttributeValue)>);

impl RedactedFields {
    /// With room for so many.
    pub(crate) fn with_capacity(count: usize) -> Self {
        Self(Vec::with_capacity(count))
    }

    /// The values, in the order in which they were recorded.
    pub(crate) fn into_inner(self) -> Vec<(&'static str, AttributeValue)> {
        self.0
    }

    /// `value` is asked for where the name lets it be seen.
    fn push(&mut self, field: &Field, value: impl FnOnce() -> AttributeValue) {
        // A number under a sensitive name is as personal as a text: SSNs are often integers.
        let value = if hides_field(field.name()) { AttributeValue::Text(Cow::Borrowed(MASK)) } else { value() };
        self.0.push((field.name(), value));
    }

    fn number(&mut self, field: &Field, value: AttributeValue) {
        self.push(field, || found_in_number(&value).map_or(value, |text| AttributeValue::Text(Cow::Owned(text))));
    }

    fn text(&mut self, field: &Field, text: impl FnOnce() -> String) {
        self.push(field, || AttributeValue::Text(Cow::Owned(text())));
    }
}

impl Visit for RedactedFields {
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.push(field, || AttributeValue::Bool(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.number(field, AttributeValue::I64(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.number(field, AttributeValue::U64(value));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.number(field, AttributeValue::F64(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field, || scrub(value).into_owned());
    }

    fn record_bytes(&mut self, field: &Field, value: &[u8]) {
        self.text(field, || safe_bytes(value).into_owned());
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.text(field, || error_text(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.text(field, || debug_text(value));
    }
}

/// What is shown in place of a number, where detectors find something in its digits.
#[inline]
pub(crate) fn found_in_number(value: &AttributeValue) -> Option<String> {
    match value {
        AttributeValue::I64(value) => found_in_integer(value.unsigned_abs()),
        AttributeValue::U64(value) => found_in_integer(*value),
        AttributeValue::F64(value) => found_in_float(*value),
        AttributeValue::Bool(_) | AttributeValue::Text(_) => None,
    }
}

/// Bytes as they may be seen: as the text that they are, or else by their number. Their digits would be past all
/// detectors.
pub(crate) fn safe_bytes(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => scrub(text),
        Err(_) => Cow::Owned(format!("{} bytes", bytes.len())),
    }
}

/// What `Debug` writes, as it may be seen.
pub(crate) fn debug_text(value: &dyn fmt::Debug) -> String {
    scrub_owned(formatted(format_args!("{value:?}")))
}

/// The error's text, and after it those of its sources, scrubbed each by itself and then together: a label may
/// stand in one, and its value in the next. What ends with the text of its source, as many errors do, says it once.
pub(crate) fn error_text<E: Error + ?Sized>(error: &E) -> String {
    let mut last = formatted(format_args!("{error}"));
    let mut chain = scrub(&last).into_owned();
    let mut source = error.source();
    for _ in 0..MOST_CAUSES {
        let Some(cause) = source else { break };
        let text = formatted(format_args!("{cause}"));
        if !last.ends_with(&text) {
            chain.push_str(": ");
            chain.push_str(&scrub(&text));
        }
        last = text;
        source = cause.source();
    }
    scrub_owned(chain)
}

/// A value that fails to be formatted keeps what it wrote before; `format!` would panic.
fn formatted(value: fmt::Arguments<'_>) -> String {
    let mut text = String::new();
    let _ = text.write_fmt(value);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Display;

    #[derive(Debug)]
    struct Link(&'static str, Option<Box<Link>>);

    impl Display for Link {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Link {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            self.1.as_ref().map(|cause| &**cause as &(dyn Error + 'static))
        }
    }

    fn chain(texts: &[&'static str]) -> String {
        let link = texts.iter().rev().fold(None, |cause, text| Some(Box::new(Link(text, cause))));
        error_text(&*link.unwrap())
    }

    #[test]
    fn a_chain_says_each_text_once() {
        assert_eq!(chain(&["a", "b", "c"]), "a: b: c");
        assert_eq!(chain(&["a: b", "b", "b", "c"]), "a: b: c");
        assert_eq!(chain(&["a", ""]), "a");
    }

    #[test]
    fn a_chain_is_scrubbed_in_its_parts_and_as_a_whole() {
        assert_eq!(chain(&["no bed", "mail jane@example.org"]), "no bed: mail [REDACTED:email]");
        assert_eq!(chain(&["ssn", "219450187"]), "ssn: [REDACTED:ssn]");
    }

    /// Its own cause.
    #[derive(Debug)]
    struct Endless;

    impl Display for Endless {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("again")
        }
    }

    impl Error for Endless {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&Endless)
        }
    }

    #[test]
    fn an_endless_chain_ends() {
        assert_eq!(error_text(&Endless), "again");
    }

    /// Writes a little, and fails.
    struct Fails;

    impl fmt::Debug for Fails {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("jane@example.org")?;
            Err(fmt::Error)
        }
    }

    #[test]
    fn a_debug_that_fails_keeps_what_it_wrote() {
        assert_eq!(debug_text(&Fails), "[REDACTED:email]");
    }

    #[test]
    fn bytes_are_text_or_a_number() {
        assert_eq!(safe_bytes(b"jane@example.org"), "[REDACTED:email]");
        assert_eq!(safe_bytes(b"\xff\x00"), "2 bytes");
    }
}
