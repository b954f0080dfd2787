//! A call that one of the clients makes: its span, and the numbers that count it.

use crate::call::Ends;
use crate::call::outcome::Outcome;
use crate::clock::Ticks;
use crate::metric::{Exemplar, MeterCall, StartedCall};
use crate::span::{Flags, OpenSpan, open_span};
use std::time::SystemTime;
use tracing::Span;
use tracing::span::Entered;

/// A call under way. It ends once, with its outcome; whoever holds it sees to that.
#[derive(Debug)]
pub(crate) struct ClientCall {
    span: Span,
    meter: Option<MeterCall>,
}

impl ClientCall {
    /// `span` has the fields that say how a call ended: `outcome`, `error.type`, `error.message`, `otel.status_code`.
    /// There is no `meter` where an operation around it counts the call.
    pub(crate) fn new(span: Span, meter: Option<StartedCall>) -> Self {
        let meter = meter.map(|meter| {
            let mut meter = meter.into_meter();
            meter.leave_thread();
            meter
        });
        Self { span, meter }
    }

    /// Whether somebody takes the span's fields: what costs an effort is not made for nobody.
    #[cfg(any(feature = "reqwest", feature = "sqlx"))]
    pub(crate) fn takes_fields(&self) -> bool {
        match self.span.with_subscriber(|(id, dispatch)| open_span(dispatch, id)) {
            None => false,
            // Of another subscriber nobody knows.
            Some(None) => true,
            Some(Some(open)) => open.takes_fields(),
        }
    }

    #[cfg(any(feature = "reqwest", feature = "sqlx"))]
    pub(crate) fn span(&self) -> &Span {
        &self.span
    }

    /// Ends the call as of a moment that is past. Only the first time counts.
    pub(crate) fn finish_at(&mut self, outcome: &Outcome<'_>, end: Ticks) {
        let span = std::mem::replace(&mut self.span, Span::none());
        let open = span.with_subscriber(|(id, dispatch)| open_span(dispatch, id)).flatten();
        if let Some(mut meter) = self.meter.take() {
            meter.finish_traced(outcome, end, |value| exemplar(open?, outcome, value));
        }
        // The second time it is no span any more.
        outcome.record_on_foreign(&span);
        if let Some(open) = open {
            open.finish(end);
        }
    }
}

/// The span as an example of a call that took so many seconds, if it is kept.
fn exemplar(span: OpenSpan, outcome: &Outcome<'_>, value: f64) -> Option<Exemplar> {
    let kept = if outcome.is_failure() { Flags::SAMPLED | Flags::JUDGED } else { Flags::SAMPLED };
    let is_kept = span.slot.flags.has(kept);
    is_kept.then(|| Exemplar { trace_id: span.trace_id(), span_id: span.span_id(), value, time: SystemTime::now() })
}

impl Ends for ClientCall {
    fn leave_thread(&mut self) {}

    type Entered<'a> = Entered<'a>;

    fn enter_poll(&self) -> Entered<'_> {
        self.span.enter()
    }

    fn finish(&mut self, outcome: Outcome<'_>) {
        self.finish_at(&outcome, Ticks::now());
    }
}
