//! Events of `tracing` on their way to log lines.

use super::LogEvent;
use crate::span::{AttributeValue, OpenSpan};
use std::borrow::Cow;
use std::sync::Arc;
use tracing::Event;

/// Where log events go.
pub(crate) trait LogSink: Send + Sync {
    fn write(&self, event: &LogEvent);
}

/// All that make something of events.
pub(crate) struct Logs(pub(crate) Vec<Arc<dyn LogSink>>);

impl Logs {
    /// Makes a line of an event, and an event of the span that it happened in.
    pub(crate) fn event(&self, event: &Event<'_>, span: Option<OpenSpan>) {
        let mut log = LogEvent::new(event);
        if let Some(span) = span {
            log.ids = Some((span.trace_id(), span.span_id()));
            log.request_id = span.slot.request();
        }
        for sink in &self.0 {
            sink.write(&log);
        }
        if let Some(span) = span {
            log_onto(span, log);
        }
    }
}

fn log_onto(span: OpenSpan, log: LogEvent) {
    let mut attributes: Vec<_> = log.fields.into_iter().map(|(name, value)| (Cow::Borrowed(name), value)).collect();
    attributes.push((Cow::Borrowed("level"), AttributeValue::Text(Cow::Borrowed(log.level.as_str()))));
    let name = if log.message.is_empty() { Cow::Borrowed("event") } else { Cow::Owned(log.message) };
    span.add_event(name, attributes);
}
