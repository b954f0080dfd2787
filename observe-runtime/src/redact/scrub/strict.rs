//! Stricter forms of some kinds: what their form alone does not tell from other things.

use std::ops::Range;

use super::ascii::{end_of, is_at, is_before, is_word};
use super::{Finding, Kind, ssn};

impl Kind {
    /// Whether [`Scrubber::strict`](super::Scrubber::strict) makes a difference for this kind.
    ///
    /// ```
    /// use observe::scrub::Kind;
    ///
    /// assert!(Kind::Ssn.has_strict_form() && !Kind::Email.has_strict_form());
    /// ```
    #[must_use]
    pub const fn has_strict_form(self) -> bool {
        matches!(self, Kind::Ssn | Kind::Phone | Kind::Date | Kind::UrlCredential)
    }
}

pub(super) fn find(text: &str, is_strict: impl Fn(Kind) -> bool, found: &mut Vec<Finding>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(start) = bytes[at..].iter().position(u8::is_ascii_digit).map(|n| at + n) {
        let end = end_of(bytes, start, |b| b.is_ascii_digit());
        let alone = !is_before(bytes, start, is_word) && !is_at(bytes, end, is_word);
        at = end;
        let finding = match &bytes[start..end] {
            digits if alone && is_strict(Kind::Ssn) && ssn::is_bare(digits) => Some((Kind::Ssn, end)),
            digits if alone && is_strict(Kind::Phone) && is_bare_phone(digits) => Some((Kind::Phone, end)),
            _ if is_strict(Kind::Date) => date(bytes, start..end).map(|end| (Kind::Date, end)),
            _ => None,
        };
        if let Some((kind, end)) = finding {
            found.push(Finding { kind, range: start..end });
            at = end;
        }
    }
    if is_strict(Kind::UrlCredential) {
        urls(text, found);
    }
}

/// Area code and exchange of the North American Numbering Plan begin with 2 to 9.
fn is_bare_phone(digits: &[u8]) -> bool {
    matches!(digits, [b'2'..=b'9', _, _, b'2'..=b'9', ..]) && digits.len() == 10
}

/// The end of the date that begins with this number: year, month and day, or the year last.
fn date(bytes: &[u8], first: Range<usize>) -> Option<usize> {
    let separator = bytes.get(first.end).copied().filter(|b| matches!(b, b'-' | b'/' | b'.'))?;
    let second = first.end + 1..end_of(bytes, first.end + 1, |b| b.is_ascii_digit());
    let third = second.end + 1;
    if !is_at(bytes, second.end, |b| b == separator) || is_before(bytes, first.start, |b| is_word(b) || b == separator)
    {
        return None;
    }
    let end = end_of(bytes, third, |b| b.is_ascii_digit());
    let lengths = (first.len(), second.len(), end - third);
    let shape = matches!(lengths, (4, 1..=2, 1..=2) | (1..=2, 1..=2, 2 | 4));
    let more = is_at(bytes, end, |b| b == separator) && is_at(bytes, end + 1, |b| b.is_ascii_digit());
    let number = |range: Range<usize>| bytes[range].iter().fold(0, |n, b| n * 10 + u32::from(b - b'0'));
    (shape && !more && number(second) <= 31).then_some(end)
}

/// From the scheme to the next blank, quotation mark or bracket.
fn urls(text: &str, found: &mut Vec<Finding>) {
    let bytes = text.as_bytes();
    let mut done = 0;
    for (colon, _) in text.match_indices("://") {
        let is_scheme = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
        let start = super::ascii::start_of(bytes, done.max(colon.saturating_sub(32)), colon, is_scheme);
        if colon < done || start == colon {
            continue;
        }
        let ends = |b: u8| b <= b' ' || matches!(b, b'"' | b'\'' | b'<' | b'>' | b'`' | b')' | b']' | b'}' | b'\\');
        done = end_of(bytes, colon + 3, |b| !ends(b));
        let end = colon + 3 + text[colon + 3..done].trim_end_matches(['.', ',', ';', '!', '?']).len();
        found.push(Finding { kind: Kind::UrlCredential, range: start..end });
    }
}
