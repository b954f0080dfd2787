//! Where a span stands, and what it says of its code: `target`, `parent`, `root`, `links`, empty fields.

#![allow(
    clippy::unused_self,
    clippy::needless_pass_by_value,
    clippy::unused_async,
    clippy::unnecessary_wraps,
    reason = "the functions are as odd as users' functions are"
)]
#![forbid(unsafe_code)]
#![deny(warnings)]

use observe::{AttributeValue, Parent, SpanContext, testing, traced};
use std::sync::{Arc, Mutex};
use tracing::span::{Attributes, Record};
use tracing::{Id, Metadata, Span, Subscriber};

const HEADER: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

fn remote() -> SpanContext {
    SpanContext::from_traceparent(HEADER).expect("it is one")
}

mod target {
    use super::*;

    const BILLING: &str = "billing";

    #[traced]
    fn by_default() {}

    #[traced(target = "audit")]
    fn by_text() {}

    #[traced(target = BILLING, kind = client)]
    async fn by_constant() {}

    #[tokio::test]
    async fn a_target_is_the_module_or_what_is_said() {
        let capture = testing::capture();
        by_default();
        by_text();
        by_constant().await;
        let targets: Vec<&str> = capture.spans().iter().map(|span| span.target).collect();
        assert_eq!(targets, ["traced_options::target", "audit", "billing"]);
    }
}

mod parent {
    use super::*;

    #[traced(parent = parent)]
    fn below(parent: impl Into<Parent>) {
        let _ = "the parent is moved into the span";
    }

    #[traced(root)]
    fn root() {
        inner();
    }

    #[traced(parent = None)]
    fn none() {}

    #[traced]
    fn inner() {}

    #[traced(parent = &self.0)]
    impl Job {
        fn run(&self) {}

        async fn run_later(self) {}
    }

    struct Job(Span);

    #[tokio::test]
    async fn a_span_is_below_what_is_said_and_not_below_the_current_one() {
        let capture = testing::capture();
        let job = Job(tracing::info_span!("job"));
        tracing::info_span!("current").in_scope(|| job.run());
        job.run_later().await;
        let parent = capture.span("job");
        for name in ["run", "run_later"] {
            let span = capture.span(name);
            assert_eq!((span.trace_id, span.parent_id), (parent.trace_id, Some(parent.span_id)));
        }
    }

    #[test]
    fn a_root_begins_a_trace_and_its_children_join_it() {
        let capture = testing::capture();
        tracing::info_span!("current").in_scope(|| {
            root();
            none();
        });
        let (current, root, inner) = (capture.span("current"), capture.span("root"), capture.span("inner"));
        assert_eq!((root.parent_id, capture.span("none").parent_id), (None, None));
        assert_ne!(root.trace_id, current.trace_id);
        assert_eq!((inner.trace_id, inner.parent_id), (root.trace_id, Some(root.span_id)));
    }

    #[test]
    fn a_parent_is_a_span_an_id_a_context_or_an_option_of_one() {
        let capture = testing::capture();
        let span = tracing::info_span!("parent");
        let context = SpanContext::of(&span).expect("it is recorded");
        assert!(!context.is_remote() && context.is_sampled());
        below(&span);
        below(span.id().expect("it is recorded"));
        below(span.id());
        below(Some(&span));
        below(context);
        below(Some(&context));
        below(Some(context));
        below(Parent::Span(span.clone()));
        let children = capture.spans();
        assert_eq!(children.len(), 8);
        for child in children {
            assert_eq!((child.trace_id, child.parent_id), (context.trace_id(), Some(context.span_id())));
        }
    }

    #[test]
    fn a_parent_that_is_given_away_is_still_one() {
        let capture = testing::capture();
        below(tracing::info_span!("given"));
        assert_eq!(capture.span("below").parent_id, Some(capture.span("given").span_id));
    }

    #[test]
    fn below_a_span_that_has_ended_or_is_off_stands_a_root() {
        let capture = testing::capture();
        let ended = tracing::info_span!("ended").id();
        assert_eq!(capture.spans().len(), 1);
        tracing::info_span!("current").in_scope(|| {
            below(ended);
            below(Span::none());
            below(None::<SpanContext>);
        });
        let roots: Vec<_> =
            capture.spans().iter().filter(|span| span.name == "below").map(|span| span.parent_id).collect();
        assert_eq!(roots, [None; 3]);
    }

    /// Children of a span whose parent is elsewhere are in that trace too.
    #[traced(parent = caller)]
    async fn answer(caller: Option<SpanContext>) {
        inner();
    }

    #[tokio::test]
    async fn a_trace_of_another_process_goes_on() {
        let capture = testing::capture();
        answer(Some(remote())).await;
        let (answer, inner) = (capture.span("answer"), capture.span("inner"));
        assert_eq!((answer.trace_id, answer.parent_id), (remote().trace_id(), Some(remote().span_id())));
        assert_eq!((inner.trace_id, inner.parent_id), (remote().trace_id(), Some(answer.span_id)));
    }
}

mod links {
    use super::*;

    #[traced(links = causes)]
    fn batch(causes: &[SpanContext]) {}

