//! What requests of every signal have in common: the resource, the scope, attributes and times.
//!
//! The field numbers are those of opentelemetry-proto 1.x: `opentelemetry/proto/common/v1/common.proto`
//! and `resource/v1/resource.proto`.

use super::wire::{field_size, put_bytes, put_fixed64, put_length, put_start, put_varint_message, varint_message_size};
use crate::resource::Resource;
use crate::span::{AttributeValue, TextWords, ValueWords};
use std::ops::Range;
use std::time::{SystemTime, UNIX_EPOCH};

/// The resource's place in `ResourceSpans` and `ResourceMetrics`, and the attributes' place in it.
mod resource {
    pub(super) const RESOURCE: u64 = 1;
    pub(super) const ATTRIBUTES: u64 = 1;
}

/// `InstrumentationScope`.
pub(super) mod scope {
    pub(in super::super) const NAME: u64 = 1;
    pub(in super::super) const VERSION: u64 = 2;
}

/// `KeyValue`.
mod key_value {
    pub(super) const KEY: u64 = 1;
    pub(super) const VALUE: u64 = 2;
}

/// `AnyValue`: the field present says which kind of value it is.
mod any_value {
    pub(super) const STRING: u64 = 1;
    pub(super) const BOOL: u64 = 2;
    pub(super) const INT: u64 = 3;
    pub(super) const DOUBLE: u64 = 4;
}

/// A text, whatever it lies in.
pub(super) trait Text {
    /// How many bytes it has.
    fn length(&self) -> usize;

    /// Appends its bytes.
    fn append_to(&self, out: &mut Vec<u8>);
}

impl Text for &str {
    #[inline]
    fn length(&self) -> usize {
        self.len()
    }

    #[inline]
    fn append_to(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.as_bytes());
    }
}

impl Text for TextWords<'_> {
    #[inline]
    fn length(&self) -> usize {
        self.len()
    }

    #[inline]
    fn append_to(&self, out: &mut Vec<u8>) {
        self.append_to(out);
    }
}

/// A field of text that never changes, as it goes on the wire.
pub(super) struct EncodedText {
    field: u64,
    text: &'static str,
    /// How many bytes the field takes.
    size: usize,
    /// The field, and zeros behind it: copied as one piece. Of a longer one there is nothing.
    piece: [u8; PIECE],
}

const PIECE: usize = 32;

impl EncodedText {
    pub(super) fn new(field: u64, text: &'static str) -> Self {
        let mut encoded = Vec::new();
        put_text(&mut encoded, field, &text);
        let mut piece = [0; PIECE];
        if let Some(start) = piece.get_mut(..encoded.len()) {
            start.copy_from_slice(&encoded);
        }
        Self { field, text, size: encoded.len(), piece }
    }

    /// The text as an attribute's key.
    pub(super) fn key(text: &'static str) -> Self {
        Self::new(key_value::KEY, text)
    }

    /// Appends the field.
    #[inline]
    pub(super) fn put(&self, out: &mut Vec<u8>) {
        if self.size <= PIECE { put_start(out, &self.piece, self.size) } else { put_text(out, self.field, &self.text) }
    }
}

/// What an attribute stands under.
pub(super) trait Key {
    /// How many bytes it has.
    fn length(&self) -> usize;

    /// How many [`put`](Self::put) appends.
    fn field_size(&self) -> usize;

    /// Appends the `key` of a `KeyValue`.
    fn put(&self, out: &mut Vec<u8>);
}

impl<T: Text> Key for T {
    #[inline]
    fn length(&self) -> usize {
        Text::length(self)
    }

    #[inline]
    fn field_size(&self) -> usize {
        field_size(Text::length(self))
    }

    #[inline]
    fn put(&self, out: &mut Vec<u8>) {
        put_text(out, key_value::KEY, self);
    }
}

impl Key for EncodedText {
    #[inline]
    fn length(&self) -> usize {
        self.text.len()
    }

    #[inline]
    fn field_size(&self) -> usize {
        self.size
    }

    #[inline]
    fn put(&self, out: &mut Vec<u8>) {
        self.put(out);
    }
}

/// An attribute's value.
#[derive(Clone, Copy)]
pub(super) enum AnyValue<T> {
    Bool(bool),
    Signed(i64),
    Unsigned(u64),
    Double(f64),
    Text(T),
}

