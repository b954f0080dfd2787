//! What loom itself has not.

use loom::sync::Mutex;
use loom::sync::atomic::AtomicBool;
use std::sync::PoisonError;
use std::sync::atomic::Ordering::{Acquire, Release};

/// A cell that is set once. As std promises it: who sees the value sees all that was done before it was set.
#[derive(Debug)]
pub(super) struct OnceLock<T> {
    is_set: AtomicBool,
    setting: Mutex<()>,
    value: std::sync::OnceLock<T>,
}

impl<T> OnceLock<T> {
    pub(super) fn new() -> Self {
        Self { is_set: AtomicBool::new(false), setting: Mutex::new(()), value: std::sync::OnceLock::new() }
    }

    pub(super) fn get(&self) -> Option<&T> {
        self.is_set.load(Acquire).then(|| self.value.get()).flatten()
    }

    pub(super) fn set(&self, value: T) -> Result<(), T> {
        let mut value = Some(value);
        self.get_or_init(|| value.take().expect("is called once"));
        value.map_or(Ok(()), Err)
    }

    pub(super) fn get_or_init(&self, value: impl FnOnce() -> T) -> &T {
        if let Some(value) = self.get() {
            return value;
        }
        let _setting = self.setting.lock().unwrap_or_else(PoisonError::into_inner);
        let value = self.value.get_or_init(value);
        self.is_set.store(true, Release);
        value
    }
}
