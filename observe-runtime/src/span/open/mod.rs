//! Spans that are open: each in a slot, found by its id, known to the threads that are in it.

mod basis;
pub(super) mod extra;
pub(super) mod local;
pub(super) mod pool;
pub(super) mod said;
#[cfg(test)]
mod said_tests;
pub(super) mod slot;
mod static_ref;
pub(super) mod words;

pub(super) use static_ref::StaticRef;
