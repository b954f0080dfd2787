//! `cargo observe init` on projects as people have them.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const MAIN: &str = "fn main() {\n    println!(\"hello\");\n}\n";

/// A folder of its own, outside of this workspace: cargo looks for one above.
fn project(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("observe-init-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    for (path, text) in files {
        let file = folder.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    folder
}

fn init(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-observe"));
    command.arg("init").args(args).args(["--color", "never"]).current_dir(folder).output().unwrap()
}

fn out(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn manifest(name: &str) -> String {
    format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n")
}

fn git(folder: &Path, args: &[&str]) {
    let identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
    assert!(Command::new("git").args(identity).args(args).current_dir(folder).output().unwrap().status.success());
}

#[test]
fn a_program_gets_the_dependency_the_settings_and_the_line_in_main() {
    let folder = project("program", &[("Cargo.toml", &manifest("app")), ("src/main.rs", MAIN)]);
    let shown = out(&init(&folder, &[]));
    assert!(shown.contains("+observe = { package = \"observe-runtime\""), "{shown}");
    assert!(fs::read_to_string(folder.join("src/main.rs")).unwrap().contains("observe::init!()"));
    assert!(fs::read_to_string(folder.join("observe.toml")).unwrap().contains("[retention]"));
    assert_eq!(out(&init(&folder, &[])), "nothing to change\n");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_dry_run_shows_the_same_and_writes_nothing() {
    let folder = project("dry", &[("Cargo.toml", &manifest("app")), ("src/main.rs", MAIN)]);
    let shown = out(&init(&folder, &["--dry-run"]));
    assert!(shown.contains("+    let _guard = observe::init!()"), "{shown}");
    assert_eq!(fs::read_to_string(folder.join("src/main.rs")).unwrap(), MAIN);
    assert!(!folder.join("observe.toml").exists());
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_router_is_shown_its_layer_and_not_changed() {
    let main = "use axum::Router;\n\nfn main() {\n    let app = Router::new();\n}\n";
    let text = manifest("app") + "axum = \"0.8\"\n";
    let folder = project("router", &[("Cargo.toml", &text), ("src/main.rs", main)]);
    let shown = out(&init(&folder, &[]));
    assert!(shown.contains("+    let app = Router::new().layer(observe::axum::layer());"), "{shown}");
    let changed = fs::read_to_string(folder.join("src/main.rs")).unwrap();
    assert!(changed.contains("observe::init!()") && !changed.contains("layer"), "{changed}");
    assert!(fs::read_to_string(folder.join("Cargo.toml")).unwrap().contains("features = [\"axum\", \"otlp\"]"));
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_library_is_told_what_its_programs_have_to_do() {
    let folder = project("library", &[("Cargo.toml", &manifest("lib")), ("src/lib.rs", "pub fn f() {}\n")]);
    let shown = out(&init(&folder, &[]));
    assert!(shown.contains("A library switches nothing on"), "{shown}");
    assert_eq!(fs::read_to_string(folder.join("src/lib.rs")).unwrap(), "pub fn f() {}\n");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_workspace_wants_to_know_which_package_and_declares_the_dependency_once() {
    let workspace = "[workspace]\nresolver = \"3\"\nmembers = [\"a\", \"b\"]\n\n[workspace.dependencies]\n";
    let folder = project(
        "workspace",
        &[
            ("Cargo.toml", workspace),
            ("a/Cargo.toml", &manifest("a")),
            ("a/src/main.rs", MAIN),
            ("b/Cargo.toml", &manifest("b")),
            ("b/src/main.rs", MAIN),
        ],
    );
    let refused = init(&folder, &[]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--package with one of a, b"));
    out(&init(&folder, &["--package", "a"]));
    let read = |file: &str| fs::read_to_string(folder.join(file)).unwrap();
    assert!(read("Cargo.toml").contains("observe = { package = \"observe-runtime\""));
    assert!(read("a/Cargo.toml").contains("observe = { workspace = true, features = [\"otlp\"] }"));
    assert_eq!(read("b/Cargo.toml"), manifest("b"));
    assert_eq!(read("b/src/main.rs"), MAIN);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn changes_that_are_not_committed_are_not_mixed_with_ours() {
    let folder = project("dirty", &[("Cargo.toml", &manifest("app")), ("src/main.rs", MAIN)]);
    git(&folder, &["init", "--quiet"]);
    let refused = init(&folder, &[]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--allow-dirty"));
    assert_eq!(fs::read_to_string(folder.join("src/main.rs")).unwrap(), MAIN);
    git(&folder, &["add", "--all"]);
    git(&folder, &["commit", "--quiet", "--message", "all"]);
    out(&init(&folder, &[]));
    assert_eq!(init(&folder, &[]).status.code(), Some(2));
    assert_eq!(out(&init(&folder, &["--allow-dirty"])), "nothing to change\n");
    fs::remove_dir_all(folder).unwrap();
}
