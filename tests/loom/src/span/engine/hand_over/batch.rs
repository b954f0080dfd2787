//! Spans that have been taken out of blocks.

use super::basis::{Extra, Metadata};

#[derive(Debug, Default)]
pub(crate) struct Batch {
    pub(crate) words: Vec<u64>,
    pub(crate) rest: Vec<(&'static Metadata, Option<Box<Extra>>)>,
}

impl Batch {
    pub(super) fn len(&self) -> usize {
        self.rest.len()
    }
}
