//! A program has the groups of built-in metrics that its code counts into, and no others, however it is built: nothing but
//! the linker decides that.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[path = "../cargo/mod.rs"]
mod cargo;

use cargo::cargo;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::{env, fs};

const TOOL: &str = env!("CARGO_BIN_EXE_cargo-observe");

const MANIFEST: &str = r#"
[package]
name = "observe-groups-fixture"
version = "0.1.0"
edition = "2024"

[workspace]

[dependencies]
observe = { path = "RUNTIME", package = "observe-runtime" }

[profile.release]
lto = true
codegen-units = 1
strip = true
panic = "abort"
"#;

const SOURCE: &str = r#"
fn main() {
    let _guard = observe::init!("wards", namespace = "care");
    observe::operation::messaging("kafka", "send", "beds").start().finish_ok();
}

#[allow(dead_code)]
fn by_hand_and_never() {
    observe::operation::rpc("grpc", "beds.Beds", "List").start().finish_ok();
}

#[allow(dead_code)]
#[observe::traced(rag_query)]
fn a_preset_and_never() {}
"#;

/// The program, built with this profile. One build after the other: cargo writes what another would read.
fn built(profile: &str) -> PathBuf {
    static BUILDING: Mutex<()> = Mutex::new(());
    let _building = BUILDING.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("groups");
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    fs::create_dir_all(folder.join("src")).unwrap();
    let manifest = MANIFEST.replace("RUNTIME", workspace.join("observe-runtime").to_str().unwrap());
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::write(folder.join("src/main.rs"), SOURCE).unwrap();
    // The versions are those of everything else here.
    fs::copy(workspace.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let mut build = cargo();
    build.args(["build", "--offline", "--profile", profile]).current_dir(&folder).env_remove("RUSTFLAGS");
    let output = build.env("CARGO_TARGET_DIR", folder.join("target")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let name = format!("observe-groups-fixture{}", env::consts::EXE_SUFFIX);
    folder.join("target").join(if profile == "dev" { "debug" } else { profile }).join(name)
}

/// The metrics of the service that it has, with their files.
fn metrics(program: &Path) -> BTreeSet<(String, String)> {
    let mut tool = Command::new(TOOL);
    let output = tool.args(["observe", "catalog", "--format", "json", "--from-binary"]).arg(program).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let catalogue: Value = serde_json::from_slice(&output.stdout).unwrap();
    let metrics = catalogue["metrics"].as_array().unwrap().iter().filter(|metric| metric["scope"] == "service");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    metrics.map(|metric| (text(&metric["name"]), text(&metric["place"]["file"]))).collect()
}

#[track_caller]
fn assert_exact(profile: &str) {
    let expected = [
        ("care_info", ""),
        ("care_messaging_operation_duration_seconds", ""),
        // A preset is described in each scrape, whether its function is called or not.
        ("care_rag_queries_total", "src/main.rs"),
        ("care_rag_query_duration_seconds", "src/main.rs"),
        ("care_up", ""),
    ];
    let expected: BTreeSet<_> = expected.iter().map(|(name, file)| ((*name).to_owned(), (*file).to_owned())).collect();
    assert_eq!(metrics(&built(profile)), expected);
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "elsewhere linkers keep more")]
fn a_debug_build_has_what_it_counts() {
    assert_exact("dev");
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "elsewhere linkers keep more")]
fn a_build_with_lto_that_is_stripped_has_the_same() {
    assert_exact("release");
}
