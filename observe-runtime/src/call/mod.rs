//! One call of an annotated function, from its first line to its end, whichever end that is.
//!
//! A call owns what generated code opened: the span of `#[traced]`, the meter of `#[metered]`,
//! and one clock pair for both. It ends once: finished with an outcome, or dropped. Dropped means
//! panicked for a sync function, and for a future panicked inside its own poll, cancelled between
//! two polls.

pub mod event;
mod future;
pub mod outcome;
pub mod returned;
mod sync;
pub mod unchecked;

pub use future::in_call;
pub use sync::{InlineCall, once};

use crate::clock::Ticks;
use crate::metric::{Exemplar, MeterCall};
use crate::span::{self, Field, Site, with_open_span};
use outcome::Outcome;
use std::borrow::Cow;
use std::time::SystemTime;
use tracing::field::Value as TracingValue;
use tracing::{Dispatch, Span};

/// A call that has begun. Nothing in it can fail, and nothing in it can panic.
///
/// Empty where nobody looks at the call: then beginning and ending it is a look at one word.
#[must_use = "a call that is dropped at once counts as one that panicked"]
#[derive(Debug)]
pub struct Call(Option<Active>);

/// What is open for a call that somebody looks at.
#[derive(Debug)]
struct Active {
    span: Span,
    /// Whether the span is the current one of this thread.
    entered: bool,
    meter: Option<MeterCall>,
    start: Ticks,
}

impl Call {
    /// A call that nobody looks at yet: reads no clock.
    #[inline]
    #[expect(clippy::new_without_default, reason = "generated code calls it by this name, nobody else does")]
    pub const fn new() -> Self {
        Self(None)
    }

    pub(crate) fn metered(meter: MeterCall) -> Self {
        let start = if meter.start == Ticks::NEVER { Ticks::now() } else { meter.start };
        Self(Some(Active { span: Span::none(), entered: false, meter: Some(meter), start }))
    }

    /// Opens a span on the call, as a child of the current one.
    pub fn trace(&mut self, site: &'static Site, fields: &[Field<'_>]) {
        let active = self.0.get_or_insert_with(|| Active {
            span: Span::none(),
            entered: false,
            meter: None,
            start: Ticks::now(),
        });
        active.span = new_span(site, fields);
        dispatch_of(&active.span, |dispatch, id| {
            // Gathered before the span is locked: a `Debug` of the user's may log, and so look there.
            let mut attributes = Vec::with_capacity(fields.len());
            for field in fields {
                span::flatten(Cow::Borrowed(field.name), field.value.value(), &mut |key, value| {
                    attributes.push((key, value));
                });
            }
            with_open_span(dispatch, id, |open| {
                open.start = active.start;
                open.kind = site.kind;
                for (key, value) in attributes {
                    open.set(key, value);
                }
            });
        });
    }

    /// Ends the call with what its result says. Only the first time counts.
    #[inline]
    pub fn finish(&mut self, outcome: Outcome<'_>) {
        if let Some(active) = &mut self.0 {
            active.end(&outcome);
            self.0 = None;
        }
    }
}

impl Drop for Call {
    #[inline]
    fn drop(&mut self) {
        self.finish(Outcome::Panicked);
    }
}

impl Active {
    fn end(&mut self, outcome: &Outcome<'_>) {
        let end = Ticks::now();
        if let Some(meter) = &mut self.meter {
            meter.finish_traced(outcome, end, |value| exemplar(&self.span, value));
        }
        if self.span.is_disabled() {
            return;
        }
        // Left before it is closed, so that nothing is recorded inside of it any more.
        self.exit();
        outcome.record_on(&self.span);
        dispatch_of(&self.span, |dispatch, id| {
            with_open_span(dispatch, id, |open| open.end = Some(end));
        });
    }

    /// Makes the span the current one of this thread.
    fn enter(&mut self) {
        dispatch_of(&self.span, Dispatch::enter);
        self.entered = true;
    }

    fn exit(&mut self) {
        if std::mem::take(&mut self.entered) {
            dispatch_of(&self.span, Dispatch::exit);
        }
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

/// The span as an example of the call that took this many seconds.
fn exemplar(span: &Span, value: f64) -> Option<Exemplar> {
    let mut exemplar = None;
    dispatch_of(span, |dispatch, id| {
        with_open_span(dispatch, id, |open| {
            let (trace_id, span_id) = (open.trace_id, open.span_id);
            exemplar = Some(Exemplar { trace_id, span_id, value, time: SystemTime::now() });
        });
    });
    exemplar
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
