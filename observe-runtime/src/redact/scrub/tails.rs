//! Telling at a glance, by the last letters, that no label ends somewhere.

use super::date::{MONTHS, OTHER_MONTHS};
use super::labels::{FILLERS, LABELS, NUMBERING};

/// The last letters of words, a bit for each two and each three that occur. Only words of two letters are known by two.
pub(super) struct Tails {
    two: [u32; 26],
    three: [u32; 26 * 26],
}

/// Those of the labels alone.
pub(super) static LABEL: Tails = Tails::of_labels();

/// Those of the labels, the words that may follow them, and the months.
static ANY: Tails = Tails::of_labels()
    .with_numbering()
    .with_all(FILLERS)
    .with_all(&MONTHS)
    .with_all(OTHER_MONTHS)
    .with_beginnings(&MONTHS);

impl Tails {
    pub(super) const fn of(words: &[&str]) -> Self {
        Tails { two: [0; 26], three: [0; 26 * 26] }.with_all(words)
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
            [b'a'..=b'z', b'a'..=b'z'] => self.two[place(word[0])] |= 1 << place(word[1]),
            [.., a @ b'a'..=b'z', b @ b'a'..=b'z', c @ b'a'..=b'z'] => {
                self.three[place(a) * 26 + place(b)] |= 1 << place(c);
            }
            // Before letters that are not ASCII nothing is told.
            _ => {}
        }
        self
    }

    /// Whether one of the words may end at `end`, behind a letter of ASCII.
    #[inline]
    pub(super) fn may_end_at(&self, bytes: &[u8], end: usize) -> bool {
        let (before, b, c) = match *bytes.get(..end).unwrap_or_default() {
            [.., a, b, c] => (a, b, c),
            [b, c] => (b' ', b, c),
            _ => return false,
        };
        if !b.is_ascii_alphabetic() {
            return !b.is_ascii();
        }
        if before.is_ascii_alphabetic() {
            // `patientId` is two words.
            let camel = before.is_ascii_lowercase() && b.is_ascii_uppercase();
            self.has_three(before, b, c) || camel && self.has_two(b, c)
        } else {
            !before.is_ascii() || self.has_two(b, c)
        }
    }

    #[inline]
    pub(super) fn has_two(&self, a: u8, b: u8) -> bool {
        self.two[place(a)] >> place(b) & 1 == 1
    }

    /// Of letters only.
    #[inline]
    pub(super) fn has_three(&self, a: u8, b: u8, c: u8) -> bool {
        self.three[place(a) * 26 + place(b)] >> place(c) & 1 == 1
    }
}

/// Of a letter in both cases.
#[inline]
const fn place(letter: u8) -> usize {
    (letter | 0x20).wrapping_sub(b'a') as usize % 26
}

/// Whether the letters before `end` may be the last of a label.
#[inline]
pub(super) fn may_end_label(bytes: &[u8], end: usize) -> bool {
    match bytes[..end].last() {
        Some(b) if b.is_ascii_alphabetic() => LABEL.may_end_at(bytes, end),
        Some(b) => !b.is_ascii(),
        None => false,
    }
}

/// Whether the letters before `end` may be the last of a label, of a word that may follow one, or of a month.
#[inline]
pub(super) fn may_end_words(bytes: &[u8], end: usize) -> bool {
    match *bytes.get(..end).unwrap_or_default() {
        [.., b] if !b.is_ascii_alphabetic() => !b.is_ascii(),
        // What ids there are! The word before says what one is of.
        [.., b, b'i' | b'I', b'd' | b'D'] if !b.is_ascii_alphabetic() && b.is_ascii() => {
            may_be_of_label(bytes, end - 3)
        }
        [.., b, b'I', b'd'] if b.is_ascii_lowercase() => may_be_of_label(bytes, end - 2),
        // `D.O.B`, `No. n 5`
        [.., b'.' | b'/', _] => true,
        [.., b, b'n' | b'N'] if !b.is_ascii_alphabetic() => true,
        _ => ANY.may_end_at(bytes, end),
    }
}

/// Whether a label may end before an `id`, with what may be between.
fn may_be_of_label(bytes: &[u8], end: usize) -> bool {
    let end = super::ascii::start_of(bytes, end.saturating_sub(4), end, |b| !b.is_ascii_alphanumeric() && b.is_ascii());
    may_end_label(bytes, end)
}
