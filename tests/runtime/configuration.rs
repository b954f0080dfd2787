//! Settings of whole processes: which counts, what is said of wrong ones, and what they do.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod collector;

use collector::Collector;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use std::collections::BTreeMap;
use std::process::Command;

/// Standard output and standard error of a program that has just these variables.
fn run(program: &str, arguments: &[&str], variables: &[(&str, &str)]) -> (String, String) {
    let output = Command::new(program).args(arguments).env_clear().envs(variables.iter().copied()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

fn configured(variables: &[(&str, &str)]) -> (String, String) {
    run(env!("CARGO_BIN_EXE_configured"), &[], variables)
}

fn probe(scenario: &str, variables: &[(&str, &str)]) -> (String, String) {
    run(env!("CARGO_BIN_EXE_probe"), &[scenario], variables)
}

fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

#[test]
fn the_code_goes_before_the_default() {
    let (stdout, stderr) = configured(&[]);
    assert_eq!(count(&stdout, " SPAN "), 1, "{stdout}");
    assert!(stderr.contains("configured runs in staging") && stderr.contains("traces=console"), "{stderr}");
}

#[test]
fn the_environment_goes_before_the_code() {
    let variables = [("OTEL_TRACES_EXPORTER", "none"), ("OBSERVE_ENVIRONMENT", "test"), ("OBSERVE_LOG_FORMAT", "json")];
    let (stdout, stderr) = configured(&variables);
    assert_eq!(count(&stdout, " SPAN "), 0, "{stdout}");
    let line: serde_json::Value = serde_json::from_str(stderr.lines().last().unwrap()).unwrap();
    assert_eq!((&line["message"], &line["environment"]), (&"at work".into(), &"test".into()));
}

#[test]
fn an_unknown_name_in_code_is_said_once() {
    let (_, stderr) = configured(&[]);
    let warning = "OBSERVE_LOG_FORMATS is not known and not used; did you mean OBSERVE_LOG_FORMAT?";
    assert_eq!(count(&stderr, warning), 1, "{stderr}");
}

#[test]
fn names_that_have_no_effect_are_said_once_without_their_values() {
    let (_, stderr) = probe(
        "lines",
        &[
            ("OTEL_EXPORTER_OTLP_ENPOINT", "http://jane:hunter2@collector"),
            ("OTEL_EXPORTER_JAEGER_ENDPOINT", "http://jane:hunter2@tracing:14268/api/traces"),
            ("OTEL_EXPORTER_JAEGER_PASSWORD", "hunter2"),
            ("OBSERVE_API_TOKEN", "hunter2"),
            ("OTEL_LOG_LEVEL", "debug"),
        ],
    );
    for part in [
        "OTEL_EXPORTER_OTLP_ENPOINT is not known and not used; did you mean OTEL_EXPORTER_OTLP_ENDPOINT?",
        "set OTEL_EXPORTER_OTLP_ENDPOINT=http://tracing:4318",
        "OBSERVE_API_TOKEN is not known and not used",
    ] {
        assert_eq!(count(&stderr, part), 1, "{part}: {stderr}");
    }
    assert_eq!(count(&stderr, " WARN observe "), 3, "{stderr}");
    assert!(!stderr.contains("hunter2") && !stderr.contains("jane"), "{stderr}");
}

#[cfg(unix)]
#[test]
fn a_value_that_is_no_text_is_not_used() {
    use std::os::unix::ffi::OsStrExt as _;
    let value = std::ffi::OsStr::from_bytes(b"care\xff");
    let program = env!("CARGO_BIN_EXE_configured");
    let output = Command::new(program).env_clear().env("OBSERVE_NAMESPACE", value).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(count(&stderr, "OBSERVE_NAMESPACE is not used: its value is not Unicode text"), 1, "{stderr}");
}

#[test]
fn the_first_line_says_where_logs_go() {
    let collector = Collector::start();
    let url = collector.url();
    let endpoint = ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", &*format!("{url}/hunter2/logs?token=hunter2"));
    let (_, stderr) = probe("lines", &[endpoint, ("OTEL_SDK_DISABLED", "true")]);
    assert!(stderr.contains("logs=text, not exported (OTEL_SDK_DISABLED)"), "{stderr}");
    let (_, stderr) = probe("lines", &[endpoint]);
    assert!(stderr.contains(&format!("logs=text, and otlp to {url} ")), "{stderr}");
    assert!(!stderr.contains("hunter2"), "{stderr}");
    collector.stop();
}

#[test]
fn tracing_that_is_off_leaves_ids_and_metrics() {
    let (stdout, stderr) = probe("spans", &[("OBSERVE_TRACES", "off"), ("OTEL_TRACES_EXPORTER", "console")]);
    assert_eq!(count(&stdout, " SPAN "), 0, "{stdout}");
    assert!(stdout.contains("work_total{status=\"error\"} 30"), "{stdout}");
    assert!(stderr.contains("traces=off (OBSERVE_TRACES)"), "{stderr}");
    let (_, stderr) = configured(&[("OBSERVE_TRACES", "off")]);
    let line = stderr.lines().last().unwrap();
    assert!(line.contains("at work trace_id=") && line.contains(" span_id="), "{line}");
}

#[test]
fn metrics_that_are_off_are_not_counted() {
    let (stdout, stderr) = configured(&[("OBSERVE_METRICS", "off")]);
    assert!(!stdout.contains("work_total{status=\"ok\"} 1"), "{stdout}");
    assert!(stderr.contains("metrics=off (OBSERVE_METRICS)"), "{stderr}");
    let (stdout, _) = configured(&[]);
    assert!(stdout.contains("work_total{status=\"ok\"} 1"), "{stdout}");
}

#[test]
fn a_collector_learns_who_is_speaking() {
    let collector = Collector::start();
    let variables = [
        ("OTEL_TRACES_EXPORTER", "otlp"),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", &*format!("{}/v1/traces", collector.url())),
        ("OTEL_RESOURCE_ATTRIBUTES", "team=care%20one,db.password=hunter2"),
        ("OBSERVE_LEGACY_ENVIRONMENT", "true"),
        ("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "4"),
    ];
    configured(&variables);
    let traces = collector.stop().traces;
    let resource = traces[0].resource_spans[0].resource.clone().unwrap();
    let attributes: BTreeMap<String, String> = resource
        .attributes
        .into_iter()
        .map(|attribute| match attribute.value.unwrap().value.unwrap() {
            Value::StringValue(text) => (attribute.key, text),
            other => (attribute.key, format!("{other:?}")),
        })
        .collect();
    for (key, value) in [
        ("service.name", "configured"),
        ("service.version", "1.2.3"),
        ("service.namespace", "care"),
        ("deployment.environment.name", "staging"),
        ("deployment.environment", "staging"),
        // Limits are not for the resource.
        ("team", "care one"),
        ("db.password", "[REDACTED]"),
        ("telemetry.sdk.name", "observe"),
    ] {
        assert_eq!(attributes[key], value, "{key}");
    }
    assert_eq!(attributes["service.instance.id"].len(), 36);
    assert!(!attributes["host.name"].is_empty());
}
