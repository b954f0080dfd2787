//! The part of the protobuf wire format that OTLP needs, both ways.
//!
//! Source: the protobuf encoding guide, "Message Structure" and "Length Types"
//! (<https://protobuf.dev/programming-guides/encoding/>).

/// Wire type 0: a varint.
const VARINT: u64 = 0;
/// Wire type 1: eight bytes, little-endian.
const FIXED64: u64 = 1;
/// Wire type 2: a length, then that many bytes.
const LENGTH_DELIMITED: u64 = 2;
/// Wire type 5: four bytes, little-endian.
const FIXED32: u64 = 5;

/// Appends a varint field: integers, booleans and enumerations.
pub(super) fn put_varint(out: &mut Vec<u8>, field: u64, value: u64) {
    put_tag(out, field, VARINT);
    put_raw_varint(out, value);
}

/// Appends an eight-byte field: timestamps and doubles.
pub(super) fn put_fixed64(out: &mut Vec<u8>, field: u64, value: u64) {
    put_tag(out, field, FIXED64);
    out.extend_from_slice(&value.to_le_bytes());
}

/// Appends a field of bytes or text.
pub(super) fn put_bytes(out: &mut Vec<u8>, field: u64, value: &[u8]) {
    put_tag(out, field, LENGTH_DELIMITED);
    put_raw_varint(out, widen(value.len()));
    out.extend_from_slice(value);
}

/// Appends a field of several eight-byte values, packed one after the other.
pub(super) fn put_packed64(out: &mut Vec<u8>, field: u64, values: impl Iterator<Item = u64>) {
    put_message(out, field, |out| values.for_each(|value| out.extend_from_slice(&value.to_le_bytes())));
}

/// Appends a nested message that `content` writes.
pub(super) fn put_message(out: &mut Vec<u8>, field: u64, content: impl FnOnce(&mut Vec<u8>)) {
    let open = begin_message(out, field);
    content(out);
    end_message(out, open);
}

/// A nested message whose end is still to come.
#[must_use = "a message without an end has no length"]
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenMessage {
    /// Where its content begins.
    start: usize,
}

/// Begins a nested message: what is appended from now on is its content.
pub(super) fn begin_message(out: &mut Vec<u8>, field: u64) -> OpenMessage {
    put_tag(out, field, LENGTH_DELIMITED);
    OpenMessage { start: out.len() }
}

/// Ends the message that was begun last.
///
/// Its length goes in front of it and is known only now. The length is appended and rotated to the
/// front, which moves the content by a few bytes: cheaper than a second pass that measures first,
/// and the length stays as short as the format wants it.
pub(super) fn end_message(out: &mut Vec<u8>, open: OpenMessage) {
    let end = out.len();
    put_raw_varint(out, widen(end - open.start));
    let length_size = out.len() - end;
    out[open.start..].rotate_right(length_size);
}

fn put_tag(out: &mut Vec<u8>, field: u64, wire_type: u64) {
    put_raw_varint(out, field << 3 | wire_type);
}

/// Seven bits a byte, the lowest first; the high bit says that more follow.
fn put_raw_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(low_byte(value) | 0x80);
        value >>= 7;
    }
    out.push(low_byte(value));
}

fn low_byte(value: u64) -> u8 {
    value.to_le_bytes()[0]
}

/// A length as the format counts it. No platform's `usize` is wider than 64 bits.
fn widen(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// A field's content as read; the fixed-width kinds are skipped, since no reader wants them.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content<'a> {
    Varint(u64),
    Bytes(&'a [u8]),
    Skipped,
}

/// Reads the field at the front of `input` and moves `input` behind it.
///
/// `None` at the end and where the bytes are no protobuf: a reader takes what came before.
pub(super) fn take_field<'a>(input: &mut &'a [u8]) -> Option<(u64, Content<'a>)> {
    let tag = take_varint(input)?;
    let content = match tag & 7 {
        VARINT => Content::Varint(take_varint(input)?),
        LENGTH_DELIMITED => {
            let length = usize::try_from(take_varint(input)?).ok()?;
            Content::Bytes(take(input, length)?)
        }
        FIXED64 => take(input, 8).map(|_| Content::Skipped)?,
        FIXED32 => take(input, 4).map(|_| Content::Skipped)?,
        _ => return None,
    };
    Some((tag >> 3, content))
}

fn take_varint(input: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = *take(input, 1)?.first()?;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

fn take<'a>(input: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (front, rest) = input.split_at_checked(length)?;
    *input = rest;
    Some(front)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
        let mut out = Vec::new();
        write(&mut out);
        out
    }

    #[test]
    fn varints_have_seven_bits_a_byte() {
        assert_eq!(written(|out| put_varint(out, 1, 150)), [0x08, 0x96, 0x01]);
        assert_eq!(written(|out| put_varint(out, 16, 0)), [0x80, 0x01, 0x00]);
    }

    #[test]
    fn a_messages_length_is_in_front_of_it_however_long_it_is() {
        for size in [0, 1, 127, 128, 16_383, 16_384] {
            let text = vec![b'x'; size];
            let nested = written(|out| put_message(out, 3, |out| out.extend_from_slice(&text)));
            assert_eq!(nested, written(|out| put_bytes(out, 3, &text)), "{size} bytes");
        }
    }

    #[test]
    fn every_wire_type_is_read_past() {
        let mut bytes = written(|out| put_varint(out, 1, u64::MAX));
        put_fixed64(&mut bytes, 2, 7);
        bytes.extend_from_slice(&[0x1d, 1, 2, 3, 4]);
        put_bytes(&mut bytes, 4, b"end");
        let mut input = bytes.as_slice();
        assert_eq!(take_field(&mut input), Some((1, Content::Varint(u64::MAX))));
        assert_eq!(take_field(&mut input), Some((2, Content::Skipped)));
        assert_eq!(take_field(&mut input), Some((3, Content::Skipped)));
        assert_eq!(take_field(&mut input), Some((4, Content::Bytes(b"end"))));
        assert_eq!(take_field(&mut input), None);
    }

    #[test]
    fn what_is_no_protobuf_ends_the_reading() {
        for bytes in [&b"\x0a\x05abc"[..], b"\x08", b"\x0b", &[0xff; 12]] {
            assert_eq!(take_field(&mut &*bytes), None, "{bytes:?}");
        }
    }
}
