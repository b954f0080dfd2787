//! Spans and log events as OTLP JSON, which other viewers open.
//!
//! Source: OpenTelemetry protocol specification 1.9, "JSON Protobuf Encoding": ids are hexadecimal, 64-bit integers are
//! text, names are in lower camel case, and enumerations are numbers.

use crate::log::LogEvent;
use crate::resource::Resource;
use crate::span::{AttributeValue, Flags, Owned, SpanContext, SpanEvent, SpanRecord, Status};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::SystemTime;
use tracing::Level;

/// Bits of `flags` of a span, beside the lowest eight, which are those of the W3C: that the next bit is known, and that
/// the parent is in another process.
const IS_REMOTE_KNOWN: u32 = 1 << 8;
const IS_REMOTE: u32 = 1 << 9;

/// Spans as they are kept, and those that are still open.
pub(super) fn traces<'a>(resource: &Resource, spans: impl Iterator<Item = (&'a Owned, bool)>) -> Value {
    let mut scopes: BTreeMap<&'static str, Vec<Value>> = BTreeMap::new();
    for (owned, is_open) in spans {
        let Some(view) = owned.view() else { continue };
        let record = view.to_record();
        let is_sampled = view.has(Flags::SAMPLED);
        scopes.entry(record.target).or_default().push(span(&record, is_open, is_sampled));
    }
    let scopes: Vec<Value> =
        scopes.into_iter().map(|(name, spans)| json!({"scope": {"name": name}, "spans": spans})).collect();
    json!({"resourceSpans": [{"resource": resource_json(resource), "scopeSpans": scopes}]})
}

/// Log events.
pub(super) fn logs(resource: &Resource, events: impl Iterator<Item = LogEvent>) -> Value {
    let mut scopes: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for event in events {
        scopes.entry(event.target.to_string()).or_default().push(log_record(&event));
    }
    let scopes: Vec<Value> =
        scopes.into_iter().map(|(name, records)| json!({"scope": {"name": name}, "logRecords": records})).collect();
    json!({"resourceLogs": [{"resource": resource_json(resource), "scopeLogs": scopes}]})
}

fn resource_json(resource: &Resource) -> Value {
    let attributes: Vec<Value> =
        resource.iter().map(|(key, value)| json!({"key": key, "value": {"stringValue": value}})).collect();
    json!({"attributes": attributes})
}

fn span(span: &SpanRecord, is_open: bool, is_sampled: bool) -> Value {
    let remote = if span.has_remote_parent { IS_REMOTE } else { 0 };
    let mut json = json!({
        "traceId": span.trace_id.to_string(),
        "spanId": span.span_id.to_string(),
        "flags": u32::from(is_sampled) | IS_REMOTE_KNOWN | remote,
        "name": span.name,
        // Zero is "unspecified".
        "kind": span.kind.number() + 1,
        "startTimeUnixNano": nanos(span.start),
        "attributes": attributes(span.attributes.iter().map(|(key, value)| (&**key, value))),
        "events": span.events.iter().map(event).collect::<Vec<_>>(),
        "links": span.links.iter().map(link).collect::<Vec<_>>(),
        "status": {},
    });
    if let Some(parent) = span.parent_id {
        json["parentSpanId"] = parent.to_string().into();
    }
    if !span.trace_state.is_empty() {
        json["traceState"] = span.trace_state.as_ref().into();
    }
    if !is_open {
        json["endTimeUnixNano"] = nanos(span.start + span.duration).into();
    }
    if span.dropped.events > 0 {
        json["droppedEventsCount"] = span.dropped.events.into();
    }
    if span.dropped.links > 0 {
        json["droppedLinksCount"] = span.dropped.links.into();
    }
    if let Status::Error(text) = &span.status {
        json["status"] = json!({"code": 2, "message": text});
    }
    json
}

fn event(event: &SpanEvent) -> Value {
    json!({
        "name": event.name,
        "timeUnixNano": nanos(event.time),
        "attributes": attributes(event.attributes.iter().map(|(key, value)| (&**key, value))),
    })
}

fn link(link: &SpanContext) -> Value {
    json!({"traceId": link.trace_id().to_string(), "spanId": link.span_id().to_string()})
}

fn log_record(event: &LogEvent) -> Value {
    let said = [("request.id", &event.request_id), ("user.hash", &event.user), ("client.address", &event.client)];
    let said = said.into_iter().filter_map(|(key, text)| {
        let value = json!({"stringValue": text.as_ref()?});
        Some(json!({"key": key, "value": value}))
    });
    let mut all = attributes(event.fields.iter().map(|(key, value)| (*key, value)));
    all.extend(said);
    let mut json = json!({
        "timeUnixNano": nanos(event.time),
        "severityNumber": severity(event.level),
        "severityText": event.level.as_str(),
        "body": {"stringValue": event.message},
        "attributes": all,
    });
    if let Some((trace, span)) = event.ids {
        json["traceId"] = trace.to_string().into();
        json["spanId"] = span.to_string().into();
        json["flags"] = u32::from(event.is_sampled).into();
    }
    json
}

/// The first of the four numbers that OpenTelemetry has for each level.
const fn severity(level: Level) -> u32 {
    match level {
        Level::TRACE => 1,
        Level::DEBUG => 5,
        Level::INFO => 9,
        Level::WARN => 13,
        Level::ERROR => 17,
    }
}

fn attributes<'a>(pairs: impl Iterator<Item = (&'a str, &'a AttributeValue)>) -> Vec<Value> {
    pairs.map(|(key, value)| json!({"key": key, "value": any_value(value)})).collect()
}

fn any_value(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::Bool(value) => json!({"boolValue": value}),
        AttributeValue::I64(value) => json!({"intValue": value.to_string()}),
        AttributeValue::U64(value) if i64::try_from(*value).is_ok() => json!({"intValue": value.to_string()}),
        // There is no unsigned number in OTLP: a larger one is text, as it is on the wire.
        AttributeValue::U64(value) => json!({"stringValue": value.to_string()}),
        AttributeValue::F64(value) if value.is_finite() => json!({"doubleValue": value}),
        AttributeValue::F64(value) => json!({"doubleValue": infinite(*value)}),
        AttributeValue::Text(value) => json!({"stringValue": value}),
    }
}

/// As the JSON of protobuf writes what JSON has no number for.
fn infinite(value: f64) -> &'static str {
    if value.is_nan() {
        "NaN"
    } else if value > 0.0 {
        "Infinity"
    } else {
        "-Infinity"
    }
}

fn nanos(time: SystemTime) -> String {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_nanos().to_string()
}
