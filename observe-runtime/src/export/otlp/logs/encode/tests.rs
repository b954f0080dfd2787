//! What is encoded, read back by the protocol's own generated code.

mod cost;

use super::*;
use crate::span::{AttributeValue, SpanId, TraceId};
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue as WireValue, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs, SeverityNumber};
use opentelemetry_proto::tonic::resource::v1::Resource as WireResource;
use prost::Message;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::{Duration, UNIX_EPOCH};
use tracing::Level;

fn any(value: Value) -> WireValue {
    WireValue { value: Some(value) }
}

fn text(value: &str) -> Value {
    Value::StringValue(value.to_owned())
}

fn key_value(key: &str, value: Value) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(any(value)), ..KeyValue::default() }
}

fn field(name: &'static str, value: &str) -> (&'static str, AttributeValue) {
    (name, AttributeValue::Text(Cow::Owned(value.to_owned())))
}

fn decode(resource: &Resource, says_code: bool, events: &[LogEvent]) -> ExportLogsServiceRequest {
    let mut bytes = b"left over from the last batch".to_vec();
    LogEncoder::new(resource, says_code).encode(events, &mut bytes);
    ExportLogsServiceRequest::decode(bytes.as_slice()).unwrap()
}

fn scopes(events: &[LogEvent]) -> Vec<ScopeLogs> {
    let [resource] = <[_; 1]>::try_from(decode(&Resource::default(), false, events).resource_logs).unwrap();
    resource.scope_logs
}

fn one(says_code: bool, event: LogEvent) -> LogRecord {
    let request = decode(&Resource::default(), says_code, &[event]);
    request.resource_logs[0].scope_logs[0].log_records[0].clone()
}

fn keys(record: &LogRecord) -> Vec<&str> {
    record.attributes.iter().map(|attribute| attribute.key.as_str()).collect()
}

#[test]
fn every_field_arrives() {
    let mut resource = Resource::default();
    resource.set("service.name", "shop");
    let (trace, span) = (TraceId::random(), SpanId::random());
    let event = LogEvent {
        time: UNIX_EPOCH + Duration::new(1_700_000_000, 123_456_789),
        fields: vec![
            ("ok", AttributeValue::Bool(false)),
            ("delta", AttributeValue::I64(-5)),
            ("items", AttributeValue::U64(0)),
            ("most", AttributeValue::U64(u64::MAX)),
            ("price", AttributeValue::F64(1.5)),
            field("größe", ""),
        ],
        file: Some("src/cart.rs"),
        line: Some(7),
        ids: Some((trace, span)),
        is_sampled: true,
        is_random: true,
        request_id: Some("r-1".to_owned()),
        user: Some("h:12".to_owned()),
        client: Some("192.0.2.x".to_owned()),
        ..LogEvent::of(Level::WARN, "shop::cart", "корзина is empty")
    };
    let expected = LogRecord {
        time_unix_nano: 1_700_000_000_123_456_789,
        observed_time_unix_nano: 1_700_000_000_123_456_789,
        severity_number: SeverityNumber::Warn.into(),
        severity_text: "WARN".to_owned(),
        body: Some(any(text("корзина is empty"))),
        attributes: vec![
            key_value("ok", Value::BoolValue(false)),
            key_value("delta", Value::IntValue(-5)),
            key_value("items", Value::IntValue(0)),
            key_value("most", text("18446744073709551615")),
            key_value("price", Value::DoubleValue(1.5)),
            key_value("größe", text("")),
            key_value("request_id", text("r-1")),
            key_value("user.hash", text("h:12")),
            key_value("client.address", text("192.0.2.x")),
            key_value("code.file.path", text("src/cart.rs")),
            key_value("code.line.number", Value::IntValue(7)),
        ],
        flags: 0b11,
        trace_id: trace.to_bytes().to_vec(),
        span_id: span.to_bytes().to_vec(),
        ..LogRecord::default()
    };
    let expected = ResourceLogs {
        resource: Some(WireResource {
            attributes: vec![key_value("service.name", text("shop"))],
            ..WireResource::default()
        }),
        scope_logs: vec![ScopeLogs {
            scope: Some(InstrumentationScope { name: "shop::cart".to_owned(), ..InstrumentationScope::default() }),
            log_records: vec![expected],
            schema_url: String::new(),
        }],
        schema_url: String::new(),
    };
    assert_eq!(decode(&resource, true, &[event]).resource_logs, [expected]);
}

