//! Attributes as words: typed, in a row, without an allocation.
//!
//! An attribute is a header and what belongs to it:
//!
//! ```text
//! bits  0 to  7   the value's type
//! bits  8 to 15   what the key is
//! bits 16 to 31   the key: a field's place in its call site, or how many bytes its text has
//! bits 32 to 63   a text's length in bytes, or a boolean
//! ```
//!
//! The key's text follows where there is one, then the number or the value's text; of a text eight
//! bytes are a word, and the last word is filled up with zeros.

#![expect(
    clippy::cast_possible_truncation,
    reason = "what is cast back was cast before, and lengths are below a span's"
)]

use super::super::{AttributeValue, Value};
use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What an attribute stands under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AttributeKey<'a> {
    /// A field of the span's call site.
    Field(usize),
    /// A name that no field of the call site has.
    Text(&'a str),
    /// No attribute, but the span's name.
    SpanName,
    /// No attribute, but what the span's status says.
    StatusText,
}

const FIELD: u64 = 0;
const TEXT_KEY: u64 = 1;
const SPAN_NAME: u64 = 2;
const STATUS_TEXT: u64 = 3;

const BOOL: u64 = 0;
const I64: u64 = 1;
const U64: u64 = 2;
const F64: u64 = 3;
const TEXT: u64 = 4;

/// Writes an attribute behind the first `used` words; returns how many are used then, or `None`
/// where it has no room, or is nothing that stands in words.
pub(crate) fn push(words: &[AtomicU64], used: usize, key: AttributeKey<'_>, value: &Value<'_>) -> Option<usize> {
    let (class, number, name) = match key {
        AttributeKey::Field(place) => (FIELD, place, ""),
        AttributeKey::Text(name) => (TEXT_KEY, name.len(), name),
        AttributeKey::SpanName => (SPAN_NAME, 0, ""),
        AttributeKey::StatusText => (STATUS_TEXT, 0, ""),
    };
    let (tag, number_word, text, high) = match value {
        Value::Bool(value) => (BOOL, None, "", u64::from(*value)),
        Value::I64(value) => (I64, Some(value.cast_unsigned()), "", 0),
        Value::U64(value) => (U64, Some(*value), "", 0),
        Value::F64(value) => (F64, Some(value.to_bits()), "", 0),
        Value::Text(text) => (TEXT, None, &**text, text.len() as u64),
        Value::Fields(_) | Value::Empty => return None,
    };
    let room = words.get(used..)?;
    let needed = 1 + name.len().div_ceil(8) + usize::from(number_word.is_some()) + text.len().div_ceil(8);
    if needed > room.len() || number > usize::from(u16::MAX) {
        return None;
    }
    let header = tag | class << 8 | (number as u64) << 16 | high << 32;
    let (first, mut rest) = room.split_first()?;
    first.store(header, Relaxed);
    if !name.is_empty() {
        rest = put_text(rest, name);
    }
    if let Some(number) = number_word {
        rest.first()?.store(number, Relaxed);
    } else if !text.is_empty() {
        put_text(rest, text);
    }
    Some(used + needed)
}

/// The same under a field of the call site, which is what nearly all are.
#[inline(always)]
#[expect(clippy::inline_always, reason = "on the way of every span, where each call is a tenth of it")]
pub(crate) fn push_field(words: &[AtomicU64], used: usize, place: usize, value: &Value<'_>) -> Option<usize> {
    let place_bits = (place as u64) << 16;
    let (tag, number) = match value {
        Value::I64(value) => (I64, value.cast_unsigned()),
        Value::U64(value) => (U64, *value),
        Value::F64(value) => (F64, value.to_bits()),
        Value::Bool(value) => {
            words.get(used)?.store(BOOL | place_bits | u64::from(*value) << 32, Relaxed);
            return Some(used + 1);
        }
        Value::Text(text) => return push_text(words, used, TEXT | place_bits, text),
        value => return push(words, used, AttributeKey::Field(place), value),
    };
    let ([header, word], _) = words.get(used..)?.split_first_chunk::<2>()?;
    header.store(tag | place_bits, Relaxed);
    word.store(number, Relaxed);
    Some(used + 2)
}

