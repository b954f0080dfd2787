//! Additions, a fence and a lock that do less than pages need.

use loom::sync::atomic;
use std::ops::{Deref, DerefMut};
use std::sync::PoisonError;
use std::sync::atomic::Ordering::{self, Relaxed};

pub(super) use crate::basis::{DIRECTORY, MAX_THREADS, PAGE, THREAD_BYTES};
pub(super) use crate::once_lock::OnceLock;
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

/// One thread at a time, but what one did need not be seen by the next.
pub(super) struct Mutex<T> {
    is_locked: AtomicBool,
    value: std::sync::Mutex<T>,
}

pub(super) struct MutexGuard<'a, T> {
    is_locked: &'a AtomicBool,
    /// Taken out first: in the store after it loom may go on with another thread.
    value: Option<std::sync::MutexGuard<'a, T>>,
}

impl<T> Mutex<T> {
    pub(super) fn new(value: T) -> Self {
        Self { is_locked: AtomicBool::new(false), value: std::sync::Mutex::new(value) }
    }

    #[expect(clippy::unnecessary_wraps, reason = "as std's")]
    pub(super) fn lock(&self) -> Result<MutexGuard<'_, T>, PoisonError<MutexGuard<'_, T>>> {
        while self.is_locked.compare_exchange(false, true, Relaxed, Relaxed).is_err() {
            loom::thread::yield_now();
        }
        let value = self.value.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(MutexGuard { is_locked: &self.is_locked, value: Some(value) })
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.as_ref().expect("is held")
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.value.as_mut().expect("is held")
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        self.value = None;
        self.is_locked.store(false, Relaxed);
    }
}
