//! The layer that turns `tracing` events into lines.

use super::LogEvent;
use crate::span::OpenSpan;
use std::sync::Arc;
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

/// Where log events go.
pub(crate) trait LogSink: Send + Sync {
    fn write(&self, event: &LogEvent);
}

pub(crate) struct LogLayer {
    sinks: Vec<Arc<dyn LogSink>>,
}

impl LogLayer {
    pub(crate) fn new(sinks: Vec<Arc<dyn LogSink>>) -> Self {
        Self { sinks }
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for LogLayer {
    fn on_event(&self, event: &Event<'_>, ctx: Context<'_, S>) {
        let mut log = LogEvent::new(event);
        if let Some(span) = ctx.event_span(event)
            && let Some(open) = span.extensions().get::<OpenSpan>()
        {
            log.ids = Some((open.trace_id, open.span_id));
            log.request_id.clone_from(&open.request_id);
        }
        for sink in &self.sinks {
            sink.write(&log);
        }
    }
}
