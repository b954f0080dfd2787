//! Names of metrics, as far as only the whole shows what is wrong with them.

use super::{Finding, Group, Level, Location, Workspace};
use crate::catalogue::{Kind, Metric, Scope};
use observe_rules::{Code, metric};
use std::collections::{BTreeMap, BTreeSet};

pub(super) const GROUP: Group = Group {
    name: "names",
    rules: &[
        (Code::Obs1008, Level::Error),
        (Code::Obs1009, Level::Warning),
        (Code::Obs1010, Level::Error),
        (Code::Obs1011, Level::Warning),
        (Code::Obs1012, Level::Warning),
        (Code::Obs1013, Level::Warning),
        (Code::Obs1014, Level::Warning),
        (Code::Obs1015, Level::Warning),
        (Code::Obs1016, Level::Error),
    ],
    check: |workspace| Ok(check(workspace)),
};

/// What begins so is exposed by observe, or made by Prometheus itself.
const RESERVED: &[&str] = &["observe_", "process_", "tokio_", "scrape_", "prometheus_", "promhttp_", "alertmanager_"];
/// Made by Prometheus for every target.
const UP: &str = "up";

/// Things that happen, and are counted.
const EVENTS: &[&str] = &["errors", "failures", "retries", "attempts", "timeouts", "restarts", "exceptions", "crashes"];

/// Words for what is, and not for what happens.
const STATES: &[&str] = &["active", "current", "currently", "pending", "idle", "open", "in_progress", "in_flight"];

fn check(workspace: &Workspace<'_>) -> Vec<Finding> {
    let metrics = &workspace.catalogue.metrics;
    let own = || metrics.iter().filter(|metric| metric.scope == Scope::Business);
    let mut findings = clashes(metrics);
    findings.extend(own().filter_map(reserved));
    findings.extend(own().filter_map(help_without_news));
    findings.extend(same_help(own()));
    findings.extend(near_names(metrics));
    findings.extend(own().filter_map(gauge_of_events));
    findings.extend(own().filter_map(counter_of_states));
    findings.extend(metrics.iter().filter_map(name_in_namespace));
    findings
}

/// What the rules of names call this kind.
pub(super) const fn rule_kind(kind: Kind) -> metric::Kind {
    match kind {
        Kind::Counter => metric::Kind::Counter,
        Kind::Gauge => metric::Kind::Gauge,
        Kind::Histogram => metric::Kind::Histogram,
        Kind::Summary => metric::Kind::Summary,
        Kind::Info => metric::Kind::Info,
    }
}

fn share_a_program(one: &Metric, other: &Metric) -> bool {
    one.programs.iter().any(|program| other.programs.contains(program))
}

/// Two metrics of which one takes a name that the other has in an exposition.
fn clashes(metrics: &[Metric]) -> Vec<Finding> {
    let mut takers: BTreeMap<String, Vec<&Metric>> = BTreeMap::new();
    for metric in metrics {
        for name in metric::exposed_names(rule_kind(metric.kind), &metric.name) {
            takers.entry(name).or_default().push(metric);
        }
    }
    let mut said = BTreeSet::new();
    let mut findings = Vec::new();
    for (taken, takers) in takers {
        for (at, one) in takers.iter().enumerate() {
            for other in &takers[at + 1..] {
                // Two of one name are declared twice, which is another mistake.
                if one.name == other.name || !said.insert((&one.name, &other.name)) {
                    continue;
                }
                let (code, where_) = if share_a_program(one, other) {
                    (Code::Obs1008, "in one program")
                } else {
                    (Code::Obs1009, "in two programs")
                };
                let message = format!("`{}` and `{}` both expose `{taken}`, {where_}", one.name, other.name);
                let there = Location::from(&one.place).label(format!("`{}` is declared here", one.name));
                findings.push(
                    Finding::new(code, &other.name, message)
                        .help(format!("give one of them another name than `{taken}`"))
                        .at(&other.place)
                        .at(there),
                );
            }
        }
    }
    findings
}

fn reserved(metric: &Metric) -> Option<Finding> {
    let prefix = RESERVED.iter().find(|prefix| metric.name.starts_with(**prefix));
    let why = match prefix {
        Some(prefix) => format!("begins with `{prefix}`, as metrics of observe or of Prometheus do"),
        None if metric.name == UP => "is the metric that Prometheus makes for every target".to_owned(),
        None => return None,
    };
    Some(
        Finding::new(Code::Obs1010, &metric.name, format!("`{}` {why}", metric.name))
            .help("name it after what the program does")
            .at(&metric.place),
    )
}

/// The words of a text, in lower case.
fn words(text: &str) -> Vec<String> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

