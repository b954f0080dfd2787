//! What is encoded, read back by the protocol's own generated code.

mod beside_records;
mod cost;
mod limits;

use super::*;
use crate::export::otlp::test_spans::{Spans, root};
use crate::propagation::Carried;
use crate::span::layout::{THRESHOLD, UNKNOWN};
use crate::span::{AttributeKey, Flags, OWN_FIELDS, OpenSpan, Site, SpanContext, SpanId, SpanKind, TraceId};
use crate::span::{AttributeValue, MAX_EVENTS, MAX_LINKS, Under, Value as Recorded};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::resource::v1::Resource as WireResource;
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link, SpanKind as WireKind};
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span as WireSpan, Status as WireStatus};
use prost::Message;
use std::borrow::Cow;

/// One field is longer than what is copied as one piece.
static WORK: Site = Site::usual("work", ("app", "work.rs", 1), FIELDS, &WORK);
const FIELDS: &[&str] = &["ok", "delta", "items", "price", "größe.名", LONG_FIELD];
const LONG_FIELD: &str = "a.field.whose.name.is.longer.than.thirty.two.bytes";

static PLAIN: Site = Site::usual("", ("", "", 1), OWN_FIELDS, &PLAIN);

/// Of a sampled trace whose random id was made here, where no parent is of another process.
const USUAL_FLAGS: u32 = 0x103;

fn field(span: OpenSpan, place: usize, value: Recorded<'_>) {
    span.record_at(place, FIELDS[place], value);
}

fn record(span: OpenSpan, name: &'static str, value: Recorded<'_>) {
    span.record(AttributeKey::Text(name), || Cow::Borrowed(name), value);
}

fn key_value(key: &str, value: Value) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(AnyValue { value: Some(value) }), ..KeyValue::default() }
}

fn text(value: &str) -> Value {
    Value::StringValue(value.to_owned())
}

fn decode(resource: &Resource, spans: &[Finished<'_>]) -> ExportTraceServiceRequest {
    let mut bytes = b"left over from the last batch".to_vec();
    Encoder::new(resource, false).encode(spans, &mut bytes);
    ExportTraceServiceRequest::decode(bytes.as_slice()).unwrap()
}

fn scopes(spans: &Spans) -> Vec<ScopeSpans> {
    let request = decode(&Resource::default(), &spans.spans());
    let [resource] = <[_; 1]>::try_from(request.resource_spans).unwrap();
    resource.scope_spans
}

/// The spans of a batch whose spans have one target.
fn decoded(spans: &Spans) -> Vec<WireSpan> {
    let [scope] = <[_; 1]>::try_from(scopes(spans)).unwrap();
    scope.spans
}

/// One span of the site `WORK`.
fn one(change: impl FnOnce(OpenSpan)) -> WireSpan {
    let [span] = <[_; 1]>::try_from(decoded(&Spans::one(&WORK, change))).unwrap();
    span
}

fn only_value(value: Recorded<'_>) -> Value {
    let [attribute] = <[_; 1]>::try_from(one(|span| field(span, 5, value)).attributes).unwrap();
    assert_eq!(attribute.key, LONG_FIELD);
    attribute.value.unwrap().value.unwrap()
}

#[test]
fn every_field_arrives() {
    let mut resource = Resource::default();
    resource.set("service.name", "shop");
    resource.set("deployment.environment.name", "prüfung");
    let spans = Spans::one(&WORK, |span| {
        span.set_kind(SpanKind::Server);
        field(span, 0, Recorded::Bool(true));
        field(span, 1, Recorded::I64(-5));
        field(span, 2, Recorded::U64(300));
        field(span, 3, Recorded::F64(1.5));
        field(span, 4, Recorded::from("груз"));
        field(span, 5, Recorded::from(""));
        record(span, "größe.tief", Recorded::from("größer als acht"));
        span.fail(Some("außer Betrieb"));
    });
    let [finished] = <[_; 1]>::try_from(spans.spans()).unwrap();
    let [arrived] = <[_; 1]>::try_from(decode(&resource, &[finished]).resource_spans).unwrap();
    let span = &arrived.scope_spans[0].spans[0];
    let expected = WireSpan {
        trace_id: finished.trace_id().to_bytes().to_vec(),
        span_id: finished.span_id().to_bytes().to_vec(),
        flags: USUAL_FLAGS,
        trace_state: "ot=th:0".to_owned(),
        name: "work".to_owned(),
        kind: WireKind::Server.into(),
        start_time_unix_nano: span.start_time_unix_nano,
        end_time_unix_nano: span.end_time_unix_nano,
        attributes: vec![
            key_value("ok", Value::BoolValue(true)),
            key_value("delta", Value::IntValue(-5)),
            key_value("items", Value::IntValue(300)),
            key_value("price", Value::DoubleValue(1.5)),
            key_value("größe.名", text("груз")),
            key_value(LONG_FIELD, text("")),
            key_value("größe.tief", text("größer als acht")),
        ],
        status: Some(WireStatus { message: "außer Betrieb".to_owned(), code: StatusCode::Error.into() }),
        ..WireSpan::default()
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
            scope: Some(InstrumentationScope { name: "app".to_owned(), ..InstrumentationScope::default() }),
            spans: vec![expected],
            schema_url: String::new(),
        }],
        schema_url: String::new(),
    };
    assert_eq!(arrived, expected);
}

