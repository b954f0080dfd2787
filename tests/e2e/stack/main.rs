//! The generated stack: what each file says is what the program that reads it understands, as far as there is one here.
//!
//! Docker, the Collector, Grafana, Loki, Jaeger and Alloy are not to be had here. Their files are held against published
//! schemas, where a registry has one, and against the documented keys else; the Collector's redaction runs in `rotel`.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod alloy;
mod collector;
mod compose;
mod generated;
mod kubernetes;
mod prometheus;
mod rotel;
mod schema;
mod scripts;
mod yaml;

use std::io::Write as _;

/// Says loudly why something is not tested; where everything has to be, that is a failure.
fn skipped<T>(why: &str) -> Option<T> {
    assert!(std::env::var("OBSERVE_REQUIRE_SERVERS").as_deref() != Ok("1"), "{why}");
    // Past the test harness, which keeps what a passing test prints to itself.
    let _ = writeln!(std::io::stderr(), "SKIPPED: {why}");
    None
}
