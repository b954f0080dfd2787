//! A running service with everything around its annotations: health, metrics and alerts, asked over HTTP.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod receiver;
mod served;

use receiver::Receiver;
use serde_json::Value;
use served::{Answer, Program, ask, get};
use std::collections::BTreeSet;

const USER: &str = "a-token-for-users";
const ADMIN: &str = "a-token-for-superusers";

fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{error}: {answer:?}"))
}

fn keys(object: &Value) -> BTreeSet<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

fn is_rfc_3339_utc(text: &Value) -> bool {
    let form = regex::Regex::new(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$").unwrap();
    text.as_str().is_some_and(|text| form.is_match(text))
}

/// Rows BB-H3 and BB-X1.
#[test]
fn readiness_has_its_keys_and_no_others() {
    let mut program = Program::start("whole", &[]);
    let address = program.line();
    let answer = get(&address, "/health/ready");
    let ready = json(&answer);
    assert_eq!((answer.status, &ready["status"]), (200, &"ready".into()), "{answer:?}");
    assert!(answer.head.contains("content-type: application/json") && answer.head.contains("cache-control: no-store"));
    assert_eq!(keys(&ready), ["checks", "status", "timestamp", "version"].into());
    assert!(is_rfc_3339_utc(&ready["timestamp"]) && ready["version"].is_string(), "{ready}");
    let checks = &ready["checks"];
    assert_eq!(keys(checks), ["database", "disk", "search"].into());
    assert_eq!(
        (&checks["database"]["status"], keys(&checks["database"])),
        (&"pass".into(), ["response_ms", "status"].into())
    );
    assert_eq!((&checks["disk"]["status"], &checks["disk"]["usage_percent"]), (&"warn".into(), &91.5.into()));
    assert_eq!(keys(&checks["disk"]), ["output", "response_ms", "status", "usage_percent"].into());
    assert_eq!(checks["search"]["status"], "unknown");
    assert!(checks["search"]["response_ms"].as_f64().unwrap() >= 50.0, "{checks}");

    assert_eq!(get(&address, "/break").status, 200);
    let answer = get(&address, "/health/ready");
    let ready = json(&answer);
    assert_eq!((answer.status, &ready["status"]), (503, &"not_ready".into()), "{answer:?}");
    assert_eq!(ready["checks"]["database"]["status"], "fail");
    assert_eq!(ready["checks"]["database"]["output"], "no route to mail of [REDACTED:email]");
    assert_eq!(get(&address, "/health/ready?exclude=database").status, 200);
    assert_eq!(get(&address, "/health/ready/database").status, 503);
    assert_eq!(get(&address, "/health/ready/disk").status, 200);
    assert_eq!(get(&address, "/health/ready/nothing").status, 404);
    assert_eq!(get(&address, "/health/live").body, "{\"status\":\"alive\"}");
}

/// Row CV-H1.
#[test]
fn health_has_its_keys_and_no_others() {
    let mut program = Program::start("whole", &[]);
    let address = program.line();
    let answer = get(&address, "/health");
    let health = json(&answer);
    assert_eq!((answer.status, &health["status"]), (200, &"degraded".into()), "{answer:?}");
    assert_eq!(keys(&health), ["components", "performance", "status", "timestamp", "version"].into());
    assert_eq!(keys(&health["performance"]), ["cpu_percent", "memory_usage_mb", "uptime_seconds"].into());
    assert!(health["performance"]["memory_usage_mb"].as_f64().unwrap() > 1.0, "{health}");
    assert!(is_rfc_3339_utc(&health["timestamp"]));
    let of = |name: &str| health["components"][name]["status"].as_str().unwrap().to_owned();
    assert_eq!((of("database"), of("disk"), of("search")), ("healthy".into(), "degraded".into(), "unknown".into()));
    get(&address, "/break");
    let answer = get(&address, "/health");
    assert_eq!((answer.status, &json(&answer)["status"]), (503, &"unhealthy".into()));

    let draft = ask(&address, "GET /health", "accept: application/health+json\r\n");
    assert!(draft.head.contains("content-type: application/health+json"), "{draft:?}");
    assert_eq!(json(&draft)["status"], "fail");
    assert!(get(&address, "/health?verbose").body.contains("[-]database failed: no route"));
    let head = ask(&address, "HEAD /health", "");
    assert!(head.status == 503 && head.body.is_empty(), "{head:?}");
    assert_eq!(ask(&address, "POST /health", "content-length: 0\r\n").status, 405);
    assert_eq!(get(&address, "/health/of-the-app").body, "the app's own");
}

/// Row BB-M5, of what a failure says.
#[test]
fn why_something_fails_is_told_to_those_alone_who_may_read_metrics() {
    let token = ("OBSERVE_METRICS_TOKEN", "k3J9x2Qq7LwT5vB8nM4z");
    let (network, own) = (("OBSERVE_METRICS_ALLOW", "10.0.0.0/8"), ("OBSERVE_METRICS_ENDPOINT", "127.0.0.1:0"));
    for variables in [&[token][..], &[network], &[token, own]] {
        let mut program = Program::start("whole", variables);
        let own = variables.iter().any(|(name, _)| *name == own.0).then(|| program.metrics_address());
        let app = program.line();
        get(&app, "/break");
        for address in own.iter().chain([&app]) {
            let refused = get(address, "/metrics").status;
            assert!(if own.is_some() && *address == app { refused == 200 } else { refused >= 401 }, "{refused}");
            for path in ["/health", "/health/ready", "/health/ready/database", "/health?verbose"] {
                let answer = get(address, path);
                assert_eq!(answer.status, 503);
                assert!(!answer.body.contains("no route"), "{path}: {answer:?}");
                let answer = ask(address, &format!("GET {path}"), &format!("authorization: Bearer {}\r\n", token.1));
                assert_eq!(answer.body.contains("no route"), variables[0] == token, "{path}: {answer:?}");
            }
        }
    }
}

#[test]
fn nobody_waits_for_a_service_that_starts_or_stops() {
    let mut program = Program::start("whole", &[("OBSERVE_DRAIN_DELAY", "1h")]);
    let address = program.line();
    program.said("listens on");
    assert_eq!(get(&address, "/health/startup").status, 200);
    get(&address, "/start");
    assert_eq!(get(&address, "/health/startup").status, 503);
    assert_eq!(json(&get(&address, "/health/ready"))["reason"], "starting");
    get(&address, "/started");
    assert_eq!(get(&address, "/health/ready").status, 200);
    program.tell_to_stop();
    program.said("told to stop: not ready");
    let answer = get(&address, "/health/ready");
    assert_eq!((answer.status, &json(&answer)["reason"]), (503, &"draining".into()));
    assert_eq!((get(&address, "/health/live").status, get(&address, "/hello").status), (200, 200));
    std::thread::sleep(std::time::Duration::from_millis(200));
    program.tell_to_stop();
    assert!(program.end().success(), "{}", program.said);
}

/// Half of ten critical checks hang. That it is fast is measured by `tests/bench http`.
#[test]
fn readiness_answers_though_half_of_the_checks_hang() {
    let mut program = Program::start("hung", &[]);
    let address = program.line();
    let answer = get(&address, "/health/ready");
    assert_eq!(answer.status, 503);
    let checks = json(&answer)["checks"].clone();
    assert_eq!(keys(&checks).len(), 10);
    let is = |name: String, status: &str| checks[name]["status"] == status;
    assert!((0..5).all(|number| is(format!("works_{number}"), "pass")), "{checks}");
    assert!((0..5).all(|number| is(format!("hangs_{number}"), "unknown")), "{checks}");
}

/// Row ML-A4, in a service.
#[test]
fn alerts_have_an_interface_beside_the_app() {
    let hook = Receiver::start();
    let url = hook.url("/in");
    let mut program = Program::start("whole", &[]);
    assert_eq!(get(&program.line(), "/v1/alerting/stats").status, 404, "without a token there is none");
    let variables =
        [("OBSERVE_ALERT_TOKEN", USER), ("OBSERVE_ALERT_ADMIN_TOKEN", ADMIN), ("OBSERVE_ALERT_WEBHOOK", &url)];
    let mut program = Program::start("whole", &variables);
    let address = program.line();
    assert_eq!(get(&address, "/v1/alerting/stats").status, 401);
    let with = |token: &str, request: &str| ask(&address, request, &format!("authorization: Bearer {token}\r\n"));
    assert_eq!(json(&with(USER, "GET /v1/alerting/stats"))["enabled"], true);
    assert_eq!(with(USER, "POST /v1/alerting/clear-history").status, 403);
    assert_eq!(with(ADMIN, "POST /v1/alerting/clear-history").status, 200);
    // Neither is a request of the app's.
    assert!(!get(&address, "/metrics").body.contains("alerting"));
}

/// A critical component that fails calls somebody, and its return says that it is over.
#[test]
fn a_component_that_fails_is_an_alert_until_it_works_again() {
    let hook = Receiver::start();
    let url = hook.url("/in");
    let variables = [("OBSERVE_ALERT_WEBHOOK", url.as_str()), ("OBSERVE_HEALTH_INTERVAL", "1s")];
    let mut program = Program::start("whole", &variables);
    let address = program.line();
    assert_eq!(get(&address, "/health/ready").status, 200);
    get(&address, "/break");
    let got = hook.wait(1);
    assert_eq!((&got[0].body["action"], &got[0].body["severity"]), (&"trigger".into(), &"critical".into()));
    assert_eq!(got[0].body["summary"], "database is down");
    assert_eq!(got[0].body["details"], "no route to mail of [REDACTED:email]");
    get(&address, "/mend");
    let got = hook.wait(2);
    assert_eq!((&got[1].body["action"], &got[1].body["dedup_key"]), (&"resolve".into(), &got[0].body["dedup_key"]));
    // What only degrades the service calls nobody.
    assert!(got.iter().all(|one| one.body["dedup_key"] == got[0].body["dedup_key"]));
}
