//! What a call returned: looked at while its span is current, and recorded when the span ends.

use super::outcome::Probe;
use crate::SensitiveText;
use crate::redact::form;
use crate::span::{self, Record, Value, with_open_span};
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
    /// Puts the value on the span.
    pub(super) fn record_on(self, span: &Span) {
        if span.is_disabled() {
            return;
        }
        match self {
            Self::Typed(value) => record(span, value.value()),
            Self::Scrub(value) => record(span, form::scrub(value).value()),
            Self::Hash(value) => record(span, form::hash(value).value()),
            Self::Clear(value) => record(span, form::clear(value).value()),
        }
    }
}

/// Any subscriber sees the field in the forms that `tracing` has. Where the recorder is ours, the
/// typed value takes its place: a structure is one attribute a field, and no text is scrubbed twice.
fn record(span: &Span, value: Value<'_>) {
    match &value {
        Value::Empty => return,
        Value::Bool(value) => span.record(FIELD, value),
        Value::I64(value) => span.record(FIELD, value),
        Value::U64(value) => span.record(FIELD, value),
        Value::F64(value) => span.record(FIELD, value),
        Value::Text(text) => span.record(FIELD, text.as_ref()),
        Value::Fields(_) => span.record(FIELD, tracing::field::debug(&value)),
    };
    let mut attributes = Vec::with_capacity(1);
    span::flatten(Cow::Borrowed(FIELD), value, &mut |key, value| attributes.push((key, value)));
    span.with_subscriber(|(id, dispatch)| {
        with_open_span(dispatch, id, |open| {
            open.attributes.retain(|(key, _)| key != FIELD);
            open.attributes.extend(attributes);
        })
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
