//! What pages are made of: their sizes, atomics and locks. `tests/loom` has others in their place.

pub(super) use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, fence};
pub(super) use std::sync::{Mutex, MutexGuard, OnceLock};

/// Slots of a page, a power of two: 4 KiB.
pub(super) const PAGE: usize = 512;

/// The most that one thread takes: its directory, and pages.
pub(super) const THREAD_BYTES: usize = 64 * 1024;

/// Pages that a thread can address; what lies behind is shared.
pub(super) const DIRECTORY: usize = 256;

/// The most threads that have blocks at the same time.
pub(super) const MAX_THREADS: usize = 64;
