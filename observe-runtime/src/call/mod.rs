//! One call of an annotated function, from its first line to its end, whichever end that is.
//!
//! A call owns what generated code opened: the span of `#[traced]`, the meter of `#[metered]`,
//! and one clock pair for both. It ends once: finished with an outcome, or dropped. Dropped means
//! panicked for a sync function, and for a future panicked inside its own poll, cancelled between
//! two polls.

pub(crate) mod clock;
mod future;
pub mod outcome;
mod sync;

pub use future::in_call;
pub use sync::{InlineCall, SyncCall, once};

use crate::metric::MeterCall;
use crate::span::{self, Field, Site, with_open_span};
use outcome::Outcome;
use std::borrow::Cow;
use std::time::Instant;
use tracing::field::Value as TracingValue;
use tracing::{Dispatch, Span};

/// A call that has begun. Nothing in it can fail, and nothing in it can panic.
#[must_use = "a call that is dropped at once counts as one that panicked"]
#[derive(Debug)]
pub struct Call {
    span: Span,
    meter: Option<MeterCall>,
    start: Option<Instant>,
}

impl Call {
    /// A call that nobody looks at yet: reads no clock.
    #[inline]
    #[expect(clippy::new_without_default, reason = "generated code calls it by this name, nobody else does")]
    pub const fn new() -> Self {
        Self { span: Span::none(), meter: None, start: None }
    }

    pub(crate) fn metered(meter: MeterCall) -> Self {
        Self { span: Span::none(), meter: Some(meter), start: Some(Instant::now()) }
    }

    /// Opens a span on the call, as a child of the current one.
    pub fn traced(mut self, site: &'static Site, fields: &[Field<'_>]) -> Self {
        let start = *self.start.get_or_insert_with(Instant::now);
        self.span = new_span(site, fields);
        dispatch_of(&self.span, |dispatch, id| {
            // Gathered before the span is locked: a `Debug` of the user's may log, and so look there.
            let mut attributes = Vec::with_capacity(fields.len());
            for field in fields {
                span::flatten(Cow::Borrowed(field.name), field.value.value(), &mut |key, value| {
                    attributes.push((key, value));
                });
            }
            with_open_span(dispatch, id, |open| {
                open.start = start;
                open.kind = site.kind;
                open.attributes = attributes;
            });
        });
        self
    }

    /// Ends the call. Only the first time counts.
    fn end(&mut self, outcome: &Outcome<'_>) {
        let Some(start) = self.start.take() else { return };
        let end = Instant::now();
        if let Some(meter) = self.meter.take() {
            meter.end(outcome, end.saturating_duration_since(start));
        }
        let span = std::mem::replace(&mut self.span, Span::none());
        if span.is_disabled() {
            return;
        }
        outcome.record_on(&span);
        dispatch_of(&span, |dispatch, id| {
            with_open_span(dispatch, id, |open| open.end = Some(end));
        });
    }
}

/// Makes the `tracing` span; every subscriber sees the fields, in the forms that `tracing` has.
fn new_span(site: &'static Site, fields: &[Field<'_>]) -> Span {
    let values: Vec<span::Value<'_>> = fields.iter().map(|field| field.value.value()).collect();
    let debugs: Vec<_> = values.iter().map(tracing::field::debug).collect();
    let kind = site.kind.name();
    let mut slots: Vec<Option<&dyn TracingValue>> = values.iter().zip(&debugs).map(as_tracing).collect();
    // The fields that observe sets itself come after the user's; the first of them is `otel.kind`.
    slots.push(Some(&kind));
    slots.resize(site.metadata().fields().len(), None);
    Span::new(site.metadata(), &site.metadata().fields().value_set_all(&slots))
}

fn as_tracing<'a>(
    (value, debug): (&'a span::Value<'a>, &'a tracing::field::DebugValue<&'a span::Value<'a>>),
) -> Option<&'a dyn TracingValue> {
    Some(match value {
        span::Value::Bool(value) => value,
        span::Value::I64(value) => value,
        span::Value::U64(value) => value,
        span::Value::F64(value) => value,
        span::Value::Empty => return None,
        span::Value::Text(_) | span::Value::Fields(_) => debug,
    })
}

/// Calls `run` with the subscriber that made the span, and the span's id there.
fn dispatch_of(span: &Span, run: impl FnOnce(&Dispatch, &tracing::Id)) {
    span.with_subscriber(|(id, dispatch)| run(dispatch, id));
}
