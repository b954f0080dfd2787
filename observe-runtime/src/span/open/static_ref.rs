//! A reference to something that lives as long as the process, in an atomic.

use super::basis::AtomicPtr;
use std::fmt;
use std::marker::PhantomData;
use std::ptr;
use std::sync::atomic::Ordering::{Acquire, Release};

/// An `Option<&'static T>` that threads can share without a lock.
pub(crate) struct StaticRef<T: 'static> {
    pointer: AtomicPtr<T>,
    /// Shared between threads as the reference itself would be.
    _reference: PhantomData<Option<&'static T>>,
}

impl<T> StaticRef<T> {
    pub(crate) const fn none() -> Self {
        Self { pointer: AtomicPtr::new(ptr::null_mut()), _reference: PhantomData }
    }

    #[inline]
    pub(crate) fn set(&self, value: &'static T) {
        self.pointer.store(ptr::from_ref(value).cast_mut(), Release);
    }

    #[inline]
    #[expect(unsafe_code, reason = "an atomic holds no reference, only a pointer")]
    pub(crate) fn get(&self) -> Option<&'static T> {
        // SAFETY: the pointer is null, or came in through `set` as a reference that is valid for the
        // rest of the process, and nothing is written through it. What was written to `T` before the
        // `set` is seen here (Release, Acquire); threads may share it, as `StaticRef<T>` is only
        // `Sync` where `&'static T` is `Send`, which is where `T` is `Sync`.
        unsafe { self.pointer.load(Acquire).as_ref() }
    }
}

impl<T> fmt::Debug for StaticRef<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StaticRef").field(&self.pointer.load(Acquire)).finish()
    }
}
