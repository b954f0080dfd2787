//! What is shown in clear is found in the built program, however it is built; and what a workspace's policy does
//! to one of its crates.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod cargo;
#[path = "catalogue/program.rs"]
mod program;

use program::{Program, TESTS, tool};
use std::fs;
use std::path::Path;
use std::process::Command;

/// `cargo observe privacy --json --from-binary FILE`: the escapes as `(kind, name, reason, place)`.
fn escapes(program: &Path) -> Vec<[String; 4]> {
    let tool = tool(&["observe", "privacy", "--json", "--from-binary", program.to_str().unwrap()]);
    assert!(tool.status.success(), "{}", String::from_utf8_lossy(&tool.stderr));
    let report: serde_json::Value = serde_json::from_slice(&tool.stdout).unwrap();
    let escapes = report["escapes"].as_array().unwrap();
    let text = |escape: &serde_json::Value, key: &str| escape[key].as_str().unwrap().to_owned();
    escapes.iter().map(|escape| ["kind", "name", "reason", "place"].map(|key| text(escape, key))).collect()
}

/// The line of the program's source that has this text, as a place begins.
fn line(text: &str) -> String {
    let source = fs::read_to_string(Path::new(TESTS).join("catalogue/src/main.rs")).unwrap();
    let at = source.lines().position(|line| line.contains(text)).unwrap();
    format!("src/main.rs:{}:", at + 1)
}

#[track_caller]
fn assert_complete(program: &Path) {
    let module = |name: &str| format!("observe_catalogue_fixture::{name}");
    let expected = [
        ("clear field", module("Answer::Given.0"), "", line("Given(")),
        ("clear field", module("Question.email"), "of the ward, and not of a person", line("email: String")),
        ("clear field", module("Question.id"), "", line("id: u64")),
        ("field by function", module("Question.diagnosis"), "how long it is tells nobody apart", line("diagnosis: &")),
        ("raw serialize", module("Row"), "the rows of our own database", line("derive(serde::Serialize)")),
        ("clear span field", module("run.return"), "", line("ret = clear")),
        ("clear span field", module("ask.model"), "", line("clear(&model)")),
        ("clear span field", module("ask.user_id"), "ids of machines", line("ids of machines")),
        ("clear span field", module("never.step"), "", line("clear(step)")),
        ("unchecked values", module("run.*"), "nothing of a person is here", line("ret = clear")),
        ("harmless name", "card".to_owned(), "a card of the page, and none of a bank", "observe.toml:5".to_owned()),
    ];
    let mut found = escapes(program);
    found.sort();
    let mut expected: Vec<_> = expected.into_iter().collect();
    expected.sort();
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, (kind, name, reason, place)) in found.iter().zip(expected) {
        assert_eq!(found[..3], [kind, &name, reason]);
        assert!(found[3].starts_with(&place), "{name} stands at {}, and not at {place}", found[3]);
    }
}

#[test]
fn a_debug_build_says_all_that_is_shown() {
    assert_complete(&Program::copied_to("catalogue").built("dev"));
}

/// With LTO, stripped, without what nobody calls.
#[test]
fn a_stripped_release_build_says_the_same() {
    assert_complete(&Program::copied_to("catalogue").built("release"));
}

#[test]
fn a_program_without_the_runtime_is_no_empty_report() {
    let tool = tool(&["privacy", "--from-binary", env!("CARGO")]);
    let said = String::from_utf8_lossy(&tool.stderr);
    assert!(!tool.status.success() && said.contains("has no records, not even the one of the runtime"), "{said}");
}

/// What the policy or the environment hides by its name is hidden when the program runs, and what is harmless is
/// shown.
#[test]
fn names_of_the_workspace_hold_at_run_time() {
    let program = Program::copied_to("catalogue").built("dev");
    let run = |ward: &str| {
        let run = Command::new(&program)
            .env("OTEL_TRACES_EXPORTER", "console")
            .env("OBSERVE_SENSITIVE_NAMES", ward)
            .output()
            .unwrap();
        format!("{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr))
    };
    let said = run("ward, no name");
    assert!(said.contains("515151"), "a harmless name is hidden: {said}");
    assert!(!said.contains("471147") && !said.contains("808181"), "a sensitive name is shown: {said}");
    assert!(said.contains("`no name` in OBSERVE_SENSITIVE_NAMES is no name of a field"), "{said}");
    assert!(run("").contains("808181"), "nothing else hides it");
}

#[test]
fn a_change_of_the_policy_compiles_the_crate_anew() {
    let program = Program::copied_to("policy");
    program.built("dev");
    program.write("observe.toml", "[privacy]\nsensitive = [\"model\"]\nsensitve = []\n");
    let output = program.cargo(&["build"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{said}");
    assert_eq!(
        said.matches("error: OBS0902: observe.toml, line 3: `sensitve` is no key of `[privacy]`").count(),
        1,
        "{said}"
    );
    assert!(said.contains("OBS0507: field `model` is named after personal data or a secret"), "{said}");
}
