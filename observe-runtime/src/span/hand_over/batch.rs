//! Spans that have been taken out of blocks, for who exports them.

use super::super::finished::Finished;
use super::super::layout;
use super::super::open::slot::{Extra, Flags};
use super::basis::Metadata;
use crate::sampling::Threshold;

/// Finished spans in one piece of memory.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    pub(super) words: Vec<u64>,
    pub(super) rest: Vec<(&'static Metadata, Option<Box<Extra>>)>,
}

impl Batch {
    pub(crate) fn len(&self) -> usize {
        self.rest.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) fn clear(&mut self) {
        self.words.clear();
        self.rest.clear();
    }

    /// About how much memory it takes.
    pub(crate) fn bytes(&self) -> usize {
        let extras = self.rest.iter().filter_map(|(_, extra)| extra.as_deref());
        size_of_val(&*self.words) + size_of_val(&*self.rest) + extras.map(Extra::bytes).sum::<usize>()
    }

    /// Takes the first spans out: at most `spans`, and, of more than one, at most `bytes`.
    pub(crate) fn take_front(&mut self, spans: usize, bytes: usize) -> Self {
        if self.len() <= spans && self.bytes() <= bytes {
            return std::mem::take(self);
        }
        let (mut words, mut taken, mut size) = (0, 0, 0);
        for span in self.iter().take(spans) {
            size += span.bytes();
            if taken > 0 && size > bytes {
                break;
            }
            taken += 1;
            words += span.length();
        }
        let (later_words, later) = (self.words.split_off(words), self.rest.split_off(taken));
        Self { words: std::mem::replace(&mut self.words, later_words), rest: std::mem::replace(&mut self.rest, later) }
    }

    /// Takes out the spans for which `wanted` is true; the others stay.
    pub(crate) fn take_if(&mut self, wanted: impl Fn(&Finished<'_>) -> bool, mut take: impl FnMut(Owned)) {
        let (words, rest) = (std::mem::take(&mut self.words), std::mem::take(&mut self.rest));
        let mut from = 0;
        for (metadata, extra) in rest {
            let length = words.get(from).map_or(0, |first| (first & 0xffff_ffff) as usize);
            let own = words.get(from..from + length).unwrap_or_default();
            from += length;
            if Finished::new(metadata, own, extra.as_deref()).is_some_and(|span| wanted(&span)) {
                take(Owned { metadata, words: own.into(), extra });
            } else {
                self.words.extend_from_slice(own);
                self.rest.push((metadata, extra));
            }
        }
    }

    /// Gives back what memory it has beside that of its spans.
    pub(crate) fn shrink(&mut self) {
        self.words.shrink_to_fit();
        self.rest.shrink_to_fit();
    }

    /// Adds all spans of another batch, and no room for more.
    pub(crate) fn append(&mut self, mut other: Self) {
        self.words.reserve_exact(other.words.len());
        self.rest.reserve_exact(other.rest.len());
        self.words.append(&mut other.words);
        self.rest.append(&mut other.rest);
    }

    /// With room for so many words.
    #[cfg(feature = "dev-page")]
    pub(crate) fn with_room(words: usize) -> Self {
        Self { words: Vec::with_capacity(words), rest: Vec::new() }
    }

    /// Whether a span's words need no more room than there is.
    #[cfg(feature = "dev-page")]
    pub(crate) fn has_room(&self, span: Finished<'_>) -> bool {
        self.words.capacity() - self.words.len() >= span.words().len()
    }

    /// Adds a copy of a span.
    #[cfg(feature = "dev-page")]
    pub(crate) fn push_copy(&mut self, span: Finished<'_>) {
        self.words.extend_from_slice(span.words());
        self.rest.push((span.metadata, span.extra.cloned().map(Box::new)));
    }

    /// What it has reserved for spans, beside what single ones have in memory of their own.
    #[cfg(feature = "dev-page")]
    pub(crate) fn reserved_bytes(&self) -> usize {
        self.words.capacity() * size_of::<u64>() + self.rest.capacity() * size_of::<(&Metadata, Option<Box<Extra>>)>()
    }

    /// Puts a span back.
    pub(crate) fn push(&mut self, span: Owned) {
        self.words.extend_from_slice(&span.words);
        self.rest.push((span.metadata, span.extra));
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Finished<'_>> {
        let mut words = &*self.words;
        self.rest.iter().map_while(move |(metadata, extra)| {
            let length = (*words.first()? & 0xffff_ffff) as usize;
            let (own, rest) = words.split_at_checked(length)?;
            words = rest;
            Finished::new(metadata, own, extra.as_deref())
        })
    }
}

/// A finished span in memory of its own.
#[derive(Debug)]
pub(crate) struct Owned {
    metadata: &'static Metadata,
    words: Box<[u64]>,
    extra: Option<Box<Extra>>,
}

impl Owned {
    #[cfg(feature = "dev-page")]
    pub(in crate::span) fn new(metadata: &'static Metadata, words: Box<[u64]>, extra: Option<Box<Extra>>) -> Self {
        Self { metadata, words, extra }
    }

    /// Has the span stand for itself alone.
    pub(crate) fn count_once(&mut self) {
        self.words[layout::THRESHOLD] = Threshold::ZERO.to_bits();
    }

    /// Takes the flag away that asks for a judgement.
    pub(crate) fn set_judged(&mut self) {
        self.words[layout::LENGTH] &= !(u64::from(Flags::JUDGED) << 32);
    }

    pub(crate) fn view(&self) -> Option<Finished<'_>> {
        Finished::new(self.metadata, &self.words, self.extra.as_deref())
    }
}
