//! VA-X1: exporters, sample rates, a tracer that is there after `init`, health, failed calls, one trace for a request,
//! and Prometheus, which shows the target up. Redis, which this service has none of, is in that trace in
//! `tests/runtime/clients_together.rs`.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "../../../tests/runtime/collector/mod.rs"]
mod collector;
#[path = "../../../tests/conformance/http.rs"]
#[allow(dead_code, reason = "this test asks for less")]
mod http;
#[path = "../../../tests/conformance/prometheus_server.rs"]
#[allow(dead_code, reason = "this test asks for less")]
mod prometheus_server;
mod service;

use collector::{Collector, Received};
use opentelemetry_proto::tonic::trace::v1::Span;
use prometheus_server::Prometheus;
use serde_json::json;
use service::Service;
use std::collections::HashMap;

/// The caller's trace; its flag asks for it to be kept.
const CALLER: &str = "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n";

fn question(text: &str) -> String {
    json!({"id": "1", "topic": "infection", "text": text}).to_string()
}

/// All spans, in no order.
fn spans(received: &Received) -> Vec<&Span> {
    let resources = received.traces.iter().flat_map(|request| &request.resource_spans);
    resources.flat_map(|resource| &resource.scope_spans).flat_map(|scope| &scope.spans).collect()
}

/// All spans of this name.
fn named<'a>(received: &'a Received, name: &str) -> Vec<&'a Span> {
    spans(received).into_iter().filter(|span| span.name == name).collect()
}

/// What a collector gets of a service that `work` is done with.
fn exported(variables: &[(&str, &str)], work: impl FnOnce(&Service)) -> Received {
    let collector = Collector::start();
    let url = collector.url();
    let service = Service::start(&[variables, &[("OTEL_EXPORTER_OTLP_ENDPOINT", &url)]].concat());
    work(&service);
    service.stop();
    collector.stop()
}

/// Asks a question with these headers more.
fn ask(service: &Service, headers: &str) {
    let headers = service.authorization("clinician") + headers;
    let (status, _, answer) = service.send("POST /ask", &headers, &question("Which antibiotics in sepsis?"));
    assert_eq!(status, 200, "{answer}");
}

// VA-X1, VA-T2
#[test]
fn va_x1_one_request_gives_one_trace_over_http_and_database() {
    let received = exported(&[], |service| ask(service, CALLER));
    let trace: Vec<u8> = (0..16).map(|at| u8::from_str_radix(&CALLER[16 + 2 * at..18 + 2 * at], 16).unwrap()).collect();
    let of_trace: Vec<&Span> = spans(&received).into_iter().filter(|span| span.trace_id == trace).collect();
    let by_id: HashMap<&[u8], &Span> = of_trace.iter().map(|span| (&*span.span_id, *span)).collect();
    // From a span up to the server's, whose parent is the caller's span.
    let way = |name: &str| {
        let mut span = *of_trace.iter().find(|span| span.name == name).unwrap_or_else(|| panic!("no {name}"));
        let mut names = Vec::new();
        while let Some(parent) = by_id.get(&*span.parent_span_id) {
            span = parent;
            names.push(span.name.as_str());
        }
        assert_eq!(span.parent_span_id, [0x00, 0xf0, 0x67, 0xaa, 0x0b, 0xa9, 0x02, 0xb7]);
        names
    };
    let answered = ["search_notes", "answer question", "POST /ask"];
    assert_eq!(way("select vectors"), [&["vector search"], &answered[..]].concat());
    assert_eq!(way("select passages by id"), [&["vector search"], &answered[..]].concat());
    assert_eq!(way("select passages"), [&["full-text search"], &answered[..]].concat());
    assert_eq!(way("select revoked_tokens"), ["POST /ask"]);
    let query = of_trace.iter().find(|span| span.name == "select vectors").unwrap();
    let attributes = format!("{:?}", query.attributes);
    for part in ["db.system.name", "sqlite", "db.operation.name", "db.collection.name", "vectors"] {
        assert!(attributes.contains(part), "{part}: {attributes}");
    }
}

