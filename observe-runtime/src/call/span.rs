//! The span of a call: recorded directly where our subscriber listens, a span of `tracing` elsewhere.

use super::outcome::Outcome;
use crate::clock::Ticks;
use crate::metric::Exemplar;
use crate::span::{CurrentSpan, Field, Flags, OpenSpan, Opening, Site, Value, layout, open_span, recorder_of};
use std::time::SystemTime;
use tracing::field::Value as TracingValue;
use tracing::{Dispatch, Span, dispatcher};

/// The span of a call, until it is ended.
#[derive(Debug)]
pub(super) struct CallSpan {
    /// Our own recorder's. To everybody else it is a span of our subscriber.
    recorded: Option<OpenSpan>,
    /// That of another subscriber, which may have our layer.
    foreign: Option<Box<Span>>,
    /// Whether it is the current one of this thread.
    entered: bool,
}

impl CallSpan {
    pub(super) const NONE: Self = Self { recorded: None, foreign: None, entered: false };

    #[inline]
    pub(super) fn is_none(&self) -> bool {
        self.recorded.is_none() && self.foreign.is_none()
    }

    /// Opens a span, and enters it if it is to be.
    #[inline]
    pub(super) fn open(&mut self, site: &'static Site, fields: &[Field<'_>], start: Ticks, enter: bool) {
        // No user code runs in there: `tracing` gives it no subscriber while it asks for one.
        let Some(recorder) = dispatcher::get_default(recorder_of) else {
            return self.open_foreign(site, fields, start, enter);
        };
        let Some(span) = recorder.open_current(site.metadata(), site.kind, start, enter) else { return };
        // From here on a value of the user's that panics finds the span open, and ends it.
        self.recorded = Some(span);
        self.entered = enter;
        if !fields.is_empty() {
            record(span, fields);
        }
    }

    /// The same below another parent, or with links.
    pub(super) fn open_with(&mut self, site: &'static Site, opening: Opening, fields: &[Field<'_>], start: Ticks) {
        let Some(recorder) = dispatcher::get_default(recorder_of) else {
            return self.open_foreign_with(site, opening, fields, start);
        };
        let Ok(span) = recorder.open(site.metadata(), site.kind, opening.parent.under()) else { return };
        self.recorded = Some(span);
        if start != Ticks::NEVER {
            span.slot.set(layout::START, start.raw());
        }
        for link in &opening.links {
            if let Some(context) = link.context(recorder) {
                span.add_link(context);
            }
        }
        record(span, fields);
    }

    #[cold]
    fn open_foreign(&mut self, site: &'static Site, fields: &[Field<'_>], start: Ticks, enter: bool) {
        self.open_foreign_with(site, Opening::default(), fields, start);
        if enter {
            self.enter_until_end();
        }
    }

    fn open_foreign_with(&mut self, site: &'static Site, opening: Opening, fields: &[Field<'_>], start: Ticks) {
        let span = self.foreign.insert(Box::new(foreign(site, opening, fields)));
        if let Some(layered) = layered(span) {
            if start != Ticks::NEVER {
                layered.slot.set(layout::START, start.raw());
            }
            layered.set_kind(site.kind);
            record(layered, fields);
        }
    }

    /// Makes the span the current one of this thread, until it ends.
    pub(super) fn enter_until_end(&mut self) {
        self.enter();
        self.entered = true;
    }

    /// Makes the span the current one of this thread, until [`exit`](Self::exit).
    #[inline]
    pub(super) fn enter(&self) {
        if let Some(span) = self.recorded {
            span.enter();
        } else if let Some(span) = &self.foreign {
            dispatch_of(span, Dispatch::enter);
        }
    }

    #[inline]
    pub(super) fn exit(&self) {
        if let Some(span) = self.recorded {
            span.exit();
        } else if let Some(span) = &self.foreign {
            dispatch_of(span, Dispatch::exit);
        }
    }

    /// Ends the span. Only the first time counts.
    #[inline]
    pub(super) fn end(&mut self, outcome: &Outcome<'_>, end: Ticks) {
        if let Some(span) = self.recorded.take() {
            if !outcome.is_ok() {
                outcome.record_on(span);
            }
            span.end(end, self.entered);
        } else if let Some(span) = self.foreign.take() {
            end_foreign(&span, outcome, end, self.entered);
        }
    }

    /// The span as an example of the call that took this many seconds.
    pub(super) fn exemplar(&self, outcome: &Outcome<'_>, value: f64) -> Option<Exemplar> {
        let span = self.recorded.or_else(|| layered(self.foreign.as_ref()?))?;
        exemplar_of(span, outcome, value)
    }
}

/// The same of any span.
pub(crate) fn exemplar(span: &CurrentSpan, outcome: &Outcome<'_>, value: f64) -> Option<Exemplar> {
    exemplar_of(span.open()?, outcome, value)
}

fn exemplar_of(span: OpenSpan, outcome: &Outcome<'_>, value: f64) -> Option<Exemplar> {
    // One that may never arrive anywhere leads nobody on.
    let kept = if outcome.is_failure() { Flags::SAMPLED | Flags::JUDGED } else { Flags::SAMPLED };
    let is_kept = span.slot.flags.has(kept);
    is_kept.then(|| Exemplar { trace_id: span.trace_id(), span_id: span.span_id(), value, time: SystemTime::now() })
}

fn record(span: OpenSpan, fields: &[Field<'_>]) {
    if !span.slot.flags.has(Flags::FIELDLESS) {
        span.record_first(fields.iter().map(|field| (field.name, field.value())));
    }
}

#[cold]
fn end_foreign(span: &Span, outcome: &Outcome<'_>, end: Ticks, entered: bool) {
    // Left before it is closed, so that nothing is recorded inside of it any more.
    if entered {
        dispatch_of(span, Dispatch::exit);
    }
    outcome.record_on_foreign(span);
    if let Some(layered) = layered(span) {
        layered.finish(end);
    }
}

/// What our layer has of a span.
fn layered(span: &Span) -> Option<OpenSpan> {
    span.with_subscriber(|(id, dispatch)| open_span(dispatch, id)).flatten()
}

/// Calls `run` with the subscriber that made the span, and the span's id there.
fn dispatch_of(span: &Span, run: impl FnOnce(&Dispatch, &tracing::Id)) {
    span.with_subscriber(|(id, dispatch)| run(dispatch, id));
}

/// Makes a span of `tracing`; every subscriber sees the fields, in the forms that `tracing` has.
#[cold]
fn foreign(site: &'static Site, opening: Opening, fields: &[Field<'_>]) -> Span {
    let values: Vec<Value<'_>> = fields.iter().map(Field::value).collect();
    let debugs: Vec<_> = values.iter().map(tracing::field::debug).collect();
    let kind = site.kind.name();
    let mut slots: Vec<Option<&dyn TracingValue>> = values.iter().zip(&debugs).map(as_tracing).collect();
    // The fields that observe sets itself come after the user's; the first of them is `otel.kind`.
    slots.push(Some(&kind));
    slots.resize(site.metadata().fields().len(), None);
    opening.open(site.metadata(), &site.metadata().fields().value_set_all(&slots))
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
