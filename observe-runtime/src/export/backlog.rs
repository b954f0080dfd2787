//! Batches that have been taken out of their queue and have not been exported yet.

use crate::span::Held;
use std::collections::VecDeque;

/// Batches in the order in which they were taken, and how much there is in them.
#[derive(Debug)]
pub(crate) struct Backlog<B> {
    batches: VecDeque<(B, Held)>,
    held: Held,
}

impl<B> Default for Backlog<B> {
    fn default() -> Self {
        Self { batches: VecDeque::new(), held: Held::default() }
    }
}

impl<B> Backlog<B> {
    /// Adds a batch of that many items and bytes.
    pub(crate) fn push(&mut self, batch: B, held: Held) {
        self.held.items += held.items;
        self.held.bytes += held.bytes;
        self.batches.push_back((batch, held));
    }

    /// The oldest batch, and how many items are in it.
    pub(super) fn front(&self) -> Option<(&B, usize)> {
        self.batches.front().map(|(batch, held)| (batch, held.items))
    }

    /// Takes the oldest batch out.
    pub(super) fn pop(&mut self) -> Option<B> {
        let (batch, held) = self.batches.pop_front()?;
        self.held.items -= held.items;
        self.held.bytes -= held.bytes;
        Some(batch)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }

    /// How much there is.
    pub(super) fn held(&self) -> Held {
        self.held
    }
}