fn help_without_news(metric: &Metric) -> Option<Finding> {
    let help = words(&metric.help);
    let name = words(&metric.bare_name);
    // Units and endings are in the name anyway.
    let is_repeated = help.iter().all(|word| name.contains(word));
    is_repeated.then(|| {
        let message = match metric.help.trim() {
            "" => format!("`{}` has no help", metric.name),
            help => format!("the help of `{}` says no more than its name: \"{help}\"", metric.name),
        };
        Finding::new(Code::Obs1011, &metric.name, message)
            .help("say in a sentence what is counted, and when")
            .at(&metric.place)
    })
}

fn same_help<'a>(metrics: impl Iterator<Item = &'a Metric>) -> Vec<Finding> {
    let mut first: BTreeMap<Vec<String>, &Metric> = BTreeMap::new();
    let mut findings = Vec::new();
    for metric in metrics.filter(|metric| !metric.help.trim().is_empty()) {
        let Some(one) = first.get(&words(&metric.help)).copied() else {
            first.insert(words(&metric.help), metric);
            continue;
        };
        // One metric of two namespaces is one metric, and the families of one function have one doc comment.
        let is_one = one.bare_name == metric.bare_name || (one.base.is_some() && one.base == metric.base);
        if !is_one && share_a_program(one, metric) {
            let message = format!("`{}` and `{}` have the same help: \"{}\"", one.name, metric.name, metric.help);
            let there = Location::from(&one.place).label(format!("`{}` is declared here", one.name));
            findings.push(
                Finding::new(Code::Obs1012, &metric.name, message)
                    .help("say what tells them apart")
                    .at(&metric.place)
                    .at(there),
            );
        }
    }
    findings
}

/// The name with each word in the singular.
pub(super) fn singular(name: &str) -> String {
    let singular = |word: &str| match word {
        _ if word.ends_with("ss") || word.ends_with("us") || word.ends_with("is") => word.to_owned(),
        _ if word.ends_with("ies") && word.len() > 4 => format!("{}y", &word[..word.len() - 3]),
        _ => word.strip_suffix('s').unwrap_or(word).to_owned(),
    };
    name.split('_').map(singular).collect::<Vec<_>>().join("_")
}

/// Metrics whose names differ by a plural, and mean the same.
fn near_names(metrics: &[Metric]) -> Vec<Finding> {
    let mut first: BTreeMap<(Kind, String), &Metric> = BTreeMap::new();
    let mut findings = Vec::new();
    for metric in metrics {
        let one = *first.entry((metric.kind, singular(&metric.bare_name))).or_insert(metric);
        let is_own = one.scope == Scope::Business || metric.scope == Scope::Business;
        if one.bare_name != metric.bare_name && is_own {
            let message = format!("`{}` and `{}` differ by a plural only", one.name, metric.name);
            let there = Location::from(&one.place).label(format!("`{}` is declared here", one.name));
            findings.push(
                Finding::new(Code::Obs1013, &metric.name, message)
                    .help("give what is the same one name, so that one query finds it in every program")
                    .at(&metric.place)
                    .at(there),
            );
        }
    }
    findings
}

fn gauge_of_events(metric: &Metric) -> Option<Finding> {
    let last = metric.bare_name.rsplit('_').next().filter(|word| EVENTS.contains(word))?;
    let says_when = words(&metric.bare_name).iter().any(|word| STATES.contains(&word.as_str()) || word == "last");
    (metric.kind == Kind::Gauge && !says_when).then(|| {
        let message = format!("`{}` is a gauge, and {last} happen: they are counted", metric.name);
        Finding::new(Code::Obs1014, &metric.name, message)
            .help(format!("make it a counter, `{}_total`, which survives a missed scrape", metric.bare_name))
            .at(&metric.place)
    })
}

fn counter_of_states(metric: &Metric) -> Option<Finding> {
    let body = metric.bare_name.strip_suffix("_total").filter(|_| metric.kind == Kind::Counter)?;
    let named = format!("_{body}_");
    let state = STATES.iter().find(|state| named.contains(&format!("_{state}_")))?;
    let message = format!("`{}` is a counter, and says `{state}`, which goes up and down", metric.name);
    Some(
        Finding::new(Code::Obs1015, &metric.name, message)
            .help(format!("make it a gauge, `{body}`, or name what is counted"))
            .at(&metric.place),
    )
}

/// A name that is right until the namespace stands before it.
fn name_in_namespace(metric: &Metric) -> Option<Finding> {
    let kind = rule_kind(metric.kind);
    if metric.name == metric.bare_name || !metric::check_declared(kind, &metric.bare_name).is_empty() {
        return None;
    }
    let violation = metric::check_declared(kind, &metric.name).into_iter().next()?.to_string();
    let (fact, _) = violation.split_once('\n').unwrap_or((&violation, ""));
    let fact = fact.split_once(": ").map_or(fact, |(_, fact)| fact);
    Some(
        Finding::new(Code::Obs1016, &metric.name, format!("with its namespace, {fact}"))
            .help("choose a namespace that is the service's name and nothing else")
            .at(&metric.place),
    )
}
