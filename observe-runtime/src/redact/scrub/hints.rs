//! Tests that are nearly always false, cost little, and come before each detector of words with digits.
//!
//! A test may be true where its detector finds nothing, but never the other way round: then what is there is not found.
//! Labelled text (`tests/runtime/detection.rs`) and planted values (`ways_out.rs`) watch over that.

use std::ops::Range;

use super::ascii::{before, end_of, is_at, is_before, start_of};
use super::date;
use super::tails::{Tails, may_end_label, may_end_month, may_end_words};
use super::timestamp;

/// A word with a digit in it: letters, digits and `_`, with hyphens and full stops between them.
pub(super) struct Word {
    pub(super) range: Range<usize>,
    /// Where its first digit is.
    pub(super) digit: usize,
    /// A bit for each byte from there on that is a digit.
    pub(super) ahead: u64,
}

/// The most that is between a label and its value.
const LONGEST_GAP: usize = 10;

impl Word {
    /// How many letters and other bytes come before the first digit.
    #[inline]
    fn letters(&self) -> usize {
        self.digit - self.range.start
    }

    #[inline]
    fn first_digits(&self) -> u32 {
        self.ahead.trailing_ones()
    }

    /// Whether something before the word may say what it is, or it begins a date or an age.
    #[inline]
    pub(super) fn may_be_labelled(&self, bytes: &[u8]) -> bool {
        let start = self.range.start;
        let labelled = match before(bytes, start) {
            // What is glued to it may be a label, and dates have signs of their own in some languages.
            None => false,
            Some(b'\\') => true,
            Some(b) if b.is_ascii() => is_gap(b) && is_labelled(bytes, start),
            Some(_) => true,
        };
        let hyphen = usize::from(before(bytes, self.digit) == Some(b'-'));
        let glued = self.letters() >= 3 + hyphen && may_end_label(bytes, self.digit - hyphen);
        labelled || glued || self.letters() == 0 && (self.may_be_date(bytes) || self.may_be_great_age(bytes))
    }

    /// The years that make an age a personal one, and the beginning of what may say that it is one.
    #[inline]
    fn may_be_great_age(&self, bytes: &[u8]) -> bool {
        let digits = self.first_digits() as usize;
        let great = match bytes[self.digit] {
            b'9' => digits == 2,
            b'1' => digits == 3,
            _ => false,
        };
        let end = self.digit + digits;
        let unit = end + usize::from(is_at(bytes, end, |b| matches!(b, b' ' | b'-')));
        great && is_at(bytes, unit, |b| matches!(b | 0x20, b'y' | b'j' | b'a'))
    }

    /// Whether a date of a birth may begin here that is said in another place of the sentence.
    #[inline]
    fn may_be_date(&self, bytes: &[u8]) -> bool {
        let first = self.first_digits();
        let rest = self.ahead >> (first & 63);
        let second = (rest >> 1).trailing_ones();
        // `, ` may separate as well.
        let spaced = rest & 0b110 == 0b100;
        let numbers = matches!(second, 1 | 2) || spaced;
        matches!(first, 1 | 2 | 4)
            && (numbers || may_begin_month(bytes, self.digit + first as usize))
            && date::says_birth(bytes, self.digit)
    }

    /// Whether the number of a person, of a vehicle or of an account may have its form.
    #[inline]
    pub(super) fn may_be_formed(&self, bytes: &[u8]) -> bool {
        /// The fewest digits in such a number of each length.
        const FEWEST: [u32; 19] = [64, 64, 64, 64, 64, 64, 64, 64, 64, 6, 4, 5, 6, 5, 1, 7, 1, 4, 7];
        // Most lines begin with a timestamp.
        if timestamp::has_form(self.ahead) {
            return false;
        }
        let length = self.range.len();
        let digits = || (self.ahead & ((1 << (self.range.end - self.digit)) - 1)).count_ones();
        let whole = length >= 9 && FEWEST.get(length).is_some_and(|fewest| digits() >= *fewest);
        whole || self.letters() == 2 && self.may_be_in_groups(bytes, self.range.start) || self.may_follow_letters(bytes)
    }

    /// `GB82 WEST …`, `AB 12 34 56 C`
    #[inline]
    fn may_be_in_groups(&self, bytes: &[u8], start: usize) -> bool {
        let capital = bytes[start].is_ascii_uppercase() && bytes[start + 1].is_ascii_uppercase();
        capital && self.first_digits() >= 2 || self.has_six_digits() && bytes[start].is_ascii_alphabetic()
    }

    /// `AB 12 34 56 C`: the letters are a word of their own.
    #[inline]
    fn may_follow_letters(&self, bytes: &[u8]) -> bool {
        self.has_six_digits() && is_before(bytes, self.range.start, |b| b == b' ')
    }

    /// Six digits, or three groups of two.
    #[inline]
    fn has_six_digits(&self) -> bool {
        self.ahead & 0xFF == 0b1101_1011 || self.ahead & 0x7F == 0b11_1111
    }

    /// Whether a house number may be part of an address.
    #[inline]
    pub(super) fn may_be_house_number(&self, bytes: &[u8]) -> bool {
        let Range { start, end } = self.range;
        let coded = end - start == 10 && bytes[start + 5] == b'-';
        let digits = self.first_digits() as usize;
        let whole = start + digits == end;
        self.letters() == 0
            && digits <= 6
            && (whole || end - start <= 11 && (start + digits + 1 == end || bytes[start + digits] == b'-'))
            && (coded || may_begin_street(bytes, end) || may_end_street(bytes, start))
    }
}

