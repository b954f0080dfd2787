//! Budgets of series, and metrics that several places declare.

use super::{Finding, Group, Level, Location, Workspace};
use crate::catalogue::{Conflict, Label, Metric, Scope, Values};
use crate::settings;
use observe_rules::Code;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const GROUP: Group = Group {
    name: "metrics",
    rules: &[
        (Code::Obs1001, Level::Error),
        (Code::Obs1002, Level::Warning),
        (Code::Obs1003, Level::Warning),
        (Code::Obs1004, Level::Error),
        (Code::Obs1005, Level::Error),
        (Code::Obs1006, Level::Warning),
        (Code::Obs1007, Level::Warning),
        (Code::Obs1038, Level::Warning),
        (Code::Obs1039, Level::Warning),
    ],
    check: |workspace| Ok(check(workspace)),
};

/// How many metrics a finding about a program names.
const LARGEST: usize = 5;

fn check(workspace: &Workspace<'_>) -> Vec<Finding> {
    let mut findings = programs_over_budget(workspace);
    findings.extend(workspace.catalogue.metrics.iter().filter_map(near_budget));
    findings.extend(declared_twice(&workspace.catalogue.metrics));
    findings.extend(workspace.conflicts.iter().filter_map(|conflict| of_conflict(workspace, conflict)));
    findings
}

/// The series that a metric can have while the program runs: what is over its own budget is not exposed.
fn series(metric: &Metric) -> u64 {
    metric.series.min(metric.max_series)
}

fn programs_over_budget(workspace: &Workspace<'_>) -> Vec<Finding> {
    let budget = workspace.settings.metrics.max_series;
    // A workspace that says nothing of a budget has not agreed to one.
    let is_agreed = workspace.settings.metrics != settings::Metrics::default();
    let mut findings = Vec::new();
    for program in &workspace.catalogue.programs {
        let is_its = |metric: &&Metric| metric.programs.contains(&program.name);
        let mut metrics: Vec<&Metric> = workspace.catalogue.metrics.iter().filter(is_its).collect();
        let total = metrics.iter().fold(0_u64, |total, metric| total.saturating_add(series(metric)));
        if total <= budget {
            continue;
        }
        metrics.sort_by_key(|metric| std::cmp::Reverse(series(metric)));
        let named: Vec<String> =
            metrics.iter().take(LARGEST).map(|metric| format!("`{}` {}", metric.name, series(metric))).collect();
        let message = format!("`{}` can have {total} series, over the budget of {budget}", program.name);
        let finding = if is_agreed {
            Finding::new(Code::Obs1001, &program.name, message)
                .help("drop a label, use a coarser one, or raise `max_series` in `[metrics]` of observe.toml")
        } else {
            Finding::new(Code::Obs1002, &program.name, message).help(format!(
                "drop a label, or say how many the workspace can afford: `[metrics]` and `max_series = {total}` in observe.toml"
            ))
        };
        let own = metrics.iter().find(|metric| metric.place.line > 0);
        let finding = finding.note(format!("the largest are {}", named.join(", ")));
        findings.push(match own {
            Some(metric) => finding.at(Location::from(&metric.place).label("the largest that is declared here")),
            None => finding,
        });
    }
    findings
}

/// A budget that fits to the last series is one that somebody has set so; one with a little room is about to be met by
/// surprise.
fn near_budget(metric: &Metric) -> Option<Finding> {
    let grows_in_code = metric.labels.iter().all(|label| matches!(label.values, Values::Known(_)));
    let is_near =
        metric.series < metric.max_series && u128::from(metric.series) * 10 >= u128::from(metric.max_series) * 9;
    (is_near && grows_in_code && metric.scope == Scope::Business).then(|| {
        let message =
            format!("`{}` has {} series, and its budget is {}", metric.name, metric.series, metric.max_series);
        Finding::new(Code::Obs1003, &metric.name, message)
            .help("the next value of a label may not compile: use a coarser label, or raise its `max_series`")
            .at(&metric.place)
    })
}

/// Metrics of one name that are not the same.
fn declared_twice(metrics: &[Metric]) -> Vec<Finding> {
    let mut first: BTreeMap<&str, &Metric> = BTreeMap::new();
    let mut findings = Vec::new();
    for metric in metrics {
        match first.get(metric.name.as_str()) {
            None => drop(first.insert(&metric.name, metric)),
            Some(first) => findings.extend(differences(first, metric)),
        }
    }
    findings
}

