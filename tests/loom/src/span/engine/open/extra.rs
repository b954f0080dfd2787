//! What few spans have: a number here, by which it is told whose it is.

#[derive(Debug)]
pub(crate) struct Extra(pub(crate) u64);
