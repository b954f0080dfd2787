//! Each rule on something that breaks it, and on what is right and near to it.

mod buckets;
mod labels;
mod levels;
mod metrics;
mod names;
mod privacy;
mod services;
mod spans;

use super::{GROUPS, Workspace, findings};
use crate::catalogue::{
    Catalogue, Field, HealthCheck, How, Kind, Label, Metric, Place, Policy, Program, RedactedField, Redaction, SCHEMA,
    Scope, Span, Values,
};
use crate::settings::Settings;
use observe_rules::Code;
use std::collections::BTreeSet;
use std::path::Path;

const NOTHING: [&str; 0] = [];

fn place(line: u32) -> Place {
    Place { module: "app".to_owned(), file: "src/main.rs".to_owned(), line, column: 1 }
}

/// A metric of the program `app` that breaks no rule.
fn metric(kind: Kind, name: &str) -> Metric {
    let base = name.trim_end_matches("_total");
    let unit = ["seconds", "bytes", "ratio"].into_iter().find(|unit| base.ends_with(unit)).unwrap_or_default();
    Metric {
        name: name.to_owned(),
        bare_name: name.to_owned(),
        kind,
        unit: unit.to_owned(),
        help: format!("What stands for {name} in this test"),
        labels: Vec::new(),
        series: 1,
        max_series: 10_000,
        buckets: if kind == Kind::Histogram { vec![0.1, 0.5, 1.0] } else { Vec::new() },
        quantiles: Vec::new(),
        outcome: None,
        objective: None,
        base: None,
        scope: Scope::Business,
        programs: vec!["app".to_owned()],
        place: place(10),
    }
}

/// A counter with one label.
fn labelled(name: &str, label: &str, values: &[&str]) -> Metric {
    Metric { labels: vec![known(label, values)], ..metric(Kind::Counter, name) }
}

fn known(name: &str, values: &[&str]) -> Label {
    Label { name: name.to_owned(), values: Values::Known(values.iter().map(|value| (*value).to_owned()).collect()) }
}

/// The same in another program.
fn elsewhere(metric: Metric) -> Metric {
    Metric { programs: vec!["other".to_owned()], place: place(20), ..metric }
}

fn span(name: &str, function: &str, fields: &[(&str, How)]) -> Span {
    let field = |(name, how): &(&str, How)| Field { name: (*name).to_owned(), how: *how, reason: String::new() };
    Span {
        name: name.to_owned(),
        kind: "internal".to_owned(),
        preset: None,
        fields: fields.iter().map(field).collect(),
        function: function.to_owned(),
        programs: vec!["app".to_owned()],
        place: place(30),
    }
}

fn redaction(name: &str, fields: &[(&str, Policy, &str)]) -> Redaction {
    let field = |(name, policy, reason): &(&str, Policy, &str)| RedactedField {
        name: (*name).to_owned(),
        policy: *policy,
        reason: (*reason).to_owned(),
    };
    Redaction {
        name: name.to_owned(),
        fields: fields.iter().map(field).collect(),
        programs: vec!["app".to_owned()],
        place: place(40),
    }
}

fn health_check(name: &str) -> HealthCheck {
    HealthCheck {
        name: name.to_owned(),
        critical: true,
        timeout_ms: 2000,
        programs: vec!["app".to_owned()],
        place: place(50),
    }
}

fn program(name: &str) -> Program {
    Program { name: name.to_owned(), ..Program::default() }
}

/// A catalogue of the programs `app` and `other`.
fn catalogue() -> Catalogue {
    Catalogue { schema: SCHEMA, programs: vec![program("app"), program("other")], ..Catalogue::default() }
}

fn of_metrics(metrics: impl Into<Vec<Metric>>) -> Catalogue {
    Catalogue { metrics: metrics.into(), ..catalogue() }
}

fn of_spans(spans: impl Into<Vec<Span>>) -> Catalogue {
    Catalogue { spans: spans.into(), ..catalogue() }
}

/// What all checks find: code and subject of each.
fn found(catalogue: &Catalogue) -> Vec<String> {
    found_with(catalogue, &Settings::default(), Path::new("/nowhere"))
}

fn found_with(catalogue: &Catalogue, settings: &Settings, root: &Path) -> Vec<String> {
    let workspace = Workspace { root, catalogue, conflicts: &[], settings, queries: &[] };
    findings(&workspace).unwrap().iter().map(super::Finding::key).collect()
}

#[test]
fn a_code_belongs_to_one_group() {
    let codes: Vec<Code> = GROUPS.iter().flat_map(|group| group.rules).map(|(code, _)| *code).collect();
    let different: BTreeSet<Code> = codes.iter().copied().collect();
    assert_eq!(codes.len(), different.len());
}

#[test]
fn every_check_belongs_to_a_group() {
    let without = Code::ALL.iter().filter(|code| code.id().starts_with("OBS10") && super::group_of(**code).is_empty());
    assert_eq!(without.collect::<Vec<_>>(), Vec::<&Code>::new());
}

#[test]
fn there_are_twenty_six_checks_of_the_catalogue() {
    let ours = GROUPS.iter().filter(|group| group.name != "queries").flat_map(|group| group.rules);
    assert!(ours.count() >= 26);
}

#[test]
fn nothing_is_found_in_nothing() {
    assert_eq!(found(&Catalogue::default()), NOTHING);
}
