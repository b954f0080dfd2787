//! Spans that have been taken out of blocks, for who exports them.

use super::super::finished::Finished;
use super::super::open::slot::Extra;
use super::basis::Metadata;

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
