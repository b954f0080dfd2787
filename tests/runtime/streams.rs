//! Functions that return a stream: one call, from the function's call to the stream's end.

#![forbid(unsafe_code)]
#![deny(warnings)]
#![expect(clippy::float_cmp, reason = "counts are whole numbers, and exact")]

use futures_core::stream::{BoxStream, FusedStream, Stream, TryStream};
use futures_util::stream::{self, StreamExt as _};
use observe::{AttributeValue, Label, Status, metered, testing, traced};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

/// Polls once.
fn next<S: Stream + Unpin>(stream: &mut S) -> Poll<Option<S::Item>> {
    Pin::new(stream).poll_next(&mut Context::from_waker(Waker::noop()))
}

/// All items of a stream that never waits.
fn all<S: Stream>(stream: S) -> Vec<S::Item> {
    let mut stream = pin!(stream);
    std::iter::from_fn(|| match stream.as_mut().poll_next(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(item) => item,
        Poll::Pending => panic!("waits"),
    })
    .collect()
}

#[traced]
fn inner(number: u8) -> u8 {
    number
}

#[traced(kind = client, fields(end))]
#[metered(name = "numbers", labels(even: bool = end.is_multiple_of(2)))]
fn numbers(end: u8) -> impl Stream<Item = u8> + Send {
    stream::iter(0..end).map(inner)
}

#[test]
fn a_stream_is_one_call_until_it_ends() {
    let capture = testing::capture();
    let total = |status| capture.metric("numbers_total", &[("status", status), ("even", "true")]);
    let mut stream = numbers(2);
    assert_eq!((stream.size_hint(), capture.metric("numbers_in_progress", &[])), ((2, Some(2)), 1.0));
    assert_eq!(next(&mut stream), Poll::Ready(Some(0)));
    assert!(tracing::Span::current().is_none(), "the span is current during a poll only");
    assert_eq!(next(&mut stream), Poll::Ready(Some(1)));
    assert_eq!(total("ok"), 0.0);
    assert_eq!(next(&mut stream), Poll::Ready(None));
    assert_eq!(next(&mut stream), Poll::Ready(None));
    drop(stream);
    assert_eq!((total("ok"), total("cancelled"), capture.metric("numbers_in_progress", &[])), (1.0, 0.0, 0.0));
    let span = capture.span("numbers");
    assert_eq!((span.attribute("end"), &span.status), (Some(&AttributeValue::U64(2)), &Status::Unset));
    let inside = capture.spans().iter().filter(|inner| inner.parent_id == Some(span.span_id)).count();
    assert_eq!(inside, 2);
}

#[metered(name = "letters")]
#[traced]
fn letters() -> impl Stream<Item = char> {
    stream::iter("abc".chars())
}

#[test]
fn a_stream_that_is_dropped_between_two_polls_is_cancelled() {
    let capture = testing::capture();
    let mut stream = letters();
    assert_eq!(next(&mut stream), Poll::Ready(Some('a')));
    drop(stream);
    assert_eq!(capture.metric("letters_total", &[("status", "cancelled")]), 1.0);
    assert_eq!(capture.span("letters").attribute("outcome"), Some(&AttributeValue::Text("cancelled".into())));
}

#[traced]
#[metered(name = "panicking")]
fn panicking() -> BoxStream<'static, u8> {
    stream::iter([1, 0]).map(|number| 10_u8.checked_div(number).expect("as it should")).boxed()
}

#[test]
fn a_stream_that_panics_in_a_poll_has_panicked() {
    let capture = testing::capture();
    let caught = catch_unwind(AssertUnwindSafe(|| all(panicking())));
    assert!(caught.is_err());
    assert_eq!(capture.metric("panicking_total", &[("status", "panicked")]), 1.0);
    assert!(matches!(capture.span("panicking").status, Status::Error(_)));
}

