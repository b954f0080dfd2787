//! What pages are made of in a model: small, and watched by loom.

pub(super) use crate::once_lock::OnceLock;
pub(super) use loom::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, fence};
pub(super) use loom::sync::{Mutex, MutexGuard};

pub(super) const PAGE: usize = 2;
pub(super) const DIRECTORY: usize = 2;
pub(super) const MAX_THREADS: usize = 2;
/// Enough for every page: who counts them is alone with its block.
pub(super) const THREAD_BYTES: usize = 1 << 20;
