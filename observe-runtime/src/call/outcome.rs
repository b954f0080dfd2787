//! How a call ended, and how its result says so.

use super::returned::Returned;
use crate::metric::LabelInfo;
use crate::panic::last_panic_text;
use crate::redact::scrub_display;
use crate::span::{AttributeKey, OpenSpan, Value};
use observe_rules::cardinality::Factor;
use std::any::type_name;
use std::borrow::Cow;
use std::fmt::Display;
use tracing::Span;

/// How a call ended.
#[non_exhaustive]
#[derive(Clone, Copy)]
pub enum Outcome<'a> {
    /// It returned, and not an `Err`.
    Ok,
    /// The same, and what it returned is recorded on its span.
    Returned(Returned<'a>),
    /// It returned an `Err`.
    Error {
        /// The error's type, or its label where it is one: few values, so it may be an attribute.
        error_type: &'static str,
        /// The error's text, where it has one; scrubbed before it goes anywhere.
        message: Option<&'a dyn Display>,
        /// Which of its label's values the error has; 0 where it is no label.
        label: usize,
    },
    /// It returned an `Err` that its author calls no failure: it is counted, and the span's status
    /// stays unset.
    Expected {
        /// Which of its label's values the error has; 0 where it is no label.
        label: usize,
    },
    /// Its future was dropped before it was done.
    Cancelled,
    /// It unwound.
    Panicked,
}

/// The values of the outcome label, in the order of [`Outcome::index`]. Errors come last: where they
/// are a label too, there are more of them.
pub(crate) const VALUES: [&str; 4] = ["ok", "cancelled", "panicked", "error"];

/// The outcome label as a factor of a metric's series.
#[must_use]
pub const fn factor(label: &'static str) -> Factor {
    Factor { label, type_name: "outcome", cardinality: VALUES.len() }
}

/// The outcome label, together with that of errors: only an error has one of those.
#[must_use]
pub const fn factor_with_errors(label: &'static str, errors: &LabelInfo) -> Factor {
    Factor { label, type_name: errors.type_name, cardinality: VALUES.len() - 1 + errors.cardinality }
}

impl Outcome<'_> {
    /// The same, of an error that has this place among the values of its label, and this text there: a word that says
    /// more than the name of its type.
    #[inline]
    #[must_use]
    pub fn labelled(self, (label, text): (usize, &'static str)) -> Self {
        match self {
            Self::Error { error_type, message, .. } => {
                Self::Error { error_type: if text.is_empty() { error_type } else { text }, message, label }
            }
            other => other,
        }
    }

    /// The same, of a function whose errors are no failures of its span.
    #[inline]
    #[must_use]
    pub fn expected(self) -> Self {
        match self {
            Self::Error { label, .. } => Self::Expected { label },
            other => other,
        }
    }

    /// The place of the outcome's name.
    pub(crate) fn index(&self) -> usize {
        match self {
            Self::Ok | Self::Returned(_) => 0,
            Self::Cancelled => 1,
            Self::Panicked => 2,
            Self::Error { .. } | Self::Expected { .. } => 3,
        }
    }

    /// The same, in a metric whose errors are a label.
    #[inline]
    pub(crate) fn place(&self) -> usize {
        match self {
            Self::Error { label, .. } | Self::Expected { label } => 3 + label,
            other => other.index(),
        }
    }

    /// Whether the span's status says so.
    pub(crate) fn is_failure(&self) -> bool {
        matches!(self, Self::Error { .. } | Self::Panicked)
    }

    pub(crate) fn is_ok(&self) -> bool {
        matches!(self, Self::Ok)
    }

    /// Says it on the span, in the names of the OpenTelemetry semantic conventions.
    ///
    /// A cancelled call is no error: nobody waited for it any more, and the status stays unset. So it
    /// does where the error was expected.
    #[cold]
    pub(crate) fn record_on(&self, span: OpenSpan) {
        if let Self::Returned(returned) = self {
            returned.record_on(span);
        }
        self.say(|name, text| match name {
            "otel.status_code" => span.fail(None),
            "error.message" => span.fail(Some(text)),
            name => span.put(AttributeKey::Text(name), || Cow::Borrowed(name), Value::from(text)),
        });
    }

    /// The same on a span of any subscriber.
    pub(crate) fn record_on_foreign(&self, span: &Span) {
        if let Self::Returned(returned) = self {
            returned.record_on_foreign(span);
        }
        self.say(|name, text| {
            span.record(name, text);
        });
    }

    fn say(&self, mut record: impl FnMut(&'static str, &str)) {
        let (error_type, message) = match self {
            Self::Ok | Self::Returned(_) => return,
            Self::Cancelled | Self::Expected { .. } => {
                record("outcome", VALUES[self.index()]);
                return;
            }
            Self::Error { error_type, message, .. } => (*error_type, message.map(scrub_display)),
            Self::Panicked => ("panic", last_panic_text()),
        };
        record("outcome", VALUES[self.index()]);
        record("error.type", error_type);
        record("otel.status_code", "ERROR");
        if let Some(message) = message {
            record("error.message", &message);
        }
    }
}

impl<'a> Outcome<'a> {
    /// The same, together with what a call that did not fail has returned.
    #[inline]
    #[must_use]
    pub fn returning(self, returned: Option<Returned<'a>>) -> Self {
        match (self, returned) {
            (Self::Ok, Some(returned)) => Self::Returned(returned),
            (other, _) => other,
        }
    }

    /// What is said about a failure: the error's scrubbed text, or its type where it has no text.
    pub(super) fn failure(&self) -> Option<String> {
        match self {
            Self::Error { message: Some(message), .. } => Some(scrub_display(message)),
            Self::Error { error_type, .. } => Some((*error_type).to_owned()),
            _ => None,
        }
    }
}

impl std::fmt::Debug for Outcome<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(VALUES[self.index()])
    }
}

/// Asks a result for its outcome. Method lookup tries [`ViaDisplay`] first, then [`ViaResult`],
/// then [`ViaAny`], so that generated code need not know the type.
#[derive(Debug)]
pub struct Probe<'a, T: ?Sized>(pub &'a T);

/// A `Result` whose error has a text.
pub trait ViaDisplay<'a> {
    /// The outcome, with the error's type and text.
    fn outcome(&self) -> Outcome<'a>;
}

/// Any other `Result`.
pub trait ViaResult<'a> {
    /// The outcome, with the error's type.
    fn outcome(&self) -> Outcome<'a>;
}

/// Anything else, which is fine as it is.
pub trait ViaAny<'a> {
    /// Always [`Outcome::Ok`].
    fn outcome(&self) -> Outcome<'a>;
}

impl<'a, T, E: Display> ViaDisplay<'a> for &&Probe<'a, Result<T, E>> {
    #[inline]
    fn outcome(&self) -> Outcome<'a> {
        match self.0 {
            Ok(_) => Outcome::Ok,
            Err(error) => Outcome::Error { error_type: type_name::<E>(), message: Some(error), label: 0 },
        }
    }
}

impl<'a, T, E> ViaResult<'a> for &Probe<'a, Result<T, E>> {
    #[inline]
    fn outcome(&self) -> Outcome<'a> {
        match self.0 {
            Ok(_) => Outcome::Ok,
            Err(_) => Outcome::Error { error_type: type_name::<E>(), message: None, label: 0 },
        }
    }
}

impl<'a, T: ?Sized> ViaAny<'a> for Probe<'a, T> {
    #[inline]
    fn outcome(&self) -> Outcome<'a> {
        Outcome::Ok
    }
}
