//! What `#[metered]` counts. Each test has metrics of its own: they belong to the process.

#![expect(clippy::float_cmp, reason = "counts are whole numbers, and exact")]

use observe::{Label, SpanKind, metered, testing, traced};
use std::future::{Future, pending};
use std::panic::catch_unwind;
use std::pin::pin;
use std::task::{Context, Waker};

#[derive(Label, Clone, Copy)]
#[label(rename_all = "kebab-case")]
enum Model {
    Gpt4,
    #[label(rename = "claude-3")]
    Claude,
}

struct Request {
    model: Model,
    cached: Option<bool>,
}

/// Answers from the notes.
#[metered(name = "rag_query", labels(model: Model = q.model, cached: Option<bool> = q.cached, dry), buckets = ai)]
#[expect(clippy::trivially_copy_pass_by_ref, reason = "a label may be behind a reference")]
fn query(q: &Request, dry: &bool) -> Result<u8, String> {
    if *dry { Err("dry".into()) } else { Ok(1) }
}

#[test]
fn calls_durations_and_labels() {
    let capture = testing::capture();
    let request = Request { model: Model::Claude, cached: None };
    for dry in [true, false, false] {
        let _ = query(&request, &dry);
    }
    let _ = query(&Request { model: Model::Gpt4, cached: Some(true) }, &false);
    let claude = [("model", "claude-3"), ("cached", "none")];
    assert_eq!(capture.metric("rag_query_total", &claude), 3.0);
    assert_eq!(capture.metric("rag_query_total", &[("model", "gpt4"), ("cached", "true"), ("dry", "false")]), 1.0);
    assert_eq!(capture.metric("rag_query_total", &[("status", "error")]), 1.0);
    assert_eq!(capture.metric("rag_query_duration_seconds_count", &claude), 3.0);
    assert_eq!(capture.metric("rag_query_duration_seconds_bucket", &[("le", "60"), ("status", "ok")]), 3.0);
    assert!(capture.metric("rag_query_duration_seconds_sum", &[]) > 0.0);
    let text = observe::exposition();
    assert!(text.contains("# HELP rag_query_total Finished calls: Answers from the notes\n"), "{text}");
    assert!(text.contains("# TYPE rag_query_duration_seconds histogram\n"), "{text}");
    assert!(text.contains(r#"rag_query_in_progress{model="claude-3",cached="none",dry="true"} 0"#), "{text}");
}

#[metered(name = "explode")]
fn explode() {
    assert_eq!(testing_value("explode_in_progress"), 1.0);
    panic!("boom");
}

fn testing_value(name: &str) -> f64 {
    let text = observe::exposition();
    let line = text.lines().find(|line| line.starts_with(&format!("{name} "))).unwrap_or_default();
    line.rsplit(' ').next().and_then(|value| value.parse().ok()).unwrap_or(f64::NAN)
}

#[test]
fn the_gauge_returns_to_zero_after_a_panic() {
    let capture = testing::capture();
    assert!(catch_unwind(explode).is_err());
    assert_eq!(testing_value("explode_in_progress"), 0.0);
    assert_eq!(capture.metric("explode_total", &[("status", "panicked")]), 1.0);
}

#[metered(name = "hang")]
async fn hang() {
    pending::<()>().await;
}

#[test]
fn the_gauge_returns_to_zero_after_a_cancelled_future() {
    let capture = testing::capture();
    {
        let mut future = pin!(hang());
        assert!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        assert_eq!(testing_value("hang_in_progress"), 1.0);
    }
    assert_eq!(testing_value("hang_in_progress"), 0.0);
    assert_eq!(capture.metric("hang_total", &[("status", "cancelled")]), 1.0);
}

#[traced(kind = producer)]
#[metered(name = "shared_clock")]
fn traced_first() {
    std::hint::black_box(0);
}

#[metered(name = "shared_clock_too")]
#[traced(kind = producer)]
fn metered_first() {
    std::hint::black_box(0);
}

/// One clock pair: span and histogram have the same duration to the nanosecond.
#[test]
fn both_annotations_share_one_pair_of_clock_reads() {
    let capture = testing::capture();
    traced_first();
    metered_first();
    for (span, sum) in [
        ("traced_first", "shared_clock_duration_seconds_sum"),
        ("metered_first", "shared_clock_too_duration_seconds_sum"),
    ] {
        let span = capture.span(span);
        let nanos = (capture.metric(sum, &[]) * 1e9).round();
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53 nanoseconds")]
        let expected = span.duration.as_nanos() as f64;
        assert_eq!(nanos, expected);
        assert_eq!(span.kind, SpanKind::Producer);
    }
}

#[metered(
    name = "renamed",
    help = "Uploads of documents",
    calls = "document_uploads_total",
    duration = off,
    in_progress = "uploads_active",
    outcome = "result"
)]
fn upload() -> Option<u8> {
    None
}

#[test]
fn families_can_be_renamed_and_switched_off() {
    let capture = testing::capture();
    upload();
    assert_eq!(capture.metric("document_uploads_total", &[("result", "ok")]), 1.0);
    let text = observe::exposition();
    assert!(text.contains("# HELP document_uploads_total Finished calls: Uploads of documents\n"), "{text}");
    assert!(text.contains("uploads_active 0\n"), "{text}");
    assert!(!text.contains("renamed"), "{text}");
}

const BOUNDS: [f64; 2] = [0.5, 3600.0];

#[metered(name = "custom_constant", buckets = BOUNDS)]
fn custom_constant() {}

#[metered(name = "custom_list", buckets = [0.25, 1.0, 2.5])]
fn custom_list() {}

#[test]
fn buckets_are_what_was_asked_for() {
    custom_constant();
    custom_list();
    let text = observe::exposition();
    for line in [
        "custom_constant_duration_seconds_bucket{status=\"ok\",le=\"3600\"} 1",
        "custom_list_duration_seconds_bucket{status=\"ok\",le=\"2.5\"} 1",
        "custom_list_duration_seconds_bucket{status=\"ok\",le=\"+Inf\"} 1",
    ] {
        assert!(text.contains(line), "{text}");
    }
}

/// Two threads on one series lose no increment.
#[test]
fn no_increment_is_lost() {
    #[metered(name = "contended")]
    fn contended() {}
    let capture = testing::capture();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..5_000).for_each(|_| contended()));
        }
    });
    assert_eq!(capture.metric("contended_total", &[("status", "ok")]), 20_000.0);
}

/// A label written by hand may be wrong about itself.
#[test]
fn an_index_beyond_its_type_stays_in_the_table() {
    struct Wild;
    impl Label for Wild {
        const CARDINALITY: usize = 2;
        fn index(&self) -> usize {
            usize::MAX
        }
        fn value(index: usize) -> &'static str {
            ["a", "b"][index]
        }
    }
    #[metered(name = "wild", labels(wild))]
    fn wild(wild: &Wild) {}
    let capture = testing::capture();
    wild(&Wild);
    assert_eq!(capture.metric("wild_total", &[("wild", "b")]), 1.0);
}

#[test]
fn a_label_without_values_counts_nothing_and_does_no_harm() {
    struct Nothing;
    impl Label for Nothing {
        const CARDINALITY: usize = 0;
        fn index(&self) -> usize {
            0
        }
        fn value(_: usize) -> &'static str {
            ""
        }
    }
    #[metered(name = "nothing", labels(nothing))]
    fn nothing(nothing: &Nothing) -> u8 {
        let _ = nothing;
        1
    }
    assert_eq!(nothing(&Nothing), 1);
    assert!(!observe::exposition().contains("nothing_total{"));
}
