//! Additions that are a load and a store.

use crate::span::basis;
use std::sync::atomic::Ordering::{self, Acquire, Release};

pub(super) use basis::{AtomicBool, AtomicPtr, AtomicU64, Mutex, MutexGuard, OnceLock, Thread, fence};

#[derive(Debug)]
pub(super) struct AtomicU32(basis::AtomicU32);

impl AtomicU32 {
    pub(super) fn new(value: u32) -> Self {
        Self(basis::AtomicU32::new(value))
    }

    pub(super) fn load(&self, order: Ordering) -> u32 {
        self.0.load(order)
    }

    pub(super) fn store(&self, value: u32, order: Ordering) {
        self.0.store(value, order);
    }

    pub(super) fn fetch_add(&self, by: u32, _: Ordering) -> u32 {
        self.change(|value| value.wrapping_add(by))
    }

    pub(super) fn fetch_sub(&self, by: u32, _: Ordering) -> u32 {
        self.change(|value| value.wrapping_sub(by))
    }

    pub(super) fn fetch_or(&self, bits: u32, order: Ordering) -> u32 {
        self.0.fetch_or(bits, order)
    }

    pub(super) fn fetch_and(&self, bits: u32, order: Ordering) -> u32 {
        self.0.fetch_and(bits, order)
    }

    fn change(&self, change: impl FnOnce(u32) -> u32) -> u32 {
        let old = self.load(Acquire);
        self.store(change(old), Release);
        old
    }
}
