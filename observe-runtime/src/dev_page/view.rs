//! Numbers and values as the page's JSON has them.

use crate::span::AttributeValue;
use serde_json::{Value, json};
use std::time::{Duration, SystemTime};

/// Milliseconds since 1970, with microseconds behind the point.
pub(super) fn time(time: SystemTime) -> Value {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    milliseconds(since)
}

#[expect(clippy::cast_precision_loss, reason = "microseconds since 1970 have 51 bits")]
pub(super) fn milliseconds(duration: Duration) -> Value {
    json!(duration.as_micros() as f64 / 1e3)
}

/// A value in the type of JSON that it is; a number that JSON has not is text.
pub(super) fn attribute(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::Bool(value) => json!(value),
        AttributeValue::I64(value) => json!(value),
        AttributeValue::U64(value) => json!(value),
        AttributeValue::F64(value) if value.is_finite() => json!(value),
        other => json!(other.to_string()),
    }
}
