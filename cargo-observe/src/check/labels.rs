//! Labels, over all metrics that have them.

use super::{Finding, Group, Level, Location, Workspace};
use crate::catalogue::{Label, Metric, Scope, Values};
use observe_rules::policy::Policy;
use observe_rules::{Code, case, label};
use std::collections::{BTreeMap, BTreeSet};

pub(super) const GROUP: Group = Group {
    name: "labels",
    rules: &[
        (Code::Obs1017, Level::Warning),
        (Code::Obs1018, Level::Warning),
        (Code::Obs1019, Level::Warning),
        (Code::Obs1020, Level::Error),
        (Code::Obs1021, Level::Error),
        (Code::Obs1022, Level::Warning),
    ],
    check: |workspace| Ok(check(workspace)),
};

/// Each metric has its own values of these: two sets of them that overlap mean nothing.
const OF_THE_METRIC: &[&str] = &[
    "action",
    "category",
    "class",
    "code",
    "error",
    "error_type",
    "event",
    "kind",
    "level",
    "method",
    "operation",
    "outcome",
    "phase",
    "reason",
    "result",
    "stage",
    "state",
    "status",
    "step",
    "type",
];

/// The short and the long form of one word.
const SHORT_FORMS: &[(&str, &str)] = &[
    ("cfg", "config"),
    ("cmd", "command"),
    ("ctx", "context"),
    ("db", "database"),
    ("dest", "destination"),
    ("dst", "destination"),
    ("env", "environment"),
    ("err", "error"),
    ("msg", "message"),
    ("op", "operation"),
    ("req", "request"),
    ("resp", "response"),
    ("src", "source"),
    ("svc", "service"),
    ("ver", "version"),
];

/// Kubernetes' service discovery puts these on every series, and renames a program's own.
const OF_THE_TARGET: &[&str] = &["cluster", "container", "namespace", "node", "pod"];

/// A label, and the metric that has it.
type Use<'a> = (&'a Metric, &'a Label);

fn check(workspace: &Workspace<'_>) -> Vec<Finding> {
    let own = workspace.catalogue.metrics.iter().filter(|metric| metric.scope == Scope::Business);
    let mut uses: BTreeMap<&str, Vec<Use<'_>>> = BTreeMap::new();
    for metric in own {
        for label in &metric.labels {
            uses.entry(&label.name).or_default().push((metric, label));
        }
    }
    let policy = super::policy(workspace);
    let mut findings = Vec::new();
    for (name, of_name) in &uses {
        let different = of_different_values(of_name);
        findings.extend(domains(name, &different));
        findings.extend(spellings(name, &different));
        findings.extend(short_form(name, of_name, &uses));
        findings.extend(named_after_a_person(name, of_name, &policy));
        findings.extend(of_name.iter().filter_map(|(metric, label)| value_of_a_person(metric, label)));
        findings.extend(set_by_the_scrape(name, of_name));
    }
    findings
}

/// The first of all that have the same values: most metrics share the type of a label.
fn of_different_values<'a>(uses: &[Use<'a>]) -> Vec<Use<'a>> {
    let mut different: Vec<Use<'_>> = Vec::new();
    for (metric, label) in uses {
        if !different.iter().any(|(_, other)| other.values == label.values) {
            different.push((metric, label));
        }
    }
    different
}

/// The values of a label that are known.
fn known(label: &Label) -> Option<BTreeSet<&str>> {
    match &label.values {
        Values::Known(values) => Some(values.iter().map(String::as_str).collect()),
        Values::AtMost(_) => None,
    }
}

fn quoted<'a>(values: impl IntoIterator<Item = &'a str>) -> String {
    values.into_iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ")
}

