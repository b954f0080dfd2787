//! Schemas that others publish, taken out of packages of PyPI.

use crate::skipped;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

/// One at a time: several tests want the same package.
static FETCHING: Mutex<()> = Mutex::new(());

/// The unpacked package; `None`, and a loud line, where it can't be had.
pub(crate) fn package(name: &str, version: &str) -> Option<PathBuf> {
    let _one = FETCHING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let servers = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("servers");
    let place = servers.join(format!("{name}-{version}"));
    if place.is_dir() {
        return Some(place);
    }
    // Beside its final place, so that the move at the end is one step.
    let fresh = servers.join(format!("fresh-{name}-{}", std::process::id()));
    fs::create_dir_all(&fresh).unwrap();
    let mut download = Command::new("python3");
    download.args(["-m", "pip", "--quiet", "download", "--no-deps", "--only-binary", ":all:", "--dest"]).arg(&fresh);
    let is_there = download.arg(format!("{name}=={version}")).output().is_ok_and(|output| output.status.success());
    let wheel = fs::read_dir(&fresh).unwrap().next().map(|entry| entry.unwrap().path());
    let unpacked = fresh.join("unpacked");
    let is_unpacked = wheel.is_some_and(|wheel| {
        let mut unzip = Command::new("python3");
        unzip.args(["-m", "zipfile", "--extract"]).arg(wheel).arg(&unpacked);
        unzip.status().is_ok_and(|status| status.success())
    });
    if is_there && is_unpacked {
        let _ = fs::rename(&unpacked, &place);
    }
    let _ = fs::remove_dir_all(&fresh);
    if place.is_dir() { Some(place) } else { skipped(&format!("{name} {version} can't be had from PyPI")) }
}

/// Fails with every place where the value breaks the schema.
#[track_caller]
pub(crate) fn assert_valid(what: &str, schema: &Value, value: &Value) {
    let validator = jsonschema::validator_for(schema).unwrap_or_else(|error| panic!("{what}: {error}"));
    let errors: Vec<String> =
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{what}:\n{}", errors.join("\n"));
}

/// Whether the value breaks the schema.
pub(crate) fn is_invalid(schema: &Value, value: &Value) -> bool {
    !jsonschema::validator_for(schema).unwrap().is_valid(value)
}
