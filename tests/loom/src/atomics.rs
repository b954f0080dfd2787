//! Loom's atomics, with more orders of the threads.
//!
//! Of each atomic loom remembers who touched it last, and tries the other order of those two. Where a
//! thread loads before it adds, as who drops a handle does, that is the thread itself, and orders in which
//! another thread's load comes after the addition are never tried. So each access here first touches one
//! atomic that all share, in an order that says nothing.

use loom::sync::atomic;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::Ordering::{self, Relaxed};

loom::lazy_static! {
    static ref STEPS: atomic::AtomicUsize = atomic::AtomicUsize::new(0);
}

/// Lets any other thread go first. A model calls it before it has threads: who is first makes the atomic.
pub(super) fn step() {
    STEPS.fetch_add(1, Relaxed);
}

macro_rules! stepped {
    ($($name:ident($number:ty): $($change:ident)*;)*) => { $(
        #[derive(Debug)]
        pub(super) struct $name(atomic::$name);

        impl $name {
            pub(super) fn new(value: $number) -> Self {
                Self(atomic::$name::new(value))
            }

            pub(super) fn load(&self, order: Ordering) -> $number {
                step();
                self.0.load(order)
            }

            pub(super) fn store(&self, value: $number, order: Ordering) {
                step();
                self.0.store(value, order);
            }

            $(pub(super) fn $change(&self, by: $number, order: Ordering) -> $number {
                step();
                self.0.$change(by, order)
            })*
        }
    )* };
}

stepped! {
    AtomicU32(u32): fetch_add fetch_sub fetch_or fetch_and;
    AtomicU64(u64):;
}

/// A null pointer at first, and one that can be made in a constant, which loom's own can't: it gets to know
/// of it when it is first touched. Where that could be several threads, a model does so before they begin.
#[derive(Debug)]
pub(super) struct AtomicPtr<T>(OnceLock<atomic::AtomicPtr<T>>);

impl<T> AtomicPtr<T> {
    pub(super) const fn new(null: *mut T) -> Self {
        assert!(null.is_null(), "has no part in any model");
        Self(OnceLock::new())
    }

    pub(super) fn load(&self, order: Ordering) -> *mut T {
        step();
        self.watched().load(order)
    }

    pub(super) fn store(&self, value: *mut T, order: Ordering) {
        step();
        self.watched().store(value, order);
    }

    fn watched(&self) -> &atomic::AtomicPtr<T> {
        self.0.get_or_init(|| atomic::AtomicPtr::new(ptr::null_mut()))
    }
}
