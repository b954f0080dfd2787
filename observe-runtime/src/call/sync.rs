//! Calls of sync functions.

use super::Call;
use super::outcome::Outcome;
use std::marker::PhantomData;

/// Runs a body. `FnOnce`, so that a body may return a `&mut` out of an argument that it owns.
#[inline]
pub fn once<R>(body: impl FnOnce() -> R) -> R {
    body()
}

impl Call {
    /// The call of a body that can't be put into a closure: only its end is seen, not its result.
    #[inline]
    pub fn inline(self) -> InlineCall {
        InlineCall { call: self, was_panicking: std::thread::panicking(), stays: PhantomData }
    }
}

/// A call that ends where its function returns or unwinds.
#[must_use = "a span that is dropped at once is over at once: keep it, `let _span = …`"]
#[derive(Debug)]
pub struct InlineCall {
    call: Call,
    /// Whether the thread was unwinding already, as when a destructor calls an annotated function.
    was_panicking: bool,
    /// A span is current on one thread, and so its guard stays there: a future that holds it can't move.
    stays: PhantomData<*const ()>,
}

impl InlineCall {
    /// Ends the call with what `outcome` makes of the result, and hands that on.
    #[inline]
    pub fn ended<R>(mut self, returned: R, outcome: impl Fn(&R) -> Outcome<'_>) -> R {
        self.call.finish(outcome(&returned));
        returned
    }
}

impl Drop for InlineCall {
    fn drop(&mut self) {
        let panicked = std::thread::panicking() && !self.was_panicking;
        self.call.end(if panicked { &Outcome::Panicked } else { &Outcome::Ok });
    }
}
