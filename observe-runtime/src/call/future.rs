//! Calls of async functions.

use super::Call;
use super::outcome::Outcome;
use pin_project_lite::pin_project;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

pin_project! {
    /// A body that is polled inside its call's span.
    #[must_use = "a future does nothing until it is awaited"]
    pub struct InCall<F, O> {
        #[pin]
        body: F,
        end: EndOnDrop,
        outcome: O,
    }
}

/// Ends the call when the future is dropped unfinished, and knows why it was.
struct EndOnDrop {
    call: Call,
    polling: bool,
}

impl Drop for EndOnDrop {
    fn drop(&mut self) {
        // Inside its own poll only a panic drops a future; `thread::panicking` would also be true
        // for a healthy one that another's unwinding drops.
        self.call.finish(if self.polling { Outcome::Panicked } else { Outcome::Cancelled });
    }
}

/// Polls `body` inside `call`, and ends the call with what `outcome` makes of the result.
pub fn in_call<R, F>(call: Call, body: F, outcome: impl Fn(&R) -> Outcome<'_>) -> impl Future<Output = R>
where
    F: Future<Output = R>,
{
    InCall { body, end: EndOnDrop { call, polling: false }, outcome }
}

impl<R, F, O> Future for InCall<F, O>
where
    F: Future<Output = R>,
    O: Fn(&R) -> Outcome<'_>,
{
    type Output = R;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        let this = self.project();
        let EndOnDrop { call, polling } = this.end;
        let entered = call.0.as_ref().map(|active| active.span.enter());
        *polling = true;
        let polled = this.body.poll(cx);
        *polling = false;
        drop(entered);
        if let Poll::Ready(result) = &polled {
            call.finish((this.outcome)(result));
        }
        polled
    }
}
