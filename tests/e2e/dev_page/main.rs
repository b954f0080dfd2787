//! The dev page in a real browser, and what its answers say to whom: `/observe` of the example service, and of a
//! program whose telemetry is hostile.
//!
//! `tests/servers` fetches the browser. Screenshots go to `target/dev-page`; a figure that has a limit is printed as a
//! line that begins with `bar dev-page/`.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod access;
mod bars;
mod browser;
mod hostile;
mod http;
mod keys;
mod large;
mod login;
mod logs;
mod looks;
mod metrics;
mod others;
mod page;
mod private;
mod program;
mod requests;
mod restart;
#[path = "../../../examples/voiceassist/tests/service/mod.rs"]
mod service;
mod traffic;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// After that, what does not happen is the test's failure.
const PATIENCE: Duration = Duration::from_mins(1);

/// What cargo builds goes to a folder below this one.
fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().to_owned()
}

/// Says loudly why something is not tested; where everything has to be, that is a failure.
fn skipped<T>(why: &str) -> Option<T> {
    assert!(std::env::var("OBSERVE_REQUIRE_SERVERS").as_deref() != Ok("1"), "{why}");
    say(&format!("SKIPPED: {why}"));
    None
}

/// Writes a line past the test harness, which keeps what a passing test prints to itself.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
