//! An event, redacted and owned: what a line is made of.

use crate::fields::RedactedFields;
use crate::span::{AttributeValue, SpanId, TraceId};
use std::borrow::Cow;
use std::time::SystemTime;
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
    pub(crate) request_id: Option<String>,
}

impl LogEvent {
    pub(crate) fn new(event: &Event<'_>) -> Self {
        let metadata = event.metadata();
        let mut redacted = RedactedFields::default();
        event.record(&mut redacted);
        let mut fields = redacted.into_inner();
        let message = fields.iter().position(|(name, _)| *name == "message").map(|at| fields.remove(at));
        Self {
            time: SystemTime::now(),
            level: *metadata.level(),
            target: Cow::Borrowed(metadata.target()),
            message: message.map_or_else(String::new, |(_, text)| text.to_string()),
            fields,
            ids: None,
            request_id: None,
        }
    }
}
