//! `target`, `parent` and `follows_from`: where a span stands, and what its events take over from it.

use crate::support::{block_on, expect_only, in_both_forms, once_as, span};
use observe::traced;
use tracing::{Level, Span};
use tracing_mock::span::ExpectedSpan;
use tracing_mock::{expect, subscriber};

const TARGET: &str = "my_target";
const NAME: &str = "my name";

in_both_forms! {
    #[traced(target = "my_target")]
    pub(super) fn custom_target() {}

    #[traced(target = TARGET)]
    pub(super) fn constant_target() {}

    #[traced(target = TARGET, name = NAME)]
    pub(super) fn constants() {}

    #[traced(target = "my_target", level = "debug")]
    pub(super) fn overridden() {}

    #[traced(target = "my_target", ret(level = "info"), err(level = "error"))]
    pub(super) fn says(number: u8) -> Result<u8, String> {
        if number == 0 { Err("zero".to_owned()) } else { Ok(number) }
    }

    #[traced(parent = parent_span, skip(parent_span))]
    pub(super) fn explicit_parent(parent_span: &Span) {
        let _ = parent_span;
    }

    #[traced(follows_from = causes, skip(causes))]
    pub(super) fn follows(causes: [&Span; 3]) {
        let _ = causes;
    }

    #[traced(follows_from = causes, skip(causes))]
    pub(super) async fn follows_later(causes: [&Span; 3]) {
        let _ = causes;
    }

    #[traced(follows_from = [&Span::current()])]
    pub(super) fn follows_current() {}
}

#[test]
fn the_target_is_one_that_is_named() {
    for call in [private::custom_target, unchecked::custom_target] {
        expect_only(once_as("custom_target", span("custom_target").with_target(TARGET)), call);
    }
}

#[test]
fn the_target_may_be_a_constant() {
    for call in [private::constant_target, unchecked::constant_target] {
        expect_only(once_as("constant_target", span("constant_target").with_target(TARGET)), call);
    }
}

#[test]
fn target_and_name_may_be_constants_together() {
    for call in [private::constants, unchecked::constants] {
        expect_only(once_as(NAME, span(NAME).with_target(TARGET)), call);
    }
}

#[test]
fn level_and_target_are_named_together() {
    for call in [private::overridden, unchecked::overridden] {
        let new = span("overridden").with_target(TARGET).at_level(Level::DEBUG);
        expect_only(once_as("overridden", new), call);
    }
}

/// Expects one event, of this field, at the target of the span.
#[track_caller]
fn expect_event_at_target(field: &str, call: impl FnOnce()) {
    let event = expect::event().with_target(TARGET).with_fields(expect::field(field).only());
    expect_only(crate::support::with_event("says", event), call);
}

#[test]
fn a_returned_value_is_said_at_the_target_of_the_span() {
    for says in [private::says, unchecked::says] {
        expect_event_at_target("return", || drop(says(1)));
    }
}

#[test]
fn an_error_is_said_at_the_target_of_the_span() {
    for says in [private::says, unchecked::says] {
        expect_event_at_target("error", || drop(says(0)));
    }
}

#[test]
fn the_parent_is_one_that_is_named() {
    for call in [private::explicit_parent as fn(&Span), unchecked::explicit_parent] {
        let child = "explicit_parent";
        let expected = subscriber::mock()
            .new_span(span("around").with_ancestry(expect::is_contextual_root()))
            .new_span(span("parent").with_ancestry(expect::is_contextual_root()))
            .enter(span("around"))
            .new_span(span(child).with_ancestry(expect::has_explicit_parent("parent")))
            .enter(span(child))
            .exit(span(child))
            .drop_span(span(child))
            .exit(span("around"))
            .drop_span(span("parent"))
            .drop_span(span("around"));
        expect_only(expected, || {
            let around = tracing::info_span!("around");
            let parent = tracing::info_span!("parent");
            around.in_scope(|| call(&parent));
        });
    }
}

/// A span that follows three others, made before it.
macro_rules! follows_three {
    ($name:literal) => {
        subscriber::mock()
            .new_span(span("a"))
            .new_span(span("b"))
            .new_span(span("c"))
            .new_span(span($name))
            .follows_from(span($name), span("a"))
            .follows_from(span($name), span("b"))
            .follows_from(span($name), span("c"))
            .enter(span($name))
            .exit(span($name))
            .drop_span(span($name))
            .drop_span(span("c"))
            .drop_span(span("b"))
            .drop_span(span("a"))
    };
}

/// Calls with three spans, which are open until the call is over.
fn with_causes(call: impl FnOnce([&Span; 3])) {
    let a = tracing::info_span!("a");
    let b = tracing::info_span!("b");
    let c = tracing::info_span!("c");
    call([&a, &b, &c]);
}

#[test]
fn a_span_follows_from_those_that_are_named() {
    for call in [private::follows, unchecked::follows] {
        expect_only(follows_three!("follows"), || with_causes(call));
    }
}

#[test]
fn the_span_of_a_future_follows_from_those_that_are_named() {
    let expected = || follows_three!("follows_later");
    expect_only(expected(), || with_causes(|causes| block_on(private::follows_later(causes))));
    expect_only(expected(), || with_causes(|causes| block_on(unchecked::follows_later(causes))));
}

#[test]
fn a_span_may_follow_from_the_current_one() {
    for call in [private::follows_current, unchecked::follows_current] {
        let name = "follows_current";
        let cause: ExpectedSpan = span("cause");
        let expected = subscriber::mock()
            .new_span(cause.clone())
            .enter(cause.clone())
            .new_span(span(name))
            .follows_from(span(name), cause.clone())
            .enter(span(name))
            .exit(span(name))
            .exit(cause);
        expect_only(expected, || tracing::info_span!("cause").in_scope(call));
    }
}
