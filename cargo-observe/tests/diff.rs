//! `cargo observe diff` as it is run.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const SERVICES: &str = include_str!("fixtures/queries.json");

/// A folder of its own, with a workspace that has a version, and both catalogues.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("diff").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("src")).unwrap();
    manifest(&folder, "1.2.3");
    fs::write(folder.join("src/lib.rs"), "").unwrap();
    fs::write(folder.join("old.json"), SERVICES).unwrap();
    fs::write(folder.join("new.json"), SERVICES).unwrap();
    folder
}

fn manifest(folder: &Path, version: &str) {
    let text = format!("[package]\nname = \"a\"\nversion = \"{version}\"\nedition = \"2024\"\n[workspace]\n");
    fs::write(folder.join("Cargo.toml"), text).unwrap();
}

fn change(folder: &Path, from: &str, to: &str) {
    assert!(SERVICES.contains(from), "{from}");
    fs::write(folder.join("new.json"), SERVICES.replace(from, to)).unwrap();
}

fn diff(folder: &Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cargo-observe"))
        .args(["observe", "diff", "--catalogue", "new.json", "--color", "never"])
        .args(words)
        .current_dir(folder)
        .output()
        .unwrap()
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn git(folder: &Path, words: &[&str]) {
    let identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
    let output = Command::new("git").args(identity).args(words).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{words:?}: {}", text(&output));
}

#[test]
fn the_same_catalogue_has_no_changes() {
    let folder = folder("same");
    let output = diff(&folder, &["--baseline", "old.json"]);
    assert_eq!((output.status.code(), text(&output)), (Some(0), "nothing changed\n".to_owned()));
}

#[test]
fn what_is_gone_has_to_be_allowed() {
    let folder = folder("gone");
    change(&folder, "\"rag_queries_total\"", "\"questions_total\"");
    let output = diff(&folder, &["--baseline", "old.json"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains("OBS120"), "{}", text(&output));
    assert_eq!(diff(&folder, &["--baseline", "old.json", "--allow", "minor"]).status.code(), Some(1));
    assert_eq!(diff(&folder, &["--baseline", "old.json", "--allow", "major"]).status.code(), Some(0));
}

#[test]
fn a_version_that_moved_far_enough_is_enough() {
    let folder = folder("version");
    change(&folder, "\"rag_queries_total\"", "\"questions_total\"");
    let to = |version: &str| {
        diff(&folder, &["--baseline", "old.json", "--version-from", "1.2.3", "--version-to", version]).status.code()
    };
    assert_eq!([to("1.2.4"), to("1.3.0"), to("2.0.0")], [Some(1), Some(1), Some(0)]);
}

#[test]
fn a_revision_has_its_catalogue_and_its_version() {
    let folder = folder("revision");
    fs::create_dir_all(folder.join("docs")).unwrap();
    fs::write(folder.join("docs/catalogue.json"), SERVICES).unwrap();
    git(&folder, &["init", "-q"]);
    git(&folder, &["add", "."]);
    git(&folder, &["commit", "-q", "-m", "one"]);
    change(&folder, "\"rag_queries_total\"", "\"questions_total\"");
    let output = diff(&folder, &["--baseline", "git:HEAD"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains("from 1.2.3 to 1.2.3"), "{}", text(&output));
    manifest(&folder, "2.0.0");
    let output = diff(&folder, &["--baseline", "git:HEAD"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let unknown = diff(&folder, &["--baseline", "git:nowhere"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown).contains("git knows no revision `nowhere`"), "{}", text(&unknown));
}

#[test]
fn what_breaks_is_named_by_file_and_line() {
    let folder = folder("breaks");
    fs::write(folder.join("a.promql"), "# Fine\nup\n\nsum(rate(rag_queries_total[5m]))\n\nnever_was_there\n").unwrap();
    change(&folder, "\"rag_queries_total\"", "\"questions_total\"");
    let words = ["--baseline", "old.json", "--allow", "major", "--queries", "*.promql"];
    let output = diff(&folder, &words);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let shown = text(&output);
    assert!(shown.contains("a.promql:4:10\n      sum(rate(rag_queries_total[5m]))"), "{shown}");
    // What did not work before is no change.
    assert!(!shown.contains("never_was_there"), "{shown}");
    let github = text(&diff(&folder, &[&words[..], &["--format", "github"]].concat()));
    assert!(github.contains("::error file=a.promql,line=4,col=10,title=OBS1041 breaks::"), "{github}");
    let markdown = text(&diff(&folder, &[&words[..], &["--format", "markdown"]].concat()));
    assert!(markdown.contains("| `a.promql:4` | OBS1041 |"), "{markdown}");
    let json: Value =
        serde_json::from_str(&text(&diff(&folder, &[&words[..], &["--format", "json"]].concat()))).unwrap();
    assert_eq!((&json["required"], &json["breaks"][0]["line"]), (&Value::from("major"), &Value::from(4)));
}

#[test]
fn a_pattern_that_names_no_file_is_an_error() {
    let folder = folder("pattern");
    let output = diff(&folder, &["--baseline", "old.json", "--queries", "nowhere/*.yml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output).contains("no file is named by `nowhere/*.yml`"), "{}", text(&output));
}
