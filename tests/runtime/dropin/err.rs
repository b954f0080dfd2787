//! `err`: an error is one of the span, and may be said inside of it too.

use crate::support::{block_on, expect_only, in_both_forms, once, one_wait, span, with_event};
use async_trait::async_trait;
use observe::{AttributeValue, Status, metered, testing, traced};
use std::num::TryFromIntError;
use std::panic::{AssertUnwindSafe, catch_unwind};
use tracing::Level;
use tracing_mock::event::ExpectedEvent;
use tracing_mock::{expect, subscriber};

fn too_large() -> Result<u8, TryFromIntError> {
    u8::try_from(1234)
}

/// The event that says the error of [`too_large`].
fn said(level: Level) -> ExpectedEvent {
    said_as(&too_large().unwrap_err().to_string(), level)
}

fn said_as(text: &str, level: Level) -> ExpectedEvent {
    expect::event()
        .with_fields(expect::field("error").with_value(&tracing::field::display(text)).only())
        .at_level(level)
}

in_both_forms! {
    #[traced(err(level = "error"))]
    pub(super) fn fails() -> Result<u8, TryFromIntError> {
        too_large()
    }

    #[traced(err(level = "error"))]
    pub(super) fn fails_early() -> Result<u8, TryFromIntError> {
        too_large()?;
        Ok(5)
    }

    #[traced(err(level = "error"))]
    pub(super) async fn fails_later() -> Result<u8, TryFromIntError> {
        tracing::trace!(awaiting = true);
        one_wait().await;
        too_large()
    }

    #[traced(err(level = "error"))]
    pub(super) fn fills(out: &mut u8) -> Result<(), TryFromIntError> {
        *out = too_large()?;
        Ok(())
    }

    #[traced(err(level = "error"))]
    pub(super) async fn fills_later(out: &mut u8) -> Result<(), TryFromIntError> {
        one_wait().await;
        *out = too_large()?;
        Ok(())
    }

    #[traced(err(level = "error"))]
    pub(super) fn counts(up_to: usize) -> Result<impl Iterator<Item = usize>, String> {
        Ok(0..up_to)
    }

    #[traced(err(level = "info"))]
    pub(super) fn fails_quietly() -> Result<u8, TryFromIntError> {
        too_large()
    }

    #[traced(level = "warn", err(level = "info"))]
    pub(super) fn warns_quietly() -> Result<u8, TryFromIntError> {
        too_large()
    }
}

/// In two polls, with the error in the second.
macro_rules! in_two_polls {
    ($name:literal $(, $first:expr)?) => {
        subscriber::mock()
            .new_span(span($name))
            .enter(span($name))
            $(.event($first))?
            .exit(span($name))
            .enter(span($name))
            .event(said(Level::ERROR))
            .exit(span($name))
            .drop_span(span($name))
    };
}

#[test]
fn an_error_is_an_event_inside_of_the_span() {
    for fails in [private::fails, unchecked::fails] {
        expect_only(with_event("fails", said(Level::ERROR)), fails).unwrap_err();
    }
}

#[test]
fn an_early_return_is_one_too() {
    for fails in [private::fails_early, unchecked::fails_early] {
        expect_only(with_event("fails_early", said(Level::ERROR)), fails).unwrap_err();
    }
}

#[test]
fn an_async_function_says_it_in_its_last_poll() {
    let awaiting = || expect::event().with_fields(expect::field("awaiting").with_value(&true)).at_level(Level::TRACE);
    expect_only(in_two_polls!("fails_later", awaiting()), || block_on(private::fails_later())).unwrap_err();
    expect_only(in_two_polls!("fails_later", awaiting()), || block_on(unchecked::fails_later())).unwrap_err();
}

#[test]
fn a_body_may_change_what_it_borrows() {
    for fills in [private::fills, unchecked::fills] {
        expect_only(with_event("fills", said(Level::ERROR)), || fills(&mut 0)).unwrap_err();
    }
}

#[test]
fn a_future_may_change_what_it_borrows() {
    expect_only(in_two_polls!("fills_later"), || block_on(private::fills_later(&mut 0))).unwrap_err();
    expect_only(in_two_polls!("fills_later"), || block_on(unchecked::fills_later(&mut 0))).unwrap_err();
}

#[test]
fn an_ok_of_a_type_without_a_name_says_nothing() {
    assert_eq!(expect_only(once("counts"), || private::counts(3).unwrap().count()), 3);
    assert_eq!(expect_only(once("counts"), || unchecked::counts(3).unwrap().count()), 3);
}

#[test]
fn the_event_has_a_level_of_its_own() {
    for fails in [private::fails_quietly, unchecked::fails_quietly] {
        expect_only(with_event("fails_quietly", said(Level::INFO)), fails).unwrap_err();
    }
}

