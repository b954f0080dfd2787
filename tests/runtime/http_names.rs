//! What variables change about requests: both families of names, headers, attributes, the user. One test, as
//! settings belong to the process.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]
#![expect(clippy::float_cmp, reason = "counts are whole numbers, and exact")]

mod collector;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use axum::routing::get;
use collector::Collector;
use observe::{AttributeValue, testing};
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::metrics::v1::{Metric, metric::Data};
use std::time::Duration;
use tower::ServiceExt as _;

async fn ask(app: &Router, path: &str) {
    let request = Request::get(path)
        .header("host", "wards.example:8443")
        .header("authorization", "Bearer k3J9")
        .header("x-tenant", "north")
        .header("x-user", "u-17")
        .header("user-agent", "curl/8");
    let response = app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    to_bytes(response.into_body(), 1000).await.unwrap();
}

fn pairs(attributes: &[KeyValue]) -> Vec<String> {
    let value = |pair: &KeyValue| format!("{:?}", pair.value.as_ref().unwrap().value.as_ref().unwrap());
    attributes.iter().map(|pair| format!("{}={}", pair.key, value(pair))).collect()
}

#[tokio::test]
async fn variables_choose_names_and_what_is_recorded() {
    let collector = Collector::start();
    let guard = observe::Builder::new("wards", "1")
        .otlp(collector.url())
        .setting("OBSERVE_HTTP_METRICS", "both")
        .setting("OBSERVE_HTTP_HEADERS", "X-Tenant,authorization")
        .setting("OBSERVE_HTTP_USER_HEADER", "x-user")
        .setting("OBSERVE_HTTP_ATTRIBUTES", "server.address,url.path,url.query,user_agent.original")
        .setting("OBSERVE_HTTP_LOG", "end")
        .setting("OBSERVE_TRACES_EXCLUDE_PATHS", "none")
        .setting("OTEL_TRACES_SAMPLER", "always_on")
        .init()
        .unwrap();
    let app = Router::new()
        .route("/beds/{id}", get(|| async { "free" }))
        .route("/full", get(|| async { StatusCode::INSUFFICIENT_STORAGE }))
        .route("/healthz", get(|| async { "fine" }))
        .layer(observe::axum::layer());
    // Spans of this one go to the collector, and their traces are the exemplars.
    ask(&app, "/beds/1").await;

    {
        let capture = testing::capture();
        ask(&app, "/beds/jane@example.org?ward=3&token=k3J9").await;
        ask(&app, "/full").await;
        ask(&app, "/healthz").await;
        let span = capture.span("GET /beds/{id}");
        let shown = |name: &str| span.attribute(name).map(ToString::to_string).unwrap_or_default();
        for (name, value) in [
            ("http.request.header.x-tenant", "north"),
            ("http.request.header.authorization", "Bearer [REDACTED]"),
            ("url.path", "/beds/[REDACTED:email]"),
            ("url.query", "ward=3&token=[REDACTED]"),
            ("server.address", "wards.example"),
            ("server.port", "8443"),
            ("user_agent.original", "curl/8"),
            ("user.hash", &observe::pseudonym("u-17")),
        ] {
            assert_eq!(shown(name), value, "{name}");
        }
        assert_eq!(span.attribute("server.port"), Some(&AttributeValue::U64(8443)));
        // An emptied list leaves nothing out.
        assert_eq!(capture.span("GET /healthz").attribute("http.route").unwrap().to_string(), "/healthz");
        let lines = capture.log_lines();
        assert!(lines.len() == 3 && lines.iter().all(|line| line.contains("request done")), "{lines:?}");
        assert!(lines[0].contains(&format!(r#""user":"{}""#, observe::pseudonym("u-17"))), "{lines:?}");

        let ours = capture.metric("http_requests_total", &[("endpoint", "/beds/{id}"), ("status", "200")]);
        let route = ("http_route", "/beds/{id}");
        let theirs = capture.metric(
            "http_server_request_duration_seconds_count",
            &[("http_request_method", "GET"), route, ("http_response_status_code", "200"), ("url_scheme", "http")],
        );
        assert_eq!((ours, theirs), (1.0, 1.0));
        assert_eq!(capture.metric("http_server_response_body_size_bytes_sum", &[route]), 4.0);
        assert_eq!(capture.metric("http_server_active_requests", &[route]), 0.0);
        let failed = [("http_route", "/full"), ("error_type", "507")];
        assert_eq!(capture.metric("http_server_request_duration_seconds_count", &failed), 1.0);
        // Where no route matched there is none, as on the span.
        ask(&app, "/nowhere").await;
        let lost = [("http_response_status_code", "404")];
        assert_eq!(capture.metric("http_server_request_duration_seconds_count", &lost), 1.0);
        assert!(!observe::exposition().contains("http_route=\"unmatched\""), "{}", observe::exposition());
        let fine = observe::exposition();
        let fine = fine.lines().find(|line| line.starts_with("http_server_request_duration_seconds_count{")).unwrap();
        assert!(!fine.contains("error_type"), "{fine}");
        // Finer bounds than ours, of the same counts.
        for (name, bounds) in [("http_server_request_duration_seconds", 15), ("http_request_duration_seconds", 11)] {
            let text = observe::exposition();
            let of = |line: &&str| line.starts_with(&format!("{name}_bucket{{")) && line.contains("/beds/{id}");
            assert_eq!(text.lines().filter(of).count(), bounds, "{name}");
        }
    }

    assert!(guard.flush(Duration::from_secs(10)));
    let metrics: Vec<Metric> = collector.look(|received| {
        let all = received.metrics.iter().flat_map(|request| &request.resource_metrics);
        all.flat_map(|one| &one.scope_metrics).flat_map(|scope| scope.metrics.clone()).collect()
    });
    let metric = |name: &str| metrics.iter().rfind(|metric| metric.name == name).unwrap_or_else(|| panic!("{name}"));
    assert!(metrics.iter().any(|metric| metric.name == "http_requests_total"));
    let duration = metric("http.server.request.duration");
    let Some(Data::Histogram(histogram)) = &duration.data else { panic!("{duration:?}") };
    assert_eq!((duration.unit.as_str(), histogram.data_points[0].explicit_bounds.len()), ("s", 14));
    assert!(histogram.data_points.iter().any(|point| !point.exemplars.is_empty()), "{histogram:?}");
    let attributes = pairs(&histogram.data_points[0].attributes);
    for expected in [
        r#"http.request.method=StringValue("GET")"#,
        r#"http.route=StringValue("/beds/{id}")"#,
        "http.response.status_code=IntValue(200)",
        r#"url.scheme=StringValue("http")"#,
    ] {
        assert!(attributes.iter().any(|pair| pair == expected), "{attributes:?}");
    }
    let active = metric("http.server.active_requests");
    let Some(Data::Sum(sum)) = &active.data else { panic!("{active:?}") };
    assert!(!sum.is_monotonic && active.unit == "{request}", "{active:?}");
    for (name, unit) in [("http.server.request.body.size", "By"), ("http.server.response.body.size", "By")] {
        assert_eq!(metric(name).unit, unit);
    }
    drop(guard);
    let everything = format!("{:?}", collector.stop().metrics);
    assert!(!everything.contains("k3J9") && !everything.contains("jane"), "{everything}");
}
