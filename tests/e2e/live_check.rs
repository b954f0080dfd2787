//! `cargo observe live-check` beside a running service: what it says of scrapes, of OTLP over HTTP and over gRPC.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[path = "../cargo/mod.rs"]
mod cargo;
#[path = "live_check/process.rs"]
mod process;

use process::{LiveCheck, Service, built, request};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};

const PATIENT: &str = r#"{"patient_id":"p-17","features":{"age_years":24,"months_on_treatment":3,"missed_visits":6,"days_late":45,"distance_km":38,"suppressed":false}}"#;

/// The catalogue of the example services, changed by the test, as a file.
fn catalogue(name: &str, change: impl FnOnce(&mut Value)) -> PathBuf {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/services.json");
    let mut catalogue: Value = serde_json::from_str(&std::fs::read_to_string(fixture).unwrap()).unwrap();
    change(&mut catalogue);
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("live-check-{name}-{}.json", std::process::id()));
    std::fs::write(&file, catalogue.to_string()).unwrap();
    file
}

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/services.json")
}

fn metric<'a>(catalogue: &'a mut Value, name: &str) -> &'a mut Value {
    catalogue["metrics"].as_array_mut().unwrap().iter_mut().find(|metric| metric["name"] == name).unwrap()
}

/// What is said of one metric, by kind, label and value.
fn of_metric(report: &Value, list: &str, name: &str) -> BTreeSet<String> {
    let all = report[list].as_array().unwrap().iter().filter(|finding| finding["subject"] == name);
    let part = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    all.map(|one| [part(one, "kind"), part(one, "name"), part(one, "what") + &part(one, "value")].join(" ")).collect()
}

fn came(report: &Value, what: &str) -> u64 {
    report["coverage"][what]["came"].as_u64().unwrap()
}

#[test]
fn coverage_moves_with_traffic() {
    let service = Service::start(&[]);
    let metrics = format!("http://{}/metrics", service.address);
    let catalogue = fixture();
    let args = ["--scrape", &metrics, "--program", "iit-ml", "--for", "1s", "--fail-on", "nothing"];
    let before = LiveCheck::run(&catalogue, &args);
    let uncovered = of_metric(&before, "uncovered", "predictions_total");
    assert_eq!(uncovered.iter().map(String::as_str).collect::<Vec<_>>(), ["metric  "], "{before:#}");
    assert_eq!(service.post("/v1/predict", PATIENT), 200);
    let after = LiveCheck::run(&catalogue, &args);
    assert!(came(&after, "metrics") > came(&before, "metrics"), "{before:#}\n{after:#}");
    assert!(came(&after, "values") > came(&before, "values"), "{before:#}\n{after:#}");
    let uncovered = of_metric(&after, "uncovered", "predictions_total");
    assert!(!uncovered.contains("metric  ") && uncovered.contains("value outcome failed"), "{uncovered:?}");
    // A scrape has no spans, and is not blamed for that.
    assert!(after["coverage"].get("spans").is_none());
}

#[test]
fn what_is_not_declared_is_named_by_metric_label_and_value() {
    let catalogue = catalogue("undeclared", |catalogue| {
        let metrics = catalogue["metrics"].as_array_mut().unwrap();
        metrics.retain(|metric| metric["name"] != "process_threads");
        let reasons = &mut metric(catalogue, "model_load_failures_total")["labels"][0]["values"]["known"];
        reasons.as_array_mut().unwrap().retain(|reason| reason != "missing");
        metric(catalogue, "alerts_suppressed_total")["labels"] = serde_json::json!([]);
        metric(catalogue, "process_open_fds")["kind"] = "counter".into();
    });
    let service = Service::start(&[]);
    let metrics = format!("http://{}/metrics", service.address);
    let report = LiveCheck::run(&catalogue, &["--scrape", &metrics, "--program", "iit-ml", "--for", "1s"]);
    let said = |name| of_metric(&report, "unknown", name).into_iter().collect::<Vec<_>>();
    assert_eq!(said("process_threads"), ["unknown_metric  "]);
    assert_eq!(said("model_load_failures_total"), ["unknown_value reason missing"]);
    assert_eq!(said("alerts_suppressed_total"), ["unknown_label severity "]);
    assert_eq!(said("process_open_fds"), ["wrong_type  came as a gauge, and is declared as a counter"]);
    assert!(report["failures"][0].as_str().unwrap().contains("not in the catalogue"), "{report:#}");
}

/// What a service emits in its whole life, to its last export.
fn life(protocol: &str) -> Value {
    let check = LiveCheck::start(&fixture(), &["--program", "iit-ml"]);
    let endpoint = format!("http://{}", if protocol == "grpc" { check.grpc } else { check.http });
    let service = Service::start(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"),
    ]);
    assert_eq!(service.post("/v1/predict", PATIENT), 200);
    assert_eq!(service.post("/v1/predict", "{}"), 400);
    // Its last words are sent before it is gone.
    service.end();
    check.end()
}

#[test]
fn grpc_and_http_agree() {
    let (over_http, over_grpc) = (life("http/protobuf"), life("grpc"));
    assert!(came(&over_http, "metrics") > 15, "{over_http:#}");
    let names = |report: &Value, list: &str| -> BTreeSet<(String, String, String)> {
        let part = |one: &Value, key: &str| one[key].as_str().unwrap_or_default().to_owned();
        let all = report[list].as_array().unwrap().iter();
        // What the last export of metrics says of the other exports is a matter of their order, and a short life may take no
        // time that the system counts.
        let is_chance = |name: &str| name.ends_with("_exported_total") || name == "process_cpu_seconds_total";
        let others = all.filter(|one| !is_chance(&part(one, "subject")));
        others.map(|one| (part(one, "kind"), part(one, "subject"), part(one, "name"))).collect()
    };
    assert_eq!(names(&over_http, "unknown"), names(&over_grpc, "unknown"));
    assert_eq!(names(&over_http, "uncovered"), names(&over_grpc, "uncovered"));
    let spans = names(&over_http, "unknown");
    let predict = ("unknown_span".to_owned(), "predict".to_owned(), String::new());
    assert!(spans.contains(&predict), "the fixture has no span of this service, and one came: {spans:?}");
}

