//! A span as words: what lies where, in a slot while the span is open, and in blocks once it is over.
//!
//! Nine words, then the attributes, see [`words`](super::open::words).

/// How many words there are; the flags above bit 32.
pub(crate) const LENGTH: usize = 0;
/// The trace id's upper half, and behind it the lower one.
pub(crate) const TRACE: usize = 1;
/// The span id.
pub(crate) const SPAN: usize = 3;
/// The parent's span id, or 0.
pub(crate) const PARENT: usize = 4;
/// When it began, in ticks.
pub(crate) const START: usize = 5;
/// When it ended.
pub(crate) const END: usize = 6;
/// The trace's sampling threshold; [`UNKNOWN`] where nobody has said one.
pub(crate) const THRESHOLD: usize = 7;
/// The span id of the first span of this process above it, which may be itself.
pub(crate) const LOCAL_ROOT: usize = 8;
/// Where the attributes begin.
pub(crate) const HEAD: usize = 9;

/// A threshold that nobody has said.
pub(crate) const UNKNOWN: u64 = u64::MAX;

/// How many words of attributes a span has room for before it needs memory of its own: about ten
/// fields with short texts.
pub(crate) const ATTRIBUTES: usize = 32;

/// The most words of one span.
pub(crate) const MAX: usize = HEAD + ATTRIBUTES;
