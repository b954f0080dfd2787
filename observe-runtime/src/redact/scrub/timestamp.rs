//! Timestamps, with which most lines of a log begin: they are passed over as a whole.

use super::ascii::{is_at, is_before, is_glued, is_word};

/// The end of the date and time after RFC 3339 that start at `start`. `ahead` has a bit for each byte from there on that
/// is a digit.
#[inline]
pub(super) fn at(bytes: &[u8], start: usize, ahead: u64) -> Option<usize> {
    if !has_form(ahead) {
        return None;
    }
    let stamp = bytes.get(start..start + "2026-01-14T09:26:53".len())?;
    let [b'1' | b'2', _, _, _, b'-', _, _, b'-', _, _, b'T' | b't' | b' ', _, _, b':', _, _, b':', ..] = stamp else {
        return None;
    };
    let end = start + stamp.len();
    let fraction = (ahead >> 20).trailing_ones() as usize;
    let end = match bytes.get(end) {
        Some(b'.' | b',') if fraction > 0 => end + 1 + fraction,
        _ => end,
    };
    let end = end + usize::from(is_at(bytes, end, |b| matches!(b, b'Z' | b'z')));
    let glued = is_glued(bytes, start) || is_before(bytes, start, |b| matches!(b, b'+' | b'-' | b'.' | b'('));
    (!glued && !is_at(bytes, end, is_word)).then_some(end)
}

/// Whether digits are four of the year, and two each of month, day, hour, minute and second.
#[inline]
pub(super) fn has_form(ahead: u64) -> bool {
    // From the lowest bit on.
    const FORM: u64 = 0b0110_1101_1011_0110_1111;
    const MASK: u64 = (1 << 20) - 1;
    ahead & MASK == FORM
}