#[test]
fn a_scrape_and_an_export_show_the_same_metrics() {
    let exported = life("http/protobuf");
    let service = Service::start(&[]);
    assert_eq!(service.post("/v1/predict", PATIENT), 200);
    assert_eq!(service.post("/v1/predict", "{}"), 400);
    let metrics = format!("http://{}/metrics", service.address);
    let scraped = LiveCheck::run(&fixture(), &["--scrape", &metrics, "--program", "iit-ml", "--for", "1s"]);
    let missing = |report: &Value| -> BTreeSet<String> {
        let all = report["uncovered"].as_array().unwrap().iter();
        let metrics = all.filter(|one| one["kind"] == "metric").map(|one| one["subject"].as_str().unwrap().to_owned());
        // These count exports: a service that is scraped has none.
        let of_exports = |name: &str| name.ends_with("_exported_total") || name.contains("_export_failures_");
        metrics.filter(|name| !of_exports(name)).collect()
    };
    assert_eq!(missing(&exported), missing(&scraped));
}

#[test]
fn malformed_requests_do_not_stop_it() {
    let check = LiveCheck::start(&fixture(), &[]);
    for address in [check.http, check.grpc] {
        assert_eq!(
            request(address, "POST /v1/metrics", "content-type: application/x-protobuf\r\n", b"\xff\xff\xff"),
            400
        );
        assert_eq!(
            request(address, "POST /v1/traces", "content-type: application/json\r\n", b"{\"resourceSpans\":7}"),
            400
        );
        assert_eq!(request(address, "POST /v1/traces", "content-encoding: gzip\r\n", b"no gzip"), 400);
        assert_eq!(request(address, "POST /v1/logs", "content-encoding: gzip\r\n", &process::bomb()), 400);
        // A client that speaks something else.
        std::net::TcpStream::connect(address).unwrap().write_all(b"\x16\x03\x01\x02\x00\x01\x00\x01").unwrap();
    }
    let good = br#"{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"stranger_total","sum":{"aggregationTemporality":2,"isMonotonic":true,"dataPoints":[{"asInt":"1"}]}}]}]}]}"#;
    assert_eq!(request(check.http, "POST /v1/metrics", "content-type: application/json\r\n", good), 200);
    let report = check.end();
    let kinds = |kind: &str| report["unknown"].as_array().unwrap().iter().filter(|one| one["kind"] == kind).count();
    assert_eq!(kinds("malformed"), 4, "{report:#}");
    assert_eq!(kinds("unknown_metric"), 1, "{report:#}");
    assert_eq!(report["received"], 1);
}

#[test]
fn it_ends_when_everything_has_come() {
    let catalogue = catalogue("covered", |catalogue| {
        catalogue["metrics"].as_array_mut().unwrap().retain(|metric| metric["name"] == "process_threads");
        catalogue["spans"] = serde_json::json!([]);
    });
    let service = Service::start(&[]);
    let metrics = format!("http://{}/metrics", service.address);
    let until = ["--scrape", &metrics, "--until-covered", "--fail-on", "nothing", "--min-coverage", "100"];
    let report = LiveCheck::run(&catalogue, &until);
    assert_eq!(report["failures"].as_array().map(Vec::len), Some(0), "{report:#}");
    assert_eq!(report["coverage"]["metrics"]["percent"], 100.0);
}

#[test]
fn less_than_the_coverage_that_was_asked_for_fails() {
    let service = Service::start(&[]);
    let metrics = format!("http://{}/metrics", service.address);
    let asked = ["--scrape", &metrics, "--for", "1ms", "--min-coverage", "99", "--fail-on", "uncovered"];
    let report = LiveCheck::run(&fixture(), &asked);
    let failures: Vec<_> = report["failures"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    assert!(failures[0].ends_with("of the catalogue never came"), "{failures:?}");
    assert!(failures[1].ends_with("and 99 % were asked for"), "{failures:?}");
}

#[test]
fn what_was_not_received_was_not_checked() {
    let report = LiveCheck::run(&fixture(), &["--for", "100ms", "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0"]);
    assert_eq!(report["failures"][0], "nothing was received");
}

/// The records of the program itself, in place of a fixture.
#[test]
fn what_a_service_emits_is_in_its_own_catalogue() {
    let program = built("iit-ml").display().to_string();
    // Past the test harness, which keeps what a passing test prints to itself.
    let skipped = || drop(writeln!(std::io::stderr(), "SKIPPED: {program} has no records of metrics"));
    let Some(check) = LiveCheck::start_with(&["--from-binary", &program]) else { return skipped() };
    let endpoint = format!("http://{}", check.http);
    let service = Service::start(&[("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str())]);
    assert_eq!(service.post("/v1/predict", PATIENT), 200);
    service.end();
    let report = check.end();
    if report["coverage"]["metrics"]["all"] == 0 {
        return skipped();
    }
    let unknown = report["unknown"].as_array().unwrap().iter();
    let names: Vec<_> = unknown.map(|one| one["name"].as_str().unwrap_or_default()).collect();
    // These two are set by hand, where no annotation declares them.
    assert_eq!(names, ["prediction.outcome", "prediction.risk"], "{report:#}");
}
