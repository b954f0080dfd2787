//! The span of a call: recorded directly where our subscriber listens, a span of `tracing` elsewhere.

use super::outcome::Outcome;
use crate::clock::Ticks;
use crate::metric::Exemplar;
use crate::span::{Field, Flags, ObserveSubscriber, OpenSpan, Site, Under, Value, span_of};
use std::time::SystemTime;
use tracing::field::Value as TracingValue;
use tracing::{Dispatch, Span, dispatcher};

/// A span, until it is ended.
#[derive(Debug, Default)]
pub(super) enum CallSpan {
    #[default]
    None,
    /// Our own recorder's. To everybody else it is a span of our subscriber.
    Recorded(OpenSpan),
    /// That of another subscriber, which may have our layer.
    Foreign(Box<Span>),
}

impl CallSpan {
    /// Opens a span. No user code runs in here: who calls this records the fields after it.
    #[inline]
    pub(super) fn open(site: &'static Site, fields: &[Field<'_>], start: Ticks) -> Self {
        let recorder = dispatcher::get_default(|dispatch| {
            dispatch.downcast_ref::<ObserveSubscriber>().map(|subscriber| subscriber.recorder)
        });
        match recorder {
            Some(recorder) => {
                let span = recorder.open(site.metadata(), site.kind, Under::Current, start);
                span.map_or(Self::None, Self::Recorded)
            }
            None => Self::Foreign(Box::new(foreign(site, fields))),
        }
    }

    /// Records the fields, where that is not done yet.
    #[inline]
    pub(super) fn record(&self, site: &'static Site, fields: &[Field<'_>], start: Ticks) {
        let span = match self {
            Self::None => return,
            Self::Recorded(span) => *span,
            Self::Foreign(span) => match layered(span) {
                Some(layered) => {
                    layered.slot.start.store(start.raw(), std::sync::atomic::Ordering::Relaxed);
                    layered.set_kind(site.kind);
                    layered
                }
                None => return,
            },
        };
        if span.slot.flags.has(Flags::FIELDLESS) {
            return;
        }
        for (place, field) in fields.iter().enumerate() {
            span.record_first(place, field.name, field.value.value());
        }
    }

    #[inline]
    pub(super) fn enter(&self) {
        match self {
            Self::None => {}
            Self::Recorded(span) => span.enter(),
            Self::Foreign(span) => dispatch_of(span, Dispatch::enter),
        }
    }

    #[inline]
    pub(super) fn exit(&self) {
        match self {
            Self::None => {}
            Self::Recorded(span) => span.exit(),
            Self::Foreign(span) => dispatch_of(span, Dispatch::exit),
        }
    }

    /// Ends the span.
    #[inline]
    pub(super) fn end(self, outcome: &Outcome<'_>, end: Ticks) {
        match self {
            Self::None => {}
            Self::Recorded(span) => {
                if !outcome.is_ok() {
                    outcome.record_on(span);
                }
                span.end(end);
            }
            Self::Foreign(span) => {
                outcome.record_on_foreign(&span);
                if let Some(layered) = layered(&span) {
                    layered.finish(end);
                }
            }
        }
    }

    /// The span as an example of the call that took this many seconds.
    pub(super) fn exemplar(&self, value: f64) -> Option<Exemplar> {
        let span = match self {
            Self::None => return None,
            Self::Recorded(span) => *span,
            Self::Foreign(span) => layered(span)?,
        };
        // One that may never arrive anywhere leads nobody on.
        let is_kept = span.slot.flags.has(Flags::SAMPLED);
        is_kept.then(|| Exemplar { trace_id: span.trace_id(), span_id: span.span_id(), value, time: SystemTime::now() })
    }
}

/// What our layer has of a span.
fn layered(span: &Span) -> Option<OpenSpan> {
    span.with_subscriber(|(id, dispatch)| span_of(dispatch, id)).flatten()
}

/// Calls `run` with the subscriber that made the span, and the span's id there.
fn dispatch_of(span: &Span, run: impl FnOnce(&Dispatch, &tracing::Id)) {
    span.with_subscriber(|(id, dispatch)| run(dispatch, id));
}

/// Makes a span of `tracing`; every subscriber sees the fields, in the forms that `tracing` has.
#[cold]
fn foreign(site: &'static Site, fields: &[Field<'_>]) -> Span {
    let values: Vec<Value<'_>> = fields.iter().map(|field| field.value.value()).collect();
    let debugs: Vec<_> = values.iter().map(tracing::field::debug).collect();
    let kind = site.kind.name();
    let mut slots: Vec<Option<&dyn TracingValue>> = values.iter().zip(&debugs).map(as_tracing).collect();
    // The fields that observe sets itself come after the user's; the first of them is `otel.kind`.
    slots.push(Some(&kind));
    slots.resize(site.metadata().fields().len(), None);
    Span::new(site.metadata(), &site.metadata().fields().value_set_all(&slots))
}

fn as_tracing<'a>(
    (value, debug): (&'a Value<'a>, &'a tracing::field::DebugValue<&'a Value<'a>>),
) -> Option<&'a dyn TracingValue> {
    Some(match value {
        Value::Bool(value) => value,
        Value::I64(value) => value,
        Value::U64(value) => value,
        Value::F64(value) => value,
        Value::Empty => return None,
        Value::Text(_) | Value::Fields(_) => debug,
    })
}
