//! Hardware addresses of network cards (IEEE 802): six groups of two hexadecimal digits, or three
//! of four.

use std::ops::Range;

use super::ascii::{end_of, is_at, is_before, is_glued, is_word, start_of};
use super::check;

/// The address with its first colon at `colon`.
pub(super) fn at_colon(bytes: &[u8], colon: usize) -> Option<Range<usize>> {
    if !is_at(bytes, colon + 3, |b| b == b':') {
        return None;
    }
    let start = start_of(bytes, colon.saturating_sub(3), colon, |b| b.is_ascii_hexdigit());
    address(bytes, start, colon).map(|end| start..end)
}

/// The address that a word with hyphens or full stops begins with.
pub(super) fn at(bytes: &[u8], start: usize) -> Option<Range<usize>> {
    let first = end_of(&bytes[..bytes.len().min(start + 5)], start, |b| b.is_ascii_hexdigit());
    address(bytes, start, first).map(|end| start..end)
}

/// The end of the address that begins at `start`, with its first group up to `first`.
fn address(bytes: &[u8], start: usize, first: usize) -> Option<usize> {
    let separator = *bytes.get(first)?;
    let (groups, size) = match (separator, first - start) {
        (b':' | b'-', 2) => (6, 2),
        (b'.', 4) => (3, 4),
        _ => return None,
    };
    let joined = is_before(bytes, start, |b| b == separator) && is_before(bytes, start - 1, is_word);
    if is_glued(bytes, start) || joined {
        return None;
    }
    let length = groups * (size + 1) - 1;
    let address = bytes.get(start..start + length)?;
    let regular = address.chunks(size + 1).all(|group| {
        group[..size].iter().all(u8::is_ascii_hexdigit) && group.get(size).is_none_or(|&b| b == separator)
    });
    if !regular {
        return None;
    }
    let end = start + length;
    // A fingerprint has more groups, and an address of version 6 may.
    let longer = is_at(bytes, end, |b| b == separator) && is_at(bytes, end + 1, is_word);
    // All zeros and all ones belong to no card.
    let nobody = [b'0', b'F', b'f'].into_iter().any(|same| address.iter().all(|&b| b == same || b == separator));
    let letters = address.iter().any(u8::is_ascii_alphabetic);
    let plausible = if separator == b'.' { letters } else { letters || !is_time(address) };
    (!nobody && !longer && !is_at(bytes, end, is_word) && plausible).then_some(end)
}

/// `24-01-31-10-15-59` is a date with a time.
fn is_time(address: &[u8]) -> bool {
    const MOST: [usize; 6] = [99, 12, 31, 23, 59, 60];
    let mut groups = address.chunks(3).map(check::number).zip(MOST);
    let dated = address.chunks(3).skip(1).take(2).all(|group| check::number(group) > 0);
    dated && groups.all(|(group, most)| group <= most)
}
