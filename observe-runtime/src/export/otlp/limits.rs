//! Attributes within limits, as spans, their events and log records have them.

use super::common::{AnyValue, put_attribute};
use super::wire::put_varint;
use crate::config::AttributeLimits;
use crate::span::AttributeValue;

/// Where attributes go, and the number of those that are left out.
#[derive(Clone, Copy)]
pub(super) struct Places {
    pub(super) attributes: u64,
    pub(super) dropped: u64,
}

/// Appends attributes as far as the limits allow, and how many are left out.
pub(super) fn put_limited<'a>(
    out: &mut Vec<u8>,
    places: Places,
    attributes: impl IntoIterator<Item = (&'a str, &'a AttributeValue)>,
    limits: &AttributeLimits,
) {
    let mut attributes = attributes.into_iter();
    for (key, value) in attributes.by_ref().take(limits.count.unwrap_or(usize::MAX)) {
        let value = match AnyValue::from(value) {
            AnyValue::Text(text) => AnyValue::Text(limits.cut(text)),
            other => other,
        };
        put_attribute(out, places.attributes, &key, value);
    }
    let dropped = attributes.count();
    if dropped > 0 {
        put_varint(out, places.dropped, dropped as u64);
    }
}
