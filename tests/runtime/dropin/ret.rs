//! `ret`: a returned value is said inside of the span, or is an attribute of it.

use crate::support::{block_on, expect_only, in_both_forms, once, span};
use observe::traced;
use std::num::TryFromIntError;
use tracing::Level;
use tracing_mock::event::ExpectedEvent;
use tracing_mock::expect;
use tracing_mock::subscriber;

/// The event that says a returned value, by its `Debug`.
fn returned(value: &str, level: Level) -> ExpectedEvent {
    expect::event()
        .with_fields(expect::field("return").with_value(&tracing::field::display(value)).only())
        .at_level(level)
}

/// A number is said as one, where a type says it and not its `Debug`.
fn returned_number(value: i64, level: Level) -> ExpectedEvent {
    expect::event().with_fields(expect::field("return").with_value(&value).only()).at_level(level)
}

/// The span, with this event inside of it.
macro_rules! with_event {
    ($name:expr, $event:expr) => {
        subscriber::mock()
            .new_span(span($name))
            .enter(span($name))
            .event($event)
            .exit(span($name))
            .drop_span(span($name))
    };
}


#[traced(args = all, unchecked = "nobody's data", ret)]
fn number() -> i32 {
    42
}

#[traced(ret(level = "info"))]
fn typed_number() -> i32 {
    42
}

#[test]
fn a_returned_value_is_an_event_inside_the_span() {
    assert_eq!(expect_only(with_event!("number", returned("42", Level::INFO)), number), 42);
    assert_eq!(expect_only(with_event!("typed_number", returned_number(42, Level::INFO)), typed_number), 42);
}

#[traced(args = all, unchecked = "nobody's data", level = "warn", ret)]
fn warned() -> i32 {
    42
}

#[test]
fn the_event_has_the_level_of_the_span() {
    expect_only(with_event!("warned", returned("42", Level::WARN)), warned);
}