// VA-X1
#[test]
fn va_x1_the_console_and_otlp_have_spans_and_metrics() {
    let service = Service::start(&[("OTEL_TRACES_EXPORTER", "console")]);
    ask(&service, "");
    let (out, _) = service.stop();
    for name in [" server POST /ask ", " answer question ", " select vectors "] {
        assert!(out.lines().any(|line| line.contains(" SPAN ") && line.contains(name)), "{name}: {out}");
    }
    let received = exported(&[], |service| ask(service, ""));
    assert_eq!((named(&received, "POST /ask").len(), named(&received, "answer question").len()), (1, 1));
    let metrics = format!("{:?}", received.metrics);
    for name in ["rag_queries_total", "database_query_duration_seconds", "http_requests_total"] {
        assert!(metrics.contains(&format!("name: \"{name}\"")), "{name}");
    }
}

// VA-X1
#[test]
fn va_x1_the_tracer_is_there_after_init() {
    // What the program does first is in a span already, and no request was sent.
    let received = exported(&[], |_| {});
    assert_eq!(named(&received, "set up database").len(), 1);
}

// VA-X1
#[test]
fn va_x1_the_sample_rate_decides_what_is_kept() {
    let kept = |rate: &str| {
        let variables = [
            ("OTEL_TRACES_SAMPLER", "traceidratio"),
            ("OTEL_TRACES_SAMPLER_ARG", rate),
            ("OBSERVE_TRACES_KEEP", "none"),
        ];
        let received = exported(&variables, |service| {
            // The end of a trace's id decides, so that all services decide alike.
            for end in ["10000000000000", "50000000000000", "b0000000000000", "f0000000000000"] {
                let caller = format!("traceparent: 00-4bf92f3577b34da6a3{end}-00f067aa0ba902b7-00\r\n");
                assert_eq!(service.send("GET /topics", &caller, "").0, 200);
            }
        });
        named(&received, "GET /topics").len()
    };
    assert_eq!([kept("1.0"), kept("0.5"), kept("0.25"), kept("0.0")], [4, 2, 1, 0]);
}

// VA-X1
#[test]
fn va_x1_failed_calls_are_traced_and_counted() {
    let received = exported(&[], |service| {
        let clinician = service.authorization("clinician");
        assert_eq!(service.send("POST /ask", &clinician, &question("zebrafish")).0, 404);
        assert_eq!(service.metric(r#"rag_queries_total{topic="infection",status="error"}"#), Some(1.0));
    });
    let [failed] = named(&received, "answer question")[..] else { panic!("no span, or more than one") };
    let status = failed.status.as_ref().unwrap();
    assert_eq!((status.code, status.message.as_str()), (2, "no note fits this question"));
}

// VA-X1, VA-M7
#[test]
fn va_x1_health_has_all_components() {
    let service = Service::start(&[]);
    let (status, _, body) = service.send("GET /health", "", "");
    assert_eq!(status, 200, "{body}");
    for name in ["database", "vector_store", "audit_log", "token_revocation", "configuration", "tracing"] {
        assert!(body.contains(&format!("\"{name}\"")), "{name}: {body}");
        service.wait_above(&format!("health_check_status{{component=\"{name}\"}}"), 0.0);
        let (status, _, body) = service.send(&format!("GET /health/ready/{name}"), "", "");
        assert_eq!(status, 200, "{name}: {body}");
    }
}

// VA-X1
#[test]
fn va_x1_prometheus_shows_the_target_up() {
    let Some(program) = prometheus_server::program("prometheus") else { return };
    let service = Service::start(&[]);
    ask(&service, "");
    let prometheus = Prometheus::start(&program, service.address.parse().unwrap());
    prometheus.wait_for_scrape();
    for query in ["up{job=\"service\"}", "service_up", "sum(rag_queries_total)"] {
        let found = prometheus.query(query);
        assert!(
            found.len() == 1 && (found[0].1 - 1.0).abs() < f64::EPSILON,
            "{query}: {found:?}\n{}",
            prometheus.log()
        );
    }
}
