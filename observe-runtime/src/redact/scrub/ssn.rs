//! United States social security numbers: area, group and serial number.

use std::ops::Range;

use super::ascii::{is_at, is_before};
use super::endings::{Endings, Label};
use super::number::{Run, continues_left, continues_right};

/// `123-45-6789`, also with spaces or full stops.
pub(super) fn at(run: &Run<'_>) -> Option<Range<usize>> {
    if !run.has_lengths(0, &[3, 2, 4]) {
        return None;
    }
    let same_gaps = [b"-", b" ", b"."].into_iter().any(|gap| run.has_gaps(0..3, gap));
    let range = run.start(0)..run.end(2);
    let whole = !continues_left(run.bytes, range.start) && !continues_right(run.bytes, range.end) && !in_columns(run);
    (same_gaps && whole && is_issued(run.digits(0), run.digits(1), run.digits(2))).then_some(range)
}

/// Numbers before or after it, with a space between, make it part of a table.
fn in_columns(run: &Run<'_>) -> bool {
    let bytes = run.bytes;
    let left =
        is_before(bytes, run.start(0), |b| b == b' ') && is_before(bytes, run.start(0) - 1, |b| b.is_ascii_digit());
    run.gap(1) == b" " && (left || run.count() > 3 && run.gap(3) == b" ")
}

/// The Social Security Administration assigns no area 000, 666 or from 900 up, no group 00 and no
/// serial number 0000 (Program Operations Manual System, RM 10201.035).
fn is_issued(area: &[u8], group: &[u8], serial: &[u8]) -> bool {
    area != b"666" && area[0] != b'9' && has_no_empty_part(area, group, serial)
}

fn has_no_empty_part(area: &[u8], group: &[u8], serial: &[u8]) -> bool {
    area != b"000" && group != b"00" && serial != b"0000"
}

/// Nine digits that could be one, of which the form shows nothing.
pub(super) fn is_bare(digits: &[u8]) -> bool {
    digits.len() == 9 && is_issued(&digits[..3], &digits[3..5], &digits[5..])
}

const NAMES: &[&str] = &["ssn", "social security", "social_security", "social-security", "socialsecurity"];
const WHOLE: &[&str] = &["itin"];
const NUMBERS: &[&str] = &["number", "num", "no", "nr", "id"];
static ENDINGS: Endings = Endings::of(&[NAMES, WHOLE, NUMBERS, &["ssn id", "security id", "itin id"]]);

static LABEL: Label = Label {
    names: NAMES,
    whole: WHOLE,
    numbers: NUMBERS,
    is_gap: |b| matches!(b, b' ' | b'\t' | b'"' | b'\'' | b'\\' | b':' | b'=' | b'#' | b'>' | b'(' | b'[' | b'-'),
    fillers: &["is", "was", "of"],
    endings: &ENDINGS,
};

/// Nine digits after a label, however they are grouped. The label says what they are, so numbers
/// count that were never assigned as social security numbers: taxpayer numbers begin with 9 and
/// examples with anything.
pub(super) fn labelled(bytes: &[u8], start: usize) -> Option<Range<usize>> {
    nine_digits(bytes, start).filter(|_| LABEL.precedes(bytes, start))
}

fn nine_digits(bytes: &[u8], start: usize) -> Option<Range<usize>> {
    let mut digits = [0; 9];
    let mut at = start;
    for (i, digit) in digits.iter_mut().enumerate() {
        // Between area and group, and between group and serial number.
        let separated = matches!(i, 3 | 5) && matches!(bytes.get(at), Some(b'-' | b' ' | b'.'));
        at += usize::from(separated);
        *digit = *bytes.get(at).filter(|b| b.is_ascii_digit())?;
        at += 1;
    }
    let whole = !is_at(bytes, at, |b| b.is_ascii_alphanumeric());
    (whole && has_no_empty_part(&digits[..3], &digits[3..5], &digits[5..])).then_some(start..at)
}
