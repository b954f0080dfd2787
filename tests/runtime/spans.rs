//! What `#[traced]` records: name, kind, fields, and the four ways in which a call ends.

use observe::{AttributeValue, Label, SpanKind, Status, redact, testing, traced};
use std::future::{Future, pending};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

#[derive(Label, Clone, Copy, Debug)]
enum Model {
    Gpt4,
    Claude,
}

#[redact]
struct Question {
    #[redact(clear)]
    id: u64,
    #[redact(clear)]
    model: Model,
    #[redact(hash)]
    mrn: String,
    #[redact(keep_last = 4)]
    phone: String,
    text: String,
}

fn question() -> Question {
    Question {
        id: 7,
        model: Model::Claude,
        mrn: "MRN-0042".into(),
        phone: "+1 202 555 0143".into(),
        text: "Jane Roe asks".into(),
    }
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::Text(text.to_owned().into())
}

#[traced(name = "answer question", kind = client, fields(question = q, top_k, note = scrub(note), who = hash(who), via = "phone"))]
fn answer(q: &Question, top_k: usize, note: &str, who: &str) -> usize {
    let _ = &q.text;
    top_k
}

#[test]
fn name_kind_and_typed_fields() {
    let capture = testing::capture();
    assert_eq!(answer(&question(), 3, "mail jane@example.org", "u-1"), 3);
    let span = capture.span("answer question");
    assert_eq!((span.kind, &span.status, span.parent_id), (SpanKind::Client, &Status::Unset, None));
    assert_eq!(span.target, "spans");
    assert_eq!(span.attribute("top_k"), Some(&AttributeValue::U64(3)));
    assert_eq!(span.attribute("question.id"), Some(&AttributeValue::U64(7)));
    assert_eq!(span.attribute("question.model"), Some(&text("claude")));
    assert_eq!(span.attribute("question.phone"), Some(&text("***0143")));
    assert_eq!(span.attribute("question.text"), Some(&text("[REDACTED]")));
    assert_eq!(span.attribute("question.mrn"), Some(&text(&observe::pseudonym("MRN-0042"))));
    assert_eq!(span.attribute("note"), Some(&text("mail [REDACTED:email]")));
    assert_eq!(span.attribute("who"), Some(&text(&observe::pseudonym("u-1"))));
    assert_eq!(span.attribute("via"), Some(&text("phone")));
    assert_eq!(span.attribute("question"), None, "a structure is recorded field by field");
}

#[traced]
fn outer() {
    inner();
    inner();
}

#[traced]
fn inner() {}

#[test]
fn children_join_their_parents_trace() {
    let capture = testing::capture();
    outer();
    let spans = capture.spans();
    let outer = capture.span("outer");
    assert_eq!(spans.len(), 3);
    for span in &spans[..2] {
        assert_eq!((span.trace_id, span.parent_id), (outer.trace_id, Some(outer.span_id)));
        assert!(span.start >= outer.start && span.duration <= outer.duration);
    }
    assert_ne!(spans[0].span_id, spans[1].span_id);
}

#[traced(fields(user = clear(user, because = "an internal account's name")))]
fn fails(user: &str) -> Result<(), std::io::Error> {
    Err(std::io::Error::other(format!("no access for {user}@example.org")))
}

#[test]
fn an_error_is_a_status_with_scrubbed_text() {
    let capture = testing::capture();
    fails("bob").unwrap_err();
    let span = capture.span("fails");
    assert_eq!(span.status, Status::Error("no access for [REDACTED:email]".into()));
    assert_eq!(span.attribute("error.type"), Some(&text("std::io::error::Error")));
    assert_eq!(span.attribute("outcome"), Some(&text("error")));
    assert_eq!(span.attribute("user"), Some(&text("bob")));
}

struct NoText;

#[traced]
fn fails_without_text() -> Result<(), NoText> {
    Err(NoText)
}

#[test]
fn an_error_without_text_has_a_type() {
    let capture = testing::capture();
    assert!(fails_without_text().is_err());
    let span = capture.span("fails_without_text");
    assert_eq!(span.status, Status::Error("".into()));
    assert_eq!(span.attribute("error.type"), Some(&text("spans::NoText")));
}

#[traced]
fn panics() -> u8 {
    panic!("patient 123-45-6789 is unknown")
}

#[test]
fn a_panic_passes_through_and_is_recorded() {
    let capture = testing::capture();
    let panic = catch_unwind(panics).unwrap_err();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"patient 123-45-6789 is unknown"));
    let span = capture.span("panics");
    assert!(matches!(span.status, Status::Error(_)));
    assert_eq!(span.attribute("error.type"), Some(&text("panic")));
    assert_eq!(span.attribute("outcome"), Some(&text("panicked")));
}

