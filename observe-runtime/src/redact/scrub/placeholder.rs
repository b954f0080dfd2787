//! Recognising the placeholders that an earlier scrub left in the text.

use std::ops::Range;

const OPEN: &str = "[REDACTED";

/// The placeholders in `text`: `[REDACTED]`, or with a kind after a colon.
pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    // One byte is found faster than several.
    let starts = text.match_indices('[').map(|(start, _)| start).filter(|&start| text[start..].starts_with(OPEN));
    starts.filter_map(|start| end(text, start).map(|end| start..end)).collect()
}

fn end(text: &str, start: usize) -> Option<usize> {
    let rest = &text[start + OPEN.len()..];
    let name = rest.strip_prefix(':').unwrap_or(rest);
    let length = name.bytes().take_while(|b| b.is_ascii_lowercase() || *b == b'_').count();
    name[length..].starts_with(']').then(|| text.len() - name.len() + length + 1)
}
