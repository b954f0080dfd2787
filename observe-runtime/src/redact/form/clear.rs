//! Values that are shown as they are, and the way to find how: by their types.

use super::{HIDDEN, Hidden};
use crate::span::{Record, Value};
use std::borrow::Cow;
use std::fmt::{self, Debug};
use std::rc::Rc;
use std::sync::Arc;

/// Asks a field that is shown for its form. Method lookup tries [`ViaRecord`], then [`ViaText`],
/// then [`ViaDebug`], and at last, by value, [`ViaNothing`].
#[derive(Debug)]
pub struct Probe<'a, T: ?Sized>(pub &'a T);

impl<T: ?Sized> Clone for Probe<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Probe<'_, T> {}

/// A type that says itself how it is recorded: a number, a label, another `#[redact]` type.
pub trait ViaRecord<'a> {
    /// The form.
    type Form;
    /// The field's form.
    fn shown(&self) -> Self::Form;
}

/// Text.
pub trait ViaText<'a> {
    /// The field's form.
    fn shown(&self) -> ClearText<'a>;
}

/// Anything else that has a `Debug`.
pub trait ViaDebug<'a> {
    /// The form.
    type Form;
    /// The field's form.
    fn shown(&self) -> Self::Form;
}

/// A type that can't be shown. No type implements it: it is here for its message.
#[diagnostic::on_unimplemented(
    message = "OBS0508: `{Self}` can't be shown, it has no `Debug`",
    label = "nothing says how this type is shown",
    note = "put `#[redact]` on `{Self}` and mark its fields, or `#[derive(Debug)]` to show all of it"
)]
pub trait Show {}

/// What is left for a type without any form: an error with a text of ours.
pub trait ViaNothing<T: ?Sized> {
    /// Never called.
    fn shown(self) -> Hidden
    where
        T: Show;
}

impl<T: ?Sized> ViaNothing<T> for Probe<'_, T> {
    fn shown(self) -> Hidden
    where
        T: Show,
    {
        HIDDEN
    }
}

impl<'a, T: Record + Debug + ?Sized> ViaRecord<'a> for &&Probe<'a, T> {
    type Form = &'a T;

    fn shown(&self) -> &'a T {
        self.0
    }
}

impl<'a, T: PlainText + ?Sized> ViaText<'a> for &Probe<'a, T> {
    fn shown(&self) -> ClearText<'a> {
        ClearText(self.0.plain())
    }
}

/// What is a text and nothing else. `AsRef<str>` would ask too little: a password has it too, beside a `Debug`
/// that hides.
pub trait PlainText {
    /// The text.
    fn plain(&self) -> &str;
}

macro_rules! plain_text {
    ($([$($generics:tt)*] $ty:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> PlainText for $ty {
            fn plain(&self) -> &str {
                self.as_ref()
            }
        }
    )*};
}

plain_text! {
    [] str;
    [] String;
    [] Cow<'_, str>;
    [] &str;
    [] &String;
    [] &mut str;
    [] Box<str>;
    [] Box<String>;
    [] Rc<str>;
    [] Rc<String>;
    [] Arc<str>;
    [] Arc<String>;
}

impl<'a, T: Debug + ?Sized> ViaDebug<'a> for Probe<'a, T> {
    type Form = ClearDebug<'a, T>;

    fn shown(&self) -> ClearDebug<'a, T> {
        ClearDebug { value: self.0, text: String::new() }.filled()
    }
}

/// Text shown as it is; `Debug` puts it in quotes, as it does with a plain `String`.
#[derive(Clone, Copy)]
pub struct ClearText<'a>(&'a str);

impl Debug for ClearText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Debug::fmt(self.0, f)
    }
}

#[diagnostic::do_not_recommend]
impl Record for ClearText<'_> {
    fn value(&self) -> Value<'_> {
        Value::from(self.0)
    }
}

/// A value shown by its `Debug`.
pub struct ClearDebug<'a, T: ?Sized> {
    value: &'a T,
    text: String,
}

impl<T: Debug + ?Sized> ClearDebug<'_, T> {
    fn filled(mut self) -> Self {
        use fmt::Write as _;
        let _ = write!(self.text, "{:?}", self.value);
        self
    }
}

impl<T: Debug + ?Sized> Debug for ClearDebug<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Debug + ?Sized> Record for ClearDebug<'_, T> {
    fn value(&self) -> Value<'_> {
        Value::from(self.text.as_str())
    }
}
