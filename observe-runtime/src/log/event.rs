//! An event, redacted and owned: what a line is made of.

use crate::redact::{MASK, hides, scrub_owned};
use crate::span::AttributeValue;
use crate::span::{SpanId, TraceId};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;
use tracing::field::{Field, Visit};
use tracing::{Event, Level};

/// One log event. Everything in it has been through redaction.
#[derive(Clone, Debug)]
pub(crate) struct LogEvent {
    pub(crate) time: SystemTime,
    pub(crate) level: Level,
    pub(crate) target: Cow<'static, str>,
    pub(crate) message: String,
    pub(crate) fields: Vec<(&'static str, AttributeValue)>,
    /// The trace and the span that it happened in.
    pub(crate) ids: Option<(TraceId, SpanId)>,
    pub(crate) request_id: Option<Arc<str>>,
}

impl LogEvent {
    pub(crate) fn new(event: &Event<'_>) -> Self {
        let metadata = event.metadata();
        let mut log = Self {
            time: SystemTime::now(),
            level: *metadata.level(),
            target: Cow::Borrowed(metadata.target()),
            message: String::new(),
            fields: Vec::new(),
            ids: None,
            request_id: None,
        };
        event.record(&mut Recorder(&mut log));
        log
    }
}

struct Recorder<'a>(&'a mut LogEvent);

impl Recorder<'_> {
    fn push(&mut self, field: &Field, value: AttributeValue) {
        let value = if hides(field.name()) { AttributeValue::Text(Cow::Borrowed(MASK)) } else { value };
        self.0.fields.push((field.name(), value));
    }

    fn text(&mut self, field: &Field, text: String) {
        if field.name() == "message" {
            self.0.message = scrub_owned(text);
        } else {
            self.push(field, AttributeValue::Text(Cow::Owned(scrub_owned(text))));
        }
    }
}

impl Visit for Recorder<'_> {
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

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        let mut text = value.to_string();
        let mut source = value.source();
        while let Some(error) = source {
            text.push_str(": ");
            text.push_str(&error.to_string());
            source = error.source();
        }
        self.text(field, text);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.text(field, format!("{value:?}"));
    }
}
