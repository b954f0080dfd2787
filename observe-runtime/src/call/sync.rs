//! Calls of sync functions.

use super::Call;
use super::outcome::Outcome;
use tracing::span::EnteredSpan;

/// Runs a body. `FnOnce`, so that a body may return a `&mut` out of an argument that it owns.
#[inline]
pub fn once<R>(body: impl FnOnce() -> R) -> R {
    body()
}

/// A call whose span is the current one on this thread.
#[must_use = "a call that is dropped at once counts as one that panicked"]
#[derive(Debug)]
pub struct SyncCall {
    call: Call,
    entered: Option<EnteredSpan>,
}

impl Call {
    /// Makes the call's span the current one.
    #[inline]
    pub fn enter(self) -> SyncCall {
        let entered = (!self.span.is_disabled()).then(|| self.span.clone().entered());
        SyncCall { call: self, entered }
    }

    /// The same for a body that can't be put into a closure: only its end is seen, not its result.
    #[inline]
    pub fn enter_inline(self) -> InlineCall {
        InlineCall { call: self.enter(), was_panicking: std::thread::panicking() }
    }
}

impl SyncCall {
    /// Ends the call with what its result says.
    #[inline]
    pub fn finish(mut self, outcome: Outcome<'_>) {
        self.end(&outcome);
    }

    fn end(&mut self, outcome: &Outcome<'_>) {
        // Left before it is closed, so that nothing is recorded inside of it any more.
        self.entered.take();
        self.call.end(outcome);
    }
}

impl Drop for SyncCall {
    fn drop(&mut self) {
        self.end(&Outcome::Panicked);
    }
}

/// A call that ends where its function returns or unwinds.
#[must_use = "a call that is dropped at once is over at once"]
#[derive(Debug)]
pub struct InlineCall {
    call: SyncCall,
    /// Whether the thread was unwinding already, as when a destructor calls an annotated function.
    was_panicking: bool,
}

impl Drop for InlineCall {
    fn drop(&mut self) {
        let panicked = std::thread::panicking() && !self.was_panicking;
        self.call.end(if panicked { &Outcome::Panicked } else { &Outcome::Ok });
    }
}
