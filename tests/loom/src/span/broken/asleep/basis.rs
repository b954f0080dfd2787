//! All as it should be, but nothing wakes a thread.

pub(super) use crate::span::basis::{AtomicBool, AtomicPtr, AtomicU32, AtomicU64, Mutex, MutexGuard, OnceLock};

#[derive(Debug)]
pub(super) struct Thread;

impl Thread {
    #[expect(clippy::unused_self, reason = "as std's")]
    pub(super) fn unpark(&self) {}
}

pub(super) fn current() -> Thread {
    Thread
}
