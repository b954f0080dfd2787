//! Log events at a collector, from whole processes.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod collector;

use collector::{Collector, Received};
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use std::process::Command;

/// What the program writes to standard output and to standard error, and what a collector takes of its logs.
fn collected(scenario: &str, variables: &[(&str, &str)]) -> (String, String, Received) {
    let collector = Collector::start();
    let url = format!("{}/v1/logs", collector.url());
    // However slow the machine is, what is queued goes out.
    let mut all = vec![("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", url.as_str()), ("OBSERVE_SHUTDOWN_TIMEOUT", "60s")];
    all.extend(variables);
    let mut command = Command::new(env!("CARGO_BIN_EXE_log_probe"));
    // Only the named variables: whatever this machine sets must not matter.
    let output = command.arg(scenario).env_clear().envs(all).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), collector.stop())
}

/// Each record under its scope, but those that observe says itself.
fn records(received: &Received) -> Vec<(String, LogRecord)> {
    let resources = received.logs.iter().flat_map(|request| &request.resource_logs);
    let scopes = resources.flat_map(|resource| &resource.scope_logs);
    let named = scopes.map(|scope| (scope.scope.as_ref().unwrap().name.clone(), &scope.log_records));
    let records = named.flat_map(|(name, records)| records.iter().map(move |record| (name.clone(), record.clone())));
    records.filter(|(name, _)| name != "observe").collect()
}

fn body(record: &LogRecord) -> String {
    match record.body.as_ref().and_then(|body| body.value.as_ref()) {
        Some(Value::StringValue(text)) => text.clone(),
        other => panic!("{other:?}"),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

#[test]
fn lines_and_records_say_the_same() {
    let (_, stderr, received) = collected("records", &[("OBSERVE_LOG_FORMAT", "json"), ("OTEL_SERVICE_NAME", "ward")]);
    let lines = stderr.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let mut lines: Vec<_> = lines.filter(|line| line["target"] != "observe").collect();
    let mut records = records(&received);
    assert_eq!((lines.len(), records.len()), (5, 5), "{stderr}");
    lines.sort_by_key(|line| line["message"].as_str().unwrap().to_owned());
    records.sort_by_key(|(_, record)| body(record));
    for (line, (scope, record)) in lines.iter().zip(&records) {
        assert_eq!(line["message"], body(record));
        assert_eq!(line["target"], *scope);
        assert_eq!(line["level"], record.severity_text);
        assert_eq!(line["trace_id"].as_str().unwrap_or_default(), hex(&record.trace_id));
        assert_eq!(line["span_id"].as_str().unwrap_or_default(), hex(&record.span_id));
        let (flags, millis) = (if record.trace_id.is_empty() { 0 } else { 0b11 }, record.time_unix_nano / 1_000_000);
        assert_eq!(record.flags, flags, "all traces are kept here");
        assert!(millis > 1_600_000_000_000, "{record:?}");
    }
    let (_, beds) = records.iter().find(|(_, record)| body(record) == "beds are left").unwrap();
    let attributes: Vec<String> = beds.attributes.iter().map(|attribute| attribute.key.clone()).collect();
    assert_eq!(attributes, ["beds", "ward"]);
    let resource = format!("{:?}", received.logs[0].resource_logs[0].resource);
    assert!(resource.contains("ward") && resource.contains("service.name"), "{resource}");
    let all = format!("{:?}", received.logs);
    assert!(!all.contains("jane") && !all.contains("a@b.example") && !all.contains("123-45"), "{all}");
}

/// What sending causes would be sent too, without an end.
#[test]
fn sending_logs_causes_none() {
    let (stdout, _, received) = collected("many", &[("RUST_LOG", "trace")]);
    assert_eq!(stdout.matches("flushed true").count(), 50);
    let records = records(&received);
    let of_the_program = records.iter().filter(|(scope, _)| scope == "log_probe").count();
    assert_eq!((of_the_program, records.len()), (100, 100), "{records:?}");
    assert!(received.logs.len() > 1, "{} exports", received.logs.len());
}

#[test]
fn all_of_a_burst_arrives_or_is_counted() {
    let (stdout, _, received) = collected("burst", &[]);
    let value = |series: &str| {
        let line = stdout.lines().find(|line| line.starts_with(series)).unwrap_or_else(|| panic!("{series}: {stdout}"));
        line.rsplit(' ').next().unwrap().parse::<usize>().unwrap()
    };
    // What is lost is counted while it is; what arrives may do so after the figures are printed.
    let lost = value("observe_logs_lost_total{reason=\"queue_full\"}");
    assert_eq!(records(&received).len() + lost, 20_000);
    assert_eq!(value("observe_logs_lost_total{reason=\"export_failed\"}"), 0);
}
