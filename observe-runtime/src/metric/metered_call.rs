//! One call of a metered function, as it is counted.

use super::meter::{BEGUN, Meter};
use super::meter_definition::Choice;
use super::model::Exemplar;
use super::table::Row;
use crate::call::Call;
use crate::call::outcome::Outcome;
use crate::clock::Ticks;
use std::fmt;
use std::sync::atomic::Ordering::Relaxed;

/// A call that is counted as under way, until it is ended or dropped.
///
/// It stays on its thread, whose row it keeps; see `leave_thread`.
#[must_use = "a call that is dropped at once counts as one that panicked"]
pub struct MeterCall {
    meter: &'static Meter,
    combination: usize,
    own: Option<Row>,
    /// [`Ticks::NEVER`] where the call is not counted: not yet, not any more, or not at all.
    pub(crate) start: Ticks,
}

impl MeterCall {
    /// A call that is not counted yet.
    #[inline]
    pub(super) const fn new(meter: &'static Meter, combination: usize) -> Self {
        Self { meter, combination, own: None, start: Ticks::NEVER }
    }

    /// Counts the call as under way, and takes the time.
    #[inline]
    pub fn begin(&mut self) {
        // Of a label without values there is no row, and none is ever taken.
        match self.meter.table.row(self.combination) {
            Some(own) => {
                own.add(BEGUN, 1);
                self.own = Some(own);
                self.start = Ticks::now();
            }
            None => self.begin_slowly(),
        }
    }

    #[cold]
    #[inline(never)]
    fn begin_slowly(&mut self) {
        if super::ENABLED.load(Relaxed) {
            self.meter.table.add(|| self.meter.place(), self.combination, BEGUN, 1);
            self.start = Ticks::now();
        }
    }

    /// Counts the call as done, and as not under way any more. Generated code then forgets the call,
    /// which would be counted once more if it were dropped.
    #[inline]
    pub fn finish(&self, outcome: Outcome<'_>) {
        self.end(outcome.place());
    }

    /// The same for a call that lies in a future. Only the first time counts.
    pub(crate) fn finish_once(&mut self, outcome: Outcome<'_>) {
        self.end(outcome.place());
        (self.own, self.start) = (None, Ticks::NEVER);
    }

    /// Takes the time, and counts.
    #[inline(never)]
    fn end(&self, outcome: usize) {
        let (Some(own), Some(nanos)) = (self.own, self.start.nanos_by_counter()) else {
            return self.end_slowly(outcome);
        };
        self.meter.add(own, outcome, nanos);
    }

    /// On another thread than where the call began, by another clock, or not at all.
    #[cold]
    #[inline(never)]
    fn end_slowly(&self, outcome: usize) {
        if self.start != Ticks::NEVER {
            self.meter.count(self.combination, outcome, Ticks::now().nanos_since(self.start));
        }
    }

    /// The same, at a moment that the span's end is, and with the span as the bucket's exemplar.
    /// Only the first time counts.
    pub(crate) fn finish_traced(
        &mut self,
        outcome: &Outcome<'_>,
        end: Ticks,
        exemplar: impl FnOnce(f64) -> Option<Exemplar>,
    ) {
        let start = std::mem::replace(&mut self.start, Ticks::NEVER);
        let own = self.own.take();
        if start == Ticks::NEVER {
            return;
        }
        let (meter, nanos) = (self.meter, end.nanos_since(start));
        let outcome = outcome.place();
        let bucket = match own {
            Some(own) => meter.add(own, outcome, nanos),
            None => meter.count(self.combination, outcome, nanos),
        };
        if meter.definition.duration == Choice::Off {
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "an exemplar's value is a float in every format")]
        let seconds = nanos as f64 / 1e9;
        let (outcomes, buckets) = (meter.definition.outcomes(), meter.definition.ladder.buckets());
        let slots = meter.table.rows() * outcomes * buckets;
        let slot = (self.combination * outcomes + outcome) * buckets + bucket;
        meter.exemplars.offer(slots, slot, end, || exemplar(seconds));
    }

    /// For a future, which may end on another thread than this.
    pub(crate) fn leave_thread(&mut self) {
        self.own = None;
    }

    /// Puts a span on the call, beside what is counted.
    #[inline]
    pub fn into_call(self) -> Call {
        Call::metered(self)
    }
}

impl Drop for MeterCall {
    #[inline]
    fn drop(&mut self) {
        self.end(Outcome::Panicked.place());
    }
}

impl fmt::Debug for MeterCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MeterCall({})", self.combination)
    }
}
