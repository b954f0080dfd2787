//! What is kept of spans, and what is forgotten.

use super::*;
use crate::clock::Ticks;
use crate::export::counters::Counts;
use crate::sampling::Sampling;
use crate::span::{AttributeKey, Capacity, OWN_FIELDS, Queue, Recorder, Site, SpanKind, Under, Value};
use std::borrow::Cow;

static SITE: Site = Site::usual("work", ("m", "src/work.rs", 7), OWN_FIELDS, &SITE);

/// A recorder, and the batch of what it has recorded.
fn batch(record: impl FnOnce(&'static Recorder)) -> Batch {
    let counts: &'static Counts = Box::leak(Box::new(Counts::new()));
    let capacity = Capacity { spans: usize::MAX, bytes: usize::MAX };
    let queue = Queue::new(capacity, usize::MAX, &counts.queue_full);
    record(Recorder::new(Sampling::ALL, Some(std::sync::Arc::clone(&queue)), Vec::new()));
    let mut batch = Batch::default();
    queue.read_full(&mut batch);
    queue.read_open(&mut batch);
    batch
}

/// So many traces of one span, each with an attribute of this length.
fn traces(count: usize, length: usize) -> Batch {
    let text = "x".repeat(length);
    batch(|recorder| {
        for _ in 0..count {
            let span = recorder.open(SITE.metadata(), SpanKind::Server, Under::Nothing).unwrap();
            span.record(AttributeKey::Text("text"), || Cow::Borrowed("text"), Value::from(text.as_str()));
            span.end(Ticks::now(), false);
        }
    })
}

fn numbers(spans: &Spans, from: u64) -> Vec<u64> {
    let mut numbers = Vec::new();
    spans.each(from, |number, _| numbers.push(number));
    numbers
}

#[test]
fn spans_are_kept_in_the_order_in_which_they_came() {
    let spans = Spans::new(1 << 20);
    assert_eq!(spans.range(), Range { first: 1, next: 1, bytes: 0 });
    spans.add(&traces(100, 20));
    assert_eq!(numbers(&spans, 0), (1..=100).collect::<Vec<_>>());
    assert_eq!(numbers(&spans, 99), [99, 100]);
    spans.each(100, |_, span| {
        let record = span.to_record();
        assert_eq!((&*record.name, record.attribute("text").unwrap().to_string()), ("work", "x".repeat(20)));
    });
    spans.clear();
    assert_eq!(spans.range(), Range { first: 101, next: 101, bytes: 0 });
}

#[test]
fn no_more_than_a_thousand_traces_are_kept() {
    let spans = Spans::new(64 << 20);
    spans.add(&traces(5_000, 8));
    let kept = numbers(&spans, 0);
    assert!((1_000 - SEGMENT_ROOTS..=1_000).contains(&kept.len()), "{}", kept.len());
    assert_eq!(kept.last(), Some(&5_000));
}

#[test]
fn memory_is_never_more_than_asked_for() {
    let capacity = 256 << 10;
    let spans = Spans::new(capacity);
    for length in [0, 10, 100, 1_000, 10_000, 300_000, 10] {
        for _ in 0..50 {
            spans.add(&traces(7, length));
            assert!(spans.range().bytes <= capacity, "{length}: {:?}", spans.range());
        }
        // One that is larger than all there may be is not kept.
        assert_eq!(numbers(&spans, 0).is_empty(), length > capacity, "{length}");
    }
    // What is counted is what is reserved.
    let state = spans.state();
    let bytes: usize = state.segments.iter().map(Segment::bytes).sum();
    let roots: usize = state.segments.iter().map(|segment| segment.roots).sum();
    assert_eq!((state.bytes, state.roots), (bytes, roots));
}

#[test]
fn places_in_the_code_are_known_once_they_have_ended_a_span() {
    let spans = Spans::new(1 << 20);
    assert!(!spans.has_seen("work", "src/work.rs", 7));
    spans.add(&traces(1, 0));
    spans.clear();
    assert!(
        spans.has_seen("work", "src/work.rs", 7)
            && spans.has_seen("renamed", "src/work.rs", 7)
            && spans.has_seen("work", "src/work.rs", 9)
    );
    assert!(!spans.has_seen("work", "src/other.rs", 7) && !spans.has_seen("other", "src/work.rs", 9));
}

#[test]
fn what_is_open_is_seen_as_it_is_now() {
    let _ = batch(|recorder| {
        let span = recorder.open(SITE.metadata(), SpanKind::Server, Under::Nothing).unwrap();
        let id = span.span_id();
        let found = || {
            crate::span::running().iter().filter_map(|span| Some(span.view()?.to_record())).find(|it| it.span_id == id)
        };
        assert_eq!(found().unwrap().attributes, []);
        span.record(AttributeKey::Text("bed"), || Cow::Borrowed("bed"), Value::U64(7));
        // More than words have room for.
        span.record(AttributeKey::Text("long"), || Cow::Borrowed("long"), Value::from("x".repeat(500).as_str()));
        span.add_event(Cow::Borrowed("half way"), Vec::new());
        let open = found().unwrap();
        assert_eq!(open.attribute("bed").unwrap().to_string(), "7");
        assert_eq!(open.attribute("long").unwrap().to_string().len(), 500);
        assert_eq!(open.events[0].name, "half way");
        span.end(Ticks::now(), false);
        assert_eq!(found(), None);
    });
}
