//! The report as SARIF 2.1.0, in the part of it that code scanning reads: each result has a location with a region, each
//! rule its page.

use super::json::written;
use super::{Judged, Report, Sources};
use crate::check::{GROUPS, Location, explain};
use crate::error::Result;
use observe_rules::Code;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// What paths are relative to; whoever reads the report knows where it is.
const ROOT: &str = "%SRCROOT%";

pub(super) fn text(report: &Report<'_>) -> Result<String> {
    let mut sources = Sources::new(report.workspace);
    let mut seen = BTreeMap::new();
    let results: Vec<Value> =
        report.judged.iter().map(|judged| result(report, judged, &mut sources, &mut seen)).collect();
    let driver = json!({
        "name": "cargo-observe",
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": rules(report),
    });
    written(&json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { ROOT: { "description": { "text": "the workspace's root" } } },
            "results": results,
        }],
    }))
}

/// All rules in the order of their groups, by which results name them.
fn codes() -> impl Iterator<Item = (Code, &'static str, &'static str)> {
    GROUPS.iter().flat_map(|group| group.rules.iter().map(|(code, level)| (*code, level.name(), group.name)))
}

fn rules(report: &Report<'_>) -> Vec<Value> {
    let rule = |(code, level, group): (Code, &str, &str)| {
        let page = explain::page(code.id()).unwrap_or_default();
        // `none` is what the standard calls a rule that is off.
        let level = if level == "allow" { "none" } else { level };
        let mut rule = json!({
            "id": code.id(),
            "shortDescription": { "text": code.title() },
            "fullDescription": { "text": explain::first_paragraph(page) },
            "help": { "text": format!("cargo observe explain {code}"), "markdown": page },
            "defaultConfiguration": { "level": level },
            "properties": { "tags": [group] },
        });
        if let Some(page) = report.page(code) {
            rule["helpUri"] = json!(page);
        }
        rule
    };
    codes().map(rule).collect()
}

fn result(report: &Report<'_>, judged: &Judged, sources: &mut Sources<'_>, seen: &mut BTreeMap<String, u32>) -> Value {
    let finding = &judged.finding;
    let mut text = finding.message.clone();
    for note in &finding.notes {
        let _ = write!(text, "\nnote: {note}");
    }
    if !finding.help.is_empty() {
        let _ = write!(text, "\nhelp: {}", finding.help);
    }
    // The same wherever the lines have moved to; the second of one subject is another one.
    let count = seen.entry(finding.key()).and_modify(|count| *count += 1).or_insert(1);
    let place = report.location(judged);
    let mut result = json!({
        "ruleId": finding.code.id(),
        "ruleIndex": codes().position(|(code, ..)| code == finding.code),
        "level": judged.level.name(),
        "message": { "text": text },
        "locations": [location(&place, sources)],
        "partialFingerprints": { "codeAndSubject/v1": format!("{} {count}", finding.key()) },
    });
    let related: Vec<Value> = finding.locations.iter().skip(1).map(|place| location(place, sources)).collect();
    if !related.is_empty() {
        result["relatedLocations"] = json!(related);
    }
    if let Some(reason) = &judged.exception {
        result["suppressions"] = json!([{ "kind": "external", "status": "accepted", "justification": reason }]);
    }
    result
}

fn location(place: &Location, sources: &mut Sources<'_>) -> Value {
    let mut region = json!({ "startLine": place.line.max(1), "startColumn": place.column.max(1) });
    if let Some(length) = sources.length(place) {
        region["endColumn"] = json!(u64::from(place.column.max(1)) + u64::try_from(length).unwrap_or(1));
    }
    if let Some(line) = sources.line(place) {
        region["snippet"] = json!({ "text": line });
    }
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(&place.file), "uriBaseId": ROOT },
            "region": region,
        },
    });
    if !place.label.is_empty() {
        location["message"] = json!({ "text": place.label });
    }
    location
}

/// A path as a relative URI.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.replace('\\', "/").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => uri.push(char::from(byte)),
            _ => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}
