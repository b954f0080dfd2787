//! Spans within limits.

use super::*;
use crate::config::AttributeLimits;

fn decoded_within(limits: SpanLimits, says_code: bool, spans: &Spans) -> WireSpan {
    let mut bytes = Vec::new();
    Encoder::new(&Resource::default(), says_code).limited(limits).encode(&spans.spans(), &mut bytes);
    let request = ExportTraceServiceRequest::decode(&*bytes).unwrap();
    request.resource_spans[0].scope_spans[0].spans[0].clone()
}

fn attributes(count: impl Into<Option<usize>>, length: impl Into<Option<usize>>) -> SpanLimits {
    let attributes = AttributeLimits { count: count.into(), length: length.into() };
    SpanLimits { attributes, event_attributes: attributes, ..SpanLimits::default() }
}

fn with_attributes() -> Spans {
    Spans::one(&WORK, |span| {
        span.set_kind(SpanKind::Client);
        span.record(AttributeKey::SpanName, || Cow::Borrowed(""), Recorded::from("renamed"));
        field(span, 0, Recorded::Bool(true));
        field(span, 4, Recorded::from("früher"));
        record(span, "added", Recorded::from("über die Grenze"));
        // The last value counts, in the place of the first.
        field(span, 4, Recorded::from("später"));
        span.fail(Some("out of order"));
    })
}

#[test]
fn limits_that_nothing_reaches_change_nothing() {
    let spans = with_attributes();
    let unlimited = decoded_within(SpanLimits::default(), true, &spans);
    let limited = decoded_within(attributes(100, 100), true, &spans);
    let sorted = |span: &WireSpan| {
        let mut attributes = span.attributes.clone();
        attributes.sort_by(|a, b| a.key.cmp(&b.key));
        attributes
    };
    assert_eq!(sorted(&unlimited), sorted(&limited));
    let rest = |span: &WireSpan| WireSpan {
        attributes: Vec::new(),
        // The clock is read once for each batch.
        start_time_unix_nano: 0,
        end_time_unix_nano: 0,
        ..span.clone()
    };
    assert_eq!(rest(&unlimited), rest(&limited));
    assert_eq!(limited.dropped_attributes_count, 0);
}

#[test]
fn the_first_attributes_stay_and_the_others_are_counted() {
    let span = decoded_within(attributes(2, None), false, &with_attributes());
    assert_eq!(span.attributes, [key_value("ok", Value::BoolValue(true)), key_value("größe.名", text("später"))]);
    let recorded = with_attributes();
    let all = decoded_within(SpanLimits::default(), false, &recorded).attributes.len();
    assert_eq!(span.dropped_attributes_count as usize, all - 2);
    let span = decoded_within(attributes(0, None), true, &recorded);
    assert_eq!((span.attributes.len(), span.dropped_attributes_count as usize), (0, all + 2));
    assert_eq!((span.name.as_str(), span.status.unwrap().message.as_str()), ("renamed", "out of order"));
}

#[test]
fn texts_are_cut_and_numbers_are_not() {
    let spans = Spans::one(&WORK, |span| {
        field(span, 2, Recorded::U64(123_456));
        field(span, 4, Recorded::from("größer"));
        span.add_event(Cow::Borrowed("exception"), vec![("a".into(), AttributeValue::Text("Störung".into()))]);
    });
    let span = decoded_within(attributes(None, 3), false, &spans);
    assert_eq!(span.attributes, [key_value("items", Value::IntValue(123_456)), key_value("größe.名", text("grö"))]);
    assert_eq!(
        (span.events[0].attributes.clone(), &*span.events[0].name),
        (vec![key_value("a", text("Stö"))], "exception")
    );
    assert_eq!(span.dropped_attributes_count, 0);
}

#[test]
fn events_and_links_over_their_limits_are_counted() {
    let spans = Spans::one(&WORK, |span| {
        for name in ["first", "second", "third"] {
            let attributes = ["a", "b"].map(|key| (key.into(), AttributeValue::U64(1)));
            span.add_event(Cow::Borrowed(name), attributes.to_vec());
        }
        for _ in 0..MAX_LINKS + 3 {
            span.add_link(SpanContext::local(TraceId::random(), SpanId::random(), true, None));
        }
    });
    let event_attributes = AttributeLimits { count: Some(1), length: None };
    let limits = SpanLimits { events: Some(2), links: Some(100), event_attributes, ..SpanLimits::default() };
    let span = decoded_within(limits, false, &spans);
    assert_eq!(span.events.iter().map(|event| &*event.name).collect::<Vec<_>>(), ["first", "second"]);
    assert_eq!((span.events[0].attributes.len(), span.events[0].dropped_attributes_count), (1, 1));
    assert_eq!(span.dropped_events_count, 1);
    assert_eq!((span.links.len(), span.dropped_links_count as usize), (100, MAX_LINKS - 100 + 3));
}
