//! The fields of spans that others declare, as `#[tracing::instrument]` does: through redaction, and
//! onto an open span.

use super::SpanKind;
use super::data::AttributeValue;
use super::open::said::Saying;
use super::open::words::AttributeKey;
use super::open_span::OpenSpan;
use super::record::Value;
use crate::fields::{debug_text, error_text, found_in_number, safe_bytes};
use crate::redact::scrub::scrub;
use crate::redact::{self, MASK, counters};
use std::borrow::Cow;
use std::cell::Cell;
use std::error::Error;
use std::fmt;
use tracing::Metadata;
use tracing::field::{Field, Visit};

/// What a field's name says about its value. The names that bridges to OpenTelemetry know say something
/// about the span itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Attribute,
    /// An attribute that is not shown.
    Sensitive,
    SpanName,
    SpanKind,
    StatusCode,
    StatusText,
    /// An attribute, and the request's id.
    Request,
    Nothing,
}

impl Meaning {
    fn of(name: &str) -> Self {
        match name {
            "otel.name" => Self::SpanName,
            "otel.kind" => Self::SpanKind,
            "otel.status_code" => Self::StatusCode,
            "otel.status_description" | "error.message" => Self::StatusText,
            "observe.checked" => Self::Nothing,
            "request_id" => Self::Request,
            name if redact::is_sensitive(name) => Self::Sensitive,
            _ => Self::Attribute,
        }
    }
}

/// So many fields of a call site are known by their place; those behind are looked up by name.
const KNOWN: usize = 24;

/// The meanings of a call site's fields, and whose they are.
type Meanings = (usize, [Meaning; KNOWN]);

const SITES: usize = 32;

thread_local! {
    /// Of the call sites that the thread has come by last: names are compared once.
    static MEANINGS: [Cell<Meanings>; SITES] =
        const { [const { Cell::new((0, [Meaning::Attribute; KNOWN])) }; SITES] };
}

fn meanings(metadata: &'static Metadata<'static>) -> [Meaning; KNOWN] {
    let address = std::ptr::from_ref(metadata).addr();
    let make = || {
        let mut meanings = [Meaning::Attribute; KNOWN];
        for (meaning, field) in meanings.iter_mut().zip(metadata.fields().iter()) {
            *meaning = Meaning::of(field.name());
        }
        meanings
    };
    let known = MEANINGS.try_with(|sites| {
        // The lowest bits are the same for all of them.
        let site = &sites[address / align_of::<Metadata<'static>>() / 8 % SITES];
        let (of, mut meanings) = site.get();
        if of != address {
            meanings = make();
            site.set((address, meanings));
        }
        meanings
    });
    known.unwrap_or_else(|_| make())
}

/// Puts what it visits onto a span.
pub(crate) struct OntoSpan {
    span: OpenSpan,
    meanings: [Meaning; KNOWN],
    /// Whether nobody else knows the span yet.
    is_first: bool,
}

impl OntoSpan {
    #[inline]
    pub(crate) fn new(span: OpenSpan, metadata: &'static Metadata<'static>, is_first: bool) -> Self {
        Self { span, meanings: meanings(metadata), is_first }
    }

    #[inline]
    fn put(&mut self, field: &Field, value: Value<'_>) {
        let (name, place) = (field.name(), field.index());
        let meaning = self.meanings.get(place).copied().unwrap_or_else(|| Meaning::of(name));
        match (meaning, value) {
            (Meaning::Attribute, value) => self.record(place, name, value),
            // A number under a sensitive name is as personal as a text: SSNs are often integers.
            (Meaning::Sensitive, _) => {
                counters::FIELD.add(1);
                self.record(place, name, Value::from(MASK));
            }
            (meaning, Value::Text(text)) => self.say(meaning, place, name, &text),
            (Meaning::Nothing, _) => {}
            (_, value) => self.record(place, name, value),
        }
    }

    /// What is said about the span itself.
    fn say(&mut self, meaning: Meaning, place: usize, name: &'static str, text: &str) {
        let span = self.span;
        match meaning {
            Meaning::SpanName => span.record(AttributeKey::SpanName, || Cow::Borrowed(name), Value::from(text)),
            Meaning::SpanKind => span.set_kind(SpanKind::from_name(text).unwrap_or_default()),
            Meaning::StatusCode if text.eq_ignore_ascii_case("error") => span.fail(None),
            Meaning::StatusCode if text.eq_ignore_ascii_case("ok") => span.set_ok(),
            Meaning::StatusText => span.fail(Some(text)),
            Meaning::StatusCode | Meaning::Nothing => {}
            Meaning::Request => {
                span.slot.said.set(Saying::Request, text);
                self.record(place, name, Value::from(text));
            }
            Meaning::Attribute | Meaning::Sensitive => self.record(place, name, Value::from(text)),
        }
    }

    /// A number, unless its digits are those of a card.
    #[inline]
    fn number(&mut self, field: &Field, value: AttributeValue) {
        match found_in_number(&value) {
            Some(text) => self.put(field, Value::Text(Cow::Owned(text))),
            None => self.put(field, value.into()),
        }
    }

    #[inline]
    fn record(&self, place: usize, name: &'static str, value: Value<'_>) {
        if self.is_first {
            self.span.record_at(place, name, value);
        } else {
            self.span.record(AttributeKey::Field(place), || Cow::Borrowed(name), value);
        }
    }
}

impl Visit for OntoSpan {
    #[inline]
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, Value::Bool(value));
    }

    #[inline]
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.number(field, AttributeValue::I64(value));
    }

    #[inline]
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.number(field, AttributeValue::U64(value));
    }

    #[inline]
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.number(field, AttributeValue::F64(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, Value::Text(scrub(value)));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.put(field, Value::Text(Cow::Owned(error_text(value))));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, Value::Text(Cow::Owned(debug_text(value))));
    }

    fn record_bytes(&mut self, field: &Field, value: &[u8]) {
        self.put(field, Value::Text(safe_bytes(value)));
    }
}
