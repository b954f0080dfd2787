//! The dependency budget: how many crates a user of observe builds, and which.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::Command;

/// Says how many, past the test harness, which keeps what a passing test prints to itself.
fn say(what: &str, count: usize, limit: &str) {
    let _ = writeln!(std::io::stdout(), "dependency tree of {what}: {count} crates, {limit}");
}

/// The crates that this feature set brings, for all that is built on this platform.
fn crates(features: &str) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--offline", "-p", "observe-runtime", "--edges", "normal,build"])
        .args(["--prefix", "none", "--format", "{p}", "--features", features])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).unwrap();
    // A line is `name vX.Y.Z`, with a path or a mark behind it.
    tree.lines().map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect()
}

#[track_caller]
fn within(what: &str, features: &str, limit: usize) {
    let crates = crates(features);
    say(what, crates.len(), &format!("{limit} allowed"));
    assert!(crates.contains("observe-runtime v0.1.0"), "{crates:?}");
    assert!(crates.len() <= limit, "{} crates, {limit} allowed: {crates:#?}", crates.len());
}

#[test]
fn core() {
    within("core", "", 45);
}

#[test]
fn core_with_axum_and_otlp() {
    within("core + axum + otlp with TLS", "axum,otlp", 100);
}

/// No OpenTelemetry crate: their versions would become ours. How many there are in all is said, and has no limit:
/// the clients bring what they stand on.
#[test]
fn nothing_of_opentelemetry() {
    let crates = crates("full");
    say("everything", crates.len(), "no limit");
    let found: Vec<String> = crates.into_iter().filter(|name| name.starts_with("opentelemetry")).collect();
    assert_eq!(found, [""; 0]);
}
