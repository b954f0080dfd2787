//! Log events as the protobuf message that OTLP asks for.
//!
//! The field numbers are those of opentelemetry-proto 1.x: `opentelemetry/proto/`
//! `collector/logs/v1/logs_service.proto` (the request) and `logs/v1/logs.proto`. They are stable: a number
//! never changes its meaning.

use crate::config::AttributeLimits;
use crate::export::otlp::common::{
    AnyValue, encoded_resource, put_any_text, put_attribute, put_text, scope, unix_nanos,
};
use crate::export::otlp::wire::{field_size, put_bytes, put_fixed32, put_fixed64, put_length, put_message, put_varint};
use crate::log::{LogEvent, severity_number};
use crate::resource::Resource;

/// `ExportLogsServiceRequest`. Field 1 of `ResourceLogs` is the resource.
mod request {
    pub(super) const RESOURCE_LOGS: u64 = 1;
    pub(super) const SCOPE_LOGS: u64 = 2;
}

/// `ScopeLogs`.
mod scope_logs {
    pub(super) const SCOPE: u64 = 1;
    pub(super) const RECORDS: u64 = 2;
}

/// `LogRecord`.
mod record {
    pub(super) const TIME: u64 = 1;
    pub(super) const SEVERITY_NUMBER: u64 = 2;
    pub(super) const SEVERITY_TEXT: u64 = 3;
    pub(super) const BODY: u64 = 5;
    pub(super) const ATTRIBUTES: u64 = 6;
    pub(super) const DROPPED_ATTRIBUTES: u64 = 7;
    pub(super) const FLAGS: u64 = 8;
    pub(super) const TRACE_ID: u64 = 9;
    pub(super) const SPAN_ID: u64 = 10;
    pub(super) const OBSERVED_TIME: u64 = 11;
}

/// The flags of W3C's `traceparent`, as spans have them.
mod flags {
    pub(super) const SAMPLED: u32 = 1;
    pub(super) const RANDOM_TRACE_ID: u32 = 1 << 1;
}

/// What a record takes without its body and its attributes, in bytes, and what an attribute does.
const FIXED_SIZE: usize = 70;
const USUAL_ATTRIBUTE: usize = 30;

/// Encodes batches for one process, whose resource never changes.
pub(super) struct LogEncoder {
    /// The `resource` field as it goes into every request, written once.
    resource: Vec<u8>,
    /// Whether records say where their code is.
    says_code: bool,
    limits: AttributeLimits,
}

impl LogEncoder {
    pub(super) fn new(resource: &Resource, says_code: bool) -> Self {
        Self { resource: encoded_resource(resource), says_code, limits: AttributeLimits::default() }
    }

    /// The same, and no record has more than this.
    pub(super) fn limited(self, limits: AttributeLimits) -> Self {
        Self { limits, ..self }
    }

    /// Replaces what `out` holds by the request for these events.
    ///
    /// A batch without events is a request without a resource: there is nothing to say about it.
    pub(super) fn encode(&self, events: &[LogEvent], out: &mut Vec<u8>) {
        out.clear();
        if events.is_empty() {
            return;
        }
        let mut sorted: Vec<&LogEvent> = events.iter().collect();
        // By scope; those of one stay in their order.
        sorted.sort_by(|one, other| one.target.cmp(&other.target));
        let usual = |events: &[&LogEvent]| events.iter().map(|event| usual_size(event)).sum();
        put_message(out, request::RESOURCE_LOGS, usual(&sorted), |out| {
            out.extend_from_slice(&self.resource);
            for events in sorted.chunk_by(|one, other| one.target == other.target) {
                put_message(out, request::SCOPE_LOGS, usual(events), |out| {
                    let target = events.first().map_or("", |event| &event.target);
                    put_length(out, scope_logs::SCOPE, field_size(target.len()));
                    put_text(out, scope::NAME, &target);
                    for event in events {
                        put_message(out, scope_logs::RECORDS, usual_size(event), |out| self.put_record(out, event));
                    }
                });
            }
        });
    }

    fn put_record(&self, out: &mut Vec<u8>, event: &LogEvent) {
        let time = unix_nanos(event.time);
        put_fixed64(out, record::TIME, time);
        // It is seen where it happens.
        put_fixed64(out, record::OBSERVED_TIME, time);
        put_varint(out, record::SEVERITY_NUMBER, severity_number(event.level).into());
        put_text(out, record::SEVERITY_TEXT, &event.level.as_str());
        if !event.message.is_empty() {
            put_any_text(out, record::BODY, &event.message.as_str());
        }
        let dropped = self.put_attributes(out, event);
        if dropped > 0 {
            put_varint(out, record::DROPPED_ATTRIBUTES, dropped);
        }
        if let Some((trace, span)) = event.ids {
            let sampled = if event.is_sampled { flags::SAMPLED } else { 0 };
            let random = if event.is_random { flags::RANDOM_TRACE_ID } else { 0 };
            put_fixed32(out, record::FLAGS, random | sampled);
            put_bytes(out, record::TRACE_ID, &trace.to_bytes());
            put_bytes(out, record::SPAN_ID, &span.to_bytes());
        }
    }

    /// Appends the attributes, each key once: what the program says goes before what is known besides.
    /// Returns how many there was no room for.
    fn put_attributes(&self, out: &mut Vec<u8>, event: &LogEvent) -> u64 {
        let (mut room, mut dropped) = (self.limits.count.unwrap_or(usize::MAX), 0);
        let mut put = |key: &str, value: AnyValue<&str>| {
            if room == 0 {
                dropped += 1;
                return;
            }
            room -= 1;
            let value = match value {
                AnyValue::Text(text) => AnyValue::Text(self.limits.cut(text)),
                other => other,
            };
            put_attribute(out, record::ATTRIBUTES, &key, value);
        };
        let mut rest = event.fields.as_slice();
        while let Some(((name, value), later)) = rest.split_first() {
            rest = later;
            // The last value of a name counts.
            if !has(later, name) {
                put(name, AnyValue::from(value));
            }
        }
        let request_id = event.request_id.as_deref().map(|id| ("request_id", AnyValue::Text(id)));
        let file = event.file.map(|file| ("code.file.path", AnyValue::Text(file)));
        let line = event.line.map(|line| ("code.line.number", AnyValue::Unsigned(line.into())));
        let code = [file, line].into_iter().filter(|_| self.says_code);
        let user = event.user.as_deref().map(|user| ("user.hash", AnyValue::Text(user)));
        let client = event.client.as_deref().map(|client| ("client.address", AnyValue::Text(client)));
        for (key, value) in [request_id, user, client].into_iter().chain(code).flatten() {
            if !has(&event.fields, key) {
                put(key, value);
            }
        }
        dropped
    }
}

fn has<V>(fields: &[(&str, V)], name: &str) -> bool {
    fields.iter().any(|(known, _)| *known == name)
}

/// About how many bytes a record takes.
fn usual_size(event: &LogEvent) -> usize {
    FIXED_SIZE + event.message.len() + event.fields.len() * USUAL_ATTRIBUTE
}

#[cfg(test)]
mod tests;
