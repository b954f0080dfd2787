//! ML-A4: the REST interface, each route with every kind of token and body.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod receiver;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use receiver::{Receiver, rules};
use serde_json::{Value, json};
use std::sync::LazyLock;
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

const USER: &str = "a-token-for-users";
const ADMIN: &str = "a-token-for-superusers";

/// Each route, with a body that it takes.
fn routes() -> [(&'static str, &'static str, Value); 7] {
    let alert = json!({ "event_type": "custom", "severity": "info", "summary": "hello", "dedup_key": "routes" });
    [
        ("POST", "send", alert),
        ("POST", "test", json!({ "channel": "pagerduty", "severity": "warning" })),
        ("GET", "stats", Value::Null),
        ("POST", "clear-history", Value::Null),
        ("GET", "event-types", Value::Null),
        ("GET", "severities", Value::Null),
        ("POST", "pagerduty/resolve", json!({ "dedup_key": "routes" })),
    ]
}

struct Service {
    runtime: Runtime,
    duty: Receiver,
}

/// The one service of this process; before it was initialised there was no interface.
static SERVICE: LazyLock<Service> = LazyLock::new(|| {
    let runtime = Runtime::new().unwrap();
    for (method, route, body) in routes() {
        let (status, _) = runtime.block_on(ask(method, route, Some(USER), &body.to_string()));
        assert_eq!(status, StatusCode::NOT_FOUND, "{route} without any token that is set");
    }
    let duty = Receiver::start();
    let hook = std::panic::take_hook();
    let builder = observe::Builder::new("rest", "1.0.0")
        .setting("OBSERVE_ALERT_TOKEN", USER)
        .setting("OBSERVE_ALERT_ADMIN_TOKEN", ADMIN)
        .setting("OBSERVE_ALERT_LIMITS", "info=7s")
        .setting("OBSERVE_PAGERDUTY_KEY", "R".repeat(32))
        .setting("OBSERVE_PAGERDUTY_URL", duty.url("/v2/enqueue"))
        .setting("OBSERVE_ALERT_ROUTES", "info=pagerduty");
    std::mem::forget(builder.init().unwrap());
    std::panic::set_hook(hook);
    Service { runtime, duty }
});

async fn ask(method: &str, route: &str, token: Option<&str>, body: &str) -> (StatusCode, Value) {
    let app: Router = Router::new().merge(observe::alerts::axum_routes());
    let mut request = Request::builder().method(method).uri(format!("/v1/alerting/{route}"));
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let response = app.oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap();
    let status = response.status();
    if status == StatusCode::UNAUTHORIZED {
        assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "Bearer");
    }
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

fn with(token: &str, method: &str, route: &str, body: &Value) -> (StatusCode, Value) {
    let text = if body.is_null() { String::new() } else { body.to_string() };
    SERVICE.runtime.block_on(ask(method, route, Some(token), &text))
}

#[test]
fn no_route_answers_without_the_right_token() {
    let wrong = ["", "a", "a-token-for-user", "a-token-for-users ,", "A-TOKEN-FOR-USERS", "a-token-for-users0"];
    for (method, route, body) in routes() {
        let asked = |token| SERVICE.runtime.block_on(ask(method, route, token, &body.to_string()));
        for token in wrong.into_iter().map(Some).chain([None]) {
            let (status, answer) = asked(token);
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{route} with {token:?}");
            assert!(answer["error"].as_str().unwrap().starts_with("send the header `Authorization: Bearer TOKEN`"));
        }
    }
}

#[test]
fn an_alert_that_is_posted_arrives() {
    let alert = json!({
        "event_type": "model_failure", "severity": "critical", "summary": "the model of ann@example.com fails",
        "details": "no file", "metadata": { "tries": 3, "patient_name": "Ann Lee" }, "dedup_key": "posted",
        "links": [{ "href": "https://runbooks.example.org/model", "text": "Runbook" }],
    });
    let (status, answer) = with(USER, "POST", "send", &alert);
    assert_eq!((status, answer), (StatusCode::ACCEPTED, json!({ "status": "sent", "dedup_key": "posted" })));
    let got = loop {
        let got = SERVICE.duty.wait(1).into_iter().find(|got| got.body["dedup_key"] == "posted");
        if let Some(got) = got {
            break got;
        }
    };
    rules::pagerduty(&got.text, &got.body);
    let payload = &got.body["payload"];
    assert_eq!(payload["summary"], "the model of [REDACTED:email] fails");
    let details =
        json!({ "details": "no file", "tries": "3", "patient_name": "[REDACTED]", "service_version": "1.0.0" });
    assert_eq!(payload["custom_details"], details);
}

#[test]
fn one_like_it_is_held_back_and_said_so() {
    let alert = json!({ "event_type": "custom", "severity": "info", "summary": "again", "dedup_key": "again" });
    assert_eq!(with(USER, "POST", "send", &alert).1["status"], "sent");
    assert_eq!(with(USER, "POST", "send", &alert).1["status"], "held_back");
}

