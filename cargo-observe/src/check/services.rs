//! Programs as services: what they are called, and how they say that they are well.

use super::{Finding, Group, Level, Location, Workspace};
use crate::catalogue::{Catalogue, HealthCheck, Program, Values};
use observe_rules::{Code, health};
use std::collections::BTreeMap;

pub(super) const GROUP: Group = Group {
    name: "services",
    rules: &[
        (Code::Obs1080, Level::Warning),
        (Code::Obs1081, Level::Warning),
        (Code::Obs1082, Level::Error),
        (Code::Obs1083, Level::Error),
        (Code::Obs1084, Level::Warning),
        (Code::Obs1085, Level::Error),
    ],
    check: |workspace| Ok(check(workspace)),
};

/// The counter of a program that answers HTTP.
const REQUESTS: &str = "http_requests_total";
/// Where health checks are exposed, those that code registers while it runs among them.
const HEALTH: (&str, &str) = ("health_check_status", "component");

fn check(workspace: &Workspace<'_>) -> Vec<Finding> {
    let catalogue = workspace.catalogue;
    let mut findings: Vec<Finding> =
        catalogue.programs.iter().filter_map(|program| health(catalogue, program)).collect();
    findings.extend(checks_of_one_name(&catalogue.health_checks));
    findings.extend(catalogue.health_checks.iter().filter_map(too_slow));
    findings.extend(without_name(catalogue));
    findings.extend(namespaces(&catalogue.programs));
    findings
}

fn answers_http(catalogue: &Catalogue, program: &Program) -> bool {
    catalogue.metrics.iter().any(|metric| metric.bare_name == REQUESTS && metric.programs.contains(&program.name))
}

/// What the program's health is made of, where all of it is known.
fn components<'a>(catalogue: &'a Catalogue, program: &Program) -> Option<Vec<&'a str>> {
    let mut metrics = catalogue.metrics.iter().filter(|metric| metric.programs.contains(&program.name));
    let Some(metric) = metrics.find(|metric| metric.bare_name == HEALTH.0) else { return Some(Vec::new()) };
    match &metric.label(HEALTH.1)?.values {
        Values::Known(values) => Some(values.iter().map(String::as_str).collect()),
        Values::AtMost(_) => None,
    }
}

fn health(catalogue: &Catalogue, program: &Program) -> Option<Finding> {
    // Checks that are registered while the program runs have no record, and may be what is missed here.
    let components = components(catalogue, program)?;
    let checks: Vec<&HealthCheck> =
        catalogue.health_checks.iter().filter(|check| check.programs.contains(&program.name)).collect();
    if checks.is_empty() {
        return (components.is_empty() && answers_http(catalogue, program)).then(|| {
            let message = format!("`{}` answers HTTP and has no health check", program.name);
            Finding::new(Code::Obs1080, &program.name, message)
                .help("put `#[health_check]` on a function that asks what the service can't work without")
        });
    }
    let is_declared = |component: &&str| checks.iter().any(|check| check.name == **component);
    let has_critical = checks.iter().any(|check| check.critical) || !components.iter().all(is_declared);
    (!has_critical).then(|| {
        let message = format!("no health check of `{}` is critical: it is always ready", program.name);
        Finding::new(Code::Obs1081, &program.name, message)
            .help("leave out `degrading` where the service can't answer without it")
            .at(&checks[0].place)
    })
}

fn checks_of_one_name(checks: &[HealthCheck]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, one) in checks.iter().enumerate() {
        let shares = |other: &&HealthCheck| {
            other.name == one.name && other.programs.iter().any(|program| one.programs.contains(program))
        };
        if let Some(other) = checks[at + 1..].iter().find(shares) {
            findings.push(
                Finding::new(
                    Code::Obs1082,
                    &one.name,
                    format!("two health checks of one program are called `{}`", one.name),
                )
                .help("name each after what it asks: `#[health_check(name = \"...\")]`")
                .at(&other.place)
                .at(Location::from(&one.place).label("and here")),
            );
        }
    }
    findings
}

fn too_slow(check: &HealthCheck) -> Option<Finding> {
    let longest = u64::try_from(health::LONGEST.as_millis()).unwrap_or(u64::MAX);
    (check.timeout_ms == 0 || check.timeout_ms > longest).then(|| {
        let message =
            format!("health check `{}` may take {} ms, and the whole answer {longest}", check.name, check.timeout_ms);
        Finding::new(Code::Obs1083, &check.name, message)
            .help("let a task find out now and then, and the check look at what it found")
            .at(&check.place)
    })
}

/// A workspace whose other programs say their names has no reason to leave one to the environment.
fn without_name(catalogue: &Catalogue) -> Vec<Finding> {
    let has_names = catalogue.programs.iter().any(|program| program.service.is_some());
    let nameless = catalogue.programs.iter().filter(|program| program.service.is_none());
    nameless
        .filter(|program| has_names && answers_http(catalogue, program))
        .map(|program| {
            let message = format!("`{}` does not say its service's name, as other programs here do", program.name);
            Finding::new(Code::Obs1084, &program.name, message)
                .help("name it where observe is started, so that its spans and metrics are found together")
        })
        .collect()
}

fn namespaces(programs: &[Program]) -> Vec<Finding> {
    let mut first: BTreeMap<&str, &Program> = BTreeMap::new();
    let mut findings = Vec::new();
    for program in programs {
        let Some(service) = program.service.as_deref() else { continue };
        let one = *first.entry(service).or_insert(program);
        if one.namespace != program.namespace {
            let said = |program: &Program| match &program.namespace {
                Some(namespace) => format!("`{}` has the namespace `{namespace}`", program.name),
                None => format!("`{}` has none", program.name),
            };
            let message = format!("service `{service}` has two namespaces: {}, {}", said(one), said(program));
            findings.push(
                Finding::new(Code::Obs1085, service, message).help("give both the same, so that one query finds both"),
            );
        }
    }
    findings
}