/// Whether there may be a label in front of what begins at `start`, behind such a byte.
#[inline]
fn is_labelled(bytes: &[u8], start: usize) -> bool {
    let end = match bytes[..start - 1].last() {
        Some(b) if b.is_ascii_alphabetic() => start - 1,
        _ => start_of(bytes, start.saturating_sub(LONGEST_GAP), start, is_gap),
    };
    match bytes[..end].last() {
        Some(b'a'..=b'z') => may_end_words(bytes, end) || is_dated(bytes[start - 1]) && may_end_month(bytes, end),
        // Up to three capitals may stand between, as in `Kennzeichen B AB 1234`.
        Some(b'A'..=b'Z') => may_end_words(bytes, end) || may_end_month(bytes, end) || follows_capitals(bytes, end),
        Some(b')') => true,
        Some(b) => !b.is_ascii(),
        None => false,
    }
}

/// What may be between a month and the day or year.
#[inline]
fn is_dated(gap: u8) -> bool {
    matches!(gap, b' ' | b'-' | b'.' | b',')
}

#[inline(never)]
fn follows_capitals(bytes: &[u8], end: usize) -> bool {
    let start = start_of(bytes, end.saturating_sub(4), end, |b| b.is_ascii_uppercase());
    end - start <= 3 && is_before(bytes, start, is_gap) && {
        let end = start_of(bytes, start.saturating_sub(LONGEST_GAP), start, is_gap);
        may_end_words(bytes, end) || is_before(bytes, end, |b| b.is_ascii_uppercase() || b == b')')
    }
}

#[inline]
fn is_gap(b: u8) -> bool {
    const LOW: u64 = set(b" \t\"'(><.-:=#),");
    const HIGH: u64 = set_above(b"\\[{_`");
    let set = if b < 64 { LOW } else { HIGH };
    b < 128 && set >> (b & 63) & 1 == 1
}

/// A bit for each of the bytes, all of them below 64.
const fn set(bytes: &[u8]) -> u64 {
    let mut set = 0;
    let mut i = 0;
    while i < bytes.len() {
        set |= 1 << bytes[i];
        i += 1;
    }
    set
}

const fn set_above(bytes: &[u8]) -> u64 {
    let mut set = 0;
    let mut i = 0;
    while i < bytes.len() {
        set |= 1 << (bytes[i] - 64);
        i += 1;
    }
    set
}

/// Whether what comes behind the number of a day or year may be a month: `12 March`, `12th of March`, `1980年`.
#[inline]
fn may_begin_month(bytes: &[u8], end: usize) -> bool {
    match bytes.get(end) {
        Some(b' ' | b'-' | b'.' | b'/' | b',') => {
            let start = end + 1 + usize::from(is_at(bytes, end + 1, |b| matches!(b, b' ' | b'-' | b'.' | b'/' | b',')));
            match bytes.get(start..start + 3) {
                Some(b"of " | b"de ") => true,
                Some([a, b, c]) if [a, b, c].iter().all(|b| b.is_ascii_alphabetic()) => MONTHS.has_three(*a, *b, *c),
                Some(letters) => !letters.is_ascii(),
                None => false,
            }
        }
        Some(b) => matches!(b, b's' | b'n' | b'r' | b't') || !b.is_ascii(),
        None => false,
    }
}

/// Whether a street may follow the number that ends at `end`.
#[inline]
fn may_begin_street(bytes: &[u8], end: usize) -> bool {
    let start = match bytes.get(end..end + 2) {
        Some([b' ', _]) => end + 1,
        Some([b',', b' ']) => end + 2,
        _ => return false,
    };
    let Some(first) = bytes.get(start) else { return false };
    match first {
        b'A'..=b'Z' => true,
        b'a'..=b'z' => {
            let word = end_of(&bytes[..bytes.len().min(start + 24)], start, |b| b.is_ascii_lowercase());
            word - start >= 2 && is_at(bytes, word, |b| matches!(b, b' ' | b'.') || !b.is_ascii())
        }
        // `5th Avenue`
        b'0'..=b'9' => {
            let digits = end_of(&bytes[..bytes.len().min(start + 4)], start, |b| b.is_ascii_digit());
            is_at(bytes, digits, |b| matches!(b | 0x20, b's' | b'n' | b'r' | b't'))
        }
        b => !b.is_ascii(),
    }
}

/// Whether a street or a box may end before the number at `start`.
#[inline]
fn may_end_street(bytes: &[u8], start: usize) -> bool {
    match bytes[..start].last() {
        Some(b' ' | b'#' | b':') => {}
        _ => return false,
    }
    let end = start_of(bytes, start.saturating_sub(3), start, |b| matches!(b, b' ' | b'#' | b':' | b',' | b'.'));
    match before(bytes, end) {
        Some(b) if b.is_ascii_alphabetic() => STREETS.may_end_at(bytes, end) || is_capitalised(bytes, end),
        Some(b) => !b.is_ascii(),
        None => false,
    }
}

/// `Via Roma 12`: the name of the street, behind another word.
#[inline(never)]
fn is_capitalised(bytes: &[u8], end: usize) -> bool {
    let start = start_of(bytes, end.saturating_sub(24), end, |b| b.is_ascii_lowercase() || !b.is_ascii());
    match *bytes.get(..start).unwrap_or_default() {
        [.., b' ', first] => first.is_ascii_uppercase(),
        [.., b' '] => !bytes[start].is_ascii(),
        _ => false,
    }
}

static STREETS: Tails = Tails::of(super::address::ENDINGS).with_all(super::address::BOXES);

/// How the names of months begin, where that is ASCII.
static MONTHS: Tails = Tails::of(&[]).with_beginnings(&date::MONTHS).with_beginnings(date::OTHER_MONTHS);
