//! A block: finished spans of one thread, which another may read while the thread writes on.
//!
//! One thread appends, and says so by a number that only grows; who reads looks at the number first,
//! and finds everything that was there when it was written.

#![expect(clippy::cast_possible_truncation, reason = "halves of a word, and places in a block")]

use super::basis::{AtomicU64, Extra, HEAD, Metadata, Mutex, MutexGuard, SPANS, StaticRef, WORDS, extra_bytes};
use std::sync::PoisonError;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

/// How far a block is written, or read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) spans: u32,
    pub(crate) words: u32,
}

impl Position {
    fn pack(self) -> u64 {
        u64::from(self.spans) << 32 | u64::from(self.words)
    }

    fn unpack(packed: u64) -> Self {
        Self { spans: (packed >> 32) as u32, words: packed as u32 }
    }
}

#[derive(Debug)]
pub(crate) struct Block {
    words: Box<[AtomicU64]>,
    sites: Box<[StaticRef<Metadata>]>,
    published: AtomicU64,
    /// Of few spans: the number of the span, and what it has beside words.
    extras: Mutex<Vec<(u32, Box<Extra>)>>,
}

impl Block {
    pub(super) fn new() -> Self {
        Self {
            words: (0..WORDS).map(|_| AtomicU64::new(0)).collect(),
            sites: (0..SPANS).map(|_| StaticRef::none()).collect(),
            published: AtomicU64::new(0),
            extras: Mutex::new(Vec::new()),
        }
    }

    /// Appends a span's words behind what the only writer has written so far. `None` where they have no
    /// room.
    #[inline]
    pub(super) fn append(&self, at: Position, site: &'static Metadata, words: &[AtomicU64]) -> Option<Position> {
        let own_site = self.sites.get(at.spans as usize)?;
        let own = self.words.get(at.words as usize..)?.get(..words.len())?;
        own_site.set(site);
        let (Some((own_head, own_rest)), Some((head, rest))) =
            (own.split_first_chunk::<HEAD>(), words.split_first_chunk::<HEAD>())
        else {
            return None;
        };
        copy(own_head, head);
        copy(own_rest, rest);
        let end = Position { spans: at.spans + 1, words: at.words + words.len() as u32 };
        // All that is above comes before this for who reads the number, and then the words.
        self.published.store(end.pack(), Release);
        Some(end)
    }

    /// Puts aside what the span of this number has beside words, before it is appended.
    pub(super) fn put_extra(&self, number: u32, extra: Box<Extra>) {
        self.extras().push((number, extra));
    }

    /// How far the block is written.
    pub(super) fn published(&self) -> Position {
        Position::unpack(self.published.load(Acquire))
    }

    /// Appends to `words` those of all spans behind `from`, calls `see` with what else there is of each,
    /// and returns how far that was.
    pub(super) fn read(
        &self,
        from: Position,
        words: &mut Vec<u64>,
        mut see: impl FnMut(&'static Metadata, Option<Box<Extra>>),
    ) -> Position {
        let to = self.published();
        let written = self.words.get(from.words as usize..to.words as usize).unwrap_or_default();
        words.extend(written.iter().map(|word| word.load(Relaxed)));
        let mut extras = self.extras();
        for number in from.spans..to.spans {
            let extra = extras.iter().position(|(of, _)| *of == number).map(|place| extras.swap_remove(place).1);
            if let Some(site) = self.sites.get(number as usize).and_then(StaticRef::get) {
                see(site, extra);
            }
        }
        to
    }

    /// The memory that it takes, with what lies beside words.
    pub(super) fn bytes(&self) -> usize {
        let extras: usize = self.extras().iter().map(|(_, extra)| extra_bytes(extra)).sum();
        size_of_val(&*self.words) + size_of_val(&*self.sites) + extras
    }

    /// Makes the block one for other spans. Whoever does is the only one that has it.
    pub(super) fn clear(&self) {
        self.extras().clear();
        self.published.store(0, Relaxed);
    }

    fn extras(&self) -> MutexGuard<'_, Vec<(u32, Box<Extra>)>> {
        self.extras.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[inline]
fn copy(to: &[AtomicU64], from: &[AtomicU64]) {
    for (to, from) in to.iter().zip(from) {
        to.store(from.load(Relaxed), Relaxed);
    }
}
