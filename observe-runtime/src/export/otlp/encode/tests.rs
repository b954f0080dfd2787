//! What is encoded, read back by the protocol's own generated code.

use super::*;
use crate::span::{SpanContext, SpanId, TraceId};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::resource::v1::Resource as WireResource;
use opentelemetry_proto::tonic::trace::v1::span::{Link, SpanKind as WireKind};
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span as WireSpan, Status as WireStatus};
use prost::Message;
use std::borrow::Cow;
use std::time::{Duration, UNIX_EPOCH};

/// 2025-10-09T08:53:20Z and a bit, so that every byte of the timestamp counts.
const START: u64 = 1_760_000_000_123_456_789;

fn record(target: &'static str, name: &'static str) -> SpanRecord {
    SpanRecord {
        trace_id: TraceId::random(),
        span_id: SpanId::random(),
        parent_id: None,
        name: Cow::Borrowed(name),
        kind: SpanKind::Internal,
        target,
        start: UNIX_EPOCH + Duration::from_nanos(START),
        duration: Duration::from_nanos(42),
        status: Status::Unset,
        attributes: Vec::new(),
        links: Vec::new(),
    }
}

fn with(key: &'static str, value: AttributeValue) -> SpanRecord {
    let mut span = record("app", "work");
    span.attributes.push((Cow::Borrowed(key), value));
    span
}

fn wire_span(span: &SpanRecord) -> WireSpan {
    WireSpan {
        trace_id: span.trace_id.to_bytes().to_vec(),
        span_id: span.span_id.to_bytes().to_vec(),
        parent_span_id: span.parent_id.map_or_else(Vec::new, |id| id.to_bytes().to_vec()),
        name: span.name.to_string(),
        kind: WireKind::Internal.into(),
        start_time_unix_nano: START,
        end_time_unix_nano: START + 42,
        ..WireSpan::default()
    }
}

fn key_value(key: &str, value: Value) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(AnyValue { value: Some(value) }), ..KeyValue::default() }
}

fn text(value: &str) -> Value {
    Value::StringValue(value.to_owned())
}

fn decode(resource: &Resource, batch: &[SpanRecord]) -> ExportTraceServiceRequest {
    let mut bytes = b"left over from the last batch".to_vec();
    Encoder::new(resource).encode(batch, &mut bytes);
    ExportTraceServiceRequest::decode(bytes.as_slice()).unwrap()
}

/// The spans of a batch whose spans have one target.
fn spans(batch: &[SpanRecord]) -> Vec<WireSpan> {
    let [resource] = <[_; 1]>::try_from(decode(&Resource::default(), batch).resource_spans).unwrap();
    let [scope] = <[_; 1]>::try_from(resource.scope_spans).unwrap();
    scope.spans
}

fn only_value(value: AttributeValue) -> Value {
    let [mut span] = <[_; 1]>::try_from(spans(&[with("key", value)])).unwrap();
    let attribute = span.attributes.pop().unwrap();
    assert_eq!(attribute.key, "key");
    attribute.value.unwrap().value.unwrap()
}

