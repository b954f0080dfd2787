//! What the answers look like, key by key.

use super::{FAR, ask};
use observe::health::{Check, Health, Kind, Outcome};
use serde_json::Value;
use std::time::Duration;

/// A database that is fine, a disk that is nearly full, a cache that fails, and a model that does not answer.
fn service() -> Health {
    let health = Health::new().budget(FAR).ready_budget(FAR);
    health.register(Check::new("database", || async {}).kind(Kind::Database)).keep();
    let disk = || Outcome::warn("nearly full").with("usage_percent", 91.5);
    health.register(Check::blocking("disk", disk).kind(Kind::System)).keep();
    let refused = || async { Err::<(), _>("redis://:hunter2@cache:6379 refused ada@example.org") };
    health.register(Check::new("cache", refused).kind(Kind::Redis).degrading()).keep();
    let silent = Check::new("model", std::future::pending::<()>).timeout(Duration::from_millis(20));
    health.register(silent.degrading()).keep();
    health
}

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

#[track_caller]
fn assert_is_utc(time: &Value) {
    let pattern = regex::Regex::new(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$").unwrap();
    assert!(pattern.is_match(time.as_str().unwrap()), "{time} is no RFC 3339 in UTC");
}

/// What somebody outside gets.
async fn outside(path: &str, query: Option<&str>, accept: Option<&str>) -> (u16, &'static str, String) {
    service().answer(path, query, accept, false).await
}

#[tokio::test]
async fn bb_h3_readiness_has_the_keys_of_the_requirement() {
    let (status, _, body) = outside("/health/ready", None, None).await;
    let answer: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(status, 200);
    assert_eq!(keys(&answer), ["checks", "status", "timestamp", "version"]);
    assert_eq!(answer["status"], "ready");
    assert_is_utc(&answer["timestamp"]);
    assert_eq!(answer["version"], "unknown", "nobody has called `init!`");
    let checks = &answer["checks"];
    assert_eq!(keys(checks), ["cache", "database", "disk", "model"]);
    for (name, status) in [("database", "pass"), ("disk", "warn"), ("cache", "fail"), ("model", "unknown")] {
        assert_eq!(checks[name]["status"], status);
        assert!(checks[name]["response_ms"].is_f64(), "{checks}");
    }
    assert_eq!(keys(&checks["database"]), ["response_ms", "status"]);
    assert_eq!(keys(&checks["disk"]), ["response_ms", "status", "usage_percent"]);
    assert_eq!(checks["disk"]["usage_percent"], 91.5);
    assert!(checks["model"]["response_ms"].as_f64().unwrap() >= 20.0, "{checks}");
}

#[tokio::test]
async fn cv_h1_health_has_the_keys_of_the_requirement() {
    let (status, _, body) = outside("/health", None, None).await;
    let answer: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(status, 200);
    assert_eq!(keys(&answer), ["components", "performance", "status", "timestamp", "version"]);
    assert_eq!(answer["status"], "degraded");
    assert_is_utc(&answer["timestamp"]);
    let components = &answer["components"];
    assert_eq!(keys(components), ["cache", "database", "disk", "model"]);
    for (name, status) in [("database", "healthy"), ("disk", "degraded"), ("cache", "unhealthy"), ("model", "unknown")]
    {
        assert_eq!(components[name]["status"], status);
        assert!(components[name]["response_ms"].is_f64());
    }
    let performance = &answer["performance"];
    assert_eq!(keys(performance), ["cpu_percent", "memory_usage_mb", "uptime_seconds"]);
    assert!(performance["memory_usage_mb"].as_f64().unwrap() > 0.0);
    assert!(performance["cpu_percent"].is_number() && performance["uptime_seconds"].is_u64());
}

#[tokio::test]
async fn all_is_well_or_nothing_is() {
    let health = Health::new();
    assert_eq!(ask(&health, "/health").await.1["status"], "healthy");
    health.register(Check::new("database", || async {})).keep();
    let (status, answer) = ask(&health, "/health").await;
    assert_eq!((status, answer["status"].as_str()), (200, Some("healthy")));
    health.register(Check::new("ledger", || async { Err::<(), _>("gone") })).keep();
    let (status, answer) = ask(&health, "/health").await;
    assert_eq!((status, answer["status"].as_str()), (503, Some("unhealthy")));
}

#[tokio::test]
async fn why_is_told_inside_only_and_scrubbed_there_too() {
    let (_, _, body) = outside("/health", None, None).await;
    assert!(!body.contains("refused") && !body.contains("nearly full") && !body.contains("hunter2"), "{body}");
    let (_, answer) = ask(&service(), "/health").await;
    let output = answer["components"]["cache"]["output"].as_str().unwrap();
    assert!(output.contains("refused"), "{output}");
    assert!(!output.contains("hunter2") && !output.contains("ada@example.org"), "{output}");
    for (query, accept) in [(Some("verbose"), None), (None, Some("application/health+json"))] {
        let (_, _, body) = outside("/health/ready", query, accept).await;
        assert!(!body.contains("refused"), "{body}");
        let (_, _, body) = service().answer("/health/ready", query, accept, true).await;
        assert!(body.contains("refused") && !body.contains("hunter2"), "{body}");
    }
}

#[tokio::test]
async fn health_json_is_the_draft_s_form() {
    let (status, media_type, body) = outside("/health", None, Some("application/health+json")).await;
    assert_eq!((status, media_type), (200, "application/health+json"));
    let answer: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(keys(&answer), ["checks", "description", "status", "version"]);
    assert_eq!(answer["status"], "warn");
    let database = &answer["checks"]["database:responseTime"][0];
    assert_eq!(keys(database), ["componentType", "observedUnit", "observedValue", "status", "time"]);
    assert_eq!((&database["componentType"], &database["observedUnit"]), (&"datastore".into(), &"ms".into()));
    assert_eq!(database["status"], "pass");
    assert_is_utc(&database["time"]);
    let usage = &answer["checks"]["disk:usage_percent"][0];
    assert_eq!((&usage["observedValue"], &usage["observedUnit"]), (&91.5.into(), &"percent".into()));
    // The draft has no word for what did not answer.
    assert_eq!(answer["checks"]["model:responseTime"][0]["status"], "fail");
    let (status, _, body) = outside("/health/live", None, Some("application/health+json")).await;
    assert_eq!((status, &*body), (200, r#"{"status":"pass"}"#));
}

#[tokio::test]
async fn verbose_is_a_line_for_each_component() {
    let (status, media_type, body) = outside("/health/ready", Some("verbose&exclude=model"), None).await;
    assert_eq!((status, media_type), (200, "text/plain; charset=utf-8"));
    let expected = "[+]database ok\n[!]disk warning: reason withheld\n[-]cache failed: reason withheld\n\
                    [+]model excluded: ok\nready check passed\n";
    assert_eq!(body, expected);
}

#[tokio::test]
async fn what_is_excluded_is_not_asked_and_decides_nothing() {
    let health = Health::new();
    health.register(Check::new("ledger", || async { Err::<(), _>("gone") })).keep();
    health.register(Check::new("notes", || async {})).keep();
    assert_eq!(ask(&health, "/health/ready").await.0, 503);
    let (status, answer) = ask(&health, "/health/ready?exclude=ledger").await;
    assert_eq!((status, keys(&answer["checks"])), (200, vec!["notes"]));
    assert_eq!(answer.get("warnings"), None);
    let (_, answer) = ask(&health, "/health/ready?exclude=ledger&exclude=%3Cscript%3E&exclude=x").await;
    assert_eq!(answer["warnings"][0], "2 of the names in `exclude` are no check's, and leave nothing out");
}

#[tokio::test]
async fn one_check_can_be_asked_for_by_name() {
    let health = service();
    for (name, status) in [("database", 200), ("disk", 200), ("cache", 503), ("model", 503), ("nobody", 404)] {
        assert_eq!(ask(&health, &format!("/health/ready/{name}")).await.0, status, "{name}");
    }
    assert_eq!(keys(&ask(&health, "/health/ready/disk/").await.1["checks"]), ["disk"]);
    for path in ["/health/other", "/healthy", "/", "", "/health/ready/a/b"] {
        assert_eq!(ask(&health, path).await.0, 404, "{path}");
    }
}

#[tokio::test]
async fn a_service_that_starts_or_drains_is_not_ready_whatever_its_checks_say() {
    let health = Health::new();
    health.register(Check::new("database", || async {})).keep();
    health.starting();
    let (status, answer) = ask(&health, "/health/ready").await;
    assert_eq!((status, &answer["status"], &answer["reason"]), (503, &"not_ready".into(), &"starting".into()));
    assert_eq!(ask(&health, "/health/startup").await.0, 503);
    health.started();
    assert_eq!(ask(&health, "/health/ready").await.0, 200);
    assert_eq!(ask(&health, "/health/startup").await.0, 200);
    health.drain();
    let (status, answer) = ask(&health, "/health/ready").await;
    assert_eq!((status, &answer["reason"]), (503, &"draining".into()));
    assert_eq!(ask(&health, "/health/live").await.0, 200, "it is alive until it has finished");
    health.started();
    health.starting();
    assert_eq!(ask(&health, "/health/ready").await.1["reason"], "draining", "there is no way back");
    let (_, _, body) = health.answer("/health/ready", Some("verbose"), None, false).await;
    assert!(body.ends_with("[-]service is draining\nready check failed\n"), "{body}");
}
