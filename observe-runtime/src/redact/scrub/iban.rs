//! International bank account numbers after ISO 13616: a country, two check digits and an account
//! number whose length the country sets.

use std::ops::Range;

use super::ascii::{is_at, is_before, is_word};
use super::{Finding, Kind};

/// The lengths in the registry that SWIFT keeps for ISO 13616, release 99, country by country.
const LENGTHS: &[(&[u8; 2], usize)] = &[
    (b"AD", 24),
    (b"AE", 23),
    (b"AL", 28),
    (b"AT", 20),
    (b"AZ", 28),
    (b"BA", 20),
    (b"BE", 16),
    (b"BG", 22),
    (b"BH", 22),
    (b"BI", 27),
    (b"BR", 29),
    (b"BY", 28),
    (b"CH", 21),
    (b"CR", 22),
    (b"CY", 28),
    (b"CZ", 24),
    (b"DE", 22),
    (b"DJ", 27),
    (b"DK", 18),
    (b"DO", 28),
    (b"EE", 20),
    (b"EG", 29),
    (b"ES", 24),
    (b"FI", 18),
    (b"FK", 18),
    (b"FO", 18),
    (b"FR", 27),
    (b"GB", 22),
    (b"GE", 22),
    (b"GI", 23),
    (b"GL", 18),
    (b"GR", 27),
    (b"GT", 28),
    (b"HN", 28),
    (b"HR", 21),
    (b"HU", 28),
    (b"IE", 22),
    (b"IL", 23),
    (b"IQ", 23),
    (b"IS", 26),
    (b"IT", 27),
    (b"JO", 30),
    (b"KW", 30),
    (b"KZ", 20),
    (b"LB", 28),
    (b"LC", 32),
    (b"LI", 21),
    (b"LT", 20),
    (b"LU", 20),
    (b"LV", 21),
    (b"LY", 25),
    (b"MC", 27),
    (b"MD", 24),
    (b"ME", 22),
    (b"MK", 19),
    (b"MN", 20),
    (b"MR", 27),
    (b"MT", 31),
    (b"MU", 30),
    (b"NI", 28),
    (b"NL", 18),
    (b"NO", 15),
    (b"OM", 23),
    (b"PK", 24),
    (b"PL", 28),
    (b"PS", 29),
    (b"PT", 25),
    (b"QA", 29),
    (b"RO", 24),
    (b"RS", 22),
    (b"RU", 33),
    (b"SA", 24),
    (b"SC", 31),
    (b"SD", 18),
    (b"SE", 24),
    (b"SI", 19),
    (b"SK", 24),
    (b"SM", 27),
    (b"SO", 23),
    (b"ST", 25),
    (b"SV", 28),
    (b"TL", 23),
    (b"TN", 24),
    (b"TR", 26),
    (b"UA", 29),
    (b"VA", 22),
    (b"VG", 24),
    (b"XK", 20),
    (b"YE", 30),
];

/// Capitals only: small letters and digits are what hashes are made of.
pub(super) fn at(text: &str, word: Range<usize>) -> Option<Finding> {
    let bytes = text.as_bytes();
    let start = word.start;
    let capital = bytes[start].is_ascii_uppercase() && is_at(bytes, start + 1, |b| b.is_ascii_uppercase());
    if !capital || is_before(bytes, start, is_word) {
        return None;
    }
    let end = read(bytes, start, |b| b.is_ascii_uppercase() || b.is_ascii_digit())?;
    Some(Finding { kind: Kind::Iban, range: start..end })
}

/// The end of a number after a label, which may be in small letters.
pub(super) fn country_code(bytes: &[u8], start: usize) -> Option<usize> {
    read(bytes, start, |b| b.is_ascii_alphanumeric())
}

fn read(bytes: &[u8], start: usize, is: impl Fn(u8) -> bool) -> Option<usize> {
    let head = bytes.get(start..start + 4)?;
    let country = [head[0].to_ascii_uppercase(), head[1].to_ascii_uppercase()];
    let &(_, length) = LENGTHS.iter().find(|(known, _)| **known == country)?;
    if !head[2].is_ascii_digit() || !head[3].is_ascii_digit() {
        return None;
    }
    let mut at = start;
    let mut check = Check::default();
    let separator = bytes.get(start + 4).copied().filter(|b| matches!(b, b' ' | b'-' | b'.'));
    for i in 0..length {
        // In print a number has groups of four characters.
        at += usize::from(i > 0 && i % 4 == 0 && separator.is_some() && bytes.get(at).copied() == separator);
        let b = *bytes.get(at).filter(|&&b| is(b))?;
        check.add(i, b);
        at += 1;
    }
    // Another group would make it a longer number.
    let longer = separator.is_some()
        && bytes.get(at).copied() == separator
        && bytes.get(at + 1..at + 5).is_some_and(|b| b.iter().all(u8::is_ascii_digit));
    (check.is_right() && !longer && !is_at(bytes, at, is_word)).then_some(at)
}

/// The remainder by 97 with the first four characters at the end, letters as 10 to 35 (ISO 7064).
#[derive(Default)]
struct Check {
    head: [u8; 4],
    rest: u32,
}

impl Check {
    fn add(&mut self, i: usize, b: u8) {
        match self.head.get_mut(i) {
            Some(slot) => *slot = b,
            None => self.rest = append(self.rest, b),
        }
    }

    fn is_right(&self) -> bool {
        self.head.iter().fold(self.rest, |rest, &b| append(rest, b)) == 1
    }
}

fn append(rest: u32, b: u8) -> u32 {
    let value = if b.is_ascii_digit() { b - b'0' } else { b.to_ascii_uppercase() - b'A' + 10 };
    (rest * if value < 10 { 10 } else { 100 } + u32::from(value)) % 97
}
