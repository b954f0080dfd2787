//! What requests of every signal have in common: the resource, the scope, attributes and times.
//!
//! The field numbers are those of opentelemetry-proto 1.x: `opentelemetry/proto/common/v1/common.proto`
//! and `resource/v1/resource.proto`.

use super::wire::{put_bytes, put_message};
use crate::resource::Resource;
use std::time::{SystemTime, UNIX_EPOCH};

/// The resource's place in `ResourceSpans` and `ResourceMetrics`, and the attributes' place in it.
mod resource {
    pub(super) const RESOURCE: u64 = 1;
    pub(super) const ATTRIBUTES: u64 = 1;
}

/// `InstrumentationScope`.
pub(super) mod scope {
    pub(in super::super) const NAME: u64 = 1;
    pub(in super::super) const VERSION: u64 = 2;
}

/// `KeyValue`.
mod key_value {
    pub(super) const KEY: u64 = 1;
    pub(super) const VALUE: u64 = 2;
}

/// `AnyValue`: the field present says which kind of value it is.
pub(super) mod any_value {
    pub(in super::super) const STRING: u64 = 1;
    pub(in super::super) const BOOL: u64 = 2;
    pub(in super::super) const INT: u64 = 3;
    pub(in super::super) const DOUBLE: u64 = 4;
}

/// The `resource` field as it goes into every request.
pub(super) fn encoded_resource(resource: &Resource) -> Vec<u8> {
    let mut out = Vec::new();
    put_message(&mut out, resource::RESOURCE, |out| {
        for (key, value) in resource.iter() {
            put_text_attribute(out, resource::ATTRIBUTES, key, value);
        }
    });
    out
}

/// Appends one `KeyValue`, whose `AnyValue` the caller fills.
pub(super) fn put_attribute(out: &mut Vec<u8>, field: u64, key: &str, value: impl FnOnce(&mut Vec<u8>)) {
    put_message(out, field, |out| {
        put_bytes(out, key_value::KEY, key.as_bytes());
        put_message(out, key_value::VALUE, value);
    });
}

/// Appends one `KeyValue` whose value is a text.
pub(super) fn put_text_attribute(out: &mut Vec<u8>, field: u64, key: &str, value: &str) {
    put_attribute(out, field, key, |out| put_bytes(out, any_value::STRING, value.as_bytes()));
}

/// Nanoseconds since the epoch, held within what the field can say: a clock that was never set
/// may well stand before it.
pub(super) fn unix_nanos(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
}