#[test]
fn an_empty_batch_is_an_empty_request() {
    let mut resource = Resource::default();
    resource.set("service.name", "shop");
    assert_eq!(decode(&resource, &[]), ExportTraceServiceRequest::default());
}

#[test]
fn a_span_with_nothing_but_the_needed_fields_arrives() {
    let [span] = <[_; 1]>::try_from(decoded(&Spans::one(&PLAIN, |_| {}))).unwrap();
    let expected = WireSpan {
        trace_id: span.trace_id.clone(),
        span_id: span.span_id.clone(),
        flags: USUAL_FLAGS,
        trace_state: "ot=th:0".to_owned(),
        kind: WireKind::Internal.into(),
        start_time_unix_nano: span.start_time_unix_nano,
        end_time_unix_nano: span.end_time_unix_nano,
        ..WireSpan::default()
    };
    assert_eq!(span, expected);
}

#[test]
fn a_child_names_its_parent_and_shares_its_trace() {
    let spans = Spans::of(|recorder| {
        let parent = root(recorder, &WORK);
        let child = recorder.open(WORK.metadata(), SpanKind::Client, Under::Span(parent.id())).unwrap();
        child.end(Ticks::now(), false);
        parent.end(Ticks::now(), false);
    });
    let [child, parent] = <[_; 2]>::try_from(decoded(&spans)).unwrap();
    assert!(parent.parent_span_id.is_empty());
    assert_eq!(child.parent_span_id, parent.span_id);
    assert_eq!(child.trace_id, parent.trace_id);
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
        assert_eq!(one(|span| span.set_kind(kind)).kind, i32::from(expected));
    }
}

#[test]
fn values_that_look_absent_are_there() {
    assert_eq!(only_value(Recorded::Bool(false)), Value::BoolValue(false));
    assert_eq!(only_value(Recorded::I64(0)), Value::IntValue(0));
    assert_eq!(only_value(Recorded::U64(0)), Value::IntValue(0));
    assert_eq!(only_value(Recorded::F64(0.0)), Value::DoubleValue(0.0));
    assert_eq!(only_value(Recorded::from("")), text(""));
}

#[test]
fn extreme_numbers_arrive_unchanged() {
    for number in [i64::MIN, -1, i64::MAX] {
        assert_eq!(only_value(Recorded::I64(number)), Value::IntValue(number));
    }
    let largest = i64::MAX.cast_unsigned();
    assert_eq!(only_value(Recorded::U64(largest)), Value::IntValue(i64::MAX));
    assert_eq!(only_value(Recorded::U64(largest + 1)), text("9223372036854775808"));
    assert_eq!(only_value(Recorded::U64(u64::MAX)), text("18446744073709551615"));
    for number in [f64::MIN, f64::MAX, f64::MIN_POSITIVE, f64::NEG_INFINITY, f64::NAN, -0.0] {
        let Value::DoubleValue(arrived) = only_value(Recorded::F64(number)) else {
            panic!("{number} did not arrive as a double");
        };
        assert_eq!(arrived.to_bits(), number.to_bits());
    }
}

#[test]
fn texts_of_every_length_arrive_whole() {
    for length in (0..300).chain([16_200, 16_300, 16_384, 200_000]) {
        let long = "ü".repeat(length / 2) + &"x".repeat(length % 2);
        assert_eq!(only_value(Recorded::from(long.as_str())), text(&long));
    }
}

#[test]
fn the_last_value_of_a_key_counts() {
    let span = one(|span| {
        field(span, 0, Recorded::Bool(true));
        field(span, 1, Recorded::I64(1));
        record(span, "ok", Recorded::from("a text now"));
        span.record(AttributeKey::Field(1), || Cow::Borrowed("delta"), Recorded::I64(2));
        record(span, "okay", Recorded::Bool(true));
        // No words have room for it, so it goes elsewhere, and so does what follows.
        record(span, "okay", Recorded::from("x".repeat(300).as_str()));
        record(span, "delta", Recorded::I64(3));
        record(span, "okay", Recorded::from("the last"));
    });
    let expected = [
        key_value("ok", text("a text now")),
        key_value("delta", Value::IntValue(3)),
        key_value("okay", text("the last")),
    ];
    assert_eq!(span.attributes, expected);
}

