//! Presets on every form of function, and every way in which an operation ends.

#![forbid(unsafe_code)]
#![deny(warnings)]
#![expect(clippy::float_cmp, reason = "counts are whole numbers, and exact")]
#![expect(clippy::unused_self, reason = "methods are forms of functions too")]

use futures_core::stream::{BoxStream, Stream};
use futures_util::stream::{self, StreamExt as _};
use observe::operation::{self, Usage};
use observe::{Status, metered, testing, traced};
use std::future::{Future, pending, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

fn poll_once<F: Future>(future: F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

fn next<S: Stream + Unpin>(stream: &mut S) -> Poll<Option<S::Item>> {
    Pin::new(stream).poll_next(&mut Context::from_waker(Waker::noop()))
}

fn shown(span: &observe::SpanRecord, name: &str) -> Option<String> {
    span.attribute(name).map(ToString::to_string)
}

#[traced(db(system = "sqlite", operation = "insert", table = "sync"))]
fn insert(panics: bool) -> Result<(), String> {
    assert!(!panics, "disk is full");
    Err("constraint".to_owned())
}

#[test]
fn an_error_and_a_panic_are_told_apart() {
    let capture = testing::capture();
    insert(false).unwrap_err();
    catch_unwind(|| insert(true)).unwrap_err();
    let spans = capture.spans();
    assert_eq!(spans[0].status, Status::Error("constraint".into()));
    assert_eq!(shown(&spans[1], "outcome").as_deref(), Some("panicked"));
    let of = |status| capture.metric("database_query_duration_seconds_count", &[("table", "sync"), ("status", status)]);
    assert_eq!((of("ok"), of("error"), of("panicked"), of("cancelled")), (0.0, 1.0, 1.0, 0.0));
}

#[traced(db(system = "sqlite", operation = "select", table = "async"))]
async fn select(waits: bool) -> Result<u8, String> {
    if waits {
        pending::<()>().await;
    }
    Ok(1)
}

#[test]
fn a_query_that_nobody_waits_for_any_more_is_cancelled() {
    let capture = testing::capture();
    assert_eq!(poll_once(select(false)), Poll::Ready(Ok(1)));
    assert_eq!(poll_once(select(true)), Poll::Pending);
    let of =
        |status| capture.metric("database_query_duration_seconds_count", &[("table", "async"), ("status", status)]);
    assert_eq!((of("ok"), of("error"), of("panicked"), of("cancelled")), (1.0, 0.0, 0.0, 1.0));
    assert_eq!(shown(&capture.spans()[1], "outcome").as_deref(), Some("cancelled"));
}

struct Store {
    rows: u64,
}

impl Store {
    #[traced(db(system = "sqlite", operation = "update", table = "boxed"))]
    fn boxed<'a>(&'a mut self, by: &'a u64) -> Pin<Box<dyn Future<Output = u64> + Send + 'a>> {
        Box::pin(async move {
            self.rows += by;
            self.rows
        })
    }

    #[traced(db(system = "sqlite", operation = "update", table = "made"))]
    fn made(&self) -> impl Future<Output = u64> + use<> {
        let rows = self.rows;
        ready(rows)
    }

    #[traced(db(system = "sqlite", operation = "update", table = "borrowed"))]
    fn borrowed(&mut self) -> &mut u64 {
        &mut self.rows
    }

    #[traced(cache(system = "memory", operation = "get"), name = "generic", fields(named = "too"))]
    fn generic<T: Clone + Send>(&self, value: Option<T>) -> Option<T> {
        value
    }

    #[traced(db(system = "sqlite", operation = "update", table = "tracked"))]
    #[track_caller]
    fn tracked(&self) -> u32 {
        std::panic::Location::caller().line()
    }
}

#[test]
fn methods_and_boxed_futures_are_operations_too() {
    let capture = testing::capture();
    let mut store = Store { rows: 1 };
    assert_eq!(poll_once(store.boxed(&2)), Poll::Ready(3));
    assert_eq!(poll_once(store.made()), Poll::Ready(3));
    *store.borrowed() += 1;
    assert_eq!(store.generic(None::<u8>), None);
    assert_eq!(store.tracked(), line!());
    for table in ["boxed", "made", "borrowed", "tracked"] {
        let labels = [("operation", "update"), ("table", table), ("status", "ok")];
        assert_eq!(capture.metric("database_query_duration_seconds_count", &labels), 1.0, "{table}");
        let _ = capture.span(&format!("update {table}"));
    }
    let generic = capture.span("generic");
    assert_eq!(shown(&generic, "cache.hit").as_deref(), Some("false"));
    assert_eq!(shown(&generic, "named").as_deref(), Some("too"));
}

#[metered(name = "stacked")]
#[traced(db(system = "sqlite", operation = "delete", table = "stacked", namespace = "main"), fields(db.namespace = "own"))]
async fn stacked() -> Result<(), String> {
    Err("gone".to_owned())
}

#[test]
fn a_metric_of_its_own_and_fields_of_its_own_stand_beside() {
    let capture = testing::capture();
    assert!(matches!(poll_once(stacked()), Poll::Ready(Err(_))));
    assert_eq!(capture.metric("stacked_total", &[("status", "error")]), 1.0);
    let labels = [("table", "stacked"), ("status", "error")];
    assert_eq!(capture.metric("database_query_duration_seconds_count", &labels), 1.0);
    // What the function says itself takes the place of what the preset says.
    assert_eq!(shown(&capture.span("delete stacked"), "db.namespace").as_deref(), Some("own"));
}

/// One piece of an answer; the last one says what was used.
struct Piece {
    usage: Option<(u64, u64)>,
}

impl Usage for Piece {
    fn input_tokens(&self) -> u64 {
        self.usage.map_or(0, |(input, _)| input)
    }

    fn output_tokens(&self) -> u64 {
        self.usage.map_or(0, |(_, output)| output)
    }
}

#[traced(chat(provider = "openai", model = clear(model)))]
fn by_items(model: &str) -> BoxStream<'static, Result<Piece, String>> {
    assert!(!model.is_empty());
    let pieces = [None, Some((10, 3))].map(|usage| Ok(Piece { usage }));
    stream::iter(pieces).boxed()
}

#[traced(chat(provider = "openai", model = clear(model), user_type = "paid"))]
fn by_saying(model: &str, fails: bool) -> impl Stream<Item = Result<u64, String>> + use<> {
    assert!(!model.is_empty());
    stream::iter(0..3).map(move |number| {
        operation::tokens(0, 1);
        if fails && number == 1 { Err("overloaded".to_owned()) } else { Ok(number) }
    })
}

#[test]
fn tokens_of_a_stream_are_counted_when_it_ends() {
    let capture = testing::capture();
    let tokens = || capture.metric("ai_tokens_used_total", &[("model", "ends")]);
    let mut stream = by_items("ends");
    assert!(matches!(next(&mut stream), Poll::Ready(Some(Ok(_)))));
    assert!(matches!(next(&mut stream), Poll::Ready(Some(Ok(_)))));
    assert_eq!(tokens(), 0.0);
    assert!(matches!(next(&mut stream), Poll::Ready(None)));
    assert_eq!(tokens(), 13.0);
    let span = capture.span("chat");
    assert_eq!(shown(&span, "gen_ai.usage.input_tokens").as_deref(), Some("10"));
    assert_eq!(shown(&span, "gen_ai.request.stream").as_deref(), Some("true"));
    assert_eq!(capture.metric("model_requests_total", &[("model", "ends"), ("status", "ok")]), 1.0);
}

#[test]
fn tokens_of_a_stream_that_is_dropped_or_fails_are_not_lost() {
    let capture = testing::capture();
    let mut dropped = Box::pin(by_saying("dropped", false));
    assert_eq!(next(&mut dropped), Poll::Ready(Some(Ok(0))));
    drop(dropped);
    assert_eq!(capture.metric("model_requests_total", &[("model", "dropped"), ("status", "cancelled")]), 1.0);

    let mut fails = Box::pin(by_saying("fails", true));
    assert_eq!(next(&mut fails), Poll::Ready(Some(Ok(0))));
    assert!(matches!(next(&mut fails), Poll::Ready(Some(Err(_)))));
    drop(fails);
    assert_eq!(capture.metric("model_requests_total", &[("model", "fails"), ("status", "error")]), 1.0);

    let processed = |model| capture.metric("tokens_processed_total", &[("model", model), ("user_type", "paid")]);
    assert_eq!((processed("dropped"), processed("fails")), (1.0, 2.0));
    let spans = capture.spans();
    let written: Vec<_> = spans.iter().map(|span| shown(span, "gen_ai.usage.output_tokens")).collect();
    assert_eq!(written, [Some("1".to_owned()), Some("2".to_owned())]);
    assert_eq!(spans[1].status, Status::Error("overloaded".into()));
}

#[traced(chat(provider = "openai", model = "panics"))]
async fn panics() {
    operation::tokens(5, 0);
    operation::cost(1.5, "EUR");
    panic!("no memory")
}

#[test]
fn what_was_used_before_a_panic_is_not_lost() {
    let capture = testing::capture();
    catch_unwind(AssertUnwindSafe(|| poll_once(panics()))).unwrap_err();
    assert_eq!(capture.metric("ai_tokens_used_total", &[("model", "panics")]), 5.0);
    assert_eq!(capture.metric("requests_cost_total", &[("model", "panics"), ("currency", "EUR")]), 1.5);
    assert_eq!(shown(&capture.span("chat panics"), "gen_ai.usage.cost.currency").as_deref(), Some("EUR"));
}

#[test]
fn without_anybody_who_listens_operations_are_counted() {
    let before = observe::exposition();
    let line = r#"database_query_duration_seconds_count{operation="select",table="unseen",status="ok"} "#;
    assert!(!before.contains(line));
    assert!(tracing::Span::current().is_none());
    unseen();
    assert!(observe::exposition().contains(&format!("{line}1\n")));
}

#[traced(db(system = "sqlite", operation = "select", table = "unseen"))]
fn unseen() {}

#[test]
fn what_is_said_outside_of_any_call_of_a_model_is_counted_as_unknown() {
    let capture = testing::capture();
    operation::tokens(7, 0);
    let labels = [("provider", "unknown"), ("model", "unknown"), ("token_type", "input")];
    assert_eq!(capture.metric("ai_tokens_used_total", &labels), 7.0);
}
