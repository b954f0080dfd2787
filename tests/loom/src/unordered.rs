//! A lock that does less than a lock.

use loom::sync::atomic::AtomicBool;
use std::ops::{Deref, DerefMut};
use std::sync::PoisonError;
use std::sync::atomic::Ordering::Relaxed;

/// One thread at a time, but what one did need not be seen by the next.
#[derive(Debug)]
pub(super) struct Mutex<T> {
    is_locked: AtomicBool,
    value: std::sync::Mutex<T>,
}

#[derive(Debug)]
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
