//! What a slot is made of in a model.

pub(super) use super::super::basis::{AtomicPtr, AtomicU32, AtomicU64, Mutex, MutexGuard, fence};

/// A call site, with a number that tells it from others.
#[derive(Debug)]
pub(crate) struct Metadata(pub(crate) u64);

#[derive(Clone, Copy, Debug)]
pub(crate) struct Threshold(u64);

impl Threshold {
    pub(super) fn to_bits(self) -> u64 {
        self.0
    }
}
