//! A thread's side of the hand-over: it appends to a block, and now and then takes a new one.

#![expect(clippy::cast_possible_truncation, reason = "a block has fewer spans than bytes")]

use super::basis::{Arc, AtomicU64, Extra, Metadata, Mutex, MutexGuard, WORDS};
use super::block::{Block, Position};
use super::queue::Queue;
use std::sync::PoisonError;

/// A block, and how far it has been read.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) block: Arc<Block>,
    pub(super) read: Position,
}

impl Source {
    fn new(block: Arc<Block>) -> Self {
        Self { block, read: Position::default() }
    }

    /// Spans that have not been read yet.
    pub(super) fn waiting(&self) -> usize {
        (self.block.published().spans - self.read.spans) as usize
    }

    /// The memory that a full block takes, however much of it has been read.
    pub(super) fn bytes(&self) -> usize {
        self.block.bytes()
    }
}

/// Where a thread's finished spans go.
#[derive(Debug)]
pub(crate) struct Writer {
    queue: Arc<Queue>,
    block: Arc<Block>,
    at: Position,
    most_spans: u32,
    /// The same block, for who reads.
    source: Arc<Mutex<Source>>,
}

impl Writer {
    pub(crate) fn new(queue: &Arc<Queue>) -> Self {
        let block = queue.empty_block();
        let source = Arc::new(Mutex::new(Source::new(Arc::clone(&block))));
        queue.add_writer(&source);
        Self {
            queue: Arc::clone(queue),
            block,
            at: Position::default(),
            most_spans: queue.block_spans() as u32,
            source,
        }
    }

    #[inline]
    pub(crate) fn is_of(&self, queue: &Arc<Queue>) -> bool {
        Arc::ptr_eq(&self.queue, queue)
    }

    /// Hands a span over, whose words they are.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "on the way of every span, where each call is a tenth of it")]
    pub(crate) fn append(&mut self, site: &'static Metadata, words: &[AtomicU64]) {
        if !self.has_room(words.len()) {
            self.next_block();
        }
        if let Some(at) = self.block.append(self.at, site, words) {
            self.at = at;
            // At once, so that a batch does not wait for the span after it.
            if at.spans >= self.most_spans {
                self.next_block();
            }
        }
    }

    /// The same for one that has something beside words.
    pub(crate) fn append_with(&mut self, site: &'static Metadata, words: &[AtomicU64], extra: Box<Extra>) {
        if !self.has_room(words.len()) {
            self.next_block();
        }
        self.block.put_extra(self.at.spans, extra);
        self.append(site, words);
    }

    #[inline]
    fn has_room(&self, words: usize) -> bool {
        self.at.words as usize + words <= WORDS
    }

    #[cold]
    #[inline(never)]
    fn next_block(&mut self) {
        let block = self.queue.empty_block();
        // Held until the full block is queued: who collects all blocks looks here before it looks there.
        let mut source = lock(&self.source);
        let full = std::mem::replace(&mut *source, Source::new(Arc::clone(&block)));
        self.queue.push(full);
        drop(source);
        (self.block, self.at) = (block, Position::default());
    }
}

/// The thread is over, or the recorder has changed: what is left waits with the full blocks.
impl Drop for Writer {
    fn drop(&mut self) {
        self.next_block();
        self.queue.remove_writer(&self.source);
    }
}

pub(super) fn lock(source: &Mutex<Source>) -> MutexGuard<'_, Source> {
    source.lock().unwrap_or_else(PoisonError::into_inner)
}