#[test]
fn what_is_wrong_with_a_body_is_said() {
    let send = |body: Value| with(USER, "POST", "send", &body);
    let alert = |key: &str, value: Value| {
        let mut alert = json!({ "event_type": "custom", "severity": "info", "summary": "x" });
        alert[key] = value;
        alert
    };
    for (body, what) in [
        (
            alert("severity", "fatal".into()),
            "`severity` is missing or not known; accepted: critical, error, warning, info",
        ),
        (alert("event_type", "oops".into()), "`event_type` is missing or not known; accepted: high_error_rate,"),
        (alert("summary", " ".into()), "`summary` is missing"),
        (alert("summary", 7.into()), "`summary` is no text"),
        (alert("metadata", "x".into()), "`metadata` is no object"),
        (alert("links", json!([{ "text": "x" }])), "`links` is no list of"),
        (alert("dedup_key", "".into()), "`dedup_key` is empty"),
        (
            alert("sumary", "hunter2".into()),
            "there is a key that is not known; accepted: event_type, severity, summary",
        ),
        (json!([1]), "the body is no JSON object"),
    ] {
        let (status, answer) = send(body);
        let said = answer["error"].as_str().unwrap().to_owned();
        assert_eq!(status, StatusCode::BAD_REQUEST, "{said}");
        assert!(said.starts_with(what), "{said}");
    }
    let (status, answer) = SERVICE.runtime.block_on(ask("POST", "send", Some(USER), "{\"a\": ann@example.com"));
    assert_eq!((status, &answer["error"]), (StatusCode::BAD_REQUEST, &"the body is no JSON: line 1, column 7".into()));
    let (status, _) = send(alert("details", "x".repeat(70_000).into()));
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[test]
fn a_channel_is_tried_if_it_is_there() {
    let (status, answer) = with(USER, "POST", "test", &json!({ "channel": "pagerduty", "severity": "warning" }));
    assert_eq!((status, &answer["status"]), (StatusCode::ACCEPTED, &"sent".into()));
    let (status, answer) = with(USER, "POST", "test", &json!({ "channel": "slack" }));
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(answer["error"].as_str().unwrap().starts_with("the channel `slack` is not set up"));
    let (status, _) = with(USER, "POST", "test", &json!({ "channel": "pigeon" }));
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[test]
fn severities_have_their_limits_and_event_types_are_twelve() {
    let (_, answer) = with(USER, "GET", "severities", &Value::Null);
    let limit = |place: usize| {
        let one = &answer["severities"][place];
        (one["severity"].as_str().unwrap().to_owned(), one["rate_limit_seconds"].as_f64().unwrap())
    };
    let expected = [("critical", 0.0), ("error", 300.0), ("warning", 900.0), ("info", 7.0)];
    assert_eq!([0, 1, 2, 3].map(limit), expected.map(|(name, limit)| (name.to_owned(), limit)));
    let (_, answer) = with(USER, "GET", "event-types", &Value::Null);
    assert_eq!(answer["event_types"].as_array().unwrap().len(), 12);
}

#[test]
fn a_key_is_resolved_at_pagerduty_whoever_sent_it() {
    let (status, answer) = with(USER, "POST", "pagerduty/resolve", &json!({ "dedup_key": "of another process" }));
    assert_eq!((status, answer["status"].as_str()), (StatusCode::ACCEPTED, Some("sent")));
    let is_it = |got: &receiver::Got| {
        rules::pagerduty(&got.text, &got.body) == ("resolve".to_owned(), "of another process".to_owned())
    };
    while !SERVICE.duty.wait(1).iter().any(is_it) {}
    let (status, _) = with(USER, "POST", "pagerduty/resolve", &json!({}));
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[test]
fn statistics_count_and_only_a_superuser_clears_the_history() {
    let alert =
        json!({ "event_type": "data_integrity", "severity": "critical", "summary": "x", "dedup_key": "counted" });
    with(ADMIN, "POST", "send", &alert);
    let (_, counts) = with(USER, "GET", "stats", &Value::Null);
    for key in ["enabled", "channels", "open", "history", "by_severity", "by_event_type", "suppressed", "lost"] {
        assert!(counts.get(key).is_some(), "{key}: {counts}");
    }
    assert_eq!((&counts["by_event_type"]["data_integrity"], &counts["history"]["capacity"]), (&1.into(), &1000.into()));
    let channel = counts["channels"]["pagerduty"].as_object().unwrap();
    assert_eq!(channel.keys().collect::<Vec<_>>(), ["delivered", "failing", "queued", "refused", "retried"]);
    let (status, answer) = with(USER, "POST", "clear-history", &Value::Null);
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(answer["error"].as_str().unwrap().contains("OBSERVE_ALERT_ADMIN_TOKEN"));
    let (status, answer) = with(ADMIN, "POST", "clear-history", &Value::Null);
    assert!(status == StatusCode::OK && answer["cleared"].as_u64().unwrap() >= 1, "{answer}");
    let (_, counts) = with(USER, "GET", "stats", &Value::Null);
    assert_eq!(counts["by_event_type"]["data_integrity"], 0);
}
