//! One trace through four processes, and what each of them says of itself.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "../../../tests/runtime/collector/mod.rs"]
mod collector;
mod four;
mod process;

use collector::{Collector, Received};
use four::{Four, GOOD, card};
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;
use serde_json::json;
use std::collections::HashSet;

/// The trace of whoever calls the gateway.
const CALLER: &str = "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\nx-request-id: req-7\r\n";

const TRACE: [u8; 16] = 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736_u128.to_be_bytes();

fn service_name(resource: Option<&Resource>) -> &str {
    let mut attributes = resource.unwrap().attributes.iter();
    let name = attributes.find(|attribute| attribute.key == "service.name").unwrap();
    match name.value.as_ref().unwrap().value.as_ref().unwrap() {
        Value::StringValue(name) => name,
        other => panic!("{other:?}"),
    }
}

/// The spans of the caller's trace, each with the service that it is of.
fn trace(received: &Received) -> Vec<(&str, &Span)> {
    let resources = received.traces.iter().flat_map(|request| &request.resource_spans);
    let spans = resources.flat_map(|resource| {
        let spans = resource.scope_spans.iter().flat_map(|scope| &scope.spans);
        spans.map(|span| (service_name(resource.resource.as_ref()), span))
    });
    spans.filter(|(_, span)| span.trace_id == TRACE).collect()
}

// AZ-T1, AZ-T2, AZ-T3, AZ-C1
#[test]
fn one_trace_goes_through_four_processes() {
    let collector = Collector::start();
    let url = collector.url();
    let four = Four::start(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &url), ("OTEL_TRACES_SAMPLER", "always_on")]);
    let headers = format!("{CALLER}{}", four.authorization("ada"));
    let body = json!({"course": "traces", "card": card(GOOD)}).to_string();
    let reply = four.gateway.send("POST /v1/enrolments", &headers, &body);
    assert_eq!((reply.status, reply.body.as_str()), (201, r#"{"course":"traces","paid_cents":4900}"#));
    let written = four.stop();
    let received = collector.stop();
    let trace = trace(&received);

    // Each service has a server span, whose parent is the span of the one that has called it.
    let of_kind = |kind: i32, service: &str, name: &str| {
        let is_meant = |(of, span): &&(&str, &Span)| *of == service && span.name == name && span.kind == kind;
        let found: Vec<&Span> = trace.iter().filter(is_meant).map(|(_, span)| *span).collect();
        let [span] = found[..] else { panic!("{service} has {} spans `{name}`: {trace:#?}", found.len()) };
        span
    };
    let (internal, server) = (|service, name| of_kind(1, service, name), |service, name| of_kind(2, service, name));
    let client = |service, name| of_kind(3, service, name);
    let parent_of = |span: &Span| {
        let found = trace.iter().find(|(_, other)| other.span_id == span.parent_span_id);
        found.unwrap_or_else(|| panic!("nothing is the parent of {}", span.name))
    };
    let gateway = server("azora-gateway", "POST /v1/enrolments");
    assert_eq!(gateway.parent_span_id, 0x00f0_67aa_0ba9_02b7_u64.to_be_bytes());
    for (callee, name, caller) in [
        ("azora-auth", "GET /v1/session", "azora-gateway"),
        ("azora-education", "POST /v1/enrolments", "azora-gateway"),
        ("azora-pay", "POST /v1/payments", "azora-education"),
    ] {
        let (service, call) = parent_of(server(callee, name));
        assert_eq!((*service, call.kind), (caller, 3), "{callee} is not called by a client span");
    }
    // What a service does is between: business, and the database.
    assert_eq!(parent_of(internal("azora-education", "enrol")).1.name, "POST /v1/enrolments");
    for statement in ["SELECT courses", "INSERT enrolments SELECT courses SELECT enrolments"] {
        assert_eq!(parent_of(client("azora-education", statement)).1.name, "enrol");
    }
    assert_eq!(parent_of(client("azora-pay", "charge card")).1.name, "take payment");
    assert!(trace.iter().all(|(_, span)| span.parent_span_id.is_empty() || parent_span_is_known(&trace, span)));
    let services: HashSet<&str> = trace.iter().map(|(service, _)| *service).collect();
    assert_eq!(services.len(), 4, "{services:?}");

    // One request id in the lines of all four.
    let lines = written.lines().filter(|line| line.contains("req-7"));
    let speakers = ["azora-gateway", "azora-auth", "azora-education", "azora-pay"];
    let lines: Vec<&str> = lines.collect();
    assert!(speakers.iter().all(|service| lines.iter().any(|line| line.contains(service))), "{written}");
}

/// The first of them hangs below whoever has called the gateway.
fn parent_span_is_known(trace: &[(&str, &Span)], span: &Span) -> bool {
    span.parent_span_id == 0x00f0_67aa_0ba9_02b7_u64.to_be_bytes()
        || trace.iter().any(|(_, other)| other.span_id == span.parent_span_id)
}

// AZ-M1
#[test]
fn each_process_counts_its_own_requests_and_says_that_it_is_up() {
    let four = Four::start(&[]);
    let authorization = four.authorization("ada");
    assert_eq!(four.gateway.send("POST /v1/enrolments", &authorization, r#"{"course":"rust"}"#).status, 201);
    let body = json!({"amount_cents": 5, "card": card(GOOD)}).to_string();
    assert_eq!(four.gateway.send("POST /v1/payments", &authorization, &body).status, 201);
    for (process, method, endpoint, status, count) in [
        (&four.gateway, "POST", "/v1/enrolments", 201, 1.0),
        (&four.gateway, "POST", "/v1/payments", 201, 1.0),
        (&four.auth, "POST", "/v1/login", 200, 1.0),
        (&four.auth, "GET", "/v1/session", 200, 2.0),
        (&four.education, "POST", "/v1/enrolments", 201, 1.0),
        (&four.pay, "POST", "/v1/payments", 201, 1.0),
    ] {
        let labels = format!("{{method=\"{method}\",endpoint=\"{endpoint}\",status=\"{status}\"}}");
        let counted = process.metric(&format!("http_requests_total{labels}"));
        assert!((counted - count).abs() < f64::EPSILON, "{labels} {counted}");
        assert!((process.metric("service_up") - 1.0).abs() < f64::EPSILON);
        assert!(process.metrics().contains("http_request_duration_seconds_bucket{"));
    }
    four.stop();
}
