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
#[inline]
pub(super) fn put_varint(out: &mut Vec<u8>, field: u64, value: u64) {
    put_tag(out, field, VARINT);
    put_raw_varint(out, value);
}

/// Appends an eight-byte field, whose number is below 16: timestamps and doubles.
#[inline]
pub(super) fn put_fixed64(out: &mut Vec<u8>, field: u64, value: u64) {
    let mut piece = [low_byte(field << 3 | FIXED64); 9];
    piece[1..].copy_from_slice(&value.to_le_bytes());
    out.extend_from_slice(&piece);
}

/// Appends a four-byte field: flags.
#[inline]
pub(super) fn put_fixed32(out: &mut Vec<u8>, field: u64, value: u32) {
    put_tag(out, field, FIXED32);
    out.extend_from_slice(&value.to_le_bytes());
}

/// Appends a field of bytes or text.
#[inline]
pub(super) fn put_bytes(out: &mut Vec<u8>, field: u64, value: &[u8]) {
    put_length(out, field, value.len());
    out.extend_from_slice(value);
}

/// Appends a field of several eight-byte values, packed one after the other.
pub(super) fn put_packed64(out: &mut Vec<u8>, field: u64, values: impl ExactSizeIterator<Item = u64>) {
    put_length(out, field, values.len() * 8);
    values.for_each(|value| out.extend_from_slice(&value.to_le_bytes()));
}

/// Appends the beginning of a field of bytes, text, or a nested message: so many bytes are to follow.
#[inline]
pub(super) fn put_length(out: &mut Vec<u8>, field: u64, length: usize) {
    let (tag, length) = (field << 3 | LENGTH_DELIMITED, widen(length));
    if tag < 0x80 && length < 0x80 {
        out.extend_from_slice(&[low_byte(tag), low_byte(length)]);
    } else {
        put_raw_varint(out, tag);
        put_raw_varint(out, length);
    }
}

/// Appends a nested message of one varint, in one piece; both fields have numbers below 16.
#[inline]
pub(super) fn put_varint_message(out: &mut Vec<u8>, field: u64, inner: u64, value: u64) {
    let size = varint_size(value);
    if value >= SHORT_VARINT {
        put_length(out, field, 1 + size);
        return put_varint(out, inner, value);
    }
    let mut piece = [0; 11];
    piece[0] = low_byte(field << 3 | LENGTH_DELIMITED);
    piece[1] = low_byte(widen(1 + size));
    piece[2] = low_byte(inner << 3 | VARINT);
    piece[3..].copy_from_slice(&short_varint(value, size).to_le_bytes());
    put_start(out, &piece, 3 + size);
}

/// How many bytes [`put_varint_message`] appends.
#[inline]
pub(super) fn varint_message_size(value: u64) -> usize {
    3 + varint_size(value)
}

/// Appends the first bytes of a piece. A piece of fixed size is copied without a loop.
#[inline]
pub(super) fn put_start<const SIZE: usize>(out: &mut Vec<u8>, piece: &[u8; SIZE], length: usize) {
    let end = out.len() + length.min(SIZE);
    out.extend_from_slice(piece);
    out.truncate(end);
}

/// Fields whose sizes are known when this is compiled, gathered to be appended as one piece: where each goes is
/// then known too, and nothing is asked or moved in between.
pub(super) struct Piece<const SIZE: usize> {
    bytes: [u8; SIZE],
    used: usize,
}

impl<const SIZE: usize> Piece<SIZE> {
    #[inline]
    pub(super) fn new() -> Self {
        Self { bytes: [0; SIZE], used: 0 }
    }

    /// A field of so many bytes, fewer than 128; its number is below 16.
    #[inline]
    pub(super) fn put_bytes<const LENGTH: usize>(&mut self, field: u64, value: [u8; LENGTH]) {
        self.put([low_byte(field << 3 | LENGTH_DELIMITED), low_byte(widen(LENGTH))]);
        self.put(value);
    }

    /// A varint below 128; the field's number is below 16.
    #[inline]
    pub(super) fn put_small(&mut self, field: u64, value: u64) {
        self.put([low_byte(field << 3 | VARINT), low_byte(value & 0x7f)]);
    }

    /// Eight bytes; the field's number is below 16.
    #[inline]
    pub(super) fn put_fixed64(&mut self, field: u64, value: u64) {
        self.put([low_byte(field << 3 | FIXED64)]);
        self.put(value.to_le_bytes());
    }

    /// Four bytes; the field's number is 16 or above.
    #[inline]
    pub(super) fn put_fixed32(&mut self, field: u64, value: u32) {
        let tag = field << 3 | FIXED32;
        self.put([low_byte(tag & 0x7f | 0x80), low_byte(tag >> 7)]);
        self.put(value.to_le_bytes());
    }

    /// What has no room is not there: a size that is too small is a mistake that tests see.
    #[inline]
    fn put<const LENGTH: usize>(&mut self, bytes: [u8; LENGTH]) {
        if let Some(room) = self.bytes.get_mut(self.used..self.used + LENGTH) {
            room.copy_from_slice(&bytes);
            self.used += LENGTH;
        }
    }

    /// Appends all of it.
    #[inline]
    pub(super) fn append_to(&self, out: &mut Vec<u8>) {
        put_start(out, &self.bytes, self.used);
    }
}

/// How many bytes a field of bytes, text, or a nested message takes, whose number is below 16.
#[inline]
pub(super) fn field_size(length: usize) -> usize {
    1 + varint_size(widen(length)) + length
}

