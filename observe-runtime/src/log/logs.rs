//! Events of `tracing` and records of the crate `log`, on their way to log lines.

use super::LogEvent;
use crate::export::{LogQueue, own_traffic};
use crate::span::{AttributeValue, Flags, OpenSpan, Saying};
use std::borrow::Cow;
use std::sync::Arc;
use tracing::Event;

/// Who is shown log events.
pub(crate) trait LogSink: Send + Sync {
    fn write(&self, event: &LogEvent);
}

/// All that make something of events.
#[derive(Default)]
pub(crate) struct Logs {
    pub(crate) sinks: Vec<Arc<dyn LogSink>>,
    /// Where events wait for their export. It keeps them, and so it comes last.
    pub(crate) queue: Option<Arc<LogQueue>>,
}

impl Logs {
    /// Makes a line of an event, and an event of the span that it happened in.
    pub(crate) fn event(&self, event: &Event<'_>, span: Option<OpenSpan>) {
        if !own_traffic::is_suppressed() {
            self.hand_on(LogEvent::new(event), span);
        }
    }

    /// The same for a record of the crate `log`.
    #[cfg(feature = "log")]
    pub(crate) fn record(&self, record: &::log::Record<'_>, span: Option<OpenSpan>) {
        if !own_traffic::is_suppressed() {
            self.hand_on(LogEvent::of_record(record), span);
        }
    }

    /// Makes a line of what is ready to be one.
    pub(crate) fn hand_on(&self, mut log: LogEvent, span: Option<OpenSpan>) {
        if let Some(span) = span {
            log.ids = Some((span.trace_id(), span.span_id()));
            log.is_sampled = span.slot.flags.has(Flags::SAMPLED);
            log.is_random = !span.slot.flags.has(Flags::NOT_RANDOM);
            let said = &span.slot.said;
            log.request_id = said.get(Saying::Request);
            log.user = said.get(Saying::User);
            log.client = said.get(Saying::Client);
        }
        for sink in &self.sinks {
            sink.write(&log);
        }
        // Nothing is copied for a span that takes no events.
        if let Some(span) = span
            && log.is_on_span
            && !span.slot.flags.has(Flags::ENDED | Flags::SILENT)
        {
            log_onto(span, &log);
        }
        if let Some(queue) = &self.queue {
            queue.push(log);
        }
    }
}

fn log_onto(span: OpenSpan, log: &LogEvent) {
    let mut attributes = Vec::with_capacity(log.fields.len() + 1);
    attributes.extend(log.fields.iter().map(|(name, value)| (Cow::Borrowed(*name), value.clone())));
    attributes.push((Cow::Borrowed("level"), AttributeValue::Text(Cow::Borrowed(log.level.as_str()))));
    let name = if log.message.is_empty() { Cow::Borrowed("event") } else { Cow::Owned(log.message.clone()) };
    span.add_event(name, attributes);
}
