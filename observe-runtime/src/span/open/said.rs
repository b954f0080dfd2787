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
    pub(super) const ALL: [Self; 3] = [Self::Request, Self::User, Self::Client];

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

/// The bits of all lengths. Those above count the changes.
const LENGTHS: u32 = CHANGE - 1;
const CHANGE: u32 = 1 << 24;

/// The texts. Whoever reads one while another thread changes it gets the new one, the old one, or none. Two threads
/// that change the same one at once may leave something of both: only one of them can know whose request it is.
#[derive(Debug)]
pub(crate) struct Said {
    /// A byte each; all of them 0 where nothing is said. The last byte is another one after each change: without it, a
    /// reader that was overtaken by a change of the same length would take parts of both texts for one.
    lengths: AtomicU32,
    words: [AtomicU64; WORDS],
}

impl Said {
    pub(crate) fn new() -> Self {
        Self { lengths: AtomicU32::new(0), words: array::from_fn(|_| AtomicU64::new(0)) }
    }

    /// Says nothing. For who is alone with it.
    pub(super) fn clear(&self) {
        self.lengths.store(0, Relaxed);
    }

    /// Says what another one says. For who is alone with it.
    #[inline]
    pub(crate) fn inherit(&self, from: &Self) {
        let lengths = from.lengths.load(Acquire);
        if lengths & LENGTHS == 0 {
            self.clear();
        } else {
            self.copy(from, lengths);
        }
    }

    #[inline(never)]
    fn copy(&self, from: &Self, lengths: u32) {
        let lengths = from.unchanged(lengths, |lengths| {
            for saying in Saying::ALL {
                let (first, _) = saying.room();
                let used = length(lengths, saying).div_ceil(8);
                for (own, other) in self.words[first..].iter().zip(&from.words[first..]).take(used) {
                    own.store(other.load(Acquire), Relaxed);
                }
            }
            lengths
        });
        self.lengths.store(lengths & LENGTHS, Relaxed);
    }

    /// Reads until nothing has changed meanwhile.
    fn unchanged<R>(&self, mut lengths: u32, mut read: impl FnMut(u32) -> R) -> R {
        loop {
            let found = read(lengths);
            let now = self.lengths.load(Acquire);
            if now == lengths {
                return found;
            }
            lengths = now;
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
            // Whoever sees it sees too that the length is gone.
            word.store(u64::from_le_bytes(bytes), Release);
        }
        self.lengths.fetch_add(CHANGE, Release);
        #[expect(clippy::cast_possible_truncation, reason = "64 at most")]
        self.lengths.fetch_or((text.len() as u32) << saying.shift(), Release);
    }

    pub(crate) fn get(&self, saying: Saying) -> Option<String> {
        let lengths = self.lengths.load(Acquire);
        if length(lengths, saying) == 0 {
            return None;
        }
        let bytes = self.unchanged(lengths, |lengths| {
            let (first, _) = saying.room();
            let length = length(lengths, saying);
            let mut bytes = Vec::with_capacity(length.next_multiple_of(8));
            for word in self.words[first..].iter().take(length.div_ceil(8)) {
                bytes.extend_from_slice(&word.load(Acquire).to_le_bytes());
            }
            bytes.truncate(length);
            bytes
        });
        String::from_utf8(bytes).ok().filter(|text| !text.is_empty())
    }
}

fn length(lengths: u32, saying: Saying) -> usize {
    (lengths >> saying.shift() & 0xff) as usize
}