#[test]
fn every_field_arrives() {
    let mut resource = Resource::default();
    resource.set("service.name", "shop");
    resource.set("deployment.environment.name", "prüfung");
    let mut span = record("shop::cart", "Körbe füllen 🛒");
    span.parent_id = Some(SpanId::random());
    span.kind = SpanKind::Server;
    span.status = Status::Error(Cow::Borrowed("außer Betrieb"));
    span.attributes = vec![
        (Cow::Borrowed("ok"), AttributeValue::Bool(true)),
        (Cow::Borrowed("delta"), AttributeValue::I64(-5)),
        (Cow::Borrowed("items"), AttributeValue::U64(300)),
        (Cow::Borrowed("price"), AttributeValue::F64(1.5)),
        (Cow::Owned("größe.名".to_owned()), AttributeValue::Text(Cow::Borrowed("груз"))),
    ];
    span.links.extend(SpanContext::from_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
    let expected = WireSpan {
        kind: WireKind::Server.into(),
        status: Some(WireStatus { message: "außer Betrieb".to_owned(), code: StatusCode::Error.into() }),
        attributes: vec![
            key_value("ok", Value::BoolValue(true)),
            key_value("delta", Value::IntValue(-5)),
            key_value("items", Value::IntValue(300)),
            key_value("price", Value::DoubleValue(1.5)),
            key_value("größe.名", text("груз")),
        ],
        links: vec![Link {
            trace_id: 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736_u128.to_be_bytes().to_vec(),
            span_id: 0x00f0_67aa_0ba9_02b7_u64.to_be_bytes().to_vec(),
            ..Link::default()
        }],
        ..wire_span(&span)
    };
    let expected = ResourceSpans {
        resource: Some(WireResource {
            attributes: vec![
                key_value("service.name", text("shop")),
                key_value("deployment.environment.name", text("prüfung")),
            ],
            ..WireResource::default()
        }),
        scope_spans: vec![ScopeSpans {
            scope: Some(InstrumentationScope { name: "shop::cart".to_owned(), ..InstrumentationScope::default() }),
            spans: vec![expected],
            schema_url: String::new(),
        }],
        schema_url: String::new(),
    };
    assert_eq!(decode(&resource, &[span]).resource_spans, [expected]);
}

#[test]
fn an_empty_batch_is_an_empty_request() {
    let mut resource = Resource::default();
    resource.set("service.name", "shop");
    assert_eq!(decode(&resource, &[]), ExportTraceServiceRequest::default());
}

#[test]
fn a_span_with_nothing_but_the_needed_fields_arrives() {
    let span = record("", "");
    assert_eq!(spans(std::slice::from_ref(&span)), [wire_span(&span)]);
}

#[test]
fn every_kind_has_its_number() {
    let kinds = [
        (SpanKind::Internal, WireKind::Internal),
        (SpanKind::Server, WireKind::Server),
        (SpanKind::Client, WireKind::Client),
        (SpanKind::Producer, WireKind::Producer),
        (SpanKind::Consumer, WireKind::Consumer),
    ];
    for (kind, expected) in kinds {
        let mut span = record("app", "work");
        span.kind = kind;
        assert_eq!(spans(&[span])[0].kind, i32::from(expected));
    }
}

#[test]
fn values_that_look_absent_are_there() {
    assert_eq!(only_value(AttributeValue::Bool(false)), Value::BoolValue(false));
    assert_eq!(only_value(AttributeValue::I64(0)), Value::IntValue(0));
    assert_eq!(only_value(AttributeValue::U64(0)), Value::IntValue(0));
    assert_eq!(only_value(AttributeValue::F64(0.0)), Value::DoubleValue(0.0));
    assert_eq!(only_value(AttributeValue::Text(Cow::Borrowed(""))), text(""));
}

#[test]
fn extreme_numbers_arrive_unchanged() {
    for number in [i64::MIN, -1, i64::MAX] {
        assert_eq!(only_value(AttributeValue::I64(number)), Value::IntValue(number));
    }
    let largest = i64::MAX.cast_unsigned();
    assert_eq!(only_value(AttributeValue::U64(largest)), Value::IntValue(i64::MAX));
    assert_eq!(only_value(AttributeValue::U64(largest + 1)), text("9223372036854775808"));
    assert_eq!(only_value(AttributeValue::U64(u64::MAX)), text("18446744073709551615"));
    for number in [f64::MIN, f64::MAX, f64::MIN_POSITIVE, f64::NEG_INFINITY, f64::NAN, -0.0] {
        let Value::DoubleValue(arrived) = only_value(AttributeValue::F64(number)) else {
            panic!("{number} did not arrive as a double");
        };
        assert_eq!(arrived.to_bits(), number.to_bits());
    }
}

#[test]
fn long_texts_arrive_whole() {
    let long = "ü".repeat(100_000);
    assert_eq!(only_value(AttributeValue::Text(Cow::Owned(long.clone()))), text(&long));
}

#[test]
fn times_that_the_field_cannot_hold_are_clamped() {
    let times = |start, duration| {
        let mut span = record("app", "work");
        (span.start, span.duration) = (start, duration);
        let span = spans(&[span]).remove(0);
        (span.start_time_unix_nano, span.end_time_unix_nano)
    };
    let minute = Duration::from_mins(1);
    assert_eq!(times(UNIX_EPOCH, Duration::ZERO), (0, 0));
    assert_eq!(times(UNIX_EPOCH - minute, Duration::from_secs(1)), (0, 0));
    assert_eq!(times(UNIX_EPOCH - minute, minute + Duration::from_nanos(1)), (0, 1));
    assert_eq!(times(UNIX_EPOCH, Duration::MAX), (0, u64::MAX));
    let far = UNIX_EPOCH + Duration::from_secs(1 << 40);
    assert_eq!(times(far, minute), (u64::MAX, u64::MAX));
}

#[test]
fn a_thousand_spans_are_grouped_by_target_in_their_order() {
    let targets = ["tower", "app", "sqlx", "app::web"];
    let batch: Vec<_> = targets.iter().cycle().take(1_000).map(|target| record(target, "work")).collect();
    let mut expected: Vec<_> = targets
        .iter()
        .map(|target| {
            let spans = batch.iter().filter(|span| span.target == *target).map(wire_span).collect();
            ((*target).to_owned(), spans)
        })
        .collect();
    expected.sort_by_key(|(target, _): &(String, Vec<WireSpan>)| target.clone());
    let [resource] = <[_; 1]>::try_from(decode(&Resource::default(), &batch).resource_spans).unwrap();
    let arrived: Vec<_> =
        resource.scope_spans.into_iter().map(|scope| (scope.scope.unwrap().name, scope.spans)).collect();
    assert_eq!(arrived, expected);
}
