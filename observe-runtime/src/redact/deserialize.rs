//! Deserialising that refuses our masks: what was hidden is gone, and a mask in its place is no data.

mod access;

use super::MASK;
use access::Refusing;
use serde_core::de::{Error, Visitor};
use serde_core::{Deserialize, Deserializer};
use std::borrow::Cow;
use std::fmt;

/// Deserialises a value, and refuses one that redaction has been through.
///
/// `#[redact]` adds it to every field that is not `clear` where `#[derive(Deserialize)]` stands
/// below, so that a line read back never becomes a record. Where the derive stands above, or the
/// type is another one, it is written by hand. A field with a `deserialize_with` is required unless
/// it has a `default` too.
///
/// Refused is text that is or holds `[REDACTED]` or `[REDACTED:kind]`, the cut forms (`***0143`) and
/// pseudonyms (`h:…`), also inside of lists, maps and structures. Everything else passes as it is.
///
/// ```
/// # use serde::Deserialize;
/// #[derive(Deserialize)]
/// struct Import {
///     #[serde(default, deserialize_with = "observe::refuse_mask")]
///     email: Option<String>,
/// }
///
/// let import: Import = serde_json::from_str(r#"{"email":"jane@example.org"}"#)?;
/// assert_eq!(import.email.as_deref(), Some("jane@example.org"));
/// let error = serde_json::from_str::<Import>(r#"{"email":"[REDACTED]"}"#).err().map(|error| error.to_string());
/// assert!(error.is_some_and(|error| error.starts_with("a redacted value is no data")));
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
///
/// Where a mask is met, and those of the deserializer.
pub fn refuse_mask<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    // A format that meets text in a number's place may refuse it before anybody looks at it.
    T::deserialize(Refusing(deserializer))
        .map_err(|error| if is_mask(&error.to_string()) { Error::custom(REFUSED) } else { error })
}

/// The same for a `Cow` that borrows.
///
/// # Errors
///
/// As there.
pub fn refuse_mask_cow<'de: 'a, 'a, D: Deserializer<'de>, T: BorrowedCow<'a>>(deserializer: D) -> Result<T, D::Error> {
    T::deserialize_borrowed(Refusing(deserializer))
}

/// A `Cow` of text or bytes, whose own `Deserialize` never borrows.
pub trait BorrowedCow<'a>: Sized {
    /// Borrows from the input where the format lets it.
    ///
    /// # Errors
    ///
    /// Those of the deserializer.
    fn deserialize_borrowed<'de: 'a, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

struct CowVisitor;

impl<'a> BorrowedCow<'a> for Cow<'a, str> {
    fn deserialize_borrowed<'de: 'a, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(CowVisitor)
    }
}

impl<'a> BorrowedCow<'a> for Cow<'a, [u8]> {
    fn deserialize_borrowed<'de: 'a, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&'de [u8]>::deserialize(deserializer).map(Cow::Borrowed)
    }
}

impl<'de> Visitor<'de> for CowVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text))
    }
}

const REFUSED: &str = "a redacted value is no data: what it stood for was hidden on the way here";

/// Refuses a text that is a mask.
fn checked<E: Error>(text: &str) -> Result<(), E> {
    if is_mask(text) { Err(E::custom(REFUSED)) } else { Ok(()) }
}

/// Whether redaction made this text, as far as the text tells.
fn is_mask(text: &str) -> bool {
    text.contains(MASK) || holds_placeholder(text) || is_cut(text) || is_pseudonym(text)
}

/// `[REDACTED:kind]`
fn holds_placeholder(text: &str) -> bool {
    text.match_indices("[REDACTED:").any(|(at, begin)| {
        let kind = &text[at + begin.len()..];
        let length = kind.bytes().take_while(|byte| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'-')).count();
        length > 0 && kind.as_bytes().get(length) == Some(&b']')
    })
}

/// `***0143`, `Jan***`, `j***@***`, and what is left of values too short for it.
fn is_cut(text: &str) -> bool {
    let is_kept = |kept: &str| {
        let letters = kept.chars().count();
        (1..=4).contains(&letters) && kept.chars().all(|letter| letter.is_alphanumeric() || letter == '*')
    };
    text.strip_prefix("***").is_some_and(is_kept)
        || text.strip_suffix("***").is_some_and(is_kept)
        || text.strip_suffix("***@***").is_some_and(|kept| kept.chars().count() <= 1)
        || text == "***"
}

/// `h:` and hexadecimal digits, with the key's id between where there is one.
fn is_pseudonym(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("h:") else { return false };
    let digits = rest.rsplit(':').next().unwrap_or(rest);
    digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::{form, pseudonym};

    #[test]
    fn what_redaction_writes_is_known_again() {
        let shown = |form: form::Shown| format!("{form:?}");
        for mask in [
            MASK.to_owned(),
            "write to [REDACTED:email] now".to_owned(),
            shown(form::keep_last::<4>(&"+1 202 555 0143")),
            shown(form::keep_last::<4>(&"123")),
            shown(form::keep_first::<3>(&"Jane Roe")),
            shown(form::email(&"jane@example.org")),
            pseudonym("x"),
        ] {
            assert!(is_mask(&mask), "{mask}");
        }
    }

    #[test]
    fn data_is_no_mask() {
        for data in ["", "*", "**", "Jane Roe", "[redacted]", "h:1", "[REDACTED:]", "5*** hotel in Rome", "jane@x.org"]
        {
            assert!(!is_mask(data), "{data}");
        }
    }
}
