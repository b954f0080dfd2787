//! The rows of one query.

use super::execute::{Step, error_type, record_error};
use crate::call::Ends as _;
use crate::call::outcome::Outcome;
use crate::client_call::ClientCall;
use futures_core::Stream;
use futures_core::stream::BoxStream;
use sqlx::{Database, Either, Error};
use std::pin::Pin;
use std::task::{Context, Poll};

/// Polls a query inside of its span, and counts the rows.
///
/// The call ends with the stream. As with every stream that is traced, one that is dropped before its end counts as
/// `cancelled`, which is no error: the rows that were read are on the span.
pub(super) struct Rows<'e, DB: Database> {
    inner: BoxStream<'e, Result<Step<DB>, Error>>,
    end: End,
}

/// Ends the call, whichever end that is.
struct End {
    call: ClientCall,
    rows: u64,
    polling: bool,
    is_done: bool,
}

impl<'e, DB: Database> Rows<'e, DB> {
    pub(super) fn new(call: ClientCall, inner: BoxStream<'e, Result<Step<DB>, Error>>) -> Self {
        Self { inner, end: End { call, rows: 0, polling: false, is_done: false } }
    }
}

impl End {
    fn finish(&mut self, outcome: Outcome<'_>) {
        if !std::mem::replace(&mut self.is_done, true) {
            self.call.span().record("db.response.returned_rows", self.rows);
            self.call.finish(outcome);
        }
    }
}

impl Drop for End {
    fn drop(&mut self) {
        // Inside its own poll only a panic drops a stream.
        self.finish(if self.polling { Outcome::Panicked } else { Outcome::Cancelled });
    }
}

impl<DB: Database> Stream for Rows<'_, DB> {
    type Item = Result<Step<DB>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Self { inner, end } = &mut *self;
        end.polling = true;
        let polled = {
            let _entered = end.call.enter_poll();
            inner.as_mut().poll_next(cx)
        };
        end.polling = false;
        match &polled {
            Poll::Ready(Some(Ok(Either::Right(_)))) => end.rows += 1,
            Poll::Ready(Some(Err(error))) => {
                record_error(end.call.span(), error);
                end.finish(Outcome::Error { error_type: error_type(error), message: None, label: 0 });
            }
            Poll::Ready(None) => end.finish(Outcome::Ok),
            Poll::Ready(Some(Ok(Either::Left(_)))) | Poll::Pending => {}
        }
        polled
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.inner.size_hint()
    }
}
