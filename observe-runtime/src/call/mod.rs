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
mod span;
mod stream;
mod sync;
pub mod unchecked;

pub(crate) use future::Ends;
pub use future::in_call;
pub use stream::in_stream;
pub use sync::{InlineCall, once};

use crate::clock::Ticks;
use crate::metric::MeterCall;
use crate::span::{Field, Opening, Site};
use outcome::Outcome;
use span::CallSpan;
pub(crate) use span::exemplar;

/// A call that has begun. Nothing in it can fail, and nothing in it can panic.
///
/// Empty where nobody looks at the call: then beginning and ending it is a look at two words.
#[must_use = "a call that is dropped at once counts as one that panicked"]
#[derive(Debug)]
pub struct Call {
    span: CallSpan,
    meter: Option<MeterCall>,
    /// When the meter took the time; [`Ticks::NEVER`] where there is none.
    start: Ticks,
}

impl Call {
    /// A call that nobody looks at yet: reads no clock.
    #[inline]
    #[expect(clippy::new_without_default, reason = "generated code calls it by this name, nobody else does")]
    pub const fn new() -> Self {
        Self { span: CallSpan::NONE, meter: None, start: Ticks::NEVER }
    }

    #[inline]
    pub(crate) fn metered(meter: MeterCall) -> Self {
        let start = meter.start;
        Self { span: CallSpan::NONE, meter: Some(meter), start }
    }

    /// Opens a span on the call, as a child of the current one.
    pub fn trace(&mut self, site: &'static Site, fields: &[Field<'_>]) {
        self.span.open(site, fields, self.start, false);
    }

    /// The same below another parent, or linked to other spans.
    #[cold]
    pub fn trace_with(&mut self, site: &'static Site, opening: Opening, fields: &[Field<'_>]) {
        self.span.open_with(site, opening, fields, self.start);
    }

    /// Makes the span the current one, until the call ends.
    pub fn enter(&mut self) {
        self.span.enter_until_end();
    }

    /// Opens a span on the call, as a child of the current one, and enters it.
    pub fn trace_entered(&mut self, site: &'static Site, fields: &[Field<'_>]) {
        self.span.open(site, fields, self.start, true);
    }

    /// Ends the call with what its result says. Only the first time counts; generated code forgets the
    /// call then, in which there is nothing left to be dropped.
    #[inline]
    pub fn finish(&mut self, outcome: Outcome<'_>) {
        self.end(&outcome);
    }

    /// Whether somebody looks at the call: else nobody asks how it ended.
    #[inline]
    #[must_use]
    pub fn is_watched(&self) -> bool {
        self.meter.is_some() || !self.span.is_none()
    }

    #[inline]
    fn end(&mut self, outcome: &Outcome<'_>) {
        if self.meter.is_some() {
            self.end_both(outcome);
        } else if !self.span.is_none() {
            self.end_span(outcome);
        }
    }

    #[inline(never)]
    fn end_span(&mut self, outcome: &Outcome<'_>) {
        self.span.end(outcome, Ticks::now());
    }

    #[inline(never)]
    fn end_both(&mut self, outcome: &Outcome<'_>) {
        let end = Ticks::now();
        if let Some(mut meter) = self.meter.take() {
            meter.finish_traced(outcome, end, |value| self.span.exemplar(outcome, value));
        }
        self.span.end(outcome, end);
    }
}

impl Drop for Call {
    #[inline]
    fn drop(&mut self) {
        self.end(&Outcome::Panicked);
    }
}
