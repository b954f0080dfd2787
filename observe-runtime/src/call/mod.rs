//! One call of an annotated function, from its first line to its end, whichever end that is.
//!
//! A call owns what generated code opened: the span of `#[traced]`, the meter of `#[metered]`,
//! and one clock pair for both. It ends once: finished with an outcome, or dropped. Dropped means
//! panicked for a sync function, and for a future panicked inside its own poll, cancelled between
//! two polls.

mod future;
pub mod outcome;
mod span;
mod sync;

pub use future::in_call;
pub use sync::{InlineCall, once};

use crate::clock::Ticks;
use crate::metric::MeterCall;
use crate::span::{Field, Site};
use outcome::Outcome;
use span::CallSpan;

/// A call that has begun. Nothing in it can fail, and nothing in it can panic.
///
/// Empty where nobody looks at the call: then beginning and ending it is a look at one word.
#[must_use = "a call that is dropped at once counts as one that panicked"]
#[derive(Debug)]
pub struct Call(Option<Active>);

/// What is open for a call that somebody looks at.
#[derive(Debug)]
struct Active {
    span: CallSpan,
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
        Self(Some(Active { span: CallSpan::None, entered: false, meter: Some(meter), start }))
    }

    /// Opens a span on the call, as a child of the current one.
    pub fn trace(&mut self, site: &'static Site, fields: &[Field<'_>]) {
        let active = self.0.get_or_insert_with(|| Active {
            span: CallSpan::None,
            entered: false,
            meter: None,
            start: Ticks::now(),
        });
        active.span = CallSpan::open(site, fields, active.start);
        // A value of the user's that panics finds the span open, and ends it.
        active.span.record(site, fields, active.start);
    }

    /// Ends the call with what its result says. Only the first time counts.
    #[inline]
    pub fn finish(&mut self, outcome: Outcome<'_>) {
        if let Some(mut active) = self.0.take() {
            active.end(&outcome);
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
            meter.finish_traced(outcome, end, |value| self.span.exemplar(value));
        }
        // Left before it is closed, so that nothing is recorded inside of it any more.
        self.exit();
        std::mem::take(&mut self.span).end(outcome, end);
    }

    /// Makes the span the current one of this thread.
    #[inline]
    fn enter(&mut self) {
        self.span.enter();
        self.entered = true;
    }

    #[inline]
    fn exit(&mut self) {
        if std::mem::take(&mut self.entered) {
            self.span.exit();
        }
    }
}
