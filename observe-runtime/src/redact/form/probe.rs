//! How a value comes to the text that `year` and `scrub` look at.

use super::{Shown, TextPolicy, partial, year};
use crate::redact::{MASK, SensitiveText, scrub};
use std::borrow::Cow;
use std::fmt::Display;

/// The year of a date.
pub const YEAR: TextPolicy<'static> = &|text| partial(year::year(text));

/// Text with what detectors find taken out of it.
pub const SCRUB: TextPolicy<'static> = &|text| match text {
    Some(text) if digits_hide(text) => super::hidden(),
    Some(text) => Cow::Owned(scrub::scrub(text).into_owned()),
    None => super::hidden(),
};

/// Whether hexadecimal digits, as bytes are written, stand for a text in which something is found: the digits
/// themselves are past all detectors.
fn digits_hide(text: &str) -> bool {
    let (digits, odd) = text.as_bytes().as_chunks();
    let bytes: Option<Vec<u8>> = digits.iter().map(|&digits| byte_of(digits)).collect();
    bytes.is_some_and(|bytes| odd.is_empty() && !scrub::find(&String::from_utf8_lossy(&bytes)).is_empty())
}

fn byte_of(digits: [u8; 2]) -> Option<u8> {
    let [high, low] = digits.map(|digit| char::from(digit).to_digit(16));
    u8::try_from(16 * high? + low?).ok()
}

/// Asks a value for its text. Method lookup tries [`ViaSensitive`], then [`ViaDisplay`], then
/// [`ViaOption`], and at last, by value, [`ViaNoText`].
#[derive(Debug)]
pub struct TextProbe<'a, T: ?Sized>(pub &'a T);

impl<T: ?Sized> Clone for TextProbe<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for TextProbe<'_, T> {}

/// A type that says itself what its text is.
pub trait ViaSensitive {
    /// The value under the policy.
    fn under(&self, policy: TextPolicy<'_>) -> Shown;
}

/// Anything else that has a `Display`: dates of other crates, errors.
pub trait ViaDisplay {
    /// The value under the policy.
    fn under(&self, policy: TextPolicy<'_>) -> Shown;
}

/// An option of such.
pub trait ViaOption {
    /// The value under the policy.
    fn under(&self, policy: TextPolicy<'_>) -> Shown;
}

/// What is left for a type without any text: an error with a text of ours.
pub trait ViaNoText<T: ?Sized> {
    /// Never called.
    fn under(self, policy: TextPolicy<'_>) -> Shown
    where
        T: SensitiveText;
}

impl<T: SensitiveText + ?Sized> ViaSensitive for &&TextProbe<'_, T> {
    fn under(&self, policy: TextPolicy<'_>) -> Shown {
        self.0.show(policy)
    }
}

impl<T: Display + ?Sized> ViaDisplay for &TextProbe<'_, T> {
    fn under(&self, policy: TextPolicy<'_>) -> Shown {
        Shown::text(policy(Some(&display(&self.0))))
    }
}

impl<T: Display> ViaOption for TextProbe<'_, Option<T>> {
    fn under(&self, policy: TextPolicy<'_>) -> Shown {
        let text = self.0.as_ref().map(|value| display(value));
        Shown::text(policy(text.as_deref()))
    }
}

impl<T: ?Sized> ViaNoText<T> for TextProbe<'_, T> {
    fn under(self, _: TextPolicy<'_>) -> Shown
    where
        T: SensitiveText,
    {
        Shown::text(MASK)
    }
}

/// A `Display` that fails keeps what it wrote before: `to_string` would panic.
fn display(value: &dyn Display) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    let _ = write!(text, "{value}");
    text
}
