use std::ops::Range;
use super::Finding;
pub(super) fn at(_text: &str, _word: Range<usize>) -> Option<Finding> { None }