fn differences(one: &Metric, other: &Metric) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut differ = |code, what: String, help: &str| {
        let message = format!("`{}` is declared twice, {what}", one.name);
        let there = Location::from(&one.place).label("and here");
        findings.push(Finding::new(code, &one.name, message).help(help).at(&other.place).at(there));
    };
    if one.kind != other.kind || one.unit != other.unit {
        let described = |metric: &Metric| match metric.unit.as_str() {
            "" => kind_name(metric).to_owned(),
            unit => format!("{} of {unit}", kind_name(metric)),
        };
        let what = format!("as {} and as {}", described(one), described(other));
        differ(Code::Obs1004, what, "give one of them a name of its own, or declare it once and share it");
        // All else follows from it.
        return findings;
    }
    let labels = |metric: &Metric| metric.labels.iter().map(|label| label.name.clone()).collect::<BTreeSet<_>>();
    if labels(one) != labels(other) {
        let only = labels(one).symmetric_difference(&labels(other)).map(|name| format!("`{name}`")).collect::<Vec<_>>();
        let what = format!("and only one of them has {}", only.join(", "));
        differ(Code::Obs1005, what, "give both the same labels, or one of them a name of its own");
    }
    if one.buckets != other.buckets || one.quantiles != other.quantiles {
        differ(Code::Obs1006, "with other buckets".to_owned(), "share one constant: `buckets = LATENCY`");
    }
    let values = |metric: &Metric, name: &str| metric.label(name).map(|label| label.values.clone());
    let differs = |label: &&Label| values(other, &label.name).is_some_and(|values| values != label.values);
    if let Some(label) = one.labels.iter().find(differs).filter(|_| one.scope == Scope::Business) {
        let what = format!("with other values of `{}`", label.name);
        differ(Code::Obs1038, what, "share one type, or give one of them a name of its own");
    }
    if one.objective != other.objective {
        differ(Code::Obs1039, "with another objective".to_owned(), "promise the same of both, or name them apart");
    }
    if one.help != other.help {
        let what = format!("as \"{}\" and as \"{}\"", one.help, other.help);
        differ(Code::Obs1007, what, "say the same at both places, or declare it once and share it");
    }
    findings
}

fn kind_name(metric: &Metric) -> &'static str {
    super::names::rule_kind(metric.kind).name()
}

/// What was found while the records of several programs were put together.
fn of_conflict(workspace: &Workspace<'_>, conflict: &Conflict) -> Option<Finding> {
    let begins = |words: &str| conflict.what.starts_with(words);
    let code = match () {
        () if begins("the labels") => Code::Obs1005,
        () if begins("the buckets") || begins("the quantiles") => Code::Obs1006,
        () if begins("the help") => Code::Obs1007,
        () if begins("label ") => Code::Obs1038,
        () if begins("the objectives") => Code::Obs1039,
        () => Code::Obs1004,
    };
    // The values that observe's own metrics have are those of the program.
    let is_own = workspace.catalogue.metric(&conflict.name).is_none_or(|metric| metric.scope == Scope::Business);
    let help = "give one of them a name of its own, or declare it once and share it";
    let finding = Finding::new(code, &conflict.name, conflict.to_string()).help(help);
    let finding = conflict.places.iter().filter_map(|place| location(place)).fold(finding, Finding::at);
    (is_own || code != Code::Obs1038).then_some(finding)
}

/// `src/main.rs:12`, with a column behind it or not.
fn location(place: &str) -> Option<Location> {
    let mut parts = place.rsplitn(3, ':');
    let numbers = (parts.next()?, parts.next()?, parts.next());
    let (file, line, column) = match numbers {
        (column, line, Some(file)) if line.parse::<u32>().is_ok() => (file.to_owned(), line, column.parse().ok()?),
        (line, file, None) => (file.to_owned(), line, 1),
        (line, file, Some(drive)) => (format!("{drive}:{file}"), line, 1),
    };
    Some(Location { file, line: line.parse().ok()?, column, ..Location::default() })
}
