//! A span as words: small.

pub(crate) const LENGTH: usize = 0;
pub(crate) const END: usize = 1;
pub(crate) const HEAD: usize = 2;
pub(crate) const ATTRIBUTES: usize = 2;
pub(crate) const MAX: usize = HEAD + ATTRIBUTES;

// Of the head's other words no model has a use.
pub(crate) const TRACE: usize = 0;
pub(crate) const SPAN: usize = 0;
pub(crate) const PARENT: usize = 0;
pub(crate) const THRESHOLD: usize = 0;
pub(crate) const LOCAL_ROOT: usize = 0;
pub(crate) const UNKNOWN: u64 = u64::MAX;
