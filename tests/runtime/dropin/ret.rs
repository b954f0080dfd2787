//! `ret`: a returned value is said inside of the span, or is an attribute of it.

use crate::support::{block_on, expect_only, in_both_forms, one_wait, span, with_event};
use async_trait::async_trait;
use observe::{AttributeValue, Status, pseudonym, redact, testing, traced};
use std::future::{Future, ready};
use std::num::TryFromIntError;
use std::pin::Pin;
use tracing::Level;
use tracing_mock::event::ExpectedEvent;
use tracing_mock::{expect, subscriber};

/// The event that says a value by its `Debug`.
fn shown(value: &str, level: Level) -> ExpectedEvent {
    expect::event()
        .with_fields(expect::field("return").with_value(&tracing::field::display(value)).only())
        .at_level(level)
}

/// The event that says a number by its type.
fn typed(value: i64, level: Level) -> ExpectedEvent {
    expect::event().with_fields(expect::field("return").with_value(&value).only()).at_level(level)
}

#[traced(args = all, unchecked = "nobody's data", ret)]
fn answer() -> i32 {
    42
}

#[test]
fn a_returned_value_is_an_event_inside_of_the_span() {
    assert_eq!(expect_only(with_event("answer", shown("42", Level::INFO)), answer), 42);
}

#[traced(args = all, unchecked = "nobody's data", level = "warn", ret)]
fn warns() -> i32 {
    42
}

#[test]
fn the_event_has_the_level_of_the_span() {
    expect_only(with_event("warns", shown("42", Level::WARN)), warns);
}

in_both_forms! {
    #[traced(level = "warn", ret(level = "info"))]
    pub(super) fn quiet() -> i32 {
        42
    }

    #[traced(ret(level = Level::DEBUG))]
    pub(super) fn doubles(number: &mut i32) -> i32 {
        *number *= 2;
        tracing::info!(number);
        *number
    }

    #[traced(ret(level = 3))]
    pub(super) async fn later() -> i32 {
        one_wait().await;
        42
    }

    #[traced(ret(level = "info"))]
    pub(super) fn hidden_type() -> impl Copy {
        42
    }

    #[traced(ret(level = "info"), err(level = "error"))]
    pub(super) fn narrow(number: i64) -> Result<u8, TryFromIntError> {
        u8::try_from(number)
    }

    #[traced(ret(level = "info"))]
    #[allow(clippy::manual_async_fn)]
    pub(super) fn made() -> impl Future<Output = i32> {
        async { 42 }
    }

    #[traced(ret(level = "info"))]
    pub(super) fn delegated() -> Pin<Box<dyn Future<Output = i32>>> {
        let value = 42;
        Box::pin(ready(value))
    }
}

#[test]
fn the_event_has_a_level_of_its_own() {
    expect_only(with_event("quiet", typed(42, Level::INFO)), private::quiet);
    expect_only(with_event("quiet", shown("42", Level::INFO)), unchecked::quiet);
}

#[test]
fn what_the_body_says_comes_before() {
    for (double, event) in [
        (private::doubles as fn(&mut i32) -> i32, typed(4, Level::DEBUG)),
        (unchecked::doubles, shown("4", Level::DEBUG)),
    ] {
        let expected = subscriber::mock()
            .new_span(span("doubles"))
            .enter(span("doubles"))
            .event(expect::event().with_fields(expect::field("number").with_value(&4)).at_level(Level::INFO))
            .event(event)
            .exit(span("doubles"))
            .drop_span(span("doubles"));
        assert_eq!(expect_only(expected, || double(&mut 2)), 4);
    }
}

#[test]
fn an_async_function_says_it_in_its_last_poll() {
    let expected = |event| {
        subscriber::mock()
            .new_span(span("later"))
            .enter(span("later"))
            .exit(span("later"))
            .enter(span("later"))
            .event(event)
            .exit(span("later"))
            .drop_span(span("later"))
    };
    expect_only(expected(typed(42, Level::INFO)), || block_on(private::later()));
    expect_only(expected(shown("42", Level::INFO)), || block_on(unchecked::later()));
}

#[test]
fn a_function_that_returns_a_future_says_what_the_future_gives() {
    expect_only(with_event("made", typed(42, Level::INFO)), || block_on(private::made()));
    expect_only(with_event("made", shown("42", Level::INFO)), || block_on(unchecked::made()));
    expect_only(with_event("delegated", typed(42, Level::INFO)), || block_on(private::delegated()));
    expect_only(with_event("delegated", shown("42", Level::INFO)), || block_on(unchecked::delegated()));
}

#[test]
fn a_type_without_a_name_is_said_too() {
    expect_only(with_event("hidden_type", typed(42, Level::INFO)), private::hidden_type);
    expect_only(with_event("hidden_type", shown("42", Level::INFO)), unchecked::hidden_type);
}

#[traced(args = all, unchecked = "nobody's data", ret(Display))]
fn displayed() -> &'static str {
    "forty-two"
}

#[traced(args = all, unchecked = "nobody's data", ret(level = "warn", Debug))]
fn debugged() -> &'static str {
    "forty-two"
}