fn poll_once<F: Future>(future: F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

#[traced(fields(id))]
async fn waits(id: u32) {
    inner();
    pending::<()>().await;
}

#[test]
fn a_dropped_future_is_cancelled_and_no_error() {
    let capture = testing::capture();
    assert!(poll_once(waits(5)).is_pending());
    let span = capture.span("waits");
    assert_eq!(span.status, Status::Unset);
    assert_eq!(span.attribute("outcome"), Some(&text("cancelled")));
    assert_eq!(span.attribute("id"), Some(&AttributeValue::U64(5)));
    assert_eq!(capture.span("inner").parent_id, Some(span.span_id));
}

#[test]
fn a_future_that_is_never_polled_is_no_call() {
    let capture = testing::capture();
    drop(waits(5));
    assert_eq!(capture.spans(), []);
}

#[traced]
async fn panics_when_polled() {
    panic!("inside");
}

#[test]
fn a_future_that_panics_is_panicked_and_its_sibling_is_cancelled() {
    let capture = testing::capture();
    let unwound = catch_unwind(AssertUnwindSafe(|| {
        let mut sibling = pin!(waits(1));
        assert!(sibling.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        let _ = poll_once(panics_when_polled());
    }));
    assert!(unwound.is_err());
    assert_eq!(capture.span("panics_when_polled").attribute("outcome"), Some(&text("panicked")));
    assert_eq!(capture.span("waits").attribute("outcome"), Some(&text("cancelled")));
}

#[traced]
async fn answers() -> Result<u8, String> {
    tokio::task::yield_now().await;
    inner();
    Err("nothing found".to_owned())
}

#[tokio::test]
async fn an_async_result_is_looked_at() {
    let capture = testing::capture();
    assert!(answers().await.is_err());
    let span = capture.span("answers");
    assert_eq!(span.status, Status::Error("nothing found".into()));
    assert_eq!(capture.span("inner").parent_id, Some(span.span_id));
}

#[traced(level = debug)]
fn detailed() {}

#[test]
fn nothing_installed_changes_nothing() {
    detailed();
    assert_eq!(answer(&question(), 9, "", ""), 9);
    assert!(fails("x").is_err());
}

/// Spans and events of code that knows nothing of observe.
#[test]
fn foreign_spans_and_events_are_recorded_and_redacted() {
    let capture = testing::capture();
    let span =
        tracing::info_span!("foreign", email = "a@b.example", note = "call 202-555-0143", n = 3_u8, ssn = 123_456_789);
    span.in_scope(|| tracing::info!(password = "hunter2", count = 4, "mail a@b.example\nnow"));
    drop(span);
    let span = capture.span("foreign");
    assert_eq!(span.attribute("email"), Some(&text("[REDACTED]")));
    assert_eq!(span.attribute("ssn"), Some(&text("[REDACTED]")));
    assert_eq!(span.attribute("note"), Some(&text("call [REDACTED:phone]")));
    assert_eq!(span.attribute("n"), Some(&AttributeValue::U64(3)));
    let line: String = capture.log_lines().concat();
    assert!(line.contains(r#""message":"mail [REDACTED:email]\nnow""#), "{line}");
    assert!(line.contains(r#""password":"[REDACTED]""#) && line.contains(r#""count":4"#), "{line}");
    assert!(line.contains(&format!(r#""trace_id":"{}""#, span.trace_id)), "{line}");
    assert!(line.contains(&format!(r#""span_id":"{}""#, span.span_id)), "{line}");
}

/// A span of ours is a `tracing` span to any other subscriber too.
#[test]
fn the_current_span_takes_fields_later() {
    #[traced(fields(rows = None::<u64>))]
    fn query() {
        tracing::Span::current().record("rows", 12_u64);
    }
    let capture = testing::capture();
    query();
    assert_eq!(capture.span("query").attribute("rows"), Some(&AttributeValue::U64(12)));
}

#[test]
fn labels_and_options_are_recorded_by_value() {
    #[traced(fields(model, cached, missing))]
    fn call(model: Model, cached: Option<bool>, missing: Option<i8>) {}
    let capture = testing::capture();
    call(Model::Gpt4, Some(true), None);
    let span = capture.span("call");
    assert_eq!(span.attribute("model"), Some(&text("gpt4")));
    assert_eq!(span.attribute("cached"), Some(&AttributeValue::Bool(true)));
    assert_eq!(span.attribute("missing"), None);
}

/// A key occurs once, also where a structure and a field meet in one.
#[test]
fn a_later_field_takes_the_place_of_an_earlier_one() {
    #[traced(fields(question = q, question.id = 9))]
    fn asks(q: &Question) {}
    let capture = testing::capture();
    asks(&question());
    let span = capture.span("asks");
    let ids: Vec<_> = span.attributes.iter().filter(|(key, _)| key == "question.id").collect();
    assert_eq!(ids.len(), 1);
    assert_eq!(ids[0].1, AttributeValue::I64(9));
}

/// A span ends with its function. Who holds it longer, on another thread say, comes too late to record
/// anything, and a handle that is never given back loses nothing.
#[test]
fn a_span_that_is_held_elsewhere_ends_with_its_function() {
    #[traced]
    fn hands_out() -> tracing::Span {
        let span = tracing::Span::current();
        span.record("outcome", "early");
        span
    }
    let capture = testing::capture();
    let held = hands_out();
    assert_eq!(capture.span("hands_out").attribute("outcome"), Some(&text("early")));
    held.record("outcome", "late");
    std::mem::forget(held.clone());
    drop(held);
    assert_eq!(capture.spans().len(), 1);
    assert_eq!(capture.span("hands_out").attribute("outcome"), Some(&text("early")));
}
