//! Atomics that order nothing, whatever they are told.

use crate::span::basis;
use std::sync::atomic::Ordering::{self, Relaxed};

pub(super) use basis::{AtomicBool, Mutex, MutexGuard, OnceLock, Thread};

pub(super) fn fence(_: Ordering) {}

#[derive(Debug)]
pub(super) struct AtomicU64(basis::AtomicU64);

impl AtomicU64 {
    pub(super) fn new(value: u64) -> Self {
        Self(basis::AtomicU64::new(value))
    }

    pub(super) fn load(&self, _: Ordering) -> u64 {
        self.0.load(Relaxed)
    }

    pub(super) fn store(&self, value: u64, _: Ordering) {
        self.0.store(value, Relaxed);
    }
}

#[derive(Debug)]
pub(super) struct AtomicU32(basis::AtomicU32);

impl AtomicU32 {
    pub(super) fn new(value: u32) -> Self {
        Self(basis::AtomicU32::new(value))
    }

    pub(super) fn load(&self, _: Ordering) -> u32 {
        self.0.load(Relaxed)
    }

    pub(super) fn store(&self, value: u32, _: Ordering) {
        self.0.store(value, Relaxed);
    }

    pub(super) fn fetch_add(&self, by: u32, _: Ordering) -> u32 {
        self.0.fetch_add(by, Relaxed)
    }

    pub(super) fn fetch_sub(&self, by: u32, _: Ordering) -> u32 {
        self.0.fetch_sub(by, Relaxed)
    }

    pub(super) fn fetch_or(&self, bits: u32, _: Ordering) -> u32 {
        self.0.fetch_or(bits, Relaxed)
    }

    pub(super) fn fetch_and(&self, bits: u32, _: Ordering) -> u32 {
        self.0.fetch_and(bits, Relaxed)
    }
}

#[derive(Debug)]
pub(super) struct AtomicPtr<T>(basis::AtomicPtr<T>);

impl<T> AtomicPtr<T> {
    pub(super) const fn new(value: *mut T) -> Self {
        Self(basis::AtomicPtr::new(value))
    }

    pub(super) fn load(&self, _: Ordering) -> *mut T {
        self.0.load(Relaxed)
    }

    pub(super) fn store(&self, value: *mut T, _: Ordering) {
        self.0.store(value, Relaxed);
    }
}