#[test]
fn the_level_of_the_span_is_another() {
    for fails in [private::warns_quietly, unchecked::warns_quietly] {
        let name = "warns_quietly";
        let expected = subscriber::mock()
            .new_span(span(name).at_level(Level::WARN))
            .enter(span(name))
            .event(said(Level::INFO))
            .exit(span(name))
            .drop_span(span(name));
        expect_only(expected, fails).unwrap_err();
    }
}

#[traced(args = all, unchecked = "nobody's data", err)]
fn fails_as_is_usual() -> Result<u8, TryFromIntError> {
    too_large()
}

#[traced(args = all, unchecked = "nobody's data", err(Debug))]
fn fails_with_debug() -> Result<u8, TryFromIntError> {
    too_large()
}

#[traced(args = all, unchecked = "nobody's data", err(Debug, level = "info"))]
fn fails_quietly_with_debug() -> Result<u8, TryFromIntError> {
    too_large()
}

#[test]
fn without_a_word_the_event_shows_the_display_at_the_level_of_errors() {
    expect_only(with_event("fails_as_is_usual", said(Level::ERROR)), fails_as_is_usual).unwrap_err();
}

#[test]
fn the_event_shows_an_error_by_its_debug() {
    let text = format!("{:?}", too_large().unwrap_err());
    expect_only(with_event("fails_with_debug", said_as(&text, Level::ERROR)), fails_with_debug).unwrap_err();
}

#[test]
fn the_event_shows_an_error_by_its_debug_at_any_level() {
    let text = format!("{:?}", too_large().unwrap_err());
    let expected = with_event("fails_quietly_with_debug", said_as(&text, Level::INFO));
    expect_only(expected, fails_quietly_with_debug).unwrap_err();
}

// What `tracing` doesn't have: the span itself says that it failed, and the text is scrubbed.

#[traced(err)]
fn says_nothing() -> Result<u8, TryFromIntError> {
    too_large()
}

#[test]
fn in_the_private_form_err_alone_adds_no_event() {
    expect_only(once("says_nothing"), says_nothing).unwrap_err();
}

#[traced(err(level = "warn"))]
async fn leaks() -> Result<(), String> {
    one_wait().await;
    Err("no mailbox a@b.example".to_owned())
}

struct NoText;

#[traced(err(level = "warn"))]
fn has_no_text() -> Result<(), NoText> {
    Err(NoText)
}

#[test]
fn the_event_is_scrubbed_and_the_span_has_failed_too() {
    let capture = testing::capture();
    block_on(leaks()).unwrap_err();
    let line = capture.log_lines().concat();
    assert!(line.contains(r#""error":"no mailbox [REDACTED:email]""#) && line.contains(r#""level":"WARN""#), "{line}");
    let span = capture.span("leaks");
    assert!(line.contains(&span.span_id.to_string()), "{line}");
    assert_eq!(span.status, Status::Error("no mailbox [REDACTED:email]".into()));
}

#[test]
fn an_error_without_text_is_said_by_its_type() {
    let capture = testing::capture();
    assert!(has_no_text().is_err());
    let line = capture.log_lines().concat();
    assert!(line.contains(r#""error":"dropin::err::NoText""#), "{line}");
}

#[traced(err = off)]
#[metered(name = "dropin_lookup")]
fn looks_up(key: u8) -> Result<u8, String> {
    assert!(key < 9, "no such store");
    if key == 0 { Err("nothing there".to_owned()) } else { Ok(key) }
}

#[async_trait]
trait Lookup {
    async fn look_up(&self) -> Result<u8, String>;
}

struct Store;

#[async_trait]
impl Lookup for Store {
    #[traced(err = off)]
    async fn look_up(&self) -> Result<u8, String> {
        one_wait().await;
        looks_up(0)
    }
}

#[test]
fn an_error_that_is_switched_off_is_no_failure_of_the_span_and_is_counted() {
    let capture = testing::capture();
    block_on(Store.look_up()).unwrap_err();
    for span in [capture.span("looks_up"), capture.span("look_up")] {
        assert_eq!(span.status, Status::Unset);
        assert_eq!(span.attribute("outcome"), Some(&AttributeValue::Text("error".into())));
        assert_eq!((span.attribute("error.type"), span.attribute("error.message")), (None, None));
    }
    assert!((capture.metric("dropin_lookup_total", &[("status", "error")]) - 1.0).abs() < 0.1);
}

#[test]
fn a_panic_is_a_failure_in_any_case() {
    let capture = testing::capture();
    catch_unwind(AssertUnwindSafe(|| looks_up(9))).unwrap_err();
    assert!(matches!(capture.span("looks_up").status, Status::Error(_)));
}

#[traced(err(level = "warn"))]
fn can_not_fail() -> u8 {
    1
}

#[test]
fn a_function_without_errors_says_none() {
    expect_only(once("can_not_fail"), can_not_fail);
}
