//! Telling at a glance that a word is none of those that are looked for: by its last three letters.

use super::ascii::is_before;
use super::tails::last_four;

/// The endings of a list of words. Letters match in both cases, and other bytes match some letter.
pub(super) struct Endings {
    words: Table,
    /// What ids there are! The word before says what one is of.
    ids: Table,
}

impl Endings {
    /// The endings of all words in all of the lists. Names of ids are written with a blank: `session id`.
    pub(super) const fn of(lists: &[&[&str]]) -> Self {
        let mut endings = Endings { words: Table([0; 512]), ids: Table([0; 512]) };
        let mut list = 0;
        while list < lists.len() {
            let mut word = 0;
            while word < lists[list].len() {
                match lists[list][word].as_bytes() {
                    [name @ .., b' ', b'i', b'd'] => endings.ids.add(name),
                    word => endings.words.add(word),
                }
                word += 1;
            }
            list += 1;
        }
        endings
    }

    /// Whether what ends at `end` may be one of the words.
    #[inline]
    pub(super) fn may_end_at(&self, bytes: &[u8], end: usize) -> bool {
        let last = last_four(bytes, end);
        // In lower case.
        if last >> 16 | 0x2020 == u32::from_le_bytes([b'i', b'd', 0, 0]) {
            let joint = matches!(last.to_le_bytes()[1], b' ' | b'-' | b'.' | b'_');
            return self.words.has(last) || self.ids.has(last_four(bytes, end - 2 - usize::from(joint)));
        }
        self.words.has(last)
    }
}

/// A bit for each three letters.
struct Table([u64; 512]);

impl Table {
    /// Before a word of two letters anything can be.
    const fn add(&mut self, word: &[u8]) {
        match *word {
            [.., a, b, c] => self.set(index(a, b, c)),
            [b, c] => {
                let mut a = 0;
                while a < 32 {
                    self.set(index(a, b, c));
                    a += 1;
                }
            }
            _ => {}
        }
    }

    const fn set(&mut self, index: usize) {
        self.0[index / 64] |= 1 << (index % 64);
    }

    #[inline]
    fn has(&self, last: u32) -> bool {
        let [_, a, b, c] = last.to_le_bytes();
        let index = index(a, b, c);
        self.0[index / 64] >> (index % 64) & 1 == 1
    }
}

#[inline]
const fn index(a: u8, b: u8, c: u8) -> usize {
    ((a & 31) as usize) << 10 | ((b & 31) as usize) << 5 | (c & 31) as usize
}

/// A word in front of a number that says what the number is: `SSN no. is `, `phone1: `.
pub(super) struct Label {
    /// How the label ends.
    pub(super) names: &'static [&'static str],
    /// Short words that are a label by themselves only, and say nothing at the end of another word.
    pub(super) whole: &'static [&'static str],
    /// What may follow the name: `number`.
    pub(super) numbers: &'static [&'static str],
    /// What may be between the label and the number.
    pub(super) is_gap: fn(u8) -> bool,
    /// What may be in that gap: `is`.
    pub(super) fillers: &'static [&'static str],
    /// Of names and numbers.
    pub(super) endings: &'static Endings,
}

const LONGEST_GAP: usize = 8;

impl Label {
    /// Whether the label precedes what starts at `at`.
    pub(super) fn precedes(&self, bytes: &[u8], at: usize) -> bool {
        let blank = back(bytes, at, 3, |b| matches!(b, b' ' | b'\t' | b':'));
        let filled = self.fillers.iter().find_map(|filler| without(bytes, blank, filler)).unwrap_or(at);
        let end = back(bytes, filled, LONGEST_GAP, self.is_gap);
        if end == at && is_before(bytes, at, |b| b.is_ascii_digit()) {
            return false;
        }
        // `phone1: `
        let end = end - usize::from(is_before(bytes, end, |b| b.is_ascii_digit()));
        let dotted = end - usize::from(is_before(bytes, end, |b| b == b'.'));
        if !self.endings.may_end_at(bytes, dotted) && !self.endings.may_end_at(bytes, end) {
            return false;
        }
        let numbered = self.numbers.iter().find_map(|number| without(bytes, dotted, number)).is_some_and(|end| {
            self.names(bytes, end) || self.names(bytes, back(bytes, end, 1, |b| matches!(b, b' ' | b'_' | b'-')))
        });
        numbered || self.names(bytes, end)
    }

    fn names(&self, bytes: &[u8], end: usize) -> bool {
        let is_whole =
            |name: &&str| without(bytes, end, name).is_some_and(|at| !is_before(bytes, at, super::ascii::is_word));
        self.names.iter().any(|name| without(bytes, end, name).is_some()) || self.whole.iter().any(is_whole)
    }
}

fn back(bytes: &[u8], from: usize, most: usize, is: impl Fn(u8) -> bool) -> usize {
    super::ascii::start_of(bytes, from.saturating_sub(most), from, is)
}

/// Where `word` begins that ends at `end`.
fn without(bytes: &[u8], end: usize, word: &str) -> Option<usize> {
    let start = end.checked_sub(word.len())?;
    bytes[start..end].eq_ignore_ascii_case(word.as_bytes()).then_some(start)
}
