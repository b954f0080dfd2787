//! What a block is made of. `tests/loom` runs the same block on parts that loom watches.

pub(super) use super::super::layout::HEAD;
pub(super) use super::super::open::StaticRef;
pub(super) use super::super::open::slot::Extra;
pub(super) use crate::count::Count;
pub(super) use std::sync::atomic::{AtomicBool, AtomicU64};
pub(super) use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
pub(super) use std::thread::Thread;

pub(super) type Metadata = tracing::Metadata<'static>;

/// A block's words: 16 KiB, over a hundred spans.
pub(super) const WORDS: usize = 2048;

/// The most spans of a block: their least words fill it.
pub(super) const SPANS: usize = WORDS / HEAD;

/// So many blocks are there from the beginning.
pub(super) const FIRST_BLOCKS: usize = 16;

/// The memory of what a span has beside words.
pub(super) fn extra_bytes(extra: &Extra) -> usize {
    extra.bytes()
}
