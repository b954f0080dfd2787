//! What a slot is made of. `tests/loom` runs the same slot on parts that loom watches.

pub(super) use crate::sampling::Threshold;
pub(super) use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, fence};
pub(super) use std::sync::{Mutex, MutexGuard};

pub(super) type Metadata = tracing::Metadata<'static>;
