//! Telling at a glance, by the last letters, that no label ends somewhere.

use super::date::{MONTHS, OTHER_MONTHS};
use super::labels::{FILLERS, LABELS, NUMBERING};

/// The last three letters of words, a bit for each three. In front of a word of two letters there is none.
///
/// What is not ASCII may be any letter.
pub(super) struct Tails([u32; CLASSES * CLASSES]);

/// The letters in both cases from 1 on, 0 for other ASCII, and what is not ASCII.
const CLASSES: usize = 28;
const HIGH: usize = CLASSES - 1;

#[expect(clippy::cast_possible_truncation, reason = "there are 28 classes of 256 bytes")]
static CLASS: [u8; 256] = {
    let mut class = [0; 256];
    let mut b = 0;
    while b < 256 {
        if b >= 128 {
            class[b] = HIGH as u8;
        } else if (b as u8).is_ascii_alphabetic() {
            class[b] = b as u8 & 31;
        }
        b += 1;
    }
    class
};

/// Those of the labels alone.
pub(super) static LABEL: Tails = Tails::of_labels();

/// Those of the labels and of the words that may follow them.
static ANY: Tails = Tails::of_labels().with_numbering().with_all(FILLERS).with_single_letters();

/// Those of the months.
static MONTH: Tails = Tails::of(&MONTHS).with_all(OTHER_MONTHS).with_beginnings(&MONTHS);

impl Tails {
    pub(super) const fn of(words: &[&str]) -> Self {
        let mut tails = [0; CLASSES * CLASSES];
        let mut class = 0;
        while class < CLASSES {
            tails[HIGH * CLASSES + class] = u32::MAX;
            tails[class * CLASSES + HIGH] = u32::MAX;
            tails[class * CLASSES] = 1 << HIGH;
            class += 1;
        }
        let mut row = 0;
        while row < CLASSES * CLASSES {
            tails[row] |= 1 << HIGH;
            row += 1;
        }
        Tails(tails).with_all(words)
    }

    const fn of_labels() -> Self {
        let mut tails = Tails::of(&[]);
        let mut i = 0;
        while i < LABELS.len() {
            tails = tails.with(LABELS[i].name.as_bytes());
            i += 1;
        }
        tails
    }

    pub(super) const fn with_all(mut self, words: &[&str]) -> Self {
        let mut i = 0;
        while i < words.len() {
            self = self.with(words[i].as_bytes());
            i += 1;
        }
        self
    }

    const fn with_numbering(mut self) -> Self {
        let mut i = 0;
        while i < NUMBERING.len() {
            self = self.with(NUMBERING[i].0.as_bytes());
            i += 1;
        }
        self
    }

    /// Letters that stand alone.
    const fn with_single_letters(mut self) -> Self {
        let mut class = 0;
        while class < CLASSES {
            self.0[class * CLASSES] = !1;
            class += 1;
        }
        self
    }

    /// The first three letters of each word.
    pub(super) const fn with_beginnings(mut self, words: &[&str]) -> Self {
        let mut i = 0;
        while i < words.len() {
            self = self.with(words[i].as_bytes().split_at(3).0);
            i += 1;
        }
        self
    }

    const fn with(mut self, word: &[u8]) -> Self {
        match *word {
            [b, c] if b.is_ascii_lowercase() => self.0[(b & 31) as usize] |= 1 << (c & 31),
            [.., a, b, c] if a.is_ascii_lowercase() && b.is_ascii_lowercase() && c.is_ascii_lowercase() => {
                self.0[(a & 31) as usize * CLASSES + (b & 31) as usize] |= 1 << (c & 31);
            }
            // Before letters that are not ASCII nothing is told.
            _ => {}
        }
        self
    }

    /// Whether one of the words may end at `end`.
    #[inline]
    pub(super) fn may_end_at(&self, bytes: &[u8], end: usize) -> bool {
        let [_, a, b, c] = last_four(bytes, end).to_le_bytes();
        // `patientId` is two words.
        let camel = a & !b & 0x20 != 0 && b != 0;
        self.has_three(a, b, c) || camel && self.has_three(b' ', b, c)
    }

    #[inline]
    pub(super) fn has_three(&self, a: u8, b: u8, c: u8) -> bool {
        let [a, b, c] = [a, b, c].map(|b| usize::from(CLASS[usize::from(b)]));
        self.0[a * CLASSES + b] >> c & 1 == 1
    }
}

/// The last bytes of what ends at `end`, the very last in the highest byte.
#[inline]
pub(super) fn last_four(bytes: &[u8], end: usize) -> u32 {
    match bytes.get(..end).and_then(|bytes| bytes.last_chunk()) {
        Some(last) => u32::from_le_bytes(*last),
        None => bytes.iter().take(end).fold(0, |all, b| all >> 8 | u32::from(*b) << 24),
    }
}

/// Whether the letters before `end` may be the last of a label.
#[inline]
pub(super) fn may_end_label(bytes: &[u8], end: usize) -> bool {
    LABEL.may_end_at(bytes, end)
}

/// Whether the letters before `end` may be the last of a month.
#[inline]
pub(super) fn may_end_month(bytes: &[u8], end: usize) -> bool {
    MONTH.may_end_at(bytes, end)
}

/// Whether the letters before `end` may be the last of a label or of a word that may follow one.
#[inline]
pub(super) fn may_end_words(bytes: &[u8], end: usize) -> bool {
    ANY.may_end_at(bytes, end) && may_be_number_of(bytes, end)
}

/// What ids there are! The word before says what one is of. A letter alone is hardly ever a label.
#[inline(never)]
fn may_be_number_of(bytes: &[u8], end: usize) -> bool {
    let id = match *bytes.get(..end).unwrap_or_default() {
        [.., b, b'i' | b'I', b'd' | b'D'] if !b.is_ascii_alphabetic() && b.is_ascii() => end - 3,
        [.., b, b'I', b'd'] if b.is_ascii_lowercase() => end - 2,
        // `D.O.B`, `No. n 5`
        [.., b, c] if b.is_ascii() && !b.is_ascii_alphabetic() => {
            return matches!((b, c), (b'.' | b'/', _) | (_, b'n' | b'N'));
        }
        _ => return true,
    };
    let between = |b: u8| !b.is_ascii_alphanumeric() && b.is_ascii();
    may_end_label(bytes, super::ascii::start_of(bytes, id.saturating_sub(4), id, between))
}
