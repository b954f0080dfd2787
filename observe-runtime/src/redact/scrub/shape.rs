//! What the value after a label must look like.

use super::ascii::{end_of, is_at, is_word};
use super::{date, iban, medical_licence};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Letters, digits and single separators: so many digits at least, so long at least and at most.
    Code {
        digits: usize,
        least: usize,
        most: usize,
    },
    /// So many digits at least and at most, in groups or not.
    Digits {
        least: usize,
        most: usize,
    },
    /// A Medicare beneficiary identifier.
    Mbi,
    /// The number that the Drug Enforcement Administration gives a prescriber.
    Dea,
    /// An Indian permanent account number; the abbreviation stands for card numbers as well.
    Pan,
    /// The seventeen characters of a vehicle identification number.
    Vin,
    /// A vehicle's licence plate.
    Plate,
    /// A serial number of letters and digits.
    Serial,
    /// A postal code of digits, or one of the United Kingdom or Canada.
    Postcode,
    /// Twelve hexadecimal digits.
    Mac,
    Iban,
    Date,
    /// What is left of a date behind its first field: `1980, month: 3, day: 12 }`.
    DateFields,
    /// More than 89 years.
    Age,
}

pub(super) const fn code(digits: usize, least: usize, most: usize) -> Shape {
    Shape::Code { digits, least, most }
}

pub(super) const fn digits(least: usize, most: usize) -> Shape {
    Shape::Digits { least, most }
}

impl Shape {
    /// The end of the value that begins at `begin`, with its first digit in the word at `word`.
    pub(super) fn end(self, bytes: &[u8], begin: usize, word: usize) -> Option<usize> {
        if self == Shape::Date {
            return date::at(bytes, begin);
        }
        // Only in front of dates does the name of a month belong to the value.
        if begin != word {
            return None;
        }
        match self {
            Shape::Code { digits, least, most } => code_at(bytes, begin, digits, least, most),
            Shape::Digits { least, most } => digits_at(bytes, begin, least, most),
            Shape::Mbi => medical_licence::beneficiary(bytes, begin).or_else(|| exact(bytes, begin, 11)),
            Shape::Dea => medical_licence::registration(bytes, begin),
            Shape::Pan => exact(bytes, begin, 10).filter(|_| bytes[begin].is_ascii_alphabetic()),
            Shape::Vin => exact(bytes, begin, 17),
            Shape::Plate => plate(bytes, begin),
            Shape::Serial => exact_code(bytes, begin),
            Shape::Postcode => postcode(bytes, begin),
            Shape::Mac => exact(bytes, begin, 12).filter(|&end| bytes[begin..end].iter().all(u8::is_ascii_hexdigit)),
            Shape::Iban => iban::country_code(bytes, begin),
            Shape::DateFields => date::fields(bytes, begin),
            Shape::Age => date::age(bytes, begin),
            Shape::Date => None,
        }
    }
}

/// The length without separators, and at least one digit.
fn exact(bytes: &[u8], start: usize, length: usize) -> Option<usize> {
    let end = word_end(bytes, start);
    (end - start == length && has_digits(&bytes[start..end], 1)).then_some(end)
}

/// Letters and digits, both.
fn exact_code(bytes: &[u8], start: usize) -> Option<usize> {
    let end = code_at(bytes, start, 2, 6, 24)?;
    bytes[start..end].iter().any(u8::is_ascii_alphabetic).then_some(end)
}

fn word_end(bytes: &[u8], start: usize) -> usize {
    end_of(bytes, start.min(bytes.len()), is_word)
}

fn has_digits(content: &[u8], least: usize) -> bool {
    content.iter().filter(|b| b.is_ascii_digit()).count() >= least
}

fn code_at(bytes: &[u8], start: usize, digits: usize, least: usize, most: usize) -> Option<usize> {
    let mut end = word_end(bytes, start);
    while end - start <= most && matches!(bytes.get(end), Some(b'-' | b'.' | b'/')) {
        let next = word_end(bytes, end + 1);
        // After a full stop another sentence may begin.
        let digit = bytes[end + 1..next].iter().any(u8::is_ascii_digit);
        let letter = bytes[end] == b'-' && next - end <= 4 && bytes[end + 1..next].iter().all(u8::is_ascii_uppercase);
        if next == end + 1 || !digit && !letter {
            break;
        }
        end = next;
    }
    end = spaced(bytes, start, end, most);
    let content = &bytes[start..end];
    let dated = date::at(bytes, start).is_some_and(|date| date - start > 8 && content.len() <= 10);
    let suits = end - start >= least && end - start <= most && has_digits(content, digits);
    (suits && !dated && !is_measured(bytes, start, end)).then_some(end)
}

