//! Calls of functions that return a stream.

use super::future::Ends;
use super::outcome::Outcome;
use futures_core::{FusedStream, Stream};
use pin_project_lite::pin_project;
use std::pin::Pin;
use std::task::{Context, Poll};

pin_project! {
    /// A stream that is polled inside its call's span, from the function's call to the stream's end.
    #[must_use = "a stream does nothing until it is polled"]
    #[derive(Debug)]
    pub struct InStream<C: Ends, S, O> {
        #[pin]
        body: S,
        end: End<C>,
        outcome: O,
    }
}

/// Ends the call with the stream, whichever end that is.
#[derive(Debug)]
struct End<C: Ends> {
    call: C,
    polling: bool,
    /// What the last item was, where that was an `Err`.
    failure: Option<Failure>,
}

/// An error whose item was handed on.
#[derive(Debug)]
struct Failure {
    error_type: &'static str,
    message: Option<String>,
    label: usize,
}

impl Failure {
    fn of(outcome: &Outcome<'_>) -> Option<Self> {
        match outcome {
            Outcome::Error { error_type, message, label } => {
                Some(Self { error_type, message: message.map(ToString::to_string), label: *label })
            }
            _ => None,
        }
    }
}

impl<C: Ends> End<C> {
    /// An `Err` as the last item is how the whole call ended: readers stop at one, or the stream does.
    fn finish(&mut self, otherwise: Outcome<'_>) {
        self.call.finish(match &self.failure {
            Some(Failure { error_type, message, label }) => Outcome::Error {
                error_type,
                message: message.as_ref().map(|message| message as &dyn std::fmt::Display),
                label: *label,
            },
            None => otherwise,
        });
    }
}

impl<C: Ends> Drop for End<C> {
    fn drop(&mut self) {
        // As with a future: inside its own poll only a panic drops a stream.
        if self.polling {
            self.call.finish(Outcome::Panicked);
        } else {
            self.finish(Outcome::Cancelled);
        }
    }
}

/// Polls `body` inside `call`. The call ends with the stream; `outcome` tells of each item whether it
/// is an error, which does not end it.
pub fn in_stream<C, S, O>(mut call: C, body: S, outcome: O) -> InStream<C, S, O>
where
    C: Ends,
    S: Stream,
    O: Fn(&S::Item) -> Outcome<'_>,
{
    call.leave_thread();
    InStream { body, end: End { call, polling: false, failure: None }, outcome }
}

impl<C, S, O> Stream for InStream<C, S, O>
where
    C: Ends,
    S: Stream,
    O: Fn(&S::Item) -> Outcome<'_>,
{
    type Item = S::Item;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        let this = self.project();
        let end = this.end;
        let entered = end.call.enter_poll();
        end.polling = true;
        let polled = this.body.poll_next(cx);
        end.polling = false;
        drop(entered);
        match &polled {
            Poll::Ready(Some(item)) => end.failure = Failure::of(&(this.outcome)(item)),
            Poll::Ready(None) => end.finish(Outcome::Ok),
            Poll::Pending => {}
        }
        polled
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.body.size_hint()
    }
}

impl<C, S, O> FusedStream for InStream<C, S, O>
where
    C: Ends,
    S: FusedStream,
    O: Fn(&S::Item) -> Outcome<'_>,
{
    fn is_terminated(&self) -> bool {
        self.body.is_terminated()
    }
}
