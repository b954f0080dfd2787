//! Additions, a fence and a lock that do less than pages need.

use loom::sync::atomic;
use std::sync::atomic::Ordering;

pub(super) use crate::metric::basis::{DIRECTORY, MAX_THREADS, PAGE, THREAD_BYTES};
pub(super) use crate::once_lock::OnceLock;
pub(super) use crate::unordered::{Mutex, MutexGuard};
pub(super) use loom::sync::atomic::{AtomicBool, AtomicUsize};

/// Orders nothing.
pub(super) fn fence(_: Ordering) {}

/// Additions are a load and a store, whoever adds.
#[derive(Debug)]
pub(super) struct AtomicU64(atomic::AtomicU64);

impl AtomicU64 {
    pub(super) fn new(value: u64) -> Self {
        Self(atomic::AtomicU64::new(value))
    }

    pub(super) fn load(&self, order: Ordering) -> u64 {
        self.0.load(order)
    }

    pub(super) fn store(&self, value: u64, order: Ordering) {
        self.0.store(value, order);
    }

    pub(super) fn fetch_add(&self, by: u64, order: Ordering) {
        self.store(self.load(order).wrapping_add(by), order);
    }

    pub(super) fn fetch_update(
        &self,
        set: Ordering,
        fetch: Ordering,
        mut update: impl FnMut(u64) -> Option<u64>,
    ) -> Result<u64, u64> {
        let old = self.load(fetch);
        let new = update(old).ok_or(old)?;
        self.store(new, set);
        Ok(old)
    }
}
