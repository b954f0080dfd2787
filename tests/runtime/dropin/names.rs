//! What a span is called.

use crate::support::{expect_only, in_both_forms, once};
use observe::traced;

const NAME: &str = "constant name";

struct Names;

impl Names {
    const LOAD: &str = "load";
}

in_both_forms! {
    #[traced(name = NAME)]
    pub(super) fn constant_name() {}

    #[traced(name = Names::LOAD)]
    pub(super) fn associated_name() {}

    #[traced]
    pub(super) fn default_name() {}

    #[traced(name = "my name")]
    pub(super) fn custom_name() {}

    #[traced("my other name")]
    pub(super) fn lone_name() {}

    #[traced("my level", level = "info")]
    pub(super) fn lone_name_and_more() {}
}

#[test]
fn a_span_is_called_after_its_function() {
    expect_only(once("default_name"), private::default_name);
    expect_only(once("default_name"), unchecked::default_name);
}

#[test]
fn a_span_is_called_as_its_author_says() {
    expect_only(once("my name"), private::custom_name);
    expect_only(once("my name"), unchecked::custom_name);
}

#[test]
fn a_text_alone_is_the_name() {
    expect_only(once("my other name"), private::lone_name);
    expect_only(once("my level"), private::lone_name_and_more);
}

/// The unchecked form says something in front of it.
#[test]
fn a_text_alone_is_the_name_wherever_it_stands() {
    expect_only(once("my other name"), unchecked::lone_name);
    expect_only(once("my level"), unchecked::lone_name_and_more);
}

#[test]
fn a_name_may_be_a_constant() {
    expect_only(once(NAME), private::constant_name);
    expect_only(once(NAME), unchecked::constant_name);
    expect_only(once("load"), private::associated_name);
    expect_only(once("load"), unchecked::associated_name);
}