    #[traced(root, follows_from = causes)]
    fn follows(causes: impl IntoIterator<Item = impl Into<Option<Id>>>) {}

    #[test]
    fn a_span_is_linked_to_contexts_and_to_spans() {
        let capture = testing::capture();
        let (one, two) = (tracing::info_span!("one"), tracing::info_span!("two"));
        let contexts = [&one, &two].map(|span| SpanContext::of(span).expect("it is recorded"));
        batch(&[remote(), contexts[0]]);
        assert_eq!(capture.span("batch").links, [remote(), contexts[0]]);
        follows([&one, &two]);
        assert_eq!(capture.span("follows").links, contexts);
        follows(vec![one.id(), None]);
        assert_eq!(capture.spans().last().map(|span| span.links.clone()), Some(vec![contexts[0]]));
    }

    #[test]
    fn a_span_that_ended_is_no_link_and_links_have_an_end() {
        let capture = testing::capture();
        let ended = tracing::info_span!("ended").id();
        follows([ended]);
        assert_eq!(capture.span("follows").links, []);
        batch(&[remote(); 200]);
        assert_eq!(capture.span("batch").links.len(), 128);
    }
}

mod empty {
    use super::*;

    #[traced(fields(before = 1, rows = tracing::field::Empty, after = 2, never = observe::Empty))]
    fn query() {
        Span::current().record("rows", 3_u64);
    }

    #[test]
    fn an_empty_field_is_recorded_later_or_never() {
        let capture = testing::capture();
        query();
        let span = capture.span("query");
        let value = |key| span.attribute(key).map(ToString::to_string);
        assert_eq!(["before", "rows", "after"].map(value), ["1", "3", "2"].map(|text| Some(text.to_owned())));
        assert_eq!(value("never"), None);
    }

    #[test]
    fn a_text_that_is_recorded_later_is_scrubbed() {
        use tracing::field::Empty;
        #[traced(fields(note = Empty))]
        fn notes() {
            Span::current().record("note", "mail jane@example.org");
        }
        let capture = testing::capture();
        notes();
        let text = AttributeValue::Text("mail [REDACTED:email]".into());
        assert_eq!(capture.span("notes").attribute("note"), Some(&text));
    }
}

/// What another subscriber is told: the names as `tracing` has them.
mod elsewhere {
    use super::*;

    #[derive(Default)]
    struct Seen {
        spans: Vec<(&'static Metadata<'static>, Option<Id>, bool)>,
        follows: Vec<(u64, u64)>,
    }

    struct Foreign {
        wants: bool,
        seen: Arc<Mutex<Seen>>,
    }

    impl Subscriber for Foreign {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            self.wants
        }
        fn new_span(&self, span: &Attributes<'_>) -> Id {
            let mut seen = self.seen.lock().expect("nobody panicked");
            seen.spans.push((span.metadata(), span.parent().cloned(), span.is_root()));
            Id::from_u64(seen.spans.len() as u64)
        }
        fn record(&self, _: &Id, _: &Record<'_>) {}
        fn record_follows_from(&self, span: &Id, follows: &Id) {
            self.seen.lock().expect("nobody panicked").follows.push((span.into_u64(), follows.into_u64()));
        }
        fn event(&self, _: &tracing::Event<'_>) {}
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }

    #[traced(parent = parent, links = [parent])]
    fn below(parent: &Span) {}

    #[traced(parent = remote(), links = [remote()])]
    fn remotely() {}

    #[traced(name = "renamed")]
    fn original() {}

    struct Store;

    #[traced]
    impl Store {
        fn load(&self) {}
    }

    #[traced]
    trait Search {
        fn by_default(&self) {}
    }

    impl Search for Store {}

    #[test]
    fn of_a_span_that_nobody_wants_no_option_is_evaluated() {
        #[traced(parent = unasked(), links = [unasked()])]
        fn unseen() -> u8 {
            7
        }
        fn unasked() -> SpanContext {
            panic!("nobody wants the span")
        }
        let deaf = Foreign { wants: false, seen: Arc::default() };
        assert_eq!(tracing::subscriber::with_default(deaf, unseen), 7);
    }

    #[test]
    fn another_subscriber_sees_parents_links_and_places() {
        let seen = Arc::new(Mutex::new(Seen::default()));
        tracing::subscriber::with_default(Foreign { wants: true, seen: Arc::clone(&seen) }, || {
            below(&tracing::info_span!("parent"));
            remotely();
            original();
            Store.load();
            Store.by_default();
            observe::span!("block", {});
        });
        let seen = seen.lock().expect("nobody panicked");
        assert_eq!((seen.spans[1].1.clone(), seen.follows.clone()), (Some(Id::from_u64(1)), vec![(2, 1)]));
        assert!(seen.spans[2].2, "to `tracing` a span below one of another process is a root");
        let places: Vec<_> =
            seen.spans[1..].iter().map(|(metadata, ..)| metadata.module_path().unwrap_or("")).collect();
        let module = "traced_options::elsewhere";
        let expected = ["", "", "::original", "::Store", "::Search", ""].map(|place| format!("{module}{place}"));
        assert_eq!(places, expected);
        assert!(seen.spans[1..].iter().all(|(metadata, ..)| metadata.target() == module));
    }
}
