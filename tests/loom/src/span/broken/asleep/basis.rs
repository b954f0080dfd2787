//! All as it should be, but nothing wakes a thread.

use crate::parking;

pub(super) use crate::span::basis::{AtomicBool, AtomicPtr, AtomicU32, AtomicU64, Mutex, MutexGuard, OnceLock, fence};

#[derive(Clone, Debug)]
pub(super) struct Thread(parking::Thread);

impl Thread {
    pub(super) fn new() -> Self {
        Self(parking::Thread::new())
    }

    #[expect(clippy::unused_self, reason = "as std's")]
    pub(super) fn unpark(&self) {}

    pub(super) fn park(&self) {
        self.0.park();
    }
}