impl<'a> From<ValueWords<'a>> for AnyValue<TextWords<'a>> {
    #[inline]
    fn from(value: ValueWords<'a>) -> Self {
        match value {
            ValueWords::Bool(value) => Self::Bool(value),
            ValueWords::I64(value) => Self::Signed(value),
            ValueWords::U64(value) => Self::Unsigned(value),
            ValueWords::F64(value) => Self::Double(value),
            ValueWords::Text(text) => Self::Text(text),
        }
    }
}

impl<'a> From<&'a AttributeValue> for AnyValue<&'a str> {
    fn from(value: &'a AttributeValue) -> Self {
        match value {
            AttributeValue::Bool(value) => Self::Bool(*value),
            AttributeValue::I64(value) => Self::Signed(*value),
            AttributeValue::U64(value) => Self::Unsigned(*value),
            AttributeValue::F64(value) => Self::Double(*value),
            AttributeValue::Text(text) => Self::Text(text),
        }
    }
}

/// The `resource` field as it goes into every request.
pub(super) fn encoded_resource(resource: &Resource) -> Vec<u8> {
    let mut attributes = Vec::new();
    for (key, value) in resource.iter() {
        put_text_attribute(&mut attributes, resource::ATTRIBUTES, key, value);
    }
    let mut out = Vec::new();
    put_bytes(&mut out, resource::RESOURCE, &attributes);
    out
}

/// Appends one `KeyValue` whose value is a text.
pub(super) fn put_text_attribute(out: &mut Vec<u8>, field: u64, key: &str, value: &str) {
    put_attribute(out, field, &key, AnyValue::Text(value));
}

/// Appends one `KeyValue`, and returns where its key lies.
///
/// All lengths are known before anything is written, so nothing is moved.
#[inline]
pub(super) fn put_attribute<T: Text>(
    out: &mut Vec<u8>,
    field: u64,
    key: &impl Key,
    value: AnyValue<T>,
) -> Range<usize> {
    match value {
        AnyValue::Bool(value) => put_number(out, field, key, any_value::BOOL, u64::from(value)),
        AnyValue::Signed(value) => put_number(out, field, key, any_value::INT, value.cast_unsigned()),
        // OTLP's integers are signed, and a wrapped number would be a wrong one.
        AnyValue::Unsigned(value) if value > i64::MAX.cast_unsigned() => {
            put_text_value(out, field, key, &itoa::Buffer::new().format(value))
        }
        AnyValue::Unsigned(value) => put_number(out, field, key, any_value::INT, value),
        AnyValue::Double(value) => {
            let key = put_key(out, field, key, field_size(DOUBLE_SIZE));
            put_length(out, key_value::VALUE, DOUBLE_SIZE);
            put_fixed64(out, any_value::DOUBLE, value.to_bits());
            key
        }
        AnyValue::Text(text) => put_text_value(out, field, key, &text),
    }
}

/// The size of an `AnyValue` that is a double.
const DOUBLE_SIZE: usize = 1 + 8;

#[inline]
fn put_number(out: &mut Vec<u8>, field: u64, key: &impl Key, kind: u64, value: u64) -> Range<usize> {
    let key = put_key(out, field, key, varint_message_size(value));
    // Even where it is zero: without a field the value would be absent.
    put_varint_message(out, key_value::VALUE, kind, value);
    key
}

#[inline]
fn put_text_value(out: &mut Vec<u8>, field: u64, key: &impl Key, text: &impl Text) -> Range<usize> {
    let size = field_size(text.length());
    let key = put_key(out, field, key, field_size(size));
    put_any_text(out, key_value::VALUE, text);
    key
}

/// Appends a field that is an `AnyValue` of text.
#[inline]
pub(super) fn put_any_text(out: &mut Vec<u8>, field: u64, text: &impl Text) {
    put_length(out, field, field_size(text.length()));
    put_text(out, any_value::STRING, text);
}

/// Appends a `KeyValue` up to its value, which takes `value_size` bytes, and returns where the key lies.
#[inline]
fn put_key(out: &mut Vec<u8>, field: u64, key: &impl Key, value_size: usize) -> Range<usize> {
    put_length(out, field, key.field_size() + value_size);
    key.put(out);
    out.len() - key.length()..out.len()
}

/// Appends a field of text.
#[inline]
pub(super) fn put_text(out: &mut Vec<u8>, field: u64, text: &impl Text) {
    put_length(out, field, text.length());
    text.append_to(out);
}

/// Nanoseconds since the epoch, held within what the field can say: a clock that was never set
/// may well stand before it.
pub(super) fn unix_nanos(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
}