#[test]
fn an_empty_batch_is_an_empty_request() {
    let mut resource = Resource::default();
    resource.set("service.name", "shop");
    assert_eq!(decode(&resource, false, &[]), ExportLogsServiceRequest::default());
}

#[test]
fn an_event_with_nothing_in_it_arrives() {
    let expected = LogRecord {
        severity_number: SeverityNumber::Trace.into(),
        severity_text: "TRACE".to_owned(),
        ..LogRecord::default()
    };
    assert_eq!(one(true, LogEvent::of(Level::TRACE, "", "")), expected);
}

#[test]
fn every_level_has_its_number() {
    for (level, number) in [
        (Level::TRACE, SeverityNumber::Trace),
        (Level::DEBUG, SeverityNumber::Debug),
        (Level::INFO, SeverityNumber::Info),
        (Level::WARN, SeverityNumber::Warn),
        (Level::ERROR, SeverityNumber::Error),
    ] {
        assert_eq!(one(false, LogEvent::of(level, "", "")).severity_number, i32::from(number));
    }
}

#[test]
fn the_flags_say_what_is_known_of_the_trace() {
    let event = LogEvent { ids: Some((TraceId::random(), SpanId::random())), ..LogEvent::of(Level::INFO, "", "") };
    assert_eq!(one(false, LogEvent { is_random: true, ..event.clone() }).flags, 0b10, "not kept");
    assert_eq!(
        one(false, LogEvent { is_sampled: true, ..event }).flags,
        0b01,
        "the caller's id, which may be anything"
    );
}

#[test]
fn where_the_code_is_is_said_where_that_is_asked_for() {
    let event = LogEvent { file: Some("src/a.rs"), line: Some(1), ..LogEvent::of(Level::INFO, "", "") };
    assert_eq!(keys(&one(false, event.clone())), [""; 0]);
    assert_eq!(keys(&one(true, event)), ["code.file.path", "code.line.number"]);
}

#[test]
fn a_key_is_there_once_and_the_programs_own_value_counts() {
    let event = LogEvent {
        fields: vec![field("a", "1"), field("request_id", "own"), field("a", "2"), field("code.file.path", "own")],
        file: Some("src/a.rs"),
        request_id: Some("r-1".to_owned()),
        ..LogEvent::of(Level::INFO, "", "")
    };
    let expected = [("request_id", "own"), ("a", "2"), ("code.file.path", "own")];
    assert_eq!(one(true, event).attributes, expected.map(|(key, value)| key_value(key, text(value))));
}

#[test]
fn a_body_of_any_length_arrives_whole() {
    for length in (0..300).chain([16_200, 16_384, 3_000_000]) {
        let long = "ü".repeat(length / 2) + &"x".repeat(length % 2);
        let event = LogEvent { fields: vec![field("same", &long)], ..LogEvent::of(Level::INFO, "app", &long) };
        let record = one(false, event);
        assert_eq!(record.attributes, [key_value("same", text(&long))]);
        assert_eq!(record.body, (length > 0).then(|| any(text(&long))));
    }
}

#[test]
fn a_time_before_all_times_is_none() {
    let event = LogEvent { time: UNIX_EPOCH - Duration::from_secs(1), ..LogEvent::of(Level::INFO, "", "") };
    assert_eq!(one(false, event).time_unix_nano, 0);
}

fn random_text(random: &mut fastrand::Rng) -> String {
    match ["", "ü", "[REDACTED:email]", "two\nlines", "\0"].get(random.usize(..9)) {
        Some(text) => (*text).to_owned(),
        None => "ß".repeat(random.usize(..400)),
    }
}

fn random_value(random: &mut fastrand::Rng) -> AttributeValue {
    match random.u8(..7) {
        0 => AttributeValue::Bool(random.bool()),
        1 => AttributeValue::I64(random.i64(..) >> random.u32(..64)),
        2 => AttributeValue::U64(random.u64(..) >> random.u32(..64)),
        3 => AttributeValue::F64(random.f64()),
        _ => AttributeValue::Text(Cow::Owned(random_text(random))),
    }
}

