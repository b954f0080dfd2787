//! `args = all` and what leaves an argument out; methods, generics and hostile surroundings.

use crate::support::{expect_only, new_span, once, once_as, text};
use observe::traced;
use std::fmt::Debug;
use tracing_mock::expect;

#[test]
fn arguments_are_recorded_by_their_types() {
    #[traced(args = all, unchecked = "nobody's data", level = "debug")]
    fn call(number: usize, flag: bool, words: String) {}

    for (number, flag, words) in [(2, false, "Cool"), (3, true, "Still cool")] {
        let fields = [
            expect::field("number").with_value(&number),
            expect::field("flag").with_value(&flag),
            text("words", words),
        ];
        let expected = once_as("call", new_span("call", fields));
        expect_only(expected, || call(number, flag, words.to_owned()));
    }
}

/// Nothing says what it shows, so nothing but a skip compiles.
struct NoDebug;

#[test]
fn an_argument_that_is_skipped_is_not_recorded() {
    #[traced(args = all, skip(_hidden, _too))]
    fn some(number: usize, _hidden: NoDebug, _too: NoDebug) {}

    #[traced(args = all, unchecked = "nobody's data", skip_all)]
    fn none(_number: usize, _hidden: NoDebug, _too: NoDebug) {}

    #[traced(skip(_hidden))]
    fn private(_number: usize, _hidden: NoDebug) {}

    #[traced(skip_all)]
    fn all_private(_number: usize, _hidden: NoDebug) {}

    for number in [2_usize, 3] {
        let number_field = expect::field("number").with_value(&number);
        expect_only(once_as("some", new_span("some", [number_field])), || some(number, NoDebug, NoDebug));
    }
    expect_only(once_as("none", new_span("none", [])), || none(2, NoDebug, NoDebug));
    expect_only(once_as("private", new_span("private", [])), || private(2, NoDebug));
    expect_only(once_as("all_private", new_span("all_private", [])), || all_private(2, NoDebug));
}

#[derive(Debug)]
struct Shown;

#[test]
fn a_generic_argument_is_recorded_by_its_debug() {
    #[traced(args = all, unchecked = "nobody's data")]
    fn call<S, T: Debug>(one: S, two: T)
    where
        S: Debug,
    {
    }

    #[traced]
    fn private<S, T>(one: S, two: T) {
        drop((one, two));
    }

    expect_only(once_as("call", new_span("call", [text("one", "Shown"), text("two", "false")])), || call(Shown, false));
    expect_only(once_as("private", new_span("private", [])), || private(Shown, false));
}

impl Shown {
    #[traced(args = all, unchecked = "nobody's data")]
    fn method(&self, number: usize) {}

    #[traced(args = all)]
    fn checked_method(&mut self, number: usize) {}
}

#[test]
fn a_receiver_is_recorded_in_the_unchecked_form_only() {
    let number = || expect::field("number").with_value(&42_usize);
    expect_only(once_as("method", new_span("method", [text("self", "Shown"), number()])), || Shown.method(42));
    expect_only(once_as("checked_method", new_span("checked_method", [number()])), || Shown.checked_method(42));
}

#[test]
fn a_function_may_return_a_type_without_a_name() {
    #[traced(args = all)]
    fn call(up_to: usize) -> impl Iterator<Item = usize> {
        0..up_to
    }

    #[traced]
    fn private(up_to: usize) -> impl Iterator<Item = usize> {
        0..up_to
    }

    let up_to = expect::field("up_to").with_value(&3_usize);
    assert_eq!(expect_only(once_as("call", new_span("call", [up_to])), || call(3).count()), 3);
    assert_eq!(expect_only(once("private"), || private(3).count()), 3);
}

/// The names that generated code might use are taken by something else.
#[test]
fn a_module_of_the_users_may_be_called_tracing() {
    #[traced(args = all, unchecked = "nobody's data", fields(rows), ret, err)]
    fn call(number: u8) -> Result<u8, String> {
        assert_eq!(tracing::other(), "other");
        Ok(number)
    }

    mod tracing {
        pub(super) fn other() -> &'static str {
            "other"
        }
    }

    let capture = observe::testing::capture();
    assert_eq!(call(1), Ok(1));
    assert_eq!(capture.span("call").attribute("number"), Some(&observe::AttributeValue::U64(1)));
}

/// What `tracing` does with primitive types, ours does with every type that says how it is recorded.
#[test]
fn a_type_that_says_how_it_is_recorded_is_recorded_so() {
    #[observe::redact]
    struct Question {
        #[redact(clear)]
        id: u64,
        text: String,
    }

    #[traced(args = all, unchecked = "nobody's data")]
    fn ask(question: &Question, limit: Option<usize>, words: Vec<&str>) {
        assert!(question.text.is_empty() && words.len() == 1);
    }

    let capture = observe::testing::capture();
    ask(&Question { id: 7, text: String::new() }, None, vec!["mail a@b.example"]);
    let span = capture.span("ask");
    assert_eq!(span.attribute("question.id"), Some(&observe::AttributeValue::U64(7)));
    assert_eq!(span.attribute("question.text").unwrap().to_string(), "[REDACTED]");
    assert_eq!(span.attribute("words").unwrap().to_string(), r#"["mail [REDACTED:email]"]"#);
    assert_eq!(span.attribute("limit"), None);
}
