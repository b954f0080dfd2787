//! The service over real HTTP, and what is seen of it.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

// The one that the clients' own tests have.
#[path = "../../../tests/runtime/redis_server/mod.rs"]
mod redis_server;
mod service;

use serde_json::json;
use service::{Service, models, set_fault};

// BB-X1
#[tokio::test(flavor = "multi_thread")]
async fn bb_x1_metrics_are_text_and_count_requests() {
    let service = Service::start(&[]);
    assert_eq!(service.get("/v1/offers?destination=ubud").await.0, 200);
    let response = service.send("GET", "/metrics").await;
    assert_eq!(response.status(), 200);
    assert!(response.headers()["content-type"].to_str().unwrap().starts_with("text/plain"));
    assert!(response.text().await.unwrap().contains("http_requests_total"));
    service.stop();
}

// BB-M5
#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_for_the_networks_that_may_read_them() {
    let service = Service::start(&[("OBSERVE_METRICS_ALLOW", "10.0.0.0/8")]);
    let response = service.send("GET", "/metrics").await;
    assert_eq!(response.status(), 403);
    assert!(!response.text().await.unwrap().contains("baliblissed_"));
    assert_eq!(service.get("/v1/offers?destination=ubud").await.0, 200);
    service.stop();
}

// BB-X1, BB-H1, BB-H3
#[tokio::test(flavor = "multi_thread")]
async fn bb_x1_readiness_says_that_the_database_passes() {
    let service = Service::start(&[]);
    let (status, ready) = service.get("/health/ready").await;
    assert_eq!((status, ready["status"].as_str()), (200, Some("ready")), "{ready}");
    assert_eq!(ready["checks"]["database"]["status"], "pass", "{ready}");
    assert!(ready["checks"]["database"]["response_ms"].is_number(), "{ready}");
    assert!(ready["checks"]["disk"]["usage_percent"].is_number(), "{ready}");
    assert!(ready["checks"]["memory"].is_object() && ready["version"] == env!("CARGO_PKG_VERSION"), "{ready}");
    assert_eq!(service.get("/health/live").await.0, 200);
    service.stop();
}

// BB-X1
#[tokio::test(flavor = "multi_thread")]
async fn bb_x1_traces_on_a_console_that_nobody_reads_end_nothing() {
    // As `program | head -0` does: the reader is gone, and each span meets a broken pipe.
    let service = Service::start_with(&[("OTEL_TRACES_EXPORTER", "console")], false);
    for _ in 0..50 {
        assert_eq!(service.get("/v1/offers?destination=amed").await.0, 200);
    }
    // It ends as it should, when it is told to and not before.
    service.stop();
}

// BB-M1
#[tokio::test(flavor = "multi_thread")]
async fn what_was_asked_before_is_in_the_cache() {
    let service = Service::start(&[]);
    let (_, first) = service.get("/v1/offers?destination=ubud").await;
    assert_eq!(first.as_array().unwrap().len(), 2, "{first}");
    assert_eq!(service.get("/v1/offers?destination=ubud").await.1, first);
    assert_eq!(service.get("/v1/offers?x=1&destination=amed").await.0, 200);
    for path in ["/v1/offers", "/v1/offers?destination=atlantis", "/v1/offers?destination=%75bud"] {
        assert_eq!(service.get(path).await.0, 400, "{path}");
    }
    let metrics = service
        .metrics_with(&[
            r#"baliblissed_cache_hits_total{system="memory"} 1"#,
            r#"baliblissed_cache_misses_total{system="memory"} 2"#,
            r#"baliblissed_offer_search_total{destination="ubud",status="ok"} 2"#,
            r#"baliblissed_http_requests_total{method="GET",endpoint="/v1/offers",status="400"} 3"#,
        ])
        .await;
    for family in
        ["process_cpu_seconds_total ", "process_resident_memory_bytes ", "system_memory_bytes{", "system_disk_bytes{"]
    {
        assert!(metrics.contains(family), "{family} is not in {metrics}");
    }
    service.stop();
}

