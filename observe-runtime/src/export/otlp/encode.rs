//! Finished spans as the protobuf message that OTLP asks for.
//!
//! The field numbers are those of opentelemetry-proto 1.x: `opentelemetry/proto/`
//! `collector/trace/v1/trace_service.proto` (the request) and `trace/v1/trace.proto` (spans, scopes
//! and status). They are stable: a number never changes its meaning.

use super::common::{any_value, encoded_resource, put_attribute, scope, unix_nanos};
use super::wire::{put_bytes, put_fixed64, put_message, put_varint};
use crate::resource::Resource;
use crate::span::{AttributeValue, SpanKind, SpanRecord, Status};

/// `ExportTraceServiceRequest`, in `trace_service.proto`.
mod request {
    pub(super) const RESOURCE_SPANS: u64 = 1;
}

/// `ResourceSpans`, in `trace.proto`. Its field 1 is the resource.
mod resource_spans {
    pub(super) const SCOPE_SPANS: u64 = 2;
}

/// `ScopeSpans`, in `trace.proto`.
mod scope_spans {
    pub(super) const SCOPE: u64 = 1;
    pub(super) const SPANS: u64 = 2;
}

/// `Span`, in `trace.proto`.
mod span {
    pub(super) const TRACE_ID: u64 = 1;
    pub(super) const SPAN_ID: u64 = 2;
    pub(super) const PARENT_SPAN_ID: u64 = 4;
    pub(super) const NAME: u64 = 5;
    pub(super) const KIND: u64 = 6;
    pub(super) const START: u64 = 7;
    pub(super) const END: u64 = 8;
    pub(super) const ATTRIBUTES: u64 = 9;
    pub(super) const LINKS: u64 = 13;
    pub(super) const STATUS: u64 = 15;
}

/// `Span.Link`, in `trace.proto`.
mod link {
    pub(super) const TRACE_ID: u64 = 1;
    pub(super) const SPAN_ID: u64 = 2;
}

/// `Status`, in `trace.proto`.
mod status {
    pub(super) const MESSAGE: u64 = 2;
    pub(super) const CODE: u64 = 3;
    /// `STATUS_CODE_ERROR`.
    pub(super) const ERROR: u64 = 2;
}

/// Encodes batches for one process, whose resource never changes.
pub(super) struct Encoder {
    /// The `resource` field as it goes into every request, written once.
    resource: Vec<u8>,
}

impl Encoder {
    pub(super) fn new(resource: &Resource) -> Self {
        Self { resource: encoded_resource(resource) }
    }

    /// Replaces what `out` holds by the request for `batch`.
    ///
    /// A batch without spans is a request without a resource: there is nothing to say about it.
    pub(super) fn encode(&self, batch: &[SpanRecord], out: &mut Vec<u8>) {
        out.clear();
        if batch.is_empty() {
            return;
        }
        put_message(out, request::RESOURCE_SPANS, |out| {
            out.extend_from_slice(&self.resource);
            // Stable, so that the spans of one target stay in the order in which they ended.
            let mut spans: Vec<&SpanRecord> = batch.iter().collect();
            spans.sort_by_key(|span| span.target);
            for scope in spans.chunk_by(|one, next| one.target == next.target) {
                put_scope(out, scope);
            }
        });
    }
}

/// Appends the spans of one target, which is the same in all of them.
fn put_scope(out: &mut Vec<u8>, spans: &[&SpanRecord]) {
    let target = spans.first().map_or("", |span| span.target);
    put_message(out, resource_spans::SCOPE_SPANS, |out| {
        put_message(out, scope_spans::SCOPE, |out| {
            put_bytes(out, scope::NAME, target.as_bytes());
        });
        for span in spans {
            put_message(out, scope_spans::SPANS, |out| put_span(out, span));
        }
    });
}

fn put_span(out: &mut Vec<u8>, record: &SpanRecord) {
    put_bytes(out, span::TRACE_ID, &record.trace_id.to_bytes());
    put_bytes(out, span::SPAN_ID, &record.span_id.to_bytes());
    if let Some(parent) = record.parent_id {
        put_bytes(out, span::PARENT_SPAN_ID, &parent.to_bytes());
    }
    put_bytes(out, span::NAME, record.name.as_bytes());
    put_varint(out, span::KIND, kind_number(record.kind));
    put_fixed64(out, span::START, unix_nanos(record.start));
    put_fixed64(out, span::END, end_nanos(record));
    for (key, value) in &record.attributes {
        put_attribute(out, span::ATTRIBUTES, key, |out| put_value(out, value));
    }
    for context in &record.links {
        put_message(out, span::LINKS, |out| {
            put_bytes(out, link::TRACE_ID, &context.trace_id().to_bytes());
            put_bytes(out, link::SPAN_ID, &context.span_id().to_bytes());
        });
    }
    put_status(out, &record.status);
}

/// Appends the one field of an `AnyValue`, even where it is `false` or empty: without a field
/// the value would be absent.
fn put_value(out: &mut Vec<u8>, value: &AttributeValue) {
    match value {
        AttributeValue::Bool(value) => put_varint(out, any_value::BOOL, u64::from(*value)),
        AttributeValue::I64(value) => put_varint(out, any_value::INT, value.cast_unsigned()),
        // OTLP's integers are signed, and a wrapped number would be a wrong one.
        AttributeValue::U64(value) if *value > i64::MAX.cast_unsigned() => {
            put_bytes(out, any_value::STRING, value.to_string().as_bytes());
        }
        AttributeValue::U64(value) => put_varint(out, any_value::INT, *value),
        AttributeValue::F64(value) => put_fixed64(out, any_value::DOUBLE, value.to_bits()),
        AttributeValue::Text(value) => put_bytes(out, any_value::STRING, value.as_bytes()),
    }
}

/// Appends the status of a failed span. An unset one is what an absent field means.
fn put_status(out: &mut Vec<u8>, status: &Status) {
    if let Status::Error(message) = status {
        put_message(out, span::STATUS, |out| {
            put_bytes(out, status::MESSAGE, message.as_bytes());
            put_varint(out, status::CODE, status::ERROR);
        });
    }
}

/// The number of `Span.SpanKind` in `trace.proto`.
fn kind_number(kind: SpanKind) -> u64 {
    match kind {
        SpanKind::Internal => 1,
        SpanKind::Server => 2,
        SpanKind::Client => 3,
        SpanKind::Producer => 4,
        SpanKind::Consumer => 5,
    }
}

/// When the span ended. A duration beyond the clock's range ends at the last representable time.
fn end_nanos(record: &SpanRecord) -> u64 {
    record.start.checked_add(record.duration).map_or(u64::MAX, unix_nanos)
}

#[cfg(test)]
mod tests;
