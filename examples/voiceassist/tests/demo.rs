//! Runs `voiceassist demo` as a user would, and reads what it says.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::process::{Command, Output};

/// The demo's invented patients: `name|mrn|phone|birth date|e-mail|SSN`, one a line.
const PEOPLE: &str = include_str!("../src/demo/people.txt");

fn voiceassist(args: &[&str], env: &[(&str, &str)]) -> Output {
    let program = env!("CARGO_BIN_EXE_voiceassist");
    Command::new(program).args(args).env_clear().envs(env.iter().copied()).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Runs a demo of two seconds; what it wrote to both outputs.
fn demo(env: &[(&str, &str)]) -> (String, String) {
    let output = voiceassist(&["demo", "--seconds", "2"], env);
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{err}");
    (out, err)
}

fn assert_nothing_personal(out: &str, err: &str) {
    let columns = PEOPLE.lines().flat_map(|line| line.split('|'));
    let names = PEOPLE.lines().flat_map(|line| line.split('|').next().unwrap().split(' '));
    for secret in columns.chain(names) {
        assert!(!out.contains(secret), "{secret} on stdout: {out}");
        assert!(!err.contains(secret), "{secret} on stderr: {err}");
    }
}

/// The line of the report that begins with this, and the numbers in it.
fn numbers(out: &str, start: &str) -> Vec<f64> {
    let line =
        out.lines().find(|line| line.trim_start().starts_with(start)).unwrap_or_else(|| panic!("{start}: {out}"));
    let rest = &line[line.find(start).unwrap() + start.len()..];
    rest.split([' ', ',']).filter_map(|word| word.parse().ok()).collect()
}

#[test]
fn a_demo_shows_trees_metrics_and_what_was_hidden() {
    let (out, err) = demo(&[]);
    assert_nothing_personal(&out, &err);

    // Traffic of all kinds, and nothing that went wrong without being meant to.
    let total = numbers(&out, "");
    assert!((20.0..=42.0).contains(&total[0]), "{out}");
    assert!(out.lines().next().unwrap().contains(" refused, 0 failed, 0 without an answer"), "{out}");

    // Trees: a request, what ran inside of it, and inside of that.
    for line in [
        "  POST /login ",
        "    log in ",
        "      verify password ",
        "  POST /ask ",
        "    answer question ",
        "      search_notes ",
        "        vector search ",
    ] {
        assert!(out.lines().any(|it| it.starts_with(line) && it.contains(" ms ")), "{line}: {out}");
    }
    assert!(out.contains("  error  \""), "no failing trace: {out}");
    assert!(out.contains("question.patient.name=[REDACTED]") || out.contains("login.password=[REDACTED]"), "{out}");

    // Metrics: the names of the requirements, from a value to a higher one.
    for series in [
        r#"authentication_attempts_total{outcome="ok"}"#,
        r#"authentication_attempts_total{outcome="error"}"#,
        r#"vector_search_queries_total{status="ok"}"#,
        r#"vector_search_duration_seconds{status="ok"}"#,
        r#"database_query_duration_seconds{operation="select",table="vectors",status="ok"}"#,
        r#"http_requests_total{method="GET",endpoint="unmatched",status="404"}"#,
    ] {
        let moved = numbers(&out, series);
        assert!(moved[1] > moved[0], "{series}: {moved:?}");
    }
    for family in ["rag_queries_total{", "rag_query_duration_seconds{", "document_uploads_total{"] {
        assert!(out.contains(family), "{family}: {out}");
    }
    assert!(!out.contains("_bucket") && !out.contains("_sum"), "{out}");

    for kind in ["email", "field", "pseudonym"] {
        assert!(numbers(&out, kind)[0] > 0.0, "{kind}: {out}");
    }

    // Calm: a word at the start, one on the key that pseudonyms lack, and no line for each request.
    assert_eq!(err.lines().count(), 2, "{err}");
    assert!(err.contains("OBSERVE_HASH_KEY"), "{err}");
}

/// Everything that telemetry can say, said: nobody is in it.
#[test]
fn nobody_is_named_where_everything_is_shown() {
    let (out, err) =
        demo(&[("RUST_LOG", "trace"), ("OTEL_TRACES_EXPORTER", "console"), ("OBSERVE_SPAN_LEVEL", "trace")]);
    assert_nothing_personal(&out, &err);
    assert!(out.lines().filter(|line| line.contains(" SPAN ")).count() > 100, "{out}");
    assert!(err.lines().filter(|line| line.contains("request done")).count() > 20, "{err}");
}

#[test]
fn a_wrong_argument_ends_the_program_with_a_sentence() {
    for (args, word) in [(&["dmeo"][..], "`dmeo`"), (&["demo", "--seconds", "soon"], "whole number")] {
        let output = voiceassist(args, &[]);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.starts_with("voiceassist: ") && said.contains(word) && said.lines().count() == 1, "{said}");
    }
}

#[test]
fn help_says_what_there_is() {
    let output = voiceassist(&["--help"], &[]);
    assert!(output.status.success());
    let said = text(&output.stdout);
    for word in ["demo", "--seconds N", "VOICEASSIST_ADDR", "VOICEASSIST_DEMO_PASSWORD"] {
        assert!(said.contains(word), "{word}: {said}");
    }
}