#[test]
fn a_name_that_is_recorded_takes_the_place_of_the_sites() {
    let rename = |span: OpenSpan, name| span.record(AttributeKey::SpanName, || Cow::Borrowed(""), Recorded::from(name));
    assert_eq!(one(|span| rename(span, "GET /körbe/{id}")).name, "GET /körbe/{id}");
    let renamed_twice = one(|span| {
        rename(span, "once");
        rename(span, "twice");
    });
    assert_eq!(renamed_twice.name, "twice");
    assert_eq!(renamed_twice.attributes, []);
    let long = "x".repeat(500);
    assert_eq!(one(|span| rename(span, &long)).name, long);
}

#[test]
fn a_status_is_there_where_the_span_failed() {
    let failed = |message: &str| Some(WireStatus { message: message.to_owned(), code: StatusCode::Error.into() });
    assert_eq!(one(|span| span.fail(None)).status, failed(""));
    assert_eq!(one(|span| span.fail(Some("no answer"))).status, failed("no answer"));
    let long = "x".repeat(500);
    assert_eq!(one(|span| span.fail(Some(&long))).status, failed(&long));
    let taken_back = one(|span| {
        span.fail(Some("no answer"));
        span.set_ok();
    });
    assert_eq!(taken_back.status, None);
}

#[test]
fn flags_say_what_is_known_of_trace_and_parent() {
    assert_eq!(one(|_| {}).flags, USUAL_FLAGS);
    assert_eq!(one(|span| span.slot.flags.add(Flags::REMOTE_PARENT)).flags, 0x303);
    assert_eq!(one(|span| span.slot.flags.remove(Flags::SAMPLED)).flags, 0x102);
    assert_eq!(one(|span| span.slot.flags.add(Flags::NOT_RANDOM)).flags, 0x101);
}

#[test]
fn the_trace_state_has_the_threshold() {
    assert_eq!(one(|_| {}).trace_state, "ot=th:0");
    assert_eq!(one(|span| span.slot.set(THRESHOLD, 0xc0 << 48)).trace_state, "ot=th:c");
    assert_eq!(one(|span| span.slot.set(THRESHOLD, UNKNOWN)).trace_state, "");
}

#[test]
fn the_trace_state_of_each_span_is_its_own_traces() {
    let states = [Some("a=1"), Some("a=1"), None, Some("b=2,ot=th:8;rv:f0000000000000"), None, Some("a=1")];
    let spans = Spans::of(|recorder| {
        for state in states {
            let span = root(recorder, &PLAIN);
            span.carry(&Carried { trace_state: state.map(Into::into), ..Carried::default() });
            span.end(Ticks::now(), false);
        }
    });
    let sent: Vec<String> = decoded(&spans).into_iter().map(|span| span.trace_state).collect();
    let with_a = "ot=th:0,a=1";
    assert_eq!(sent, [with_a, with_a, "ot=th:0", "ot=th:0;rv:f0000000000000,b=2", "ot=th:0", with_a]);
}

#[test]
fn events_and_links_arrive() {
    let link = SpanContext::local(TraceId::random(), SpanId::random(), true, None);
    let span = one(|span| {
        let attributes = vec![
            (Cow::Borrowed("exception.type"), AttributeValue::Text(Cow::Borrowed("Störung"))),
            (Cow::Borrowed("tries"), AttributeValue::U64(3)),
        ];
        span.add_event(Cow::Borrowed("exception"), attributes);
        span.add_event(Cow::Borrowed(""), Vec::new());
        span.add_link(link);
    });
    let within = span.start_time_unix_nano..=span.end_time_unix_nano;
    assert!(span.events.iter().all(|event| within.contains(&event.time_unix_nano)), "{span:?}");
    let exception = Event {
        time_unix_nano: span.events[0].time_unix_nano,
        name: "exception".to_owned(),
        attributes: vec![key_value("exception.type", text("Störung")), key_value("tries", Value::IntValue(3))],
        dropped_attributes_count: 0,
    };
    let (trace_id, span_id) = (link.trace_id().to_bytes().to_vec(), link.span_id().to_bytes().to_vec());
    let unnamed = Event { time_unix_nano: span.events[1].time_unix_nano, ..Event::default() };
    assert_eq!(span.events, [exception, unnamed]);
    assert_eq!(span.links, [Link { trace_id, span_id, ..Link::default() }]);
    assert_eq!((span.dropped_events_count, span.dropped_links_count), (0, 0));
}