/// Two sets of values that overlap, and of which neither is a part of the other: one type was meant, and there are two.
fn domains(name: &str, uses: &[Use<'_>]) -> Option<Finding> {
    if OF_THE_METRIC.contains(&name) {
        return None;
    }
    let mut seen: Vec<(&Metric, BTreeSet<&str>)> = Vec::new();
    for (metric, label) in uses {
        let Some(values) = known(label) else { continue };
        let differs = |(_, other): &&(&Metric, BTreeSet<&str>)| {
            !values.is_disjoint(other) && !values.is_subset(other) && !other.is_subset(&values)
        };
        if let Some((one, other)) = seen.iter().find(differs) {
            let message = format!(
                "label `{name}` has {} in `{}` only, and {} in `{}` only",
                quoted(other.difference(&values).copied()),
                one.name,
                quoted(values.difference(other).copied()),
                metric.name
            );
            return Some(
                Finding::new(Code::Obs1017, name, message)
                    .help("use one type for both, or two names where they are two things")
                    .at(&metric.place)
                    .at(Location::from(&one.place).label("the other values are declared here")),
            );
        }
        seen.push((metric, values));
    }
    None
}

/// Values that differ by case or by what stands between their words.
fn spellings(name: &str, uses: &[Use<'_>]) -> Vec<Finding> {
    let mut spellings: BTreeMap<String, BTreeMap<&str, &Metric>> = BTreeMap::new();
    for (metric, label) in uses {
        for value in known(label).unwrap_or_default() {
            spellings.entry(case::snake(value)).or_default().entry(value).or_insert(metric);
        }
    }
    let several = spellings.into_values().filter(|spellings| spellings.len() > 1);
    several
        .map(|spellings| {
            let message =
                format!("label `{name}` has one value in several spellings: {}", quoted(spellings.keys().copied()));
            let finding = Finding::new(Code::Obs1018, name, message)
                .help("write it one way everywhere, with `#[label(rename = \"...\")]` where the type can't change");
            spellings.iter().fold(finding, |finding, (value, metric)| {
                finding.at(Location::from(&metric.place).label(format!("`{value}` of `{}`", metric.name)))
            })
        })
        .collect()
}

fn short_form(name: &str, uses: &[Use<'_>], all: &BTreeMap<&str, Vec<Use<'_>>>) -> Option<Finding> {
    let (_, long) = SHORT_FORMS.iter().find(|(short, _)| *short == name)?;
    let (one, other) = (all.get(long)?.first()?.0, uses.first()?.0);
    let message = format!("`{}` has the label `{name}`, and `{}` has `{long}`", other.name, one.name);
    Some(
        Finding::new(Code::Obs1019, name, message)
            .help(format!("call it `{long}` everywhere, so that series can be joined by it"))
            .at(&other.place)
            .at(Location::from(&one.place).label(format!("`{long}` is used here"))),
    )
}

/// The workspace may have named it sensitive after the program was built, or the metric comes from elsewhere.
fn named_after_a_person(name: &str, uses: &[Use<'_>], policy: &Policy) -> Option<Finding> {
    let names_somebody = |code| matches!(code, Code::Obs0202 | Code::Obs0513);
    let violation = label::check_name(name, policy.names()).into_iter().find(|found| names_somebody(found.code()))?;
    let (text, metric) = (violation.to_string(), uses.first()?.0);
    let fact = text.lines().next().and_then(|line| line.split_once(": ")).map_or(text.as_str(), |(_, fact)| fact);
    Some(
        Finding::new(Code::Obs1020, format!("{}.{name}", metric.name), fact)
            .help("label with a group, such as `user_type`, and put what tells people apart on the span, hashed")
            .at(&metric.place),
    )
}

fn value_of_a_person(metric: &Metric, label: &Label) -> Option<Finding> {
    let value = known(label)?.into_iter().find(|value| is_address(value) || is_uuid(value))?;
    let message = format!(
        "label `{}` of `{}` has the value `{value}`, which is one person's or one thing's",
        label.name, metric.name
    );
    Some(
        Finding::new(Code::Obs1021, format!("{}.{}", metric.name, label.name), message)
            .help("give the group that it belongs to")
            .at(&metric.place),
    )
}

fn is_address(value: &str) -> bool {
    value.split_once('@').is_some_and(|(name, host)| {
        let is_word = |text: &str| !text.is_empty() && !text.contains(char::is_whitespace);
        is_word(name) && is_word(host) && host.contains('.')
    })
}

fn is_uuid(value: &str) -> bool {
    let lengths = value.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && value.chars().all(|letter| letter == '-' || letter.is_ascii_hexdigit())
}

fn set_by_the_scrape(name: &str, uses: &[Use<'_>]) -> Option<Finding> {
    let metric = uses.first().filter(|_| OF_THE_TARGET.contains(&name))?.0;
    let message = format!("label `{name}` of `{}` is one that Kubernetes' service discovery sets", metric.name);
    Some(
        Finding::new(Code::Obs1022, format!("{}.{name}", metric.name), message)
            .help(format!("say whose it is, such as `target_{name}`: in a scrape it becomes `exported_{name}`"))
            .at(&metric.place),
    )
}
