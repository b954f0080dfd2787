//! Alloy's configuration: no program here reads it. Its structure is checked, and its expressions are run on a line.

use crate::collector::assert_is_re2;
use crate::generated::STACK;
use regex::Regex;
use std::collections::BTreeSet;

const FILES: [&str; 2] = ["alloy/config.alloy", "tls/config.alloy"];

/// Lines without comments.
fn code(file: &str) -> String {
    let text = STACK.text(file);
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The expressions of its stages, each with what replaces the group in it.
fn stages(file: &str) -> Vec<(Regex, String)> {
    let stage = Regex::new(r#"expression = `([^`]*)`\s+replace    = "((?:[^"\\]|\\.)*)""#).unwrap();
    let text = STACK.text(file);
    let found = stage.captures_iter(&text).map(|found| {
        let expression = found[1].to_owned();
        assert_is_re2(&expression);
        (Regex::new(&expression).unwrap(), found[2].replace("\\\"", "\""))
    });
    found.collect()
}

/// What Alloy makes of a line: in each match it replaces the group, and nothing around it.
fn redacted(line: &str) -> String {
    stages(FILES[0]).into_iter().fold(line.to_owned(), |line, (expression, replacement)| {
        let mut made = String::new();
        let mut at = 0;
        for group in expression.captures_iter(&line).map(|found| found.get(1).unwrap()) {
            made += &line[at..group.start()];
            made += &replacement;
            at = group.end();
        }
        made + &line[at..]
    })
}

#[test]
fn blocks_are_closed_and_references_lead_somewhere() {
    let component = Regex::new(r#"(?m)^([a-z_.]+) "([a-z_]+)" \{$"#).unwrap();
    let reference = Regex::new(r"\b((?:discovery|loki)\.[a-z_]+)\.([a-z_]+)\.(receiver|output|targets)\b").unwrap();
    for file in FILES {
        let code = code(file);
        let outside = Regex::new("`[^`]*`|\"(?:[^\"\\\\]|\\\\.)*\"").unwrap().replace_all(&code, "");
        for [open, close] in [["{", "}"], ["[", "]"], ["(", ")"]] {
            assert_eq!(outside.matches(open).count(), outside.matches(close).count(), "{file}: {open}");
        }
        assert!(!outside.contains('"') && !outside.contains('`'), "{file}: a text is not closed");
        let there: BTreeSet<(String, String)> =
            component.captures_iter(&code).map(|found| (found[1].to_owned(), found[2].to_owned())).collect();
        assert_eq!(there.len(), 5, "{file}: {there:?}");
        for found in reference.captures_iter(&code) {
            assert!(there.contains(&(found[1].to_owned(), found[2].to_owned())), "{file}: {}", &found[0]);
        }
    }
}

#[test]
fn every_expression_has_one_group_which_is_what_is_replaced() {
    let stages = stages(FILES[0]);
    assert!(stages.len() > 25, "{}", stages.len());
    for (expression, _) in stages {
        assert_eq!(expression.captures_len(), 2, "{expression}");
    }
}

#[test]
fn a_line_of_json_is_redacted_and_still_json() {
    let line = r#"{"level":"INFO","message":"mail jane@example.org, SSN 078-05-1120, call +1 202 555 0143","card":4111111111111111,"password":"hunter2","service":"ward","trace_id":"a1a09b2f24d6cabf4b973bc244caf49e"}"#;
    let redacted = redacted(line);
    let read: serde_json::Value = serde_json::from_str(&redacted).unwrap_or_else(|error| panic!("{error}: {redacted}"));
    assert_eq!(read["message"], "mail [REDACTED:email], SSN [REDACTED:ssn], call [REDACTED:phone]");
    assert_eq!((&read["card"], &read["password"]), (&"[REDACTED:card]".into(), &"[REDACTED:token]".into()));
    assert_eq!((&read["service"], &read["trace_id"]), (&"ward".into(), &"a1a09b2f24d6cabf4b973bc244caf49e".into()));
}

#[test]
fn a_line_that_observe_wrote_stays_as_it_is() {
    let line = r#"{"environment":"production","level":"INFO","message":"[REDACTED:email] asked","passages":4,"request_id":"r-42","service":"voiceassist","span_id":"f15d27285c4ec368","target":"voiceassist::answer","timestamp":"2026-11-21T11:24:58.080211Z","trace_id":"a1a09b2f24d6cabf4b973bc244caf49e","user":"h:0123456789abcdef0123456789abcdef"}"#;
    assert_eq!(redacted(line), line);
}

#[test]
fn it_redacts_before_anything_else_sees_the_line() {
    for file in FILES {
        let code = code(file);
        let last = code.rfind("stage.replace").unwrap();
        for later in ["stage.json", "stage.labels", "stage.structured_metadata", "loki.write \"loki\""] {
            assert!(code.find(later).unwrap() > last, "{file}: {later}");
        }
    }
}
