//! What a call returned: looked at while its span is current, and recorded when the span ends.

use super::outcome::Probe;
use crate::SensitiveText;
use crate::redact::form;
use crate::span::{AttributeKey, OpenSpan, Record, Value, flatten, open_span, seen};
use futures_core::{FusedStream, Stream};
use pin_project_lite::pin_project;
use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt::{self, Display};
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tracing::Span;

/// The field that a returned value is recorded in.
const FIELD: &str = "return";

/// A returned value, and how it is made safe. Nothing is formatted unless there is a span to put it on.
#[derive(Clone, Copy)]
pub enum Returned<'a> {
    /// By its type.
    Typed(&'a dyn Record),
    /// With the personal data that detectors find taken out.
    Scrub(&'a dyn Display),
    /// As a keyed pseudonym.
    Hash(&'a dyn SensitiveText),
    /// As it is, on the author's word.
    Clear(&'a dyn Display),
}

impl fmt::Debug for Returned<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(FIELD)
    }
}

impl Returned<'_> {
    /// Puts the value on a span of our recorder.
    pub(super) fn record_on(self, span: OpenSpan) {
        if span.takes_fields() {
            self.shown(|value| record(span, value));
        }
    }

    /// Puts it on a span of any subscriber, which sees it in the forms that `tracing` has.
    pub(super) fn record_on_foreign(self, span: &Span) {
        if span.is_disabled() {
            return;
        }
        self.shown(|value| {
            let layered = span.with_subscriber(|(id, dispatch)| open_span(dispatch, id)).flatten();
            match &value {
                Value::Empty => return,
                Value::Bool(value) => span.record(FIELD, value),
                Value::I64(value) => span.record(FIELD, value),
                Value::U64(value) => span.record(FIELD, value),
                Value::F64(value) => span.record(FIELD, value),
                Value::Text(text) => span.record(FIELD, text.as_ref()),
                // Our layer would show it as one text, beside an attribute a field.
                Value::Fields(_) if layered.is_some() => span,
                Value::Fields(_) => span.record(FIELD, tracing::field::debug(&value)),
            };
            // The typed value takes the place of what the layer has heard by that.
            if let Some(layered) = layered {
                record(layered, value);
            }
        });
    }

    /// Calls `see` with the value as it may be seen.
    fn shown(self, see: impl FnOnce(Value<'_>)) {
        match self {
            Self::Typed(value) => see(seen(value.value())),
            Self::Scrub(value) => see(form::scrub(value).value()),
            Self::Hash(value) => see(form::hash(value).value()),
            Self::Clear(value) => see(form::clear(value).value()),
        }
    }
}

fn record(span: OpenSpan, value: Value<'_>) {
    flatten(&mut FIELD.to_owned(), value, &mut |name, value| {
        span.record(AttributeKey::Text(name), || Cow::Owned(name.to_owned()), value);
    });
}

/// Asks a result for the value that is no error: that of an `Ok`, and anything that is no `Result`.
pub trait OkOfResult<'a> {
    /// The value's type.
    type Value;
    /// The value; `None` of an `Err`.
    fn ok(&self) -> Option<&'a Self::Value>;
}

/// The same, of anything that is no `Result`.
pub trait OkOfAny<'a> {
    /// The value's type.
    type Value: ?Sized;
    /// Always the value.
    fn ok(&self) -> Option<&'a Self::Value>;
}

impl<'a, T, E> OkOfResult<'a> for &Probe<'a, Result<T, E>> {
    type Value = T;

    fn ok(&self) -> Option<&'a T> {
        self.0.as_ref().ok()
    }
}

impl<'a, T: ?Sized> OkOfAny<'a> for Probe<'a, T> {
    type Value = T;

    fn ok(&self) -> Option<&'a T> {
        Some(self.0)
    }
}

/// Asks a result for its error.
pub trait ErrOfResult<'a> {
    /// The error's type.
    type Error;
    /// The error; `None` of an `Ok`.
    fn err(&self) -> Option<&'a Self::Error>;
}

/// The same, of anything that is no `Result`.
pub trait ErrOfAny<'a> {
    /// Always `None`.
    fn err(&self) -> Option<&'a Infallible>;
}

impl<'a, T, E> ErrOfResult<'a> for &Probe<'a, Result<T, E>> {
    type Error = E;

    fn err(&self) -> Option<&'a E> {
        self.0.as_ref().err()
    }
}

impl<'a, T: ?Sized> ErrOfAny<'a> for Probe<'a, T> {
    fn err(&self) -> Option<&'a Infallible> {
        None
    }
}

pin_project! {
    /// A future whose value is looked at in the poll that gives it.
    #[must_use = "a future does nothing until it is awaited"]
    pub struct Looked<F, L> {
        #[pin]
        body: F,
        look: L,
    }
}

impl<S: Stream, L: Fn(&S::Item)> Stream for Looked<S, L> {
    type Item = S::Item;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        let this = self.project();
        let item = ready!(this.body.poll_next(cx));
        if let Some(item) = &item {
            (this.look)(item);
        }
        Poll::Ready(item)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.body.size_hint()
    }
}

impl<S: FusedStream, L: Fn(&S::Item)> FusedStream for Looked<S, L> {
    fn is_terminated(&self) -> bool {
        self.body.is_terminated()
    }
}

/// Looks at each item of `body`, inside of whatever span it is polled in.
pub fn look_at_items<S: Stream>(body: S, look: impl Fn(&S::Item)) -> Looked<S, impl Fn(&S::Item)> {
    Looked { body, look }
}

/// Looks at what `body` gives, inside of whatever span it is polled in.
pub fn look_at<R, F: Future<Output = R>>(body: F, look: impl Fn(&R)) -> impl Future<Output = R> {
    Looked { body, look }
}

impl<R, F: Future<Output = R>, L: Fn(&R)> Future for Looked<F, L> {
    type Output = R;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        let this = self.project();
        let returned = ready!(this.body.poll(cx));
        (this.look)(&returned);
        Poll::Ready(returned)
    }
}