/// `53ms`, `12.5%`, `10:30`
fn is_measured(bytes: &[u8], start: usize, end: usize) -> bool {
    let unit = end_of(bytes, start, |b| b.is_ascii_digit() || b == b'.').min(end);
    let timed = is_at(bytes, end, |b| b == b':') && is_at(bytes, end + 1, |b| b.is_ascii_digit());
    let named = matches!(&bytes[unit..end], b"ms" | b"us" | b"ns" | b"s" | b"kb" | b"KB" | b"MB" | b"GB" | b"bytes");
    named || timed || is_at(bytes, end, |b| b == b'%')
}

/// Takes in further groups of digits after single spaces, if all of them are short, and last letters.
fn spaced(bytes: &[u8], start: usize, mut end: usize, most: usize) -> usize {
    const GROUP: usize = 5;
    let mut last = end - start;
    while last <= GROUP && is_at(bytes, end, |b| b == b' ') {
        let next = word_end(bytes, end + 1);
        let group = &bytes[end + 1..next];
        let short = (2..=GROUP).contains(&group.len()) && has_digits(group, group.len() - 1);
        let letters = (1..=2).contains(&group.len()) && group.iter().all(u8::is_ascii_uppercase) && end - start >= 6;
        let goes_on = is_at(bytes, next, |b| matches!(b, b'/' | b':' | b'-'));
        if !(short || letters) || goes_on || next - start > most {
            break;
        }
        last = if letters { GROUP + 1 } else { group.len() };
        end = next;
    }
    end
}

fn digits_at(bytes: &[u8], start: usize, least: usize, most: usize) -> Option<usize> {
    let mut end = end_of(bytes, start.min(bytes.len()), |b| b.is_ascii_digit());
    let mut count = end - start;
    let mut group = count;
    while let (true, Some(gap)) = (count < most, bytes.get(end)) {
        let next = end_of(bytes, end + 1, |b| b.is_ascii_digit());
        let length = next - end - 1;
        let joins = matches!(gap, b'-' | b'.') || *gap == b' ' && group <= 6 && length <= 6;
        if !joins || length == 0 || count + length > most {
            break;
        }
        (count, group, end) = (count + length, length, next);
    }
    (count >= least && count <= most && !is_at(bytes, end, is_word)).then_some(end)
}

/// One to three groups of letters and digits that begin and end as a plate does, at most ten
/// characters in all.
fn plate(bytes: &[u8], start: usize) -> Option<usize> {
    const MOST: usize = 10;
    let mut end = word_end(bytes, start);
    for _ in 0..3 {
        if !is_at(bytes, end, |b| matches!(b, b' ' | b'-')) {
            break;
        }
        let next = word_end(bytes, end + 1);
        let group = &bytes[end + 1..next];
        let plain = group.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        if group.is_empty() || group.len() > 5 || !plain || next - start > MOST {
            break;
        }
        end = next;
    }
    let content = &bytes[start..end];
    let plain = content.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b' ' | b'-'));
    ((3..=MOST).contains(&content.len()) && plain && has_digits(content, 1)).then_some(end)
}

/// `80331`, `94105-1234`, `SW1A 1AA`, `1012 AB`
fn postcode(bytes: &[u8], start: usize) -> Option<usize> {
    let end = word_end(bytes, start);
    let next = word_end(bytes, end + 1);
    let last = &bytes[next.min(end + 1)..next];
    let plain = (3..=7).contains(&(end - start)) && has_digits(&bytes[start..end], 1);
    let more = match bytes.get(end) {
        Some(b'-') => last.len() == 4 && has_digits(last, 4),
        Some(b' ') => {
            matches!(last, [b'0'..=b'9', b'A'..=b'Z', b'A'..=b'Z' | b'0'..=b'9'] | [b'A'..=b'Z', b'A'..=b'Z'])
        }
        _ => false,
    };
    let end = if more { next } else { end };
    plain.then_some(end)
}
