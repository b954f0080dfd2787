//! What of the operations' metrics is in an exposition: those of the presets that the program has, and none that it
//! declares itself.

#![expect(clippy::float_cmp, reason = "counts are whole numbers, and exact")]

use observe::{Counter, Label, metered, metric, set_metrics_enabled, testing, traced};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Metrics are switched off for the whole process, so one test runs at a time.
fn alone() -> MutexGuard<'static, ()> {
    static LOCK: Mutex<()> = Mutex::new(());
    LOCK.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Label, Clone, Copy)]
enum Topic {
    Infection,
}

/// Answers, by topic: the program's own, under the name of a built-in family.
#[metric(labels(topic))]
static RAG_QUERIES_TOTAL: Counter<Topic>;

#[traced(rag_query)]
fn answer() {
    RAG_QUERIES_TOTAL.with(Topic::Infection).inc();
}

/// Searches, as the program counts them itself.
#[metered(name = "vector_search", calls = "vector_search_queries_total", labels(topic: Topic = topic))]
#[traced(vector_search(system = "sqlite"))]
fn search(topic: Topic) {
    let _ = topic;
}

/// Never called: its metric is described nevertheless.
#[traced(messaging(system = "kafka", operation = "send", destination = "orders"))]
#[expect(dead_code, reason = "its metric is looked at, and it is not")]
fn send() {}

#[traced(db(system = "sqlite", operation = "select", table = "quiet", metrics = off))]
fn quiet() {}

#[traced(authentication(method = "token"))]
fn login() {}

#[test]
fn a_metric_of_the_programs_own_takes_the_place_of_a_built_in_one() {
    let _alone = alone();
    let capture = testing::capture();
    answer();
    search(Topic::Infection);
    let text = observe::exposition();
    for family in ["rag_queries_total", "rag_query_duration_seconds", "vector_search_queries_total"] {
        assert_eq!(text.matches(&format!("# TYPE {family} ")).count(), 1, "{family} in {text}");
    }
    assert_eq!(text.matches("\nrag_queries_total{").count(), 1);
    assert!(text.contains("rag_queries_total{topic=\"infection\"} 1\n"));
    assert!(text.contains("vector_search_queries_total{topic=\"infection\",status=\"ok\"} 1\n"));
    assert!(text.contains("vector_search_duration_seconds_count{topic=\"infection\",status=\"ok\"} 1\n"));
    // Family by family: nobody else has this one.
    assert!(text.contains("rag_query_duration_seconds_count{status=\"ok\"} 1\n"));
    let lines = capture.log_lines();
    assert!(!lines.iter().any(|line| line.contains("OBS0305")), "{lines:?}");
}

#[test]
#[cfg(target_os = "linux")]
fn what_the_program_can_count_is_described_from_the_first_scrape_on() {
    let _alone = alone();
    let text = observe::exposition();
    assert!(text.contains("# TYPE messaging_operation_duration_seconds histogram\n"), "{text}");
    assert!(text.contains("# HELP messaging_operation_duration_seconds Duration of calls in seconds: messages"));
    // No function here calls remote procedures or models.
    for absent in ["rpc_duration_seconds", "ai_request_duration_seconds", "redis_operations_total"] {
        assert!(!text.contains(absent), "{absent}");
    }
}

#[test]
fn a_preset_without_metrics_is_a_span_only() {
    let _alone = alone();
    let capture = testing::capture();
    quiet();
    let _ = capture.span("select quiet");
    assert!(!observe::exposition().contains("database_query_duration_seconds"));
}

#[test]
fn nothing_is_counted_while_metrics_are_off() {
    let _alone = alone();
    let capture = testing::capture();
    set_metrics_enabled(false);
    login();
    set_metrics_enabled(true);
    login();
    assert_eq!(capture.metric("authentication_attempts_total", &[("outcome", "ok")]), 1.0);
    assert_eq!(capture.spans().len(), 2);
}
