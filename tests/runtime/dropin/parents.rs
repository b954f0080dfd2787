//! Which span a span is a child of.

use crate::support::{expect_only, in_both_forms, span};
use observe::traced;
use tracing::Level;
use tracing_mock::{expect, subscriber};

in_both_forms! {
    #[traced]
    pub(super) fn child() {}
}

#[test]
fn a_span_is_a_child_of_the_current_one() {
    for child in [private::child, unchecked::child] {
        let expected = subscriber::mock()
            .new_span(span("around").with_ancestry(expect::is_contextual_root()))
            .new_span(span("child").with_ancestry(expect::is_contextual_root()))
            .enter(span("child"))
            .exit(span("child"))
            .drop_span(span("child"))
            .enter(span("around"))
            .new_span(span("child").with_ancestry(expect::has_contextual_parent("around")))
            .enter(span("child"))
            .exit(span("child"))
            .drop_span(span("child"))
            .exit(span("around"))
            .drop_span(span("around"));
        expect_only(expected, || {
            let around = tracing::span!(Level::TRACE, "around");
            child();
            around.in_scope(child);
        });
    }
}