fn push_text(words: &[AtomicU64], used: usize, header: u64, text: &str) -> Option<usize> {
    let room = words.get(used..)?.get(..1 + text.len().div_ceil(8))?;
    let (first, rest) = room.split_first()?;
    first.store(header | (text.len() as u64) << 32, Relaxed);
    put_text(rest, text);
    Some(used + room.len())
}

/// Writes a text into as many words as it takes; returns those behind it.
#[inline]
fn put_text<'w>(words: &'w [AtomicU64], text: &str) -> &'w [AtomicU64] {
    let (chunks, last) = text.as_bytes().as_chunks::<8>();
    let (own, rest) = words.split_at(chunks.len().min(words.len()));
    for (word, chunk) in own.iter().zip(chunks) {
        word.store(u64::from_le_bytes(*chunk), Relaxed);
    }
    let Some((word, behind)) = rest.split_first().filter(|_| !last.is_empty()) else { return rest };
    word.store(tail(last), Relaxed);
    behind
}

/// One to seven bytes as a word, in two reads that may overlap: a copy of a length that is not known
/// takes longer.
#[inline]
fn tail(bytes: &[u8]) -> u64 {
    let shift = |size: usize| 8 * (bytes.len() - size) as u32;
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << shift(4)
    } else if let (Some(first), Some(last)) = (bytes.first_chunk::<2>(), bytes.last_chunk::<2>()) {
        u64::from(u16::from_le_bytes(*first)) | u64::from(u16::from_le_bytes(*last)) << shift(2)
    } else {
        bytes.first().copied().map_or(0, u64::from)
    }
}

/// One attribute, where it lies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attribute<'a> {
    pub(crate) key: KeyWords<'a>,
    pub(crate) value: ValueWords<'a>,
}

/// See [`AttributeKey`].
#[derive(Clone, Copy, Debug)]
pub(crate) enum KeyWords<'a> {
    Field(usize),
    Text(TextWords<'a>),
    SpanName,
    StatusText,
}

/// See [`Value`].
#[derive(Clone, Copy, Debug)]
pub(crate) enum ValueWords<'a> {
    Bool(bool),
    I64(i64),
    U64(u64),
    F64(f64),
    Text(TextWords<'a>),
}

/// A text in words.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TextWords<'a> {
    words: &'a [u64],
    length: usize,
}

impl TextWords<'_> {
    #[cfg(feature = "otlp")]
    pub(crate) fn len(&self) -> usize {
        self.length
    }

    /// Appends the text's bytes.
    pub(crate) fn append_to(&self, bytes: &mut Vec<u8>) {
        bytes.reserve(self.words.len() * 8);
        let end = bytes.len() + self.length;
        for word in self.words {
            bytes.extend_from_slice(&word.to_le_bytes());
        }
        bytes.truncate(end);
    }

    /// The text. It was one before it was words, so nothing in it is replaced.
    pub(crate) fn into_string(self) -> String {
        let mut bytes = Vec::new();
        self.append_to(&mut bytes);
        String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }
}

impl ValueWords<'_> {
    pub(crate) fn into_value(self) -> AttributeValue {
        match self {
            Self::Bool(value) => AttributeValue::Bool(value),
            Self::I64(value) => AttributeValue::I64(value),
            Self::U64(value) => AttributeValue::U64(value),
            Self::F64(value) => AttributeValue::F64(value),
            Self::Text(text) => AttributeValue::Text(Cow::Owned(text.into_string())),
        }
    }
}

/// Reads attributes in the order in which they were written.
#[derive(Clone, Debug)]
pub(crate) struct Attributes<'a>(pub(crate) &'a [u64]);

