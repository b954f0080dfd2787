//! A program whose panics abort, as `panic = "abort"` in its profile has it: no guard is dropped and no
//! exit hook runs.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[path = "../cargo/mod.rs"]
mod cargo;

use cargo::cargo;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

const SIGABRT: i32 = 6;

/// Built beside everything else: what runs while building is shared, the rest is built a second time once.
static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let built = cargo()
        .args(["build", "--quiet", "--locked", "--offline", "-p", "observe-abort", "--target-dir"])
        .arg(target)
        .env("CARGO_PROFILE_DEV_PANIC", "abort")
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    target.join("debug/observe-abort")
});

/// Runs it until it aborts; what it wrote to standard output and to standard error.
fn run(how: &str) -> (String, String) {
    let mut command = Command::new(&*PROGRAM);
    // Nothing but the end writes spans.
    let variables = [("OTEL_TRACES_EXPORTER", "console"), ("OTEL_BSP_SCHEDULE_DELAY", "3600000")];
    let Output { status, stdout, stderr } = command.arg(how).env_clear().envs(variables).output().unwrap();
    let (stdout, stderr) = (String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap());
    assert_eq!(status.signal(), Some(SIGABRT), "{status}: {stderr}");
    (stdout, stderr)
}

#[test]
fn a_panic_that_aborts_loses_no_span() {
    for thread in ["main", "thread"] {
        let (stdout, stderr) = run(thread);
        assert_eq!(stdout.matches(" SPAN ").count(), 300, "{thread}: {stderr}");
        assert!(stderr.contains("panicked: patient [REDACTED:email] is gone"), "{thread}: {stderr}");
    }
}

/// As the guide says. It also shows that the panic is what wrote the spans above.
#[test]
fn an_abort_without_a_panic_can_not_be_reached() {
    assert_eq!(run("abort").0.matches(" SPAN ").count(), 0);
}