#[test]
fn dropped_events_and_links_are_counted() {
    let span = one(|span| {
        for _ in 0..MAX_EVENTS + 200 {
            span.add_event(Cow::Borrowed("tick"), Vec::new());
        }
        for _ in 0..=MAX_LINKS {
            span.add_link(SpanContext::local(TraceId::random(), SpanId::random(), true, None));
        }
    });
    assert_eq!((span.events.len(), span.dropped_events_count), (MAX_EVENTS, 200));
    assert_eq!((span.links.len(), span.dropped_links_count), (MAX_LINKS, 1));
}

#[test]
fn times_that_the_field_cannot_hold_are_clamped() {
    let (early, late) = (Ticks::from_raw(1), Ticks::from_raw(1 << 40));
    let at_epoch = WallClock { now: late, unix_nanos: 0 };
    assert_eq!([early, late].map(|moment| at_epoch.unix_nanos(moment)), [0, 0]);
    let at_the_end = WallClock { now: early, unix_nanos: u64::MAX };
    assert_eq!([early, late].map(|moment| at_the_end.unix_nanos(moment)), [u64::MAX, u64::MAX]);
}

#[test]
fn a_thousand_spans_are_grouped_by_target_in_their_order() {
    static TOWER: Site = Site::usual("serve", ("tower", "", 1), OWN_FIELDS, &TOWER);
    static APP: Site = Site::usual("ask", ("app", "", 1), OWN_FIELDS, &APP);
    static QUERY: Site = Site::usual("query", ("sqlx", "", 1), OWN_FIELDS, &QUERY);
    static ANSWER: Site = Site::usual("answer", ("app", "", 2), OWN_FIELDS, &ANSWER);
    let sites = [&TOWER, &APP, &QUERY, &ANSWER];
    let spans = Spans::of(|recorder| {
        for site in sites.into_iter().cycle().take(1_000) {
            root(recorder, site).end(Ticks::now(), false);
        }
    });
    let known = |target: &str| {
        let of_target = spans.spans().into_iter().filter(|span| span.metadata.target() == target);
        of_target.map(|span| (span.metadata.name().to_owned(), span.span_id().to_bytes().to_vec())).collect::<Vec<_>>()
    };
    let arrived: Vec<_> = scopes(&spans)
        .into_iter()
        .map(|scope| {
            let spans = scope.spans.into_iter().map(|span| (span.name, span.span_id)).collect();
            (scope.scope.unwrap().name, spans)
        })
        .collect();
    let expected = ["tower", "app", "sqlx"].map(|target| (target.to_owned(), known(target)));
    assert_eq!(arrived, expected);
}

#[test]
fn an_encoder_encodes_one_batch_after_the_other() {
    let mut encoder = Encoder::new(&Resource::default(), false);
    let mut bytes = Vec::new();
    for site in [&WORK, &PLAIN, &WORK] {
        let spans = Spans::one(site, |_| {});
        encoder.encode(&spans.spans(), &mut bytes);
        let request = ExportTraceServiceRequest::decode(bytes.as_slice()).unwrap();
        let [scope] = <[_; 1]>::try_from(request.resource_spans[0].scope_spans.clone()).unwrap();
        assert_eq!(scope.scope.unwrap().name, site.metadata().target());
        assert_eq!(scope.spans.len(), 1);
        assert_eq!(scope.spans[0].name, site.metadata().name());
    }
}

#[test]
fn a_span_says_where_its_code_is_where_that_is_asked_for() {
    static ASKED: Site = Site::usual("asked", ("shop::cart", "src/cart.rs", 7), OWN_FIELDS, &ASKED);
    let spans = Spans::one(&ASKED, |_| {});
    let shown = |says_code| {
        let mut bytes = Vec::new();
        Encoder::new(&Resource::default(), says_code).encode(&spans.spans(), &mut bytes);
        let request = ExportTraceServiceRequest::decode(&*bytes).unwrap();
        request.resource_spans[0].scope_spans[0].spans[0].attributes.clone()
    };
    assert_eq!(shown(false), []);
    // Nobody listens here, so the site is not registered: a place is what `tracing` knows too.
    assert_eq!(
        shown(true),
        [key_value("code.file.path", text("src/cart.rs")), key_value("code.line.number", Value::IntValue(7))]
    );
    let capture = tracing::subscriber::set_default(tracing_subscriber::registry());
    assert!(!ASKED.is_off());
    drop(capture);
    assert_eq!(shown(true)[0], key_value("code.function.name", text("shop::cart::asked")));
}