/// How many bytes a varint takes: one for every seven bits, and even for none.
#[inline]
pub(super) fn varint_size(value: u64) -> usize {
    let bits = u64::BITS - (value | 1).leading_zeros();
    // The same as `bits.div_ceil(7)` for 1 to 64, without a division.
    ((bits * 9 + 64) / 64) as usize
}

/// Appends a nested message that `content` writes, of about `expected` bytes.
#[inline]
pub(super) fn put_message(out: &mut Vec<u8>, field: u64, expected: usize, content: impl FnOnce(&mut Vec<u8>)) {
    let open = begin_message(out, field, expected);
    content(out);
    end_message(out, open);
}

/// A nested message whose end is still to come.
#[must_use = "a message without an end has no length"]
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenMessage {
    /// Where the bytes of its length begin, and its content.
    length: usize,
    content: usize,
}

/// Begins a nested message of about `expected` bytes: what is appended from now on is its content.
///
/// Its length goes in front of it and is known at its end only. So much room is kept for it as the
/// expected one needs: a guess of the right magnitude saves moving the content.
#[inline]
pub(super) fn begin_message(out: &mut Vec<u8>, field: u64, expected: usize) -> OpenMessage {
    put_tag(out, field, LENGTH_DELIMITED);
    let length = out.len();
    put_raw_varint(out, widen(expected));
    OpenMessage { length, content: out.len() }
}

/// Ends the message that was begun last.
#[inline]
pub(super) fn end_message(out: &mut Vec<u8>, open: OpenMessage) {
    let size = widen(out.len() - open.content);
    if varint_size(size) != open.content - open.length {
        make_room(out, open, varint_size(size));
    }
    put_varint_over(out, open.length, size);
}

/// Moves the content of a message whose length needs other room than was expected.
#[cold]
fn make_room(out: &mut Vec<u8>, open: OpenMessage, room: usize) {
    let end = out.len();
    let content = open.length + room;
    if content > open.content {
        out.resize(end + content - open.content, 0);
    }
    out.copy_within(open.content..end, content);
    out.truncate(content + end - open.content);
}

/// Writes a varint over what is there.
#[inline]
fn put_varint_over(out: &mut [u8], start: usize, mut value: u64) {
    for byte in out.iter_mut().skip(start) {
        *byte = low_byte(value) & 0x7f;
        value >>= 7;
        if value == 0 {
            return;
        }
        *byte |= 0x80;
    }
}

#[inline]
fn put_tag(out: &mut Vec<u8>, field: u64, wire_type: u64) {
    put_raw_varint(out, field << 3 | wire_type);
}

/// Appends a varint: seven bits a byte, the lowest first; the high bit says that more follow.
#[inline]
fn put_raw_varint(out: &mut Vec<u8>, value: u64) {
    if value < 0x80 {
        out.push(low_byte(value));
    } else if value < SHORT_VARINT {
        let size = varint_size(value);
        put_start(out, &short_varint(value, size).to_le_bytes(), size);
    } else {
        put_long_varint(out, value);
    }
}

/// What is below this takes eight bytes at most.
const SHORT_VARINT: u64 = 1 << 56;

/// The bytes of a varint, of which there are `size`, the first one lowest.
#[inline]
fn short_varint(value: u64, size: usize) -> u64 {
    let all_but_the_last = (1 << (8 * (size - 1))) - 1;
    spread(value) | 0x8080_8080_8080_8080 & all_but_the_last
}

/// The lowest 56 bits, seven a byte: halves are moved apart three times.
#[inline]
fn spread(value: u64) -> u64 {
    let value = value & 0x0fff_ffff | (value & 0x00ff_ffff_f000_0000) << 4;
    let value = value & 0x0000_3fff_0000_3fff | (value & 0x0fff_c000_0fff_c000) << 2;
    value & 0x007f_007f_007f_007f | (value & 0x3f80_3f80_3f80_3f80) << 1
}

#[cold]
fn put_long_varint(out: &mut Vec<u8>, mut value: u64) {
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
        let sizes = [0, 1, 127, 128, 16_383, 16_384];
        for (size, expected) in sizes.iter().flat_map(|size| sizes.map(|expected| (*size, expected))) {
            let text: Vec<u8> = (b'a'..=b'z').cycle().take(size).collect();
            let nested = written(|out| put_message(out, 3, expected, |out| out.extend_from_slice(&text)));
            assert_eq!(nested, written(|out| put_bytes(out, 3, &text)), "{size} bytes where {expected} are expected");
            assert_eq!(nested.len(), field_size(size));
        }
    }

    #[test]
    fn varints_are_read_again_and_take_what_their_size_says() {
        for value in (0..64).flat_map(|bits| [(1 << bits) - 1, 1 << bits, u64::MAX >> bits, 0x5_1234_5678_9abc << bits])
        {
            let bytes = written(|out| put_raw_varint(out, value));
            assert_eq!(bytes.len(), varint_size(value), "{value}");
            assert_eq!(take_varint(&mut &*bytes), Some(value));
            let message = written(|out| put_message(out, 2, 0, |out| put_varint(out, 3, value)));
            assert_eq!(message, written(|out| put_varint_message(out, 2, 3, value)));
            assert_eq!(message.len(), varint_message_size(value));
            assert_eq!(bytes, written(|out| put_long_varint(out, value)));
        }
    }

    #[test]
    fn every_wire_type_is_read_past() {
        let mut bytes = written(|out| put_varint(out, 1, u64::MAX));
        put_fixed64(&mut bytes, 2, 7);
        put_fixed32(&mut bytes, 3, 7);
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
