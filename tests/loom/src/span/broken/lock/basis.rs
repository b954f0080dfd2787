//! All as it should be but for the lock.

pub(super) use crate::span::basis::{AtomicBool, AtomicPtr, AtomicU32, AtomicU64, OnceLock, Thread, fence};
pub(super) use crate::unordered::{Mutex, MutexGuard};
