//! What is shown in clear, and why.

use super::{Finding, Group, Level, Location, Workspace};
use crate::catalogue::{How, Policy as Shown, Redaction, Span};
use observe_rules::Code;
use observe_rules::policy::Policy;
use std::collections::BTreeMap;

pub(super) const GROUP: Group = Group {
    name: "privacy",
    rules: &[(Code::Obs1035, Level::Error), (Code::Obs1036, Level::Warning), (Code::Obs1037, Level::Warning)],
    check: |workspace| Ok(check(workspace)),
};

/// Words that stand where a reason should.
const FILLERS: &[&str] = &[
    "a",
    "because",
    "clear",
    "fine",
    "fixme",
    "for",
    "harmless",
    "is",
    "it",
    "later",
    "n",
    "na",
    "needed",
    "no",
    "none",
    "not",
    "now",
    "ok",
    "okay",
    "public",
    "reason",
    "safe",
    "sensitive",
    "tbd",
    "temp",
    "test",
    "the",
    "this",
    "tmp",
    "todo",
    "x",
    "xxx",
    "yes",
];

fn check(workspace: &Workspace<'_>) -> Vec<Finding> {
    let policy = super::policy(workspace);
    let catalogue = workspace.catalogue;
    let mut findings: Vec<Finding> = catalogue.spans.iter().flat_map(|span| shown_on_span(span, &policy)).collect();
    findings.extend(catalogue.redactions.iter().flat_map(|redaction| shown_of_type(redaction, &policy)));
    for exception in &catalogue.exceptions {
        if !exception.reason.trim().is_empty() && !is_reason(&exception.reason) {
            let message = format!(
                "the reason for `{}`, {}, says nothing: \"{}\"",
                exception.name, exception.kind, exception.reason
            );
            findings.push(
                Finding::new(Code::Obs1036, &exception.name, message)
                    .help("say why whoever sees it may see it")
                    .at(&exception.place),
            );
        }
    }
    findings.extend(hidden_elsewhere(&catalogue.redactions));
    findings
}

/// Whether a text gives a reason: two words at least, and not only those that fit everything.
pub(super) fn is_reason(text: &str) -> bool {
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.len() > 1 && words.iter().any(|word| !FILLERS.contains(word))
}

fn shown(name: &str, whole: String, place: &crate::catalogue::Place) -> Finding {
    let message =
        format!("`{whole}` is shown in clear without a reason, and `{name}` promises personal data or a secret");
    Finding::new(Code::Obs1035, whole, message)
        .help("hide or hash it; or say why it may be seen: `because = \"...\"`, or in `[privacy.harmless]` of observe.toml")
        .at(place)
}

fn shown_on_span(span: &Span, policy: &Policy) -> Vec<Finding> {
    let is_shown = |how| matches!(how, How::Clear | How::Unchecked);
    let fields = span.fields.iter().filter(|field| is_shown(field.how) && field.reason.trim().is_empty());
    fields
        .filter(|field| policy.names().is_sensitive(&field.name))
        .map(|field| shown(&field.name, format!("{}.{}", span.name, field.name), &span.place))
        .collect()
}

/// The name of a field without its variant.
fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

fn shown_of_type(redaction: &Redaction, policy: &Policy) -> Vec<Finding> {
    let fields = redaction.fields.iter().filter(|field| field.policy == Shown::Clear && field.reason.trim().is_empty());
    fields
        .filter(|field| policy.names().is_sensitive(last(&field.name)))
        .map(|field| shown(last(&field.name), format!("{}.{}", redaction.name, field.name), &redaction.place))
        .collect()
}

/// A field that one type hides and another shows, without saying why.
fn hidden_elsewhere(redactions: &[Redaction]) -> Vec<Finding> {
    let mut hidden: BTreeMap<&str, &Redaction> = BTreeMap::new();
    for redaction in redactions {
        // A field that is hidden because nobody said anything is no decision about its name.
        let decided = redaction.fields.iter().filter(|field| matches!(field.policy, Shown::Skipped | Shown::Hashed));
        for field in decided {
            hidden.entry(last(&field.name)).or_insert(redaction);
        }
    }
    let mut findings = Vec::new();
    for redaction in redactions {
        for field in redaction.fields.iter().filter(|field| field.policy == Shown::Clear && field.reason.is_empty()) {
            let Some(one) = hidden.get(last(&field.name)).filter(|one| one.name != redaction.name) else { continue };
            let whole = format!("{}.{}", redaction.name, field.name);
            let message = format!("`{whole}` is shown, and `{}` hides its `{}`", one.name, last(&field.name));
            findings.push(
                Finding::new(Code::Obs1037, whole, message)
                    .help("hide it here too, or say why it may be seen: `clear, because = \"...\"`")
                    .at(&redaction.place)
                    .at(Location::from(&one.place).label("hidden here")),
            );
        }
    }
    findings
}
