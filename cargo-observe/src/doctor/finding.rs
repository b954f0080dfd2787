//! What the doctor found, for people and for programs.

use crate::terminal::{ERROR, GOOD, NOTE, WARNING};
use serde::Serialize;
use std::fmt::Write as _;

/// How it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    Ok,
    /// It was not asked for, or can't be known here.
    Skipped,
    Warning,
    Failed,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    /// What it belongs to: `variables`, `collector`, an item of the checklist.
    pub(super) topic: String,
    pub(super) state: State,
    /// What was seen.
    pub(super) what: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) help: Option<String>,
}

impl Finding {
    fn new(topic: &str, state: State, what: impl Into<String>) -> Self {
        Self { topic: topic.to_owned(), state, what: what.into(), help: None }
    }

    pub(super) fn ok(topic: &str, what: impl Into<String>) -> Self {
        Self::new(topic, State::Ok, what)
    }

    pub(super) fn skipped(topic: &str, what: impl Into<String>) -> Self {
        Self::new(topic, State::Skipped, what)
    }

    pub(super) fn warning(topic: &str, what: impl Into<String>) -> Self {
        Self::new(topic, State::Warning, what)
    }

    pub(super) fn failed(topic: &str, what: impl Into<String>) -> Self {
        Self::new(topic, State::Failed, what)
    }

    /// The same with what to do about it.
    pub(super) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

/// The words of a report: those of a look around, or those of a checklist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Words {
    Doctor,
    Checklist,
}

/// The findings as lines.
pub(super) fn text(findings: &[Finding], words: Words) -> String {
    let mut out = String::new();
    for Finding { topic, state, what, help } in findings {
        let (style, word) = match (state, words) {
            (State::Ok, Words::Doctor) => (GOOD, "ok"),
            (State::Ok, Words::Checklist) => (GOOD, "pass"),
            (State::Skipped, _) => (NOTE, "skipped"),
            (State::Warning, _) => (WARNING, "warning"),
            (State::Failed, Words::Doctor) => (ERROR, "failed"),
            (State::Failed, Words::Checklist) => (ERROR, "fail"),
        };
        let _ = writeln!(out, "{style}{word:<8}{style:#} {topic}: {what}");
        if let Some(help) = help {
            let _ = writeln!(out, "         {NOTE}help{NOTE:#}: {help}");
        }
    }
    let count = |state| findings.iter().filter(|finding| finding.state == state).count();
    let _ = writeln!(
        out,
        "\n{} ok, {} warnings, {} failed, {} skipped",
        count(State::Ok),
        count(State::Warning),
        count(State::Failed),
        count(State::Skipped)
    );
    out
}

/// The findings for programs.
pub(super) fn json(findings: &[Finding]) -> String {
    serde_json::to_string_pretty(&serde_json::json!({ "findings": findings })).unwrap_or_default() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_says_how_it_is_what_it_is_and_what_to_do() {
        let findings = [Finding::ok("clock", "0 s apart"), Finding::failed("ports", "9090 is taken").help("end it")];
        let text = anstream::adapter::strip_str(&text(&findings, Words::Doctor)).to_string();
        assert_eq!(
            text,
            "ok       clock: 0 s apart\nfailed   ports: 9090 is taken\n         help: end it\n\n\
             1 ok, 0 warnings, 1 failed, 0 skipped\n"
        );
        assert!(json(&findings).contains("\"state\": \"failed\""));
    }
}
