//! What a block is made of in a model: room for two spans.

pub(super) use super::super::basis::{AtomicBool, AtomicU64, Mutex, MutexGuard, OnceLock, Thread};
pub(super) use super::super::layout::HEAD;
pub(super) use super::super::open::slot::Extra;
pub(super) use super::super::open::{Metadata, StaticRef};
pub(super) use crate::count::Count;
/// Std's own: nobody asks how many there are, so nothing depends on their order.
pub(super) use std::sync::Arc;

pub(super) const WORDS: usize = 5;
pub(super) const SPANS: usize = WORDS / HEAD;

/// None: each is made when it is asked for.
pub(super) const FIRST_BLOCKS: usize = 0;

/// Nothing: no model has a limit of bytes.
pub(super) fn extra_bytes(_: &Extra) -> usize {
    0
}
