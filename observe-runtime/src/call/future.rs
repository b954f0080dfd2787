//! Calls of async functions.

use super::Call;
use super::outcome::Outcome;
use super::span::CallSpan;
use crate::metric::MeterCall;
use pin_project_lite::pin_project;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

pin_project! {
    /// A body that is polled inside its call's span.
    #[must_use = "a future does nothing until it is awaited"]
    pub struct InCall<C: Ends, F, O> {
        #[pin]
        body: F,
        end: EndOnDrop<C>,
        outcome: O,
    }
}

/// What a future is polled inside of: a span, numbers, or both.
pub trait Ends {
    /// Prepares for polls and an end on other threads.
    fn leave_thread(&mut self);

    /// What is the case during a poll.
    type Entered<'a>
    where
        Self: 'a;

    /// Begins a poll; it lasts as long as what is returned.
    fn enter_poll(&self) -> Self::Entered<'_>;

    /// Ends the call. Only the first time counts.
    fn finish(&mut self, outcome: Outcome<'_>);
}

impl Ends for Call {
    fn leave_thread(&mut self) {
        if let Some(meter) = &mut self.meter {
            meter.leave_thread();
        }
    }

    type Entered<'a> = EnteredSpan<'a>;

    #[inline]
    fn enter_poll(&self) -> Self::Entered<'_> {
        self.span.enter();
        EnteredSpan(&self.span)
    }

    fn finish(&mut self, outcome: Outcome<'_>) {
        self.end(&outcome);
    }
}

/// The span is the current one of its thread, until this is dropped.
#[derive(Debug)]
pub struct EnteredSpan<'a>(&'a CallSpan);

impl Drop for EnteredSpan<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.exit();
    }
}

impl Ends for MeterCall {
    fn leave_thread(&mut self) {
        self.leave_thread();
    }

    type Entered<'a> = ();

    fn enter_poll(&self) {}

    fn finish(&mut self, outcome: Outcome<'_>) {
        self.finish_once(outcome);
    }
}

/// Ends the call when the future is dropped unfinished, and knows why it was.
struct EndOnDrop<C: Ends> {
    call: C,
    polling: bool,
}

impl<C: Ends> Drop for EndOnDrop<C> {
    fn drop(&mut self) {
        // Inside its own poll only a panic drops a future; `thread::panicking` would also be true
        // for a healthy one that another's unwinding drops.
        self.call.finish(if self.polling { Outcome::Panicked } else { Outcome::Cancelled });
    }
}

/// Polls `body` inside `call`, and ends the call with what `outcome` makes of the result.
pub fn in_call<R, C, F>(mut call: C, body: F, outcome: impl Fn(&R) -> Outcome<'_>) -> impl Future<Output = R>
where
    C: Ends,
    F: Future<Output = R>,
{
    call.leave_thread();
    InCall { body, end: EndOnDrop { call, polling: false }, outcome }
}

impl<R, C, F, O> Future for InCall<C, F, O>
where
    C: Ends,
    F: Future<Output = R>,
    O: Fn(&R) -> Outcome<'_>,
{
    type Output = R;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        let this = self.project();
        let EndOnDrop { call, polling } = this.end;
        let entered = call.enter_poll();
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