fn random_event(random: &mut fastrand::Rng) -> LogEvent {
    const NAMES: [&str; 6] = ["ok", "größe.名", "request_id", "code.line.number", "question.text", ""];
    const LEVELS: [Level; 5] = [Level::TRACE, Level::DEBUG, Level::INFO, Level::WARN, Level::ERROR];
    let target = ["app", "app::answer", "", "größe"][random.usize(..4)];
    let mut fields = Vec::new();
    for _ in 0..random.usize(..8) {
        fields.push((NAMES[random.usize(..NAMES.len())], random_value(random)));
    }
    LogEvent {
        time: UNIX_EPOCH + Duration::from_nanos(random.u64(..)),
        fields,
        file: random.bool().then_some("src/a.rs"),
        line: random.bool().then(|| random.u32(..)),
        ids: random.bool().then(|| (TraceId::random(), SpanId::random())),
        is_sampled: random.bool(),
        is_random: random.bool(),
        request_id: random.bool().then(|| random_text(random)),
        ..LogEvent::of(LEVELS[random.usize(..5)], target, &random_text(random))
    }
}

/// The record that an event should be, its attributes in the order of their keys.
fn expected(event: &LogEvent) -> LogRecord {
    let mut attributes = BTreeMap::new();
    attributes.extend(event.line.map(|line| ("code.line.number", Value::IntValue(line.into()))));
    attributes.extend(event.file.map(|file| ("code.file.path", text(file))));
    attributes.extend(event.request_id.as_deref().map(|id| ("request_id", text(id))));
    attributes.extend(event.fields.iter().map(|(name, value)| {
        let value = match value {
            AttributeValue::Bool(value) => Value::BoolValue(*value),
            AttributeValue::I64(value) => Value::IntValue(*value),
            AttributeValue::U64(value) => {
                i64::try_from(*value).map_or_else(|_| text(&value.to_string()), Value::IntValue)
            }
            AttributeValue::F64(value) => Value::DoubleValue(*value),
            AttributeValue::Text(value) => text(value),
        };
        (*name, value)
    }));
    let nanos = u64::try_from(event.time.duration_since(UNIX_EPOCH).unwrap().as_nanos()).unwrap();
    let number = 1 + 4 * ["TRACE", "DEBUG", "INFO", "WARN", "ERROR"]
        .iter()
        .position(|name| *name == event.level.as_str())
        .unwrap();
    let flags = u32::from(event.is_random) << 1 | u32::from(event.is_sampled);
    LogRecord {
        time_unix_nano: nanos,
        observed_time_unix_nano: nanos,
        severity_number: i32::try_from(number).unwrap(),
        severity_text: event.level.to_string(),
        body: (!event.message.is_empty()).then(|| any(text(&event.message))),
        attributes: attributes.into_iter().map(|(key, value)| key_value(key, value)).collect(),
        flags: event.ids.map_or(0, |_| flags),
        trace_id: event.ids.map_or_else(Vec::new, |(trace, _)| trace.to_bytes().to_vec()),
        span_id: event.ids.map_or_else(Vec::new, |(_, span)| span.to_bytes().to_vec()),
        ..LogRecord::default()
    }
}

#[test]
fn random_events_arrive_by_scope_in_their_order() {
    for seed in 0..8 {
        let mut random = fastrand::Rng::with_seed(seed);
        let events: Vec<LogEvent> = (0..500).map(|_| random_event(&mut random)).collect();
        let mut by_scope = BTreeMap::<String, Vec<LogRecord>>::new();
        for event in &events {
            by_scope.entry(event.target.to_string()).or_default().push(expected(event));
        }
        let arrived = decode(&Resource::default(), true, &events);
        let arrived = arrived.resource_logs[0].scope_logs.clone();
        let names: Vec<_> = arrived.iter().map(|scope| scope.scope.as_ref().unwrap().name.clone()).collect();
        assert_eq!(names, by_scope.keys().cloned().collect::<Vec<_>>());
        for (mut scope, expected) in arrived.into_iter().zip(by_scope.values()) {
            for record in &mut scope.log_records {
                record.attributes.sort_by(|one, other| one.key.cmp(&other.key));
            }
            assert_eq!(&scope.log_records, expected, "seed {seed}");
        }
    }
}

#[test]
fn targets_that_are_made_while_the_program_runs_are_scopes_too() {
    let events: Vec<LogEvent> =
        (0..600).map(|number| LogEvent::of(Level::INFO, format!("made {}", number % 300), "x")).collect();
    let scopes = scopes(&events);
    assert_eq!(scopes.len(), 300);
    assert!(scopes.iter().all(|scope| scope.log_records.len() == 2));
}
