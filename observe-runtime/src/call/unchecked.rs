//! The unchecked form: a value that doesn't say how it is recorded is recorded by its `Debug`, through
//! the scrubber, and one whose name is sensitive is hidden.

use crate::redact::{form, hides, scrub_owned};
use crate::span::{Field, Record, Value, field as span_field};
use std::fmt::{Debug, Write as _};

/// A text that has been scrubbed.
#[derive(Debug)]
pub struct Scrubbed(pub(super) String);

#[diagnostic::do_not_recommend]
impl Record for Scrubbed {
    fn value(&self) -> Value<'_> {
        Value::from(self.0.as_str())
    }
}

/// A value by its `Debug`, scrubbed. A `Debug` that fails keeps what it wrote before.
pub fn debug(value: &dyn Debug) -> Scrubbed {
    let mut text = String::new();
    let _ = write!(text, "{value:?}");
    Scrubbed(scrub_owned(text))
}

/// Nothing of a value whose name is sensitive.
#[must_use]
pub fn hide<T: ?Sized>(_: &T) -> form::Hidden {
    form::HIDDEN
}

/// Joins a name that is not known before the program is built with its value; hidden where the name
/// is sensitive.
pub fn field<'a>(name: &'static str, value: &'a dyn Record) -> Field<'a> {
    span_field(name, if hides(name) { &form::HIDDEN } else { value })
}

/// Asks a value for its form. Method lookup tries [`ViaRecord`], then [`ViaText`], then [`ViaDebug`],
/// and at last, by value, [`ViaNothing`].
#[derive(Debug)]
pub struct Probe<'a, T: ?Sized>(pub &'a T);

impl<T: ?Sized> Clone for Probe<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Probe<'_, T> {}

/// A type that says itself how it is recorded, such as a number or a `#[redact]` type.
pub trait ViaRecord<'a> {
    /// The form.
    type Form;
    /// The value in its form.
    fn form(&self) -> Self::Form;
}

/// Text, without the quotes that its `Debug` has.
pub trait ViaText {
    /// The text, scrubbed.
    fn form(&self) -> Scrubbed;
}

/// Anything else that has a `Debug`.
pub trait ViaDebug {
    /// What `Debug` writes, scrubbed.
    fn form(&self) -> Scrubbed;
}

/// A type that can't be shown. No type implements it: it is here for its message.
#[diagnostic::on_unimplemented(
    message = "OBS0508: `{Self}` can't be recorded, it has no `Debug`",
    label = "nothing says how this value is recorded",
    note = "leave an argument out with `skip(…)`, or put `#[redact]` or `#[derive(Debug)]` on `{Self}`"
)]
pub trait Show {}

/// What is left for a type without any form: an error with a text of ours.
pub trait ViaNothing<T: ?Sized> {
    /// Never called.
    fn form(self) -> form::Hidden
    where
        T: Show;
}

impl<'a, T: Record + ?Sized> ViaRecord<'a> for &&Probe<'a, T> {
    type Form = &'a T;

    fn form(&self) -> &'a T {
        self.0
    }
}

impl<T: form::PlainText + ?Sized> ViaText for &Probe<'_, T> {
    fn form(&self) -> Scrubbed {
        Scrubbed(scrub_owned(self.0.plain().to_owned()))
    }
}

impl<T: Debug + ?Sized> ViaDebug for Probe<'_, T> {
    fn form(&self) -> Scrubbed {
        debug(&self.0)
    }
}

impl<T: ?Sized> ViaNothing<T> for Probe<'_, T> {
    fn form(self) -> form::Hidden
    where
        T: Show,
    {
        form::HIDDEN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_debug_is_scrubbed() {
        assert_eq!(debug(&Some("mail a@b.example")).0, "Some(\"mail [REDACTED:email]\")");
    }

    #[test]
    fn a_sensitive_name_hides_its_value() {
        assert_eq!(format!("{:?}", field("patient.ssn", &7_u8)), "patient.ssn=[REDACTED]");
        assert_eq!(format!("{:?}", field("bed", &7_u8)), "bed=7");
    }
}
