//! What is encoded in one pass, beside what the record of the same span says.

use super::*;
use crate::span::{SpanRecord, Status};

fn wire_value(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::Bool(value) => Value::BoolValue(*value),
        AttributeValue::I64(value) => Value::IntValue(*value),
        AttributeValue::U64(value) => i64::try_from(*value).map_or_else(|_| text(&value.to_string()), Value::IntValue),
        AttributeValue::F64(value) => Value::DoubleValue(*value),
        AttributeValue::Text(value) => text(value),
    }
}

/// In the order of their keys: no reader minds it.
fn wire_attributes(attributes: &[(Cow<'static, str>, AttributeValue)]) -> Vec<KeyValue> {
    sorted(attributes.iter().map(|(key, value)| key_value(key, wire_value(value))).collect())
}

fn sorted(mut attributes: Vec<KeyValue>) -> Vec<KeyValue> {
    attributes.sort_by(|one, other| one.key.cmp(&other.key));
    attributes
}

/// All of a record but its times.
fn wire_span(record: &SpanRecord) -> WireSpan {
    let kinds = [WireKind::Internal, WireKind::Server, WireKind::Client, WireKind::Producer, WireKind::Consumer];
    let events = record.events.iter().map(|event| Event {
        // As with all times, told apart.
        time_unix_nano: 0,
        name: event.name.to_string(),
        attributes: wire_attributes(&event.attributes),
        dropped_attributes_count: 0,
    });
    let links = record.links.iter().map(|link| Link {
        trace_id: link.trace_id().to_bytes().to_vec(),
        span_id: link.span_id().to_bytes().to_vec(),
        ..Link::default()
    });
    WireSpan {
        trace_id: record.trace_id.to_bytes().to_vec(),
        span_id: record.span_id.to_bytes().to_vec(),
        parent_span_id: record.parent_id.map_or_else(Vec::new, |id| id.to_bytes().to_vec()),
        trace_state: record.trace_state.to_string(),
        flags: USUAL_FLAGS | u32::from(record.has_remote_parent) << 9,
        name: record.name.to_string(),
        kind: kinds[record.kind as usize].into(),
        attributes: wire_attributes(&record.attributes),
        events: events.collect(),
        dropped_events_count: record.dropped.events,
        links: links.collect(),
        dropped_links_count: record.dropped.links,
        status: match &record.status {
            Status::Unset => None,
            Status::Error(text) => Some(WireStatus { message: text.to_string(), code: StatusCode::Error.into() }),
        },
        ..WireSpan::default()
    }
}

/// One in some of these texts lies in words, one in others has no room there.
fn random_text(random: &mut fastrand::Rng) -> String {
    match ["", "ü", "12345678", "sixteen bytes !!", "größer als sechzehn Bytes", "\0"].get(random.usize(..9)) {
        Some(text) => (*text).to_owned(),
        None => "ß".repeat(random.usize(..300)),
    }
}

fn random_value(random: &mut fastrand::Rng) -> Recorded<'static> {
    match random.u8(..7) {
        0 => Recorded::Bool(random.bool()),
        1 => Recorded::I64(random.i64(..) >> random.u32(..64)),
        2 => Recorded::U64(random.u64(..) >> random.u32(..64)),
        3 => Recorded::F64(random.f64()),
        _ => Recorded::Text(Cow::Owned(random_text(random))),
    }
}

/// Does one random thing to an open span.
fn change(random: &mut fastrand::Rng, span: OpenSpan) {
    const NAMES: [&str; 6] = ["ok", "größe.名", "12345678", "question.id", "question.text", ""];
    let (value, long) = (random_value(random), random_text(random));
    let (place, name) = (random.usize(..FIELDS.len()), NAMES[random.usize(..NAMES.len())]);
    match random.u8(..16) {
        0 => span.record(AttributeKey::SpanName, || Cow::Borrowed(""), Recorded::from(long.as_str())),
        1 => span.record(AttributeKey::SpanName, || Cow::Borrowed(""), value),
        2 => span.fail(Some(&long)),
        3 => span.fail(None),
        4 => span.set_ok(),
        5 => {
            let attributes = value.into_attribute().map(|value| (Cow::Borrowed(name), value));
            span.add_event(Cow::Owned(long), attributes.into_iter().collect());
        }
        6 => span.add_link(SpanContext::local(TraceId::random(), SpanId::random(), true, None)),
        7 => span.slot.flags.add(Flags::REMOTE_PARENT),
        8 => span.slot.set(THRESHOLD, random.u64(..) >> 8 << random.u32(..8)),
        9..12 => span.record(AttributeKey::Field(place), || Cow::Borrowed(FIELDS[place]), value),
        _ => record(span, name, value),
    }
}

fn random_spans(seed: u64) -> Spans {
    let mut random = fastrand::Rng::with_seed(seed);
    Spans::of(|recorder| {
        let parent = root(recorder, &WORK);
        for _ in 0..500 {
            let under = if random.bool() { Under::Nothing } else { Under::Span(parent.id()) };
            let span = recorder.open(WORK.metadata(), SpanKind::Consumer, under).unwrap();
            // Before others know a span, each of its fields is set at most once.
            for place in 0..random.usize(..=FIELDS.len()) {
                field(span, place, random_value(&mut random));
            }
            for _ in 0..random.usize(..12) {
                change(&mut random, span);
            }
            span.end(Ticks::now(), false);
        }
        parent.end(Ticks::now(), false);
    })
}

#[test]
fn one_pass_says_what_records_say() {
    for seed in 0..8 {
        let spans = random_spans(seed);
        let records: Vec<SpanRecord> = spans.spans().into_iter().map(Finished::to_record).collect();
        let arrived = decoded(&spans);
        assert_eq!(arrived.len(), 501);
        assert_eq!(records.len(), 501);
        for (mut arrived, record) in arrived.into_iter().zip(&records) {
            let (start, end) = (arrived.start_time_unix_nano, arrived.end_time_unix_nano);
            (arrived.start_time_unix_nano, arrived.end_time_unix_nano) = (0, 0);
            arrived.events.iter_mut().for_each(|event| event.time_unix_nano = 0);
            arrived.attributes = sorted(arrived.attributes);
            assert_eq!(arrived, wire_span(record), "seed {seed}");
            // The clock's rate may be measured again in between, by other tests: that moves moments a little.
            assert!(start.abs_diff(unix_nanos(record.start)) < 1_000_000_000, "{start} beside {record:?}");
            let nanos = u64::try_from(record.duration.as_nanos()).unwrap();
            assert!((end - start).abs_diff(nanos) <= 1 + nanos / 100, "{} beside {nanos}", end - start);
        }
    }
}
