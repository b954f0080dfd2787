//! What blocks and slots are made of in a model: watched by loom.

pub(super) use crate::atomics::{AtomicPtr, AtomicU32, AtomicU64};
pub(super) use crate::once_lock::OnceLock;
pub(super) use crate::parking::Thread;
pub(super) use loom::sync::atomic::{AtomicBool, fence};
pub(super) use loom::sync::{Mutex, MutexGuard};
