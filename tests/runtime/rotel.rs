//! A collector that others wrote, `rotel`: what it took from a program and sent on is what the program sent.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod collector;
mod rotel_agent;

use collector::{Collector, Received};
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::metrics::v1::{metric, number_data_point};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{Span, Status, status::StatusCode};
use rotel_agent::{Rotel, wait_for};
use std::collections::HashSet;
use std::process::Command;

const PROBE: &str = env!("CARGO_BIN_EXE_probe");
const LOG_PROBE: &str = env!("CARGO_BIN_EXE_log_probe");

/// Has the probe send all that it has over this protocol, compressed or not.
fn send(rotel: &Rotel, [program, scenario]: [&str; 2], protocol: &str, compression: &str) {
    let port = if protocol == "grpc" { rotel.grpc } else { rotel.http };
    let output = Command::new(program)
        .arg(scenario)
        .env_clear()
        // What the libraries below would say of each request they make is among it.
        .env("RUST_LOG", "trace")
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://127.0.0.1:{port}"))
        .env("OTEL_EXPORTER_OTLP_PROTOCOL", protocol)
        .env("OTEL_EXPORTER_OTLP_COMPRESSION", compression)
        .env("OTEL_RESOURCE_ATTRIBUTES", "service.namespace=wards,service.instance.id=a-1")
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && !stderr.contains("can't be exported"), "{stderr}");
}

/// What arrived behind rotel once `is_all` of it is there; `None` where there is no rotel.
fn through_rotel(
    scenario: [&str; 2],
    protocol: &str,
    compression: &str,
    is_all: impl Fn(&Received) -> bool,
) -> Option<Received> {
    let program = rotel_agent::program()?;
    let collector = Collector::start();
    let rotel = Rotel::start(&program, &collector.url());
    send(&rotel, scenario, protocol, compression);
    wait_for("all has arrived", || collector.look(&is_all));
    drop(rotel);
    Some(collector.stop())
}

fn spans(received: &Received) -> Vec<&Span> {
    let scopes =
        received.traces.iter().flat_map(|request| &request.resource_spans).flat_map(|spans| &spans.scope_spans);
    scopes.flat_map(|scope| &scope.spans).collect()
}

fn value<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a Value> {
    let found = attributes.iter().find(|attribute| attribute.key == key)?;
    found.value.as_ref().and_then(|AnyValue { value }| value.as_ref())
}

fn text(value: Option<&Value>) -> &str {
    match value {
        Some(Value::StringValue(text)) => text,
        other => panic!("{other:?}"),
    }
}

/// The counter's value where it is shown last.
fn total(received: &Received, name: &str) -> Option<f64> {
    let metrics = received.metrics.iter().flat_map(|request| &request.resource_metrics);
    let mut metrics = metrics.flat_map(|metrics| &metrics.scope_metrics).flat_map(|scope| &scope.metrics);
    let last = metrics.rfind(|metric| metric.name == name)?;
    let Some(metric::Data::Sum(sum)) = &last.data else { panic!("{last:?}") };
    Some(
        sum.data_points
            .iter()
            .map(|point| match point.value {
                Some(number_data_point::Value::AsDouble(value)) => value,
                #[expect(clippy::cast_precision_loss, reason = "some hundreds")]
                Some(number_data_point::Value::AsInt(value)) => value as f64,
                None => 0.0,
            })
            .sum(),
    )
}

fn resource(resource: Option<&Resource>) {
    let attributes = &resource.unwrap().attributes;
    for (key, expected) in [("service.name", "probe"), ("service.namespace", "wards"), ("service.instance.id", "a-1")] {
        assert_eq!(text(value(attributes, key)), expected, "{key}");
    }
}

#[track_caller]
fn spans_and_metrics_arrive(protocol: &str, compression: &str) {
    let is_all = |received: &Received| spans(received).len() >= 300 && total(received, "work_total") == Some(300.0);
    let Some(received) = through_rotel([PROBE, "spans"], protocol, compression, is_all) else { return };
    let spans = spans(&received);
    assert_eq!(spans.len(), 300);
    let ids: HashSet<_> = spans.iter().map(|span| (&span.trace_id, &span.span_id)).collect();
    assert_eq!(ids.len(), 300, "each once");
    let mut numbers: Vec<i64> = Vec::new();
    for span in spans {
        let Some(Value::IntValue(number)) = value(&span.attributes, "number") else { panic!("{span:?}") };
        numbers.push(*number);
        let status = span.status.as_ref().map_or(StatusCode::Unset, Status::code);
        assert_eq!((span.name.as_str(), status == StatusCode::Error), ("work", number % 10 == 9));
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (0..300).collect::<Vec<_>>());
    resource(received.traces[0].resource_spans[0].resource.as_ref());
    resource(received.metrics[0].resource_metrics[0].resource.as_ref());
}

#[track_caller]
fn logs_arrive(protocol: &str, compression: &str) {
    let is_all = |received: &Received| records(received).count() >= 3;
    let Some(received) = through_rotel([PROBE, "lines"], protocol, compression, is_all) else { return };
    let bodies: Vec<&str> = records(&received).map(|(_, body)| body).collect();
    for expected in ["an info line", "a warning\nof two lines", "an error"] {
        assert_eq!(bodies.iter().filter(|body| **body == expected).count(), 1, "{bodies:?}");
    }
    let all = format!("{:?}", received.logs);
    assert!(!all.contains("a@b.example") && !all.contains("u-1") && !all.contains("202-555-0143"), "{all}");
    resource(received.logs[0].resource_logs[0].resource.as_ref());
}

/// The scope and the text of each record.
fn records(received: &Received) -> impl Iterator<Item = (&str, &str)> {
    let scopes = received.logs.iter().flat_map(|request| &request.resource_logs).flat_map(|logs| &logs.scope_logs);
    scopes.flat_map(|scope| {
        let name = scope.scope.as_ref().map_or("", |scope| &scope.name);
        scope.log_records.iter().map(move |record| (name, body(record)))
    })
}

fn body(record: &LogRecord) -> &str {
    text(record.body.as_ref().and_then(|body| body.value.as_ref()))
}

#[test]
fn spans_and_metrics_arrive_over_http() {
    spans_and_metrics_arrive("http/protobuf", "none");
}

#[test]
fn spans_and_metrics_arrive_over_http_compressed() {
    spans_and_metrics_arrive("http/protobuf", "gzip");
}

#[test]
fn spans_and_metrics_arrive_over_grpc() {
    spans_and_metrics_arrive("grpc", "none");
}

#[test]
fn spans_and_metrics_arrive_over_grpc_compressed() {
    spans_and_metrics_arrive("grpc", "gzip");
}

#[test]
fn logs_arrive_over_http() {
    logs_arrive("http/protobuf", "gzip");
}

#[test]
fn logs_arrive_over_grpc() {
    logs_arrive("grpc", "none");
}

/// What sending causes would be sent too, without an end: HTTP/2 has much to say of itself.
#[test]
fn sending_logs_over_grpc_causes_none() {
    let of_the_program = |received: &Received| records(received).filter(|(scope, _)| *scope == "log_probe").count();
    let is_all = move |received: &Received| of_the_program(received) >= 100;
    let Some(received) = through_rotel([LOG_PROBE, "many"], "grpc", "none", is_all) else { return };
    let others: Vec<_> = records(&received).filter(|(scope, _)| !["log_probe", "observe"].contains(scope)).collect();
    assert_eq!((of_the_program(&received), others), (100, Vec::new()));
}