// BB-M1, BB-H1
#[tokio::test(flavor = "multi_thread")]
async fn with_a_redis_the_cache_is_there_and_its_end_degrades_the_service_only() {
    let Some(redis) = redis_server::RedisServer::start() else { return };
    let service = Service::start(&[("BALIBLISSED_REDIS", &redis.url())]);
    let (_, first) = service.get("/v1/offers?destination=ubud").await;
    assert_eq!(service.get("/v1/offers?destination=ubud").await.1, first);
    let metrics = service
        .metrics_with(&[
            r#"baliblissed_cache_hits_total{system="redis"} 1"#,
            r#"baliblissed_cache_misses_total{system="redis"} 1"#,
            r#"baliblissed_redis_operations_total{operation="get",status="ok"} 2"#,
        ])
        .await;
    let memory = metrics.lines().find(|line| line.starts_with("baliblissed_redis_memory_bytes "));
    assert!(memory.unwrap().rsplit(' ').next().unwrap().parse::<f64>().unwrap() > 1000.0, "{memory:?}");
    assert_eq!(service.get("/health/ready").await.1["checks"]["redis"]["status"], "pass");

    redis.stop();
    assert_eq!(service.get("/v1/offers?destination=ubud").await.1, first);
    // An answer is kept for a second.
    let mut ready = service.get("/health/ready").await.1;
    for _ in 0..200 {
        if ready["checks"]["redis"]["status"] != "pass" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        ready = service.get("/health/ready").await.1;
    }
    assert!(ready["status"] == "ready" && ready["checks"]["redis"]["status"] != "pass", "{ready}");
    service.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_redis_that_was_asked_for_the_cache_is_in_memory() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let service = Service::start(&[("BALIBLISSED_REDIS", &format!("redis://{gone}"))]);
    assert_eq!(service.get("/v1/offers?destination=ubud").await.0, 200);
    service.metrics_with(&[r#"baliblissed_cache_misses_total{system="memory"} 1"#]).await;
    let (_, err) = service.stop();
    assert!(err.contains("the cache is in memory"), "{err}");
}

// BB-M1
#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_fails_is_left_alone_and_comes_back() {
    let url = models("broken").await;
    let service = Service::start(&[("BALIBLISSED_MODEL_URL", &url), ("BALIBLISSED_BREAKER_MS", "400")]);
    let wish = || json!({"destination": "amed", "days": 3, "wishes": "a quiet honeymoon for Ilda Quorn"});
    service.metrics_with(&[r#"baliblissed_circuit_breaker_state{breaker="itinerary_model"} 0"#]).await;
    for _ in 0..3 {
        assert_eq!(service.post("/v1/itinerary", wish()).await.0, 502);
    }
    assert_eq!(service.post("/v1/itinerary", wish()).await.0, 503);
    let metrics = service
        .metrics_with(&[
            r#"baliblissed_circuit_breaker_state{breaker="itinerary_model"} 2"#,
            r#"baliblissed_model_requests_total{provider="openai",model="gpt4o-mini",status="error"} 3"#,
        ])
        .await;
    assert!(metrics.contains("baliblissed_ai_request_duration_seconds_count"), "{metrics}");

    set_fault(&url, "none").await;
    let mut answer = service.post("/v1/itinerary", wish()).await;
    for _ in 0..200 {
        if answer.0 == 200 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        answer = service.post("/v1/itinerary", wish()).await;
    }
    assert!(answer.0 == 200 && answer.1["text"].as_str().unwrap().len() > 20, "{answer:?}");
    let metrics = service.metrics_with(&[r#"baliblissed_circuit_breaker_state{breaker="itinerary_model"} 0"#]).await;
    let tokens = metrics.lines().find(|line| line.starts_with("baliblissed_ai_tokens_used_total{"));
    assert!(tokens.unwrap().contains(r#"model="gpt4o-mini""#), "{tokens:?}");
    let (out, err) = service.stop();
    let asked = out.lines().find(|line| line.contains("wish.destination=amed")).unwrap();
    assert!(asked.contains("wish.wishes=[REDACTED]"), "{asked}");
    assert!(err.contains("the circuit breaker went from Closed to Open"), "{err}");
}

// BB-L5 and personal data (GDPR)
#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_kept_with_consent_shown_nowhere_and_deleted_when_asked() {
    let service = Service::start(&[]);
    let letter = |consent: bool| {
        json!({
            "name": "Ilda Quorn", "email": "ilda.quorn@example.org", "phone": "+1 202 555 0143",
            "message": "We come for our honeymoon.", "consent": consent,
        })
    };
    let (status, refused) = service.post("/v1/contact", letter(false)).await;
    assert!(status == 400 && refused["error"].as_str().unwrap().contains("consent"), "{refused}");
    let (status, kept) = service.post("/v1/contact", letter(true)).await;
    assert_eq!(status, 201, "{kept}");
    let path = format!("/v1/contact/{}", kept["reference"].as_str().unwrap());
    assert_eq!(service.send("DELETE", &path).await.status(), 204);
    assert_eq!(service.send("DELETE", &path).await.status(), 404);

    let (out, err) = service.stop();
    let received = out.lines().find(|line| line.contains("letter.consent=true")).unwrap();
    for part in ["letter.name=[REDACTED]", "letter.email=i***@***", "letter.phone=***0143", "letter.message=[REDACTED]"]
    {
        assert!(received.contains(part), "{part}: {received}");
    }
    let line = |text: &str| err.lines().find(|line| line.contains(text) && line.contains("/v1/contact")).unwrap();
    let (begun, done) = (line("request started"), line("request done"));
    assert!(begun.contains("\"method\":\"POST\"") && begun.contains("\"request_id\":"), "{begun}");
    for part in ["\"method\":\"POST\"", "\"status\":400", "\"duration_ms\":", "\"request_id\":", "127.0.0.x"] {
        assert!(done.contains(part), "{part}: {done}");
    }
}

#[test]
fn a_wrong_setting_ends_the_program_with_a_sentence() {
    for (name, value) in
        [("BALIBLISSED_REDIS", "localhost"), ("BALIBLISSED_MODEL_URL", "x"), ("BALIBLISSED_BREAKER_MS", "0")]
    {
        let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_baliblissed"));
        let output = program.env_clear().env(name, value).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && said.contains(&format!("\nbaliblissed: {name} must be ")), "{said}");
    }
}