#[derive(Label, Clone, Copy, Debug, PartialEq)]
enum Broken {
    Pipe,
    Disk,
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?} of jane@example.org")
    }
}

#[traced]
#[metered(name = "rows", error = Broken)]
fn rows<'a>(items: &'a [Result<u8, Broken>]) -> Pin<Box<dyn Stream<Item = Result<u8, Broken>> + Send + 'a>> {
    Box::pin(stream::iter(items.iter().copied()))
}

#[test]
fn an_error_is_an_item_and_does_not_end_the_stream() {
    let capture = testing::capture();
    let items = [Ok(1), Err(Broken::Pipe), Ok(2)];
    assert_eq!(all(rows(&items)), items);
    assert_eq!(capture.metric("rows_total", &[("status", "ok")]), 1.0);
    assert_eq!(capture.span("rows").status, Status::Unset);
}

#[test]
fn a_stream_whose_last_item_is_an_error_failed_also_where_its_reader_stops_there() {
    let capture = testing::capture();
    assert_eq!(all(rows(&[Err(Broken::Pipe), Err(Broken::Disk)])).len(), 2);
    let mut stopped = rows(&[Err(Broken::Pipe), Ok(1)]);
    assert_eq!(next(&mut stopped), Poll::Ready(Some(Err(Broken::Pipe))));
    drop(stopped);
    let total = |error| capture.metric("rows_total", &[("status", "error"), ("error_type", error)]);
    assert_eq!((total("pipe"), total("disk")), (1.0, 1.0));
    let texts: Vec<_> = capture.spans().into_iter().map(|span| span.status).collect();
    let text = |text: &str| Status::Error(format!("{text} of [REDACTED:email]").into());
    assert_eq!(texts, [text("Disk"), text("Pipe")]);
}

#[metered(name = "tried")]
fn tried(end: u8) -> impl TryStream<Ok = u8, Error = String, Item = Result<u8, String>> {
    stream::iter(0..end).map(|number| if number < 2 { Ok(number) } else { Err("two".to_owned()) })
}

#[metered(name = "fused")]
fn fused(end: u8) -> impl FusedStream<Item = u8> + Unpin {
    stream::iter(0..end).fuse()
}

#[test]
fn what_else_is_known_of_a_stream_stays_known() {
    let capture = testing::capture();
    assert_eq!(all(tried(3)).len(), 3);
    assert_eq!(capture.metric("tried_total", &[("status", "error")]), 1.0);
    let mut fused = fused(0);
    assert_eq!((fused.is_terminated(), next(&mut fused), fused.is_terminated()), (false, Poll::Ready(None), true));
}

struct Store(Vec<u8>);

#[traced]
impl Store {
    /// Out of a generic method, borrowing, with an early return.
    fn scan<'a, F: Fn(u8) -> bool + Send + 'a>(&'a self, wanted: F) -> BoxStream<'a, u8> {
        if self.0.is_empty() {
            return stream::empty().boxed();
        }
        stream::iter(&self.0).filter_map(move |row| std::future::ready(wanted(*row).then_some(*row))).boxed()
    }
}

#[metered(name = "squares")]
fn squares(end: u8) -> impl Stream<Item = u8> + Send {
    stream::iter(0..end).map(|number| number * number)
}

#[tokio::test]
async fn a_stream_may_borrow_and_move_between_threads() {
    let capture = testing::capture();
    assert_eq!(Store(vec![1, 2, 3]).scan(|row| row > 1).collect::<Vec<_>>().await, [2, 3]);
    assert_eq!(Store(vec![]).scan(|_| true).count().await, 0);
    assert_eq!(capture.spans().len(), 2);
    let mut stream = squares(3);
    assert_eq!(next(&mut stream), Poll::Ready(Some(0)));
    let rest = std::thread::spawn(move || all(stream));
    assert_eq!(rest.join().ok(), Some(vec![1, 4]));
    assert_eq!(capture.metric("squares_total", &[("status", "ok")]), 1.0);
}
