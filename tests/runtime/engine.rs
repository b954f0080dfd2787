//! A span of `#[traced]` that the recorder keeps is a span of `tracing` to everybody else.

use observe::{SpanContext, Status, testing, traced};
use std::sync::{Arc, Mutex};
use tracing::span::{Attributes, Id, Record};
use tracing::{Dispatch, Event, Instrument as _, Metadata, Span, Subscriber, dispatcher};

#[traced]
fn inside<R>(work: impl FnOnce() -> R) -> R {
    work()
}

#[test]
fn the_current_span_is_the_one_of_the_function() {
    let capture = testing::capture();
    let (metadata, context) = inside(|| (Span::current().metadata(), SpanContext::of(&Span::current())));
    assert_eq!(metadata.map(Metadata::name), Some("inside"));
    assert_eq!(context.map(|context| context.span_id()), Some(capture.span("inside").span_id));
    assert!(Span::current().is_none(), "it is left again");
}

#[test]
fn spans_of_others_are_its_children_and_its_parents() {
    let capture = testing::capture();
    tracing::info_span!("outer").in_scope(|| inside(|| tracing::info_span!("inner", n = 1_u8).in_scope(|| {})));
    let (outer, middle, inner) = (capture.span("outer"), capture.span("inside"), capture.span("inner"));
    assert_eq!((middle.parent_id, inner.parent_id), (Some(outer.span_id), Some(middle.span_id)));
    assert!([&middle, &inner].iter().all(|span| span.trace_id == outer.trace_id));
}

#[tokio::test]
async fn a_future_that_is_put_into_it_runs_in_it() {
    let capture = testing::capture();
    let future = inside(|| {
        async {
            tokio::task::yield_now().await;
            tracing::info_span!("later").in_scope(|| {});
        }
        .in_current_span()
    });
    future.await;
    assert_eq!(capture.span("later").parent_id, Some(capture.span("inside").span_id));
}

#[test]
fn it_can_be_followed_from_and_takes_events() {
    let capture = testing::capture();
    let cause = tracing::info_span!("cause");
    inside(|| {
        Span::current().follows_from(&cause);
        tracing::info!(answer = 42, "mail jane@example.org");
    });
    drop(cause);
    let (cause, span) = (capture.span("cause"), capture.span("inside"));
    assert_eq!(span.links.iter().map(SpanContext::span_id).collect::<Vec<_>>(), [cause.span_id]);
    assert_eq!(span.events.len(), 1);
    assert_eq!(span.events[0].name, "mail [REDACTED:email]");
    let end = span.start + span.duration;
    assert!((span.start..=end).contains(&span.events[0].time), "{span:?}");
    let shown: Vec<String> = span.events[0].attributes.iter().map(|(key, value)| format!("{key}={value}")).collect();
    assert_eq!(shown, ["answer=42", "level=INFO"]);
    assert_eq!(capture.log_lines().len(), 1, "an event is a log line too");
}

#[test]
fn events_over_the_limit_are_counted() {
    let capture = testing::capture();
    inside(|| (0..observe::MAX_EVENTS + 5).for_each(|n| tracing::info!(n)));
    let span = capture.span("inside");
    assert_eq!((span.events.len(), span.dropped.events), (observe::MAX_EVENTS, 5));
}

#[test]
fn spans_that_are_left_in_another_order_leave_no_trace() {
    let capture = testing::capture();
    let (one, two) = (tracing::info_span!("one"), tracing::info_span!("two"));
    let (first, second) = (one.enter(), two.enter());
    drop(first);
    inside(|| {});
    drop(second);
    drop((one, two));
    assert_eq!(capture.span("inside").parent_id, Some(capture.span("two").span_id));
    assert!(Span::current().is_none());
}

/// A guard that is forgotten leaves its span on the thread; once the span is over, that is nobody's parent.
#[test]
fn a_span_that_is_never_left_is_no_parent_once_it_is_over() {
    let capture = testing::capture();
    let span = tracing::info_span!("never left");
    std::mem::forget(span.enter());
    inside(|| {});
    drop(span);
    inside(|| {});
    let over = capture.span("never left");
    let parents: Vec<_> =
        capture.spans().into_iter().filter(|span| span.name == "inside").map(|span| span.parent_id).collect();
    assert_eq!(parents, [Some(over.span_id), None]);
}

#[test]
fn what_others_record_as_status_is_the_status() {
    let capture = testing::capture();
    let span = tracing::info_span!(
        "query",
        otel.name = "SELECT orders",
        otel.kind = "client",
        otel.status_code = tracing::field::Empty,
        otel.status_description = tracing::field::Empty,
    );
    span.record("otel.status_code", "ERROR");
    span.record("otel.status_description", "lost 123-45-6789");
    drop(span);
    let span = capture.span("SELECT orders");
    assert_eq!((span.kind, span.status), (observe::SpanKind::Client, Status::Error("lost [REDACTED:ssn]".into())));
    assert_eq!(span.attributes, []);
}

/// Another subscriber, which writes down what it hears.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<String>>>);

impl Heard {
    fn say(&self, text: String) {
        self.0.lock().expect("a lock of the test").push(text);
    }
}

impl Subscriber for Heard {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span()
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        self.say(format!("new {}", attributes.metadata().name()));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &Id) {
        self.say("enter".to_owned());
    }

    fn exit(&self, _: &Id) {
        self.say("exit".to_owned());
    }

    fn try_close(&self, _: Id) -> bool {
        self.say("close".to_owned());
        true
    }
}

/// The recorder is the process's subscriber here, and another one that of a scope inside of its span.
#[test]
fn a_scoped_subscriber_wins() {
    let ended = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&ended);
    let see = move |span: &observe::SpanRecord| {
        seen.lock().expect("a lock of the test").push(format!("{} {:?}", span.name, span.parent_id.is_some()));
    };
    let _guard = observe::Builder::new("engine", "1").on_span_end(see).init().expect("the first in this process");
    let heard = Heard::default();
    inside(|| {
        inside(|| {});
        dispatcher::with_default(&Dispatch::new(heard.clone()), || inside(|| {}));
        let capture = testing::capture();
        inside(|| {});
        assert_eq!(capture.span("inside").parent_id, None, "another recorder's span is no parent");
    });
    assert_eq!(*heard.0.lock().expect("a lock of the test"), ["new inside", "enter", "exit", "close"]);
    let of_this_thread = ended.lock().expect("a lock of the test");
    assert_eq!(*of_this_thread, ["inside true", "inside false"]);
}
