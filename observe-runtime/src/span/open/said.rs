//! What each log line in a span and below it says: whose request it is part of.

use super::basis::{AtomicU32, AtomicU64};
use std::array;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

/// One of the texts that a span hands down to those below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Saying {
    /// The request's id.
    Request,
    /// The pseudonym of who it is for.
    User,
    /// Where it came from, without the part that says from whom.
    Client,
}

/// The longest request id and the longest pseudonym.
pub(crate) const MOST_BYTES: usize = 64;

const WORDS: usize = 8 + 8 + 3;

impl Saying {
    const ALL: [Self; 3] = [Self::Request, Self::User, Self::Client];

    /// Where its words begin, and how many there are.
    const fn room(self) -> (usize, usize) {
        match self {
            Self::Request => (0, MOST_BYTES / 8),
            Self::User => (8, MOST_BYTES / 8),
            Self::Client => (16, 3),
        }
    }

    /// Where the bits of its length begin.
    const fn shift(self) -> u32 {
        self as u32 * 8
    }
}

/// The texts. Whoever reads one while another thread changes it gets the new one, the old one, or none.
#[derive(Debug)]
pub(crate) struct Said {
    /// A byte each; all of them 0 where nothing is said.
    lengths: AtomicU32,
    words: [AtomicU64; WORDS],
}

impl Said {
    pub(super) fn new() -> Self {
        Self { lengths: AtomicU32::new(0), words: array::from_fn(|_| AtomicU64::new(0)) }
    }

    /// Says nothing. For who is alone with it.
    pub(super) fn clear(&self) {
        self.lengths.store(0, Relaxed);
    }

    /// Says what another one says. For who is alone with it.
    #[inline]
    pub(super) fn inherit(&self, from: &Self) {
        let lengths = from.lengths.load(Acquire);
        self.lengths.store(lengths, Relaxed);
        if lengths != 0 {
            self.copy(from, lengths);
        }
    }

    #[inline(never)]
    fn copy(&self, from: &Self, lengths: u32) {
        for saying in Saying::ALL {
            let (first, _) = saying.room();
            let used = length(lengths, saying).div_ceil(8);
            for (own, other) in self.words[first..].iter().zip(&from.words[first..]).take(used) {
                own.store(other.load(Relaxed), Relaxed);
            }
        }
    }

    /// Says a text. One that is too long is cut.
    pub(crate) fn set(&self, saying: Saying, text: &str) {
        let (first, words) = saying.room();
        let text = &text[..text.floor_char_boundary(words * 8)];
        // Nobody may take the new words for the old text.
        self.lengths.fetch_and(!(0xff << saying.shift()), AcqRel);
        for (word, chunk) in self.words[first..].iter().zip(text.as_bytes().chunks(8)) {
            let mut bytes = [0; 8];
            bytes[..chunk.len()].copy_from_slice(chunk);
            word.store(u64::from_le_bytes(bytes), Relaxed);
        }
        #[expect(clippy::cast_possible_truncation, reason = "64 at most")]
        self.lengths.fetch_or((text.len() as u32) << saying.shift(), Release);
    }

    pub(crate) fn get(&self, saying: Saying) -> Option<String> {
        let length = length(self.lengths.load(Acquire), saying);
        if length == 0 {
            return None;
        }
        let words = self.words[saying.room().0..].iter();
        let bytes = words.flat_map(|word| word.load(Relaxed).to_le_bytes()).take(length);
        String::from_utf8(bytes.collect()).ok()
    }
}

fn length(lengths: u32, saying: Saying) -> usize {
    (lengths >> saying.shift() & 0xff) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_has_its_own_room() {
        let (said, below) = (Said::new(), Said::new());
        assert!(Saying::ALL.into_iter().all(|saying| said.get(saying).is_none()));
        for text in ["a", "twelve bytes", &"ü".repeat(40)] {
            for saying in Saying::ALL {
                said.set(saying, text);
            }
            below.inherit(&said);
            for said in [&said, &below] {
                assert_eq!(said.get(Saying::Request).as_deref(), Some(&text[..text.len().min(64)]));
                assert_eq!(said.get(Saying::User).as_deref(), Some(&text[..text.len().min(64)]));
                assert_eq!(said.get(Saying::Client).as_deref(), Some(&text[..text.len().min(24)]));
            }
        }
        below.inherit(&Said::new());
        said.clear();
        assert_eq!((said.get(Saying::Request), below.get(Saying::User)), (None, None));
    }
}
