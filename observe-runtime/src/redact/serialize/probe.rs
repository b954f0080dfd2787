//! Asks a field that is shown for its form in a view, as `form::Probe` does for `Debug`.

use super::{Redacted, View, raw};
use crate::redact::form::{HIDDEN, Hidden};
use serde_core::{Serialize, Serializer};
use std::fmt::Debug;

/// The field. Method lookup tries [`ViaView`], then [`ViaSerialize`], then [`ViaDebug`], and at
/// last, by value, [`ViaNothing`].
#[derive(Debug)]
pub struct Probe<'a, T: ?Sized>(pub &'a T);

impl<T: ?Sized> Clone for Probe<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Probe<'_, T> {}

/// A type that has a view.
pub trait ViaView<'a> {
    /// The form.
    type Form;
    /// The field's form.
    fn viewed(&self) -> Self::Form;
}

/// A type that knows nothing of views, and says itself how it is serialised.
pub trait ViaSerialize<'a> {
    /// The form.
    type Form;
    /// The field's form.
    fn viewed(&self) -> Self::Form;
}

/// Anything else that has a `Debug`: its text.
pub trait ViaDebug<'a> {
    /// The form.
    type Form;
    /// The field's form.
    fn viewed(&self) -> Self::Form;
}

/// What is left: a type without any form. The `Debug` of the same field refuses it.
pub trait ViaNothing {
    /// The mask.
    fn viewed(self) -> Hidden;
}

impl<'a, T: Redacted + ?Sized> ViaView<'a> for &&Probe<'a, T> {
    type Form = View<'a, T>;

    #[inline]
    fn viewed(&self) -> View<'a, T> {
        View(self.0)
    }
}

impl<'a, T: Serialize + ?Sized> ViaSerialize<'a> for &Probe<'a, T> {
    type Form = Own<'a, T>;

    #[inline]
    fn viewed(&self) -> Own<'a, T> {
        Own(self.0)
    }
}

impl<'a, T: Debug + ?Sized> ViaDebug<'a> for Probe<'a, T> {
    type Form = Text<'a, T>;

    #[inline]
    fn viewed(&self) -> Text<'a, T> {
        Text(self.0)
    }
}

impl<T: ?Sized> ViaNothing for Probe<'_, T> {
    fn viewed(self) -> Hidden {
        HIDDEN
    }
}

/// A value in its own form; `#[redact]` types that are met inside hide all the same.
#[derive(Debug)]
pub struct Own<'a, T: ?Sized>(&'a T);

impl<T: Serialize + ?Sized> Serialize for Own<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        raw::in_view(|| self.0.serialize(serializer))
    }
}

/// A value as its `Debug` text.
#[derive(Debug)]
pub struct Text<'a, T: ?Sized>(&'a T);

impl<T: Debug + ?Sized> Serialize for Text<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:?}", self.0))
    }
}
