//! `fields(…)`, and what it does to the arguments of the same name.

use crate::support::{expect_only, in_both_forms, new_span, once_as, text};
use observe::traced;
use tracing_mock::expect;
use tracing_mock::field::ExpectedField;

/// Calls the function, and expects these fields and no others.
#[track_caller]
fn expect_fields(name: &str, fields: impl IntoIterator<Item = ExpectedField>, call: impl FnOnce()) {
    expect_only(once_as(name, new_span(name, fields)), call);
}

fn number(name: &str, number: u64) -> ExpectedField {
    expect::field(name).with_value(&number)
}

in_both_forms! {
    #[traced(fields(foo = "bar", is_new = true, num = 1))]
    pub(super) fn constants() {}

    #[traced(fields(question.impl.type.fn = clear(name)), skip(name))]
    pub(super) fn keywords(name: &str) {
        let _ = name;
    }
}

#[test]
fn constants_are_recorded_by_their_types() {
    for call in [private::constants as fn(), unchecked::constants] {
        let is_new = expect::field("is_new").with_value(&true);
        expect_fields("constants", [text("foo", "bar"), is_new, expect::field("num").with_value(&1)], call);
    }
}

#[test]
fn a_name_may_have_keywords_in_it() {
    for call in [private::keywords, unchecked::keywords] {
        expect_fields("keywords", [text("question.impl.type.fn", "test")], || call("test"));
    }
}

#[traced(args = all, unchecked = "nobody's data", fields(len = s.len()))]
fn measured(s: &str) {}

#[traced(fields(len = s.len()))]
fn only_measured(s: &str) {
    let _ = s;
}

#[test]
fn a_field_may_be_computed_from_an_argument() {
    expect_fields("measured", [text("s", "hello"), number("len", 5)], || measured("hello"));
    expect_fields("only_measured", [number("len", 5)], || only_measured("hello"));
}

#[traced(args = all, unchecked = "nobody's data", fields(s.len = s.len(), s.is_empty = s.is_empty()))]
fn measured_twice(s: &str) {}

#[traced(fields(s.len = s.len(), s.is_empty = s.is_empty()))]
fn only_measured_twice(s: &str) {
    let _ = s;
}

#[test]
fn a_dotted_name_is_another_field_than_the_argument() {
    let measures = || [number("s.len", 5), expect::field("s.is_empty").with_value(&false)];
    expect_fields("measured_twice", measures().into_iter().chain([text("s", "hello")]), || measured_twice("hello"));
    expect_fields("only_measured_twice", measures(), || only_measured_twice("hello"));
}

#[traced(args = all, unchecked = "nobody's data", fields(?s, s.len = s.len()))]
fn named_by_debug(s: &str) {}

#[traced(args = all, unchecked = "nobody's data", fields(s = %s.trim()))]
fn named_by_display(s: &str) {}

#[traced(args = all, fields(s = "s"))]
fn named_by_another_text(s: &str) {
    let _ = s;
}

#[test]
fn a_field_takes_the_place_of_the_argument_of_its_name() {
    expect_fields("named_by_debug", [text("s", "\"hello\""), number("s.len", 5)], || named_by_debug("hello"));
    expect_fields("named_by_display", [text("s", "hello")], || named_by_display(" hello "));
    expect_fields("named_by_another_text", [text("s", "s")], || named_by_another_text("hello"));
}

#[traced(args = all, unchecked = "nobody's data", fields(s = &s))]
fn owned(s: String) {
    drop(s);
}

#[traced(fields(s = clear(s)))]
fn owned_and_clear(s: String) {
    drop(s);
}

#[test]
fn an_owned_text_is_recorded_and_then_moved() {
    expect_fields("owned", [text("s", "hello")], || owned("hello".to_owned()));
    expect_fields("owned_and_clear", [text("s", "hello")], || owned_and_clear("hello".to_owned()));
}

struct HasField {
    name: &'static str,
}

impl HasField {
    #[traced(args = all, unchecked = "nobody's data", fields(my_field = self.name), skip(self))]
    fn shows_its_field(&self) {}