impl<'a> Attributes<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u64]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn text(&mut self, length: usize) -> Option<TextWords<'a>> {
        Some(TextWords { words: self.take(length.div_ceil(8))?, length })
    }

    fn number(&mut self) -> Option<u64> {
        self.take(1)?.first().copied()
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Attribute<'a>;

    fn next(&mut self) -> Option<Attribute<'a>> {
        let header = self.number()?;
        let (tag, class, number, high) = (header & 0xff, header >> 8 & 0xff, header >> 16 & 0xffff, header >> 32);
        let key = match class {
            FIELD => KeyWords::Field(number as usize),
            TEXT_KEY => KeyWords::Text(self.text(number as usize)?),
            SPAN_NAME => KeyWords::SpanName,
            _ => KeyWords::StatusText,
        };
        let value = match tag {
            BOOL => ValueWords::Bool(high != 0),
            I64 => ValueWords::I64(self.number()?.cast_signed()),
            U64 => ValueWords::U64(self.number()?),
            F64 => ValueWords::F64(f64::from_bits(self.number()?)),
            _ => ValueWords::Text(self.text(high as usize)?),
        };
        Some(Attribute { key, value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room<const N: usize>() -> [AtomicU64; N] {
        [const { AtomicU64::new(0) }; N]
    }

    fn read(words: &[AtomicU64], used: usize) -> Vec<String> {
        let words: Vec<u64> = words[..used].iter().map(|word| word.load(Relaxed)).collect();
        let shown = |attribute: Attribute<'_>| {
            let key = match attribute.key {
                KeyWords::Field(place) => place.to_string(),
                KeyWords::Text(text) => text.into_string(),
                KeyWords::SpanName => "name".to_owned(),
                KeyWords::StatusText => "status".to_owned(),
            };
            format!("{key}={:?}", attribute.value.into_value())
        };
        Attributes(&words).map(shown).collect()
    }

    #[test]
    fn what_is_written_is_read_again() {
        let (words, mut used) = (room::<64>(), 0);
        for (key, value) in [
            (AttributeKey::Field(3), Value::Bool(true)),
            (AttributeKey::Field(65_535), Value::I64(i64::MIN)),
            (AttributeKey::Text("question.id"), Value::U64(u64::MAX)),
            (AttributeKey::Text("12345678"), Value::F64(-0.5)),
            (AttributeKey::SpanName, Value::from("seven b")),
            (AttributeKey::StatusText, Value::from("")),
            (AttributeKey::Field(0), Value::from("größer als acht")),
        ] {
            used = push(&words, used, key, &value).unwrap();
        }
        assert_eq!(
            read(&words, used),
            [
                "3=Bool(true)",
                "65535=I64(-9223372036854775808)",
                "question.id=U64(18446744073709551615)",
                "12345678=F64(-0.5)",
                r#"name=Text("seven b")"#,
                r#"status=Text("")"#,
                r#"0=Text("größer als acht")"#,
            ]
        );
    }

    #[test]
    fn texts_of_every_length_are_read_again() {
        for length in 0..=17 {
            let (words, text) = (room::<8>(), &"abcdefghijklmnopq"[..length]);
            let used = push_field(&words, 0, 1, &Value::from(text)).unwrap();
            assert_eq!(read(&words, used), [format!("1=Text({text:?})")]);
            assert_eq!(push(&words, 0, AttributeKey::Text(text), &Value::U64(1)).map(|used| used - 2), Some(used - 1));
        }
    }

    #[test]
    fn what_has_no_room_is_not_begun() {
        let words = room::<3>();
        assert_eq!(push(&words, 0, AttributeKey::Field(0), &Value::from("seventeen bytes !!")), None);
        assert_eq!(push(&words, 2, AttributeKey::Field(0), &Value::U64(1)), None);
        assert_eq!(push(&words, 3, AttributeKey::Field(0), &Value::Bool(true)), None);
        assert_eq!(push(&words, 2, AttributeKey::Field(0), &Value::Bool(true)), Some(3));
        assert_eq!(push(&words, 0, AttributeKey::Field(70_000), &Value::Bool(true)), None);
    }
}
