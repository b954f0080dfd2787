//! Spans and log events as OTLP JSON, which other viewers open.
//!
//! Source: OpenTelemetry protocol specification 1.9, "JSON Protobuf Encoding": ids are hexadecimal, 64-bit integers are
//! text, names are in lower camel case, and enumerations are numbers.

use crate::log::{LogEvent, severity_number};
use crate::resource::Resource;
use crate::span::{AttributeValue, Flags, Owned, SpanContext, SpanEvent, SpanRecord, Status};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::SystemTime;

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
    let said = [("request_id", &event.request_id), ("user.hash", &event.user), ("client.address", &event.client)];
    let said = said.into_iter().filter_map(|(key, text)| {
        let value = json!({"stringValue": text.as_ref()?});
        Some(json!({"key": key, "value": value}))
    });
    let mut all = attributes(event.fields.iter().map(|(key, value)| (*key, value)));
    all.extend(said);
    let mut json = json!({
        "timeUnixNano": nanos(event.time),
        "severityNumber": severity_number(event.level),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::{Dropped, SpanId, SpanKind, TraceId};
    use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value::Value as Any};
    use opentelemetry_proto::tonic::logs::v1::LogsData;
    use opentelemetry_proto::tonic::trace::v1::Span;
    use std::borrow::Cow;
    use std::time::Duration;
    use tracing::Level;

    fn record() -> SpanRecord {
        let text = |text: &'static str| AttributeValue::Text(Cow::Borrowed(text));
        let start = SystemTime::UNIX_EPOCH + Duration::from_nanos(1_700_000_000_123_456_789);
        SpanRecord {
            trace_id: TraceId::random(),
            span_id: SpanId::random(),
            parent_id: Some(SpanId::random()),
            name: Cow::Borrowed("POST /ask"),
            kind: SpanKind::Server,
            target: "app",
            start,
            duration: Duration::from_millis(5),
            status: Status::Error(Cow::Borrowed("no answer")),
            attributes: vec![
                ("text".into(), text("größer")),
                ("signed".into(), AttributeValue::I64(i64::MIN)),
                ("unsigned".into(), AttributeValue::U64(7)),
                ("too large".into(), AttributeValue::U64(u64::MAX)),
                ("part".into(), AttributeValue::F64(0.5)),
                ("is".into(), AttributeValue::Bool(true)),
            ],
            events: vec![SpanEvent {
                name: "exception".into(),
                time: start,
                attributes: vec![("exception.type".into(), text("io::Error"))],
            }],
            links: vec![SpanContext::local(TraceId::random(), SpanId::random(), true, None)],
            dropped: Dropped { events: 3, links: 0 },
            has_remote_parent: true,
            trace_state: Cow::Borrowed("ot=th:c"),
        }
    }

    fn pairs(attributes: &[KeyValue]) -> Vec<(&str, Any)> {
        let value = |pair: &KeyValue| pair.value.clone().and_then(|value| value.value).unwrap();
        attributes.iter().map(|pair| (pair.key.as_str(), value(pair))).collect()
    }

    #[test]
    fn a_span_is_what_readers_of_otlp_take_it_for() {
        let record = record();
        let read: Span = serde_json::from_value(span(&record, false, true)).unwrap();
        assert_eq!(read.trace_id, record.trace_id.to_bytes());
        assert_eq!(read.span_id, record.span_id.to_bytes());
        assert_eq!(read.parent_span_id, record.parent_id.unwrap().to_bytes());
        assert_eq!((read.name.as_str(), read.kind, read.trace_state.as_str()), ("POST /ask", 2, "ot=th:c"));
        assert_eq!(read.flags, 0x301, "sampled, and the parent is in another process");
        assert_eq!(read.start_time_unix_nano, 1_700_000_000_123_456_789);
        assert_eq!(read.end_time_unix_nano - read.start_time_unix_nano, 5_000_000);
        let text = |text: &str| Any::StringValue(text.to_owned());
        assert_eq!(
            pairs(&read.attributes),
            [
                ("text", text("größer")),
                ("signed", Any::IntValue(i64::MIN)),
                ("unsigned", Any::IntValue(7)),
                ("too large", text("18446744073709551615")),
                ("part", Any::DoubleValue(0.5)),
                ("is", Any::BoolValue(true)),
            ]
        );
        assert_eq!(
            (read.events[0].name.as_str(), read.events[0].time_unix_nano),
            ("exception", 1_700_000_000_123_456_789)
        );
        assert_eq!(pairs(&read.events[0].attributes), [("exception.type", text("io::Error"))]);
        assert_eq!(read.links[0].trace_id, record.links[0].trace_id().to_bytes());
        assert_eq!((read.dropped_events_count, read.dropped_links_count), (3, 0));
        let status = read.status.unwrap();
        assert_eq!((status.code, status.message.as_str()), (2, "no answer"));
        // One that goes on has no end.
        assert_eq!(span(&record, true, true).get("endTimeUnixNano"), None);
    }

    #[test]
    fn a_number_that_json_has_not_is_its_name() {
        for (value, name) in [(f64::NAN, "NaN"), (f64::INFINITY, "Infinity"), (f64::NEG_INFINITY, "-Infinity")] {
            assert_eq!(any_value(&AttributeValue::F64(value)), json!({"doubleValue": name}));
        }
    }

    #[test]
    fn a_log_event_is_what_readers_of_otlp_take_it_for() {
        let event = LogEvent {
            fields: vec![("bed", AttributeValue::U64(7))],
            ids: Some((TraceId::random(), SpanId::random())),
            is_sampled: true,
            request_id: Some("r-1".to_owned()),
            ..LogEvent::of(Level::WARN, "app", "slow")
        };
        let resource = Resource::of_process();
        let read: LogsData = serde_json::from_value(logs(&resource, [event.clone()].into_iter())).unwrap();
        let scope = &read.resource_logs[0].scope_logs[0];
        let record = &scope.log_records[0];
        assert_eq!((scope.scope.as_ref().unwrap().name.as_str(), record.severity_number), ("app", 13));
        assert_eq!(record.body, Some(AnyValue { value: Some(Any::StringValue("slow".to_owned())) }));
        assert_eq!(record.trace_id, event.ids.unwrap().0.to_bytes());
        assert_eq!(
            pairs(&record.attributes),
            [("bed", Any::IntValue(7)), ("request_id", Any::StringValue("r-1".to_owned()))]
        );
        assert!(!read.resource_logs[0].resource.as_ref().unwrap().attributes.is_empty());
    }
}