    #[traced(fields(my_field = fixed(self.name)))]
    fn names_its_field(&self) {}
}

#[test]
fn a_field_may_be_one_of_the_receiver() {
    let receiver = HasField { name: "hello" };
    expect_fields("shows_its_field", [text("my_field", "hello")], || receiver.shows_its_field());
    expect_fields("names_its_field", [text("my_field", "hello")], || receiver.names_its_field());
}

#[traced(args = all, fields(foo = "bar"))]
fn with_argument(param: u32) {
    let _ = param;
}

#[test]
fn arguments_come_beside_fields() {
    expect_fields("with_argument", [text("foo", "bar"), number("param", 1)], || with_argument(1));
}

#[traced(args = all, unchecked = "nobody's data", fields(foo = "bar", rows, found.rows))]
fn with_empty() {
    tracing::Span::current().record("rows", 12_u64);
}

#[test]
fn a_lone_name_that_is_no_argument_is_empty_until_it_is_recorded() {
    expect_fields("with_empty", [text("foo", "bar")], with_empty);
    let capture = observe::testing::capture();
    with_empty();
    assert_eq!(capture.span("with_empty").attribute("rows"), Some(&observe::AttributeValue::U64(12)));
}

const FIELD: &str = "foo.bar";

const fn field() -> &'static str {
    FIELD
}

struct Names;

impl Names {
    const FIELD: &'static str = "foo.bar";
}

#[traced(args = all, unchecked = "nobody's data", fields({FIELD} = "baz"))]
fn named_by_constant() {}

#[traced(args = all, unchecked = "nobody's data", fields({field()} = "baz"))]
fn named_by_function() {}

#[traced(args = all, unchecked = "nobody's data", fields({Names::FIELD} = %"baz"))]
fn named_by_associated_constant() {}

#[traced(args = all, unchecked = "nobody's data", fields({"foo.bar"} = "baz"))]
fn named_by_text() {}

#[test]
fn a_name_may_be_a_constant() {
    expect_fields("named_by_constant", [text("foo.bar", "baz")], named_by_constant);
}

#[test]
fn a_name_may_be_what_a_constant_function_returns() {
    expect_fields("named_by_function", [text("foo.bar", "baz")], named_by_function);
}

#[test]
fn a_name_may_be_an_associated_constant() {
    expect_fields("named_by_associated_constant", [text("foo.bar", "baz")], named_by_associated_constant);
}

#[test]
fn a_name_may_be_a_text() {
    expect_fields("named_by_text", [text("foo.bar", "baz")], named_by_text);
}

const EMAIL: &str = "patient.email";
const ARGUMENT: &str = "s";

#[traced(args = all, unchecked = "nobody's data", fields({ARGUMENT} = "foo"))]
fn named_as_an_argument(s: &str) {}

/// Only the finished program knows that they are one; both are handed on, and a recorder keeps one.
#[test]
fn a_constant_may_be_the_name_of_an_argument_too() {
    let capture = observe::testing::capture();
    named_as_an_argument("hello");
    let span = capture.span("named_as_an_argument");
    let values: Vec<_> = span.attributes.iter().filter(|(key, _)| key == ARGUMENT).collect();
    assert_eq!(values.len(), 1);
    assert_eq!(values[0].1.to_string(), "foo");
}

#[traced(args = all, unchecked = "nobody's data", fields({EMAIL} = %address, email = %address, password = note, note = ?note), skip(address))]
fn sensitive(address: &str, note: Option<&str>, ssn: u32, user_id: &str) {}

/// Beyond what `tracing` does: unchecked is not unredacted.
#[test]
fn sensitive_names_are_hidden_and_text_is_scrubbed() {
    let hidden = |name| text(name, "[REDACTED]");
    let note = text("note", "Some(\"mail [REDACTED:email]\")");
    expect_fields(
        "sensitive",
        ["ssn", "user_id", EMAIL, "email", "password"].map(hidden).into_iter().chain([note]),
        || {
            sensitive("a@b.example", Some("mail a@b.example"), 123_456_789, "u-1");
        },
    );
}
