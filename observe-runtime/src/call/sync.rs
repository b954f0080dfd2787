//! Calls of sync functions.

use super::Call;
use super::outcome::Outcome;

/// Runs a body. `FnOnce`, so that a body may return a `&mut` out of an argument that it owns.
#[inline]
pub fn once<R>(body: impl FnOnce() -> R) -> R {
    body()
}

impl Call {
    /// The call of a body that can't be put into a closure: only its end is seen, not its result.
    #[inline]
    pub fn inline(self) -> InlineCall {
        InlineCall { call: self, was_panicking: std::thread::panicking() }
    }
}

/// A call that ends where its function returns or unwinds.
#[must_use = "a call that is dropped at once is over at once"]
#[derive(Debug)]
pub struct InlineCall {
    call: Call,
    /// Whether the thread was unwinding already, as when a destructor calls an annotated function.
    was_panicking: bool,
}

impl Drop for InlineCall {
    fn drop(&mut self) {
        let panicked = std::thread::panicking() && !self.was_panicking;
        self.call.end(if panicked { &Outcome::Panicked } else { &Outcome::Ok });
    }
}
