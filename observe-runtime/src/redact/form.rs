//! Values in the form in which they may be seen; each is both `Debug` and [`Record`].

use super::{MASK, SensitiveText, counters, pseudonym, scrub, scrub_display};
use crate::span::{Record, Value};
use std::fmt::{self, Debug, Display};

/// A hidden value: the same for all of them.
pub const HIDDEN: Hidden = Hidden;

/// See [`HIDDEN`].
#[derive(Clone, Copy)]
pub struct Hidden;

impl Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        counters::FIELD.add(1);
        f.write_str(MASK)
    }
}

#[diagnostic::do_not_recommend]
impl Record for Hidden {
    fn value(&self) -> Value<'_> {
        counters::FIELD.add(1);
        Value::from(MASK)
    }
}

/// A text that has been made safe.
#[derive(Clone)]
pub struct Shown(String);

impl Shown {
    fn or_mask(text: Option<String>) -> Self {
        Self(text.unwrap_or_else(|| MASK.to_owned()))
    }
}

/// Without quotes: it is not the value that is shown, but something about it.
impl Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[diagnostic::do_not_recommend]
impl Record for Shown {
    fn value(&self) -> Value<'_> {
        Value::from(self.0.as_str())
    }
}

/// A keyed pseudonym: equal values are equal, and none can be read back.
pub fn hash(value: &dyn SensitiveText) -> Shown {
    Shown::or_mask(value.text().map(|text| {
        counters::PSEUDONYM.add(1);
        pseudonym(&text)
    }))
}

/// The last `N` letters and digits, behind a mask of constant width.
///
/// A value with fewer than twice as many shows none of them: what is left would be the value.
pub fn keep_last<const N: usize>(value: &dyn SensitiveText) -> Shown {
    Shown::or_mask(value.text().map(|text| {
        counters::PARTIAL.add(1);
        let letters: Vec<char> = text.chars().filter(|letter| letter.is_alphanumeric()).collect();
        let kept: String =
            if letters.len() >= 2 * N { letters[letters.len() - N..].iter().collect() } else { "*".repeat(N) };
        format!("***{kept}")
    }))
}

/// Text with what detectors find taken out of it.
pub fn scrub_text(value: &dyn SensitiveText) -> Shown {
    Shown::or_mask(value.text().map(|text| scrub::scrub(&text).into_owned()))
}

/// The same for a span's field, of anything that has a text.
pub fn scrub(value: &dyn Display) -> Shown {
    Shown(scrub_display(value))
}

/// A value as it is, on its author's word.
pub fn clear(value: &dyn Display) -> Shown {
    use fmt::Write as _;
    let mut text = String::new();
    let _ = write!(text, "{value}");
    Shown(text)
}

/// A text that stands in the program.
#[must_use]
pub fn fixed(value: &'static str) -> Fixed {
    Fixed(value)
}

/// See [`fixed`].
#[derive(Clone, Copy, Debug)]
pub struct Fixed(&'static str);

#[diagnostic::do_not_recommend]
impl Record for Fixed {
    fn value(&self) -> Value<'_> {
        Value::from(self.0)
    }
}

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

impl<'a, T: AsRef<str> + ?Sized> ViaText<'a> for &Probe<'a, T> {
    fn shown(&self) -> ClearText<'a> {
        ClearText(self.0.as_ref())
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: &impl Debug) -> String {
        format!("{value:?}")
    }

    #[test]
    fn keep_last_has_constant_width() {
        for value in ["+1 (202) 555-0143", "5550143x", "x"] {
            assert_eq!(shown(&keep_last::<4>(&value)).len(), 7, "{value}");
        }
        assert_eq!(shown(&keep_last::<4>(&"+1 (202) 555-0143")), "***0143");
    }

    #[test]
    fn a_short_value_keeps_nothing() {
        assert_eq!(shown(&keep_last::<4>(&"1234567")), "*******");
        assert_eq!(shown(&keep_last::<2>(&"ëüö")), "*****");
    }

    #[test]
    fn absence_looks_like_a_hidden_value() {
        assert_eq!(shown(&hash(&None::<String>)), MASK);
        assert_eq!(shown(&HIDDEN), MASK);
    }

    #[test]
    fn equal_values_have_equal_pseudonyms() {
        assert_eq!(shown(&hash(&"a")), shown(&hash(&"a".to_owned())));
        assert_ne!(shown(&hash(&"a")), shown(&hash(&"b")));
        assert_eq!(shown(&hash(&7_u64)), shown(&hash(&"7")));
    }
}
