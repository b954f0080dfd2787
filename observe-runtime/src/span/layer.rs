//! The layer that turns `tracing` spans, ours and everybody's, into [`SpanRecord`]s.

use super::context::SpanContext;
use super::data::{AttributeValue, Key, SpanId, SpanKind, SpanRecord, Status, TraceId};
use crate::clock::Ticks;
use crate::fields::RedactedFields;
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;
use tracing::span::{Attributes, Id, Record};
use tracing::{Dispatch, Metadata, Subscriber};
use tracing_subscriber::Registry;
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

/// Where finished spans go.
pub(crate) trait SpanSink: Send + Sync {
    fn finished(&self, span: SpanRecord);
}

/// What is known of a span while it is open; kept beside it in the registry.
#[derive(Debug)]
pub(crate) struct OpenSpan {
    pub(crate) trace_id: TraceId,
    pub(crate) span_id: SpanId,
    parent_id: Option<SpanId>,
    name: Cow<'static, str>,
    pub(crate) kind: SpanKind,
    target: &'static str,
    pub(crate) start: Ticks,
    /// Set when the function is done; a span whose handle is still held elsewhere ends here too.
    pub(crate) end: Option<Ticks>,
    status: Status,
    pub(crate) attributes: Vec<(Key, AttributeValue)>,
    pub(crate) links: Vec<SpanContext>,
    /// The request that the span belongs to, handed down from the server span.
    pub(crate) request_id: Option<Arc<str>>,
}

impl OpenSpan {
    /// What others say of this span. Everything is sampled so far.
    pub(crate) fn context(&self) -> SpanContext {
        SpanContext::local(self.trace_id, self.span_id, true)
    }

    /// Goes on with the trace of this context.
    pub(crate) fn join(&mut self, context: SpanContext) {
        self.trace_id = context.trace_id();
        self.parent_id = Some(context.span_id());
    }

    /// Sets an attribute; a later value takes the place of an earlier one.
    pub(crate) fn set(&mut self, key: Key, value: AttributeValue) {
        match self.attributes.iter_mut().find(|(name, _)| *name == key) {
            Some((_, old)) => *old = value,
            None => self.attributes.push((key, value)),
        }
    }

    /// Takes over a redacted field: the names that OpenTelemetry bridges know say something about
    /// the span itself, the others are attributes.
    fn apply(&mut self, name: &'static str, value: AttributeValue) {
        let AttributeValue::Text(text) = value else {
            self.set(Cow::Borrowed(name), value);
            return;
        };
        match name {
            "otel.name" => self.name = text,
            "otel.kind" => self.kind = SpanKind::from_name(&text).unwrap_or_default(),
            "otel.status_code" if text.eq_ignore_ascii_case("error") => {
                if self.status == Status::Unset {
                    self.status = Status::Error(Cow::Borrowed(""));
                }
            }
            "otel.status_code" | "observe.checked" => {}
            "otel.status_description" | "error.message" => self.status = Status::Error(text),
            _ => {
                if name == "request_id" {
                    self.request_id = Some(text.as_ref().into());
                }
                self.set(Cow::Borrowed(name), AttributeValue::Text(text));
            }
        }
    }

    fn finish(self, now: Ticks) -> SpanRecord {
        let end = self.end.unwrap_or(now);
        SpanRecord {
            trace_id: self.trace_id,
            span_id: self.span_id,
            parent_id: self.parent_id,
            name: self.name,
            kind: self.kind,
            target: self.target,
            start: self.start.wall_time(),
            duration: Duration::from_nanos(end.nanos_since(self.start)),
            status: self.status,
            attributes: self.attributes,
            links: self.links,
        }
    }
}

/// Runs `change` on the open span behind this id; `false` where no layer of ours keeps one.
pub(crate) fn with_open_span(dispatch: &Dispatch, id: &Id, change: impl FnOnce(&mut OpenSpan)) -> bool {
    let Some(span) = dispatch.downcast_ref::<Registry>().and_then(|registry| registry.span(id)) else { return false };
    span.extensions_mut().get_mut::<OpenSpan>().map(change).is_some()
}

/// The layer itself. Everything that it hands to its sinks has been through redaction.
pub(crate) struct SpanLayer {
    sinks: Vec<Arc<dyn SpanSink>>,
}

impl SpanLayer {
    pub(crate) fn new(sinks: Vec<Arc<dyn SpanSink>>) -> Self {
        Self { sinks }
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for SpanLayer {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, ctx: Context<'_, S>) {
        let Some(span) = ctx.span(id) else { return };
        let metadata = attributes.metadata();
        let (trace_id, parent_id, request_id) = span
            .parent()
            .and_then(|parent| {
                let extensions = parent.extensions();
                let parent = extensions.get::<OpenSpan>()?;
                Some((parent.trace_id, Some(parent.span_id), parent.request_id.clone()))
            })
            .unwrap_or_else(|| (TraceId::random(), None, None));
        let mut open = OpenSpan {
            trace_id,
            span_id: SpanId::random(),
            parent_id,
            name: Cow::Borrowed(metadata.name()),
            kind: SpanKind::Internal,
            target: metadata.target(),
            start: Ticks::now(),
            end: None,
            status: Status::Unset,
            attributes: Vec::new(),
            links: Vec::new(),
            request_id,
        };
        // A checked site hands over its typed values itself, see `Call::trace`.
        if !is_checked(metadata) {
            let mut redacted = RedactedFields::default();
            attributes.record(&mut redacted);
            apply_all(redacted, &mut open);
        }
        span.extensions_mut().insert(open);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, ctx: Context<'_, S>) {
        let Some(span) = ctx.span(id) else { return };
        // Formatted before the span is locked: a `Debug` of the user's may log, and so look here.
        let mut redacted = RedactedFields::default();
        values.record(&mut redacted);
        if let Some(open) = span.extensions_mut().get_mut::<OpenSpan>() {
            apply_all(redacted, open);
        }
    }

    fn on_follows_from(&self, id: &Id, follows: &Id, ctx: Context<'_, S>) {
        // Read first: a span may be linked to itself.
        let linked = ctx.span(follows).and_then(|span| span.extensions().get::<OpenSpan>().map(OpenSpan::context));
        if let (Some(span), Some(linked)) = (ctx.span(id), linked)
            && let Some(open) = span.extensions_mut().get_mut::<OpenSpan>()
        {
            open.links.push(linked);
        }
    }

    fn on_close(&self, id: Id, ctx: Context<'_, S>) {
        let Some(span) = ctx.span(&id) else { return };
        let Some(open) = span.extensions_mut().remove::<OpenSpan>() else { return };
        let record = open.finish(Ticks::now());
        if let Some((last, others)) = self.sinks.split_last() {
            for sink in others {
                sink.finished(record.clone());
            }
            last.finished(record);
        }
    }
}

fn apply_all(redacted: RedactedFields, open: &mut OpenSpan) {
    for (name, value) in redacted.into_inner() {
        open.apply(name, value);
    }
}

/// Whether the span was declared by `#[traced]`, whose fields were checked while it compiled.
fn is_checked(metadata: &Metadata<'_>) -> bool {
    metadata.fields().iter().last().is_some_and(|field| field.name() == "observe.checked")
}
