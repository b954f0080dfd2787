//! What a program declares beside its metrics.

use super::super::{Catalogue, Exception, Field, HealthCheck, How, Place, Policy, RedactedField, Redaction, Span};
use super::place;
use crate::source::Program;
use observe_rules::catalogue::{Kind, Record};

/// Adds the spans, redacted types, health checks and exceptions of one program.
pub(super) fn add(program: &Program, catalogue: &mut Catalogue) {
    let programs = vec![program.name.clone()];
    for record in &program.records {
        match record.kind {
            Kind::Span => catalogue.spans.push(span(record, programs.clone())),
            Kind::Redaction => add_redaction(&mut catalogue.redactions, redaction(record, programs.clone())),
            Kind::HealthCheck => catalogue.health_checks.push(HealthCheck {
                name: record.text("name").to_owned(),
                critical: record.text("critical") == "true",
                timeout_ms: record.text("timeout_ms").parse().unwrap_or_default(),
                programs: programs.clone(),
                place: place(record),
            }),
            kind if kind.is_exception() => catalogue.exceptions.push(exception(record)),
            _ => {}
        }
    }
}

/// The name with the module that it stands in.
fn in_module(record: &Record, name: &str) -> String {
    if name.is_empty() { record.module.clone() } else { format!("{}::{name}", record.module) }
}

/// The text of this key in a group of them.
fn text<'a>(group: &'a [(String, String)], key: &str) -> &'a str {
    group.iter().find(|(known, _)| known == key).map_or("", |(_, value)| value)
}

fn span(record: &Record, programs: Vec<String>) -> Span {
    let field = |group: &[(String, String)]| Field {
        name: text(group, "field").to_owned(),
        how: match text(group, "how") {
            "typed" => How::Typed,
            "fixed" => How::Fixed,
            "scrubbed" => How::Scrubbed,
            "hashed" => How::Hashed,
            "clear" => How::Clear,
            // What is not known to be harmless is said to be the worst.
            _ => How::Unchecked,
        },
        reason: text(group, "reason").to_owned(),
    };
    Span {
        name: record.text("name").to_owned(),
        kind: record.text("kind").to_owned(),
        preset: record.find("preset").map(str::to_owned),
        fields: record.groups("field").map(field).collect(),
        function: in_module(record, record.text("function")),
        programs,
        place: place(record),
    }
}

fn redaction(record: &Record, programs: Vec<String>) -> Redaction {
    let field = |group: &[(String, String)]| RedactedField {
        name: text(group, "field").to_owned(),
        policy: match text(group, "policy") {
            "skipped" => Policy::Skipped,
            "hidden" => Policy::Hidden,
            "hashed" => Policy::Hashed,
            "nested" => Policy::Nested,
            "scrubbed" => Policy::Scrubbed,
            "partial" => Policy::Partial,
            "function" => Policy::Function,
            _ => Policy::Clear,
        },
        reason: text(group, "reason").to_owned(),
    };
    Redaction {
        name: in_module(record, record.text("name")),
        fields: record.groups("field").map(field).collect(),
        programs,
        place: place(record),
    }
}

/// A field under a condition has a record of its own, with the name and the place of the type.
fn add_redaction(redactions: &mut Vec<Redaction>, redaction: Redaction) {
    let is_same = |known: &&mut Redaction| {
        (&known.name, &known.place, &known.programs) == (&redaction.name, &redaction.place, &redaction.programs)
    };
    match redactions.iter_mut().find(is_same) {
        Some(known) => {
            let fields: Vec<_> = redaction.fields.into_iter().filter(|field| !known.fields.contains(field)).collect();
            known.fields.extend(fields);
        }
        None => redactions.push(redaction),
    }
}

fn exception(record: &Record) -> Exception {
    let (name, place) = match record.kind {
        // It holds for the whole workspace, and its place is in the policy.
        Kind::HarmlessName => (record.text("name").to_owned(), in_policy(record.text("place"))),
        _ => (in_module(record, record.text("name")), place(record)),
    };
    Exception { kind: record.kind.name().to_owned(), name, reason: record.text("reason").to_owned(), place }
}

/// `observe.toml:5`.
fn in_policy(place: &str) -> Place {
    let (file, line) = place.rsplit_once(':').unwrap_or((place, ""));
    Place { file: file.to_owned(), line: line.parse().unwrap_or_default(), column: 1, ..Place::default() }
}
