//! Operations begun by hand: the same spans and the same numbers as functions with presets have.

#![expect(clippy::float_cmp, reason = "counts are whole numbers, and exact")]

use observe::operation::{self, CircuitState};
use observe::{SpanKind, SpanRecord, Status, pseudonym, testing, traced};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The attributes as text, in the order of their names.
fn attributes(span: &SpanRecord) -> Vec<String> {
    let of_code = |key: &str| key.starts_with("code.");
    let attributes = span.attributes.iter().filter(|(key, _)| !of_code(key));
    let mut shown: Vec<_> = attributes.map(|(key, value)| format!("{key}={value}")).collect();
    shown.sort();
    shown
}

#[traced(db(system = "mysql", operation = "select", table = "twins"))]
fn by_preset() {}

#[traced(rpc(system = "grpc", service = "Twins", method = "Get"))]
fn called() {}

#[traced(messaging(system = "kafka", operation = "process", destination = "twins"))]
fn processed() {}

#[traced(chat(provider = "openai", model = "twin", user_type = "free"))]
fn asked() {
    operation::tokens(2, 3);
    operation::cost(0.25, "USD");
}

#[traced(vector_search(system = "qdrant", collection = "twins"))]
fn searched() {}

#[test]
fn a_span_by_hand_is_that_of_a_preset() {
    let capture = testing::capture();
    by_preset();
    operation::database("mysql", "select", "twins").start().finish_ok();
    called();
    operation::rpc("grpc", "Twins", "Get").start().finish_ok();
    processed();
    operation::messaging("kafka", "process", "twins").start().finish_ok();
    asked();
    let question = operation::chat("openai", "twin").user_type("free").start();
    question.tokens(2, 3).cost(0.25, "USD");
    question.finish_ok();
    searched();
    operation::vector_search("qdrant", "twins").start().finish_ok();

    let spans = capture.spans();
    assert_eq!(spans.len(), 10);
    for pair in spans.chunks(2) {
        assert_eq!((&pair[0].name, pair[0].kind), (&pair[1].name, pair[1].kind));
        assert_eq!(attributes(&pair[0]), attributes(&pair[1]));
    }
    let labels = [("table", "twins"), ("status", "ok")];
    assert_eq!(capture.metric("database_query_duration_seconds_count", &labels), 2.0);
    assert_eq!(capture.metric("tokens_processed_total", &[("model", "twin"), ("user_type", "free")]), 10.0);
    assert_eq!(capture.metric("requests_cost_total", &[("model", "twin")]), 0.5);
    assert_eq!(capture.metric("model_requests_total", &[("model", "twin"), ("status", "ok")]), 2.0);
}

#[test]
fn a_request_by_hand_says_its_error() {
    let capture = testing::capture();
    let request = operation::http_client("paypal", "POST").endpoint("/v2/{id}").user("jane").start();
    request.status_code(500);
    request.finish_error(&"mail jane@example.org failed");
    let span = capture.span("POST");
    assert_eq!((span.kind, &span.status), (SpanKind::Client, &Status::Error("mail [REDACTED:email] failed".into())));
    let shown = attributes(&span);
    for expected in ["url.template=/v2/{id}", "http.response.status_code=500", "external_api.provider=paypal"] {
        assert!(shown.iter().any(|known| known == expected), "{expected} in {shown:?}");
    }
    assert!(shown.contains(&format!("user.hash={}", pseudonym("jane"))));
    let labels = [("provider", "paypal"), ("status", "error")];
    assert_eq!(capture.metric("external_api_calls_total", &labels), 1.0);
}

#[test]
fn one_that_is_dropped_is_cancelled_or_panicked() {
    let capture = testing::capture();
    drop(operation::rpc("grpc", "Dropped", "Get").start());
    let mut started = operation::rpc("grpc", "Dropped", "Get").start();
    let panicked = catch_unwind(AssertUnwindSafe(move || started.in_scope(|| panic!("gone")))).is_err();
    assert!(panicked);
    let of = |status| capture.metric("rpc_duration_seconds_count", &[("service", "Dropped"), ("status", status)]);
    assert_eq!((of("cancelled"), of("panicked"), of("ok")), (1.0, 1.0, 0.0));
}

#[tokio::test]
async fn what_runs_in_it_is_its_child_and_speaks_for_it() {
    let capture = testing::capture();
    let mut started = operation::chat("openai", "inside").streamed().start();
    let work = async {
        tokio::task::yield_now().await;
        operation::tokens(4, 1);
        tracing::info_span!("child").in_scope(|| ());
        Ok::<u8, String>(1)
    };
    let result = started.run(work).await;
    started.finish(&result);
    let span = capture.span("chat inside");
    assert_eq!(capture.span("child").parent_id, Some(span.span_id));
    let shown = attributes(&span);
    for expected in ["gen_ai.usage.input_tokens=4", "gen_ai.request.stream=true"] {
        assert!(shown.iter().any(|known| known == expected), "{expected} in {shown:?}");
    }
}

#[test]
fn attempts_limits_and_caches_by_hand_say_what_they_found() {
    let capture = testing::capture();
    let attempt = operation::authentication("password").user("jane").start();
    attempt.hit(false);
    attempt.finish_ok();
    let limit = operation::rate_limit().start();
    limit.within_limit(false, 11, 10);
    limit.finish_ok();
    let lookup = operation::cache("memcached", "get").start();
    lookup.hit(true);
    lookup.finish_ok();
    let of = |name: &str, attribute: &str| capture.span(name).attribute(attribute).unwrap().to_string();
    assert_eq!(of("authentication", "authentication.success"), "false");
    assert_eq!(of("rate limit", "rate_limit.allowed"), "false");
    assert_eq!(of("memcached get", "cache.hit"), "true");
    assert_eq!(capture.metric("authentication_attempts_total", &[("outcome", "error")]), 1.0);
    assert_eq!(capture.metric("rate_limit_violations_total", &[]), 1.0);
    assert_eq!(capture.metric("cache_hits_total", &[("system", "memcached")]), 1.0);
    operation::indexing("pdf").without_metrics().start().finish_ok();
    assert_eq!(capture.metric("document_uploads_total", &[]), 0.0);
}

#[test]
fn personal_data_in_a_text_by_hand_is_scrubbed() {
    let capture = testing::capture();
    operation::database("sqlite", "select", "jane@example.org").start().finish_ok();
    assert_eq!(
        capture.span("select [REDACTED:email]").attribute("db.collection.name").unwrap().to_string(),
        "[REDACTED:email]"
    );
    assert!(!observe::exposition().contains("jane@example.org"));
}

#[test]
fn a_circuit_breaker_is_a_gauge() {
    for (state, number) in [(CircuitState::Closed, 0), (CircuitState::HalfOpen, 1), (CircuitState::Open, 2)] {
        operation::circuit_breaker("payments", state);
        let line = format!("circuit_breaker_state{{breaker=\"payments\"}} {number}\n");
        assert!(observe::exposition().contains(&line), "{line}");
    }
}
