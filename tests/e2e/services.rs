//! The five example services, read out of their programs: nothing is found in what they declare nor in what is generated of it,
//! and who reads the generated files takes them.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[path = "../cargo/mod.rs"]
mod cargo;

use cargo::cargo;
use serde_json::Value;
use std::env;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

const TOOL: &str = env!("CARGO_BIN_EXE_cargo-observe");
const SERVICES: [&str; 5] = ["azora", "baliblissed", "chatvault", "iit-ml", "voiceassist"];

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Where the services lie, built.
static BUILT: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(TOOL).parent().unwrap();
    let mut build = cargo();
    build.args(["build", "--target-dir"]).arg(folder.parent().unwrap()).current_dir(workspace());
    build.args(SERVICES.iter().flat_map(|service| ["-p", service]));
    assert!(build.status().unwrap().success());
    folder.to_owned()
});

/// All that is generated of them.
static GENERATED: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("services");
    let _ = std::fs::remove_dir_all(&folder);
    let output = tool(&["generate", "--out", folder.to_str().unwrap()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    folder
});

/// The command, over the five programs.
fn tool(words: &[&str]) -> Output {
    let mut tool = Command::new(TOOL);
    tool.arg("observe").args(words).current_dir(workspace());
    for service in SERVICES {
        tool.arg("--from-binary").arg(BUILT.join(service));
    }
    tool.output().unwrap()
}

/// Every file below a folder that queries stand in.
fn list(folder: &Path, files: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            list(&path, files);
        } else if path.file_name().is_some_and(|name| name != "compliance.json") {
            files.push(path.to_str().unwrap().to_owned());
        }
    }
}

/// What `check` finds, as `code subject`; generated rules, dashboards and pages are looked at too.
fn findings() -> Vec<String> {
    let mut files = Vec::new();
    for folder in ["prometheus/rules", "grafana", "docs", "runbooks"] {
        list(&GENERATED.join(folder), &mut files);
    }
    let mut words = vec!["check", "--format", "json"];
    words.extend(files.iter().flat_map(|file| ["--queries", file]));
    let output = tool(&words);
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let findings = report["findings"].as_array().unwrap();
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    findings.iter().map(|finding| format!("{} {}", text(finding, "code"), text(finding, "subject"))).collect()
}

#[test]
fn nothing_is_found_in_the_services_and_in_what_is_made_of_them() {
    // Azora is four services in one program, each of which says its name when it starts.
    assert_eq!(findings(), ["OBS1084 azora"]);
}

#[test]
fn what_was_generated_is_what_would_be() {
    let check = tool(&["generate", "--check", "--out", GENERATED.to_str().unwrap()]);
    assert!(check.status.success() && check.stdout.is_empty(), "{}", String::from_utf8_lossy(&check.stdout));
}

/// Every rule of the requirements is there for a service that has its metric.
#[test]
fn the_rules_of_the_requirements_are_there() {
    let read = |name: &str| std::fs::read_to_string(GENERATED.join("prometheus/rules").join(name)).unwrap();
    let expected = [
        ("voiceassist.yml", "ServiceDown"),
        ("voiceassist.yml", "DatabaseDown"),
        ("voiceassist.yml", "HighErrorRate"),
        ("voiceassist.yml", "HighResponseTime"),
        ("voiceassist.yml", "HighAuthenticationFailureRate"),
        ("voiceassist.yml", "DatabaseConnectionPoolNearLimit"),
        ("voiceassist.yml", "HighMemoryUsage"),
        ("voiceassist.yml", "LowDiskSpace"),
        ("voiceassist.yml", "SlowRAGQueries"),
        ("voiceassist.yml", "SlowVectorSearch"),
        ("voiceassist.yml", "AuditLogFailures"),
        ("voiceassist.yml", "TokenRevocationServiceDown"),
        ("voiceassist.yml", "NoRecentBackup"),
        ("azora.yml", "PaymentFailures"),
        ("azora.yml", "EnrollmentFailures"),
        ("azora.yml", "DatabaseConnectionPoolExhausted"),
        ("azora.yml", "TraceExportErrors"),
        ("baliblissed.yml", "HighLatency"),
    ];
    for (file, alert) in expected {
        assert!(read(file).contains(&format!("alert: {alert}\n")), "{alert} is not in {file}");
    }
    for service in ["azora", "baliblissed", "iit-ml", "voiceassist"] {
        assert!(read(&format!("{service}-slo.yml")).contains("slo:"), "{service} has no rules for its objectives");
    }
}

#[test]
fn prometheus_and_alertmanager_take_their_files() {
    let rules = std::fs::read_dir(GENERATED.join("prometheus/rules")).unwrap();
    let rules: Vec<PathBuf> = rules.map(|entry| entry.unwrap().path()).collect();
    for server in ["prometheus", "prometheus-3"] {
        run(server, "promtool", &["check", "rules", "--lint=all", "--lint-fatal"], &rules);
    }
    let configuration = [GENERATED.join("alertmanager/alertmanager.yml")];
    for server in ["prometheus-alertmanager", "alertmanager-next"] {
        run(server, "amtool", &["check-config"], &configuration);
    }
}

/// Runs one of Debian's programs, where `tests/servers` has put it.
fn run(server: &str, program: &str, words: &[&str], files: &[PathBuf]) {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace().join("target"), PathBuf::from);
    let program = target.join("servers").join(server).join("usr/bin").join(program);
    if !program.exists() {
        assert_ne!(env::var("OBSERVE_REQUIRE_SERVERS").as_deref(), Ok("1"), "{} is missing", program.display());
        let _ = writeln!(std::io::stderr(), "SKIPPED: {} is missing: run tests/servers", program.display());
        return;
    }
    let output = Command::new(&program).args(words).args(files).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}: {}", program.display(), String::from_utf8_lossy(&said));
}
