//! What loom has in part: its own threads forget that they were unparked once they wait for a lock.

use loom::sync::{Condvar, Mutex};
use std::sync::{Arc, PoisonError};

/// A thread that may sleep, as std's `Thread`. Who parks says as which.
#[derive(Clone, Debug)]
pub(super) struct Thread(Arc<Sleep>);

#[derive(Debug)]
struct Sleep {
    is_unparked: Mutex<bool>,
    changed: Condvar,
}

impl Thread {
    pub(super) fn new() -> Self {
        Self(Arc::new(Sleep { is_unparked: Mutex::new(false), changed: Condvar::new() }))
    }

    pub(super) fn unpark(&self) {
        *self.0.is_unparked.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.changed.notify_one();
    }

    pub(super) fn park(&self) {
        let mut is_unparked = self.0.is_unparked.lock().unwrap_or_else(PoisonError::into_inner);
        while !*is_unparked {
            is_unparked = self.0.changed.wait(is_unparked).unwrap_or_else(PoisonError::into_inner);
        }
        *is_unparked = false;
    }
}
