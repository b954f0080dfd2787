//! What decides what is propagated, and propagation under a subscriber that has our layer.

use super::*;
use crate::log::{LogFilter, Logs, TelemetryFilter};
use crate::sampling::Sampling;
use crate::span::{ObserveLayer, ObserveSubscriber, Recorder, SpanRecord, SpanSink};
use std::sync::{Arc, Mutex};
use std::thread;
use tracing::dispatcher;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::SubscriberExt as _;

#[test]
fn both_are_on_until_somebody_decides() {
    assert_eq!(Propagators::of_process(), Propagators { trace_context: true, baggage: true });
}

#[test]
fn each_is_on_or_off_by_itself() {
    for (trace_context, baggage) in [(true, true), (true, false), (false, true), (false, false)] {
        let propagators = Propagators { trace_context, baggage };
        assert_eq!(Propagators::from_bits(propagators.bits()), propagators);
    }
}

#[derive(Default)]
struct Seen(Mutex<Vec<SpanRecord>>);

impl SpanSink for Seen {
    fn finished(&self, span: &SpanRecord) {
        self.0.lock().unwrap().push(span.clone());
    }
}

/// The spans of `run` under a registry with our layer, in the order in which they ended.
fn layered(run: impl FnOnce()) -> Vec<SpanRecord> {
    let seen = Arc::new(Seen::default());
    let recorder = Recorder::new(Sampling::ALL, None, vec![Arc::clone(&seen) as Arc<dyn SpanSink>]);
    let subscriber = tracing_subscriber::registry().with(ObserveLayer { recorder });
    tracing::subscriber::with_default(subscriber, run);
    std::mem::take(&mut seen.0.lock().unwrap())
}

const CALLER: [(&str, &str); 3] = [
    ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"),
    ("tracestate", "a=1"),
    ("baggage", "b=2"),
];

#[test]
fn a_layer_passes_on_what_came_in() {
    let mut sent = Vec::new();
    let spans = layered(|| {
        let mut request = crate::request("GET", "/").parent(extract(&CALLER));
        request.in_scope(|| tracing::info_span!("call").in_scope(|| inject(&mut sent)));
        request.finish(200);
    });
    let [call, request] = &spans[..] else { panic!("{spans:?}") };
    assert_eq!(
        (request.parent_id, request.has_remote_parent),
        (extract(&CALLER).span_context().map(|c| c.span_id()), true)
    );
    assert_eq!(call.parent_id, Some(request.span_id));
    let parent = format!("00-{}-{}-01", &CALLER[0].1[3..35], call.span_id);
    let expected = [("traceparent", &*parent), ("tracestate", "ot=th:0,a=1"), ("baggage", "b=2")];
    assert_eq!(sent, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert!(spans.iter().all(|span| span.trace_state == "ot=th:0,a=1"));
}

#[test]
fn a_layers_span_is_taken_to_another_thread() {
    let spans = layered(|| {
        let work = tracing::info_span!("here")
            .in_scope(|| in_current_span_fn(|| tracing::info_span!("there").in_scope(|| baggage().len())));
        let dispatch = dispatcher::get_default(Clone::clone);
        let told = thread::spawn(move || dispatcher::with_default(&dispatch, work)).join();
        assert_eq!(told.unwrap(), 0);
    });
    let [there, here] = &spans[..] else { panic!("{spans:?}") };
    assert_eq!((there.parent_id, here.parent_id), (Some(here.span_id), None));
}

#[test]
fn a_place_in_a_trace_is_given_back() {
    let recorder = Recorder::new(Sampling::ALL, None, Vec::new());
    let filter = TelemetryFilter { logs: LogFilter::default(), spans: LevelFilter::TRACE };
    let subscriber = ObserveSubscriber::new(recorder, filter, Logs::default());
    tracing::subscriber::with_default(subscriber, || {
        tracing::info_span!("here").in_scope(|| {
            // The slot that was given back last is the first to be taken.
            let next = || {
                let stand_in = Recorder::stand_in(recorder).unwrap();
                stand_in.drop_handle();
                stand_in.slot.id().index()
            };
            let before = next();
            drop(in_current_span(async {}));
            drop(in_current_span_fn(|| ()));
            in_current_span_fn(|| ())();
            assert_eq!(next(), before);
        });
    });
}