#[test]
fn the_event_shows_a_value_by_its_display() {
    expect_only(with_event("displayed", shown("forty-two", Level::INFO)), displayed);
}

#[test]
fn the_event_shows_a_value_by_its_debug_at_any_level() {
    expect_only(with_event("debugged", shown("\"forty-two\"", Level::WARN)), debugged);
}

#[test]
fn of_an_err_the_error_is_said_and_no_value() {
    let text = u8::try_from(1234_i64).unwrap_err().to_string();
    for narrow in [private::narrow, unchecked::narrow] {
        let error = expect::field("error").with_value(&tracing::field::display(&text)).only();
        let event = expect::event().with_fields(error).at_level(Level::ERROR);
        expect_only(with_event("narrow", event), || narrow(1234)).unwrap_err();
    }
}

#[test]
fn of_an_ok_the_value_in_it_is_said() {
    let unsigned = expect::event().with_fields(expect::field("return").with_value(&123_u64).only());
    expect_only(with_event("narrow", unsigned.at_level(Level::INFO)), || private::narrow(123)).unwrap();
    expect_only(with_event("narrow", shown("123", Level::INFO)), || unchecked::narrow(123)).unwrap();
}

// What `tracing` doesn't have: the value as an attribute.

#[redact]
struct Found {
    #[redact(clear)]
    id: u64,
    text: String,
}

fn found() -> Found {
    Found { id: 7, text: "Jane Roe".to_owned() }
}

#[traced(ret)]
fn finds(empty: bool) -> Result<Found, String> {
    let found = found();
    if empty || found.text.is_empty() { Err("nothing".to_owned()) } else { Ok(found) }
}

#[test]
fn a_structure_is_an_attribute_for_each_of_its_fields() {
    let capture = testing::capture();
    assert_eq!(finds(false).unwrap().id, 7);
    let span = capture.span("finds");
    assert_eq!(span.attribute("return.id"), Some(&AttributeValue::U64(7)));
    assert_eq!(span.attribute("return.text").unwrap().to_string(), "[REDACTED]");
    assert_eq!((span.attribute("return"), capture.log_lines().len()), (None, 0));
}

#[test]
fn an_err_leaves_no_value() {
    let capture = testing::capture();
    assert!(finds(true).is_err());
    let span = capture.span("finds");
    assert!(span.attributes.iter().all(|(key, _)| !key.starts_with("return")), "{span:?}");
    assert_eq!(span.status, Status::Error("nothing".into()));
}

#[traced(ret = scrub)]
fn scrubbed() -> String {
    "mail a@b.example".to_owned()
}

#[traced(ret = hash)]
async fn hashed() -> Option<String> {
    one_wait().await;
    Some("MRN-0042".to_owned())
}

#[traced(ret = clear)]
fn clear() -> Pin<Box<dyn Future<Output = &'static str> + Send>> {
    Box::pin(async { "call 202-555-0143" })
}

#[test]
fn text_is_recorded_in_the_form_that_is_said() {
    let capture = testing::capture();
    scrubbed();
    block_on(hashed());
    block_on(clear());
    let text = |name: &str| capture.span(name).attribute("return").unwrap().to_string();
    assert_eq!(text("scrubbed"), "mail [REDACTED:email]");
    assert_eq!(text("hashed"), pseudonym("MRN-0042"));
    assert_eq!(text("clear"), "call 202-555-0143");
}

#[async_trait]
trait Counts {
    async fn count(&self, up_to: u64) -> Result<u64, String>;
}

struct Counter;

#[async_trait]
impl Counts for Counter {
    #[traced(ret, fields(up_to))]
    async fn count(&self, up_to: u64) -> Result<u64, String> {
        one_wait().await;
        Ok(up_to)
    }
}

#[test]
fn a_method_of_an_async_trait_records_it() {
    let capture = testing::capture();
    block_on(Counter.count(3)).unwrap();
    assert_eq!(capture.span("count").attribute("return"), Some(&AttributeValue::U64(3)));
}

/// A number that nobody has is no attribute.
#[traced(ret)]
fn maybe(some: bool) -> Option<u8> {
    some.then_some(1)
}

#[test]
fn none_is_no_attribute() {
    let capture = testing::capture();
    maybe(false);
    assert_eq!(capture.span("maybe").attribute("return"), None);
}

#[test]
fn another_subscriber_sees_the_attribute_recorded() {
    let expected = subscriber::mock()
        .new_span(span("maybe"))
        .enter(span("maybe"))
        .exit(span("maybe"))
        .record(span("maybe"), expect::field("return").with_value(&1_u64))
        .drop_span(span("maybe"));
    expect_only(expected, || maybe(true));
}

#[test]
fn nothing_is_recorded_on_the_span_around() {
    #[traced(ret, level = "trace")]
    fn inner() -> u8 {
        2
    }

    #[traced(ret)]
    fn outer() -> u8 {
        inner() - 1
    }

    let capture = testing::capture();
    outer();
    assert_eq!(capture.span("inner").attribute("return"), Some(&AttributeValue::U64(2)));
    assert_eq!(capture.span("outer").attribute("return"), Some(&AttributeValue::U64(1)));
}
