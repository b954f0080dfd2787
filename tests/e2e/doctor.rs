//! `cargo observe doctor` beside a running service, a collector, and a collector that is not there.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[path = "../cargo/mod.rs"]
mod cargo;
#[allow(dead_code, reason = "the live check's tests need more of it")]
#[path = "live_check/process.rs"]
mod process;

use process::{LiveCheck, Service, built};
use serde_json::Value;
use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

const ONLY_THIS: [&str; 3] = ["PATH", "HOME", "CARGO_HOME"];

/// The report, and the exit code. Nothing of the environment but what is named.
fn doctor(args: &[&str], variables: &[(&str, &str)]) -> (Vec<Value>, i32) {
    let kept = std::env::vars().filter(|(name, _)| ONLY_THIS.contains(&name.as_str()) || name.starts_with("RUSTUP"));
    let output = Command::new(env!("CARGO_BIN_EXE_cargo-observe"))
        .args(["doctor", "--format", "json"])
        .args(args)
        .env_clear()
        .envs(kept)
        .envs(variables.iter().copied())
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let failures = String::from_utf8_lossy(&output.stderr).into_owned();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("no report: {failures}"));
    (report["findings"].as_array().unwrap().clone(), output.status.code().unwrap())
}

fn states(findings: &[Value]) -> BTreeMap<String, String> {
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    findings.iter().map(|finding| (text(finding, "topic"), text(finding, "state"))).collect()
}

fn fixture() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/services.json").display().to_string()
}

#[test]
fn a_collector_is_asked_over_http_and_over_grpc() {
    let check = LiveCheck::start(Path::new(&fixture()), &[]);
    for (protocol, address) in [("http/protobuf", check.http), ("grpc", check.grpc)] {
        let endpoint = format!("http://{address}");
        let variables = [("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()), ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol)];
        let (findings, _) = doctor(&[], &variables);
        assert_eq!(states(&findings)["collector"], "ok", "{protocol}: {findings:#?}");
    }
    // An empty export of each of three signals, over each of two protocols.
    assert_eq!(check.end()["received"], 6);
}

#[test]
fn a_server_that_is_no_collector_fails_over_both() {
    let service = Service::start(&[]);
    let endpoint = format!("http://{}", service.address);
    for protocol in ["http/protobuf", "grpc"] {
        let variables = [("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()), ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol)];
        let (findings, code) = doctor(&[], &variables);
        assert_eq!((states(&findings)["collector"].as_str(), code), ("failed", 1), "{findings:#?}");
    }
}

#[test]
fn the_checklist_of_a_good_service_passes_all_that_it_is_asked() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (url, address) = (format!("http://127.0.0.1:{port}"), format!("127.0.0.1:{port}"));
    let model = Path::new(env!("CARGO_TARGET_TMPDIR")).join("doctor-model.json").display().to_string();
    let program = built("iit-ml").display().to_string();
    assert!(Command::new(&program).args(["train", &model]).output().unwrap().status.success());
    let catalogue = fixture();
    let asked = ["--checklist", "--service", &url, "--path", "/v1/predict", "--run", &program, "--run-for", "60s"];
    let args = [&asked[..], &["--catalogue", &catalogue]].concat();
    let variables =
        [("IIT_ML_ADDR", address.as_str()), ("IIT_ML_MODEL", &model), ("OTEL_TRACES_SAMPLER", "parentbased_always_on")];
    let (findings, _) = doctor(&args, &variables);
    let states = states(&findings);
    for item in [
        "redaction declared",
        "redaction tested",
        "redaction in lines",
        "health time-outs",
        "health in time",
        "health checks",
        "/metrics answers",
        "/metrics restricted",
        "TYPE and HELP",
        "sampling set",
        "starts without a collector",
        "ends when told",
    ] {
        assert_eq!(states[item], "ok", "{item}: {findings:#?}");
    }
    assert_eq!(states["retention set"], "failed", "this workspace has no observe.toml");
}

#[test]
fn a_service_that_everybody_may_ask_and_that_is_not_ready_fails() {
    let service = Service::start(&[("OBSERVE_METRICS_ALLOW", "*"), ("IIT_ML_MODEL", "/no/such/model")]);
    let (url, catalogue) = (format!("http://{}", service.address), fixture());
    let (findings, code) = doctor(&["--checklist", "--service", &url, "--catalogue", &catalogue], &[]);
    let states = states(&findings);
    assert_eq!((states["/metrics restricted"].as_str(), code), ("failed", 1), "{findings:#?}");
    assert_eq!(states["health checks"], "failed", "{findings:#?}");
    assert_eq!((&*states["sampling set"], &*states["starts without a collector"]), ("failed", "skipped"));
}

#[test]
fn a_service_that_is_not_there_fails_each_item_that_asks_it() {
    let (findings, code) = doctor(&["--checklist", "--service", "http://127.0.0.1:1", "--catalogue", &fixture()], &[]);
    assert_eq!(code, 1);
    for item in ["redaction tested", "/metrics answers", "/metrics restricted", "health in time", "health checks"] {
        assert_eq!(states(&findings)[item], "failed", "{item}");
    }
}
