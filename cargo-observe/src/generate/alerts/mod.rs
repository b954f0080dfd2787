//! Rules for Prometheus with their tests and runbooks, and Alertmanager's configuration.
//!
//! ```text
//! standard/       the alerts that every service can have, where it has what they read
//! slo/            objectives as recording rules and burn-rate alerts
//! service.rs      a service as rules see it: a job, and its metrics
//! promql.rs       words of PromQL
//! rule.rs         files of rules
//! promtool.rs     files of tests, and the series that they begin with
//! runbook.rs      what to do when an alert fires
//! alertmanager/   who is told, and how
//! ```

mod alertmanager;
mod promql;
mod promtool;
mod rule;
mod runbook;
mod service;
mod slo;
mod standard;

use super::Model;
use crate::error::Result;
use crate::files::Files;
use crate::terminal;
use rule::{Pairs, pairs, yaml};
use runbook::Runbooks;
use service::Service;
use std::fmt::Write as _;

/// The folder of rules, for `rule_files` of Prometheus.
pub(crate) const RULES: &str = "prometheus/rules";
/// The folder of their tests, for `promtool test rules`.
const TESTS: &str = "prometheus/tests";
/// How long Alertmanager keeps alerts: 5 days, by its flag `--data.retention`.
pub(crate) const HISTORY: &str = "120h";
/// The folder of Alertmanager's configuration.
pub(crate) const ALERTMANAGER: &str = "alertmanager";
/// Where the files with secrets are put for Alertmanager, one for each name.
pub(crate) const SECRETS: &str = "/etc/alertmanager/secrets";

/// An alert or objective that no rule was made of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct LeftOut {
    service: String,
    alert: String,
    why: String,
}

/// What stands beside each alert of a service.
#[derive(Debug)]
struct Annotated<'a> {
    service: &'a str,
    runbooks: &'a str,
}

impl Annotated<'_> {
    fn annotations(&self, alert: &str, summary: &str, description: &str) -> Pairs {
        let runbook = format!("{}/{alert}.md", self.runbooks.trim_end_matches('/'));
        pairs([
            ("summary", summary),
            ("description", description),
            ("runbook_url", &runbook),
            ("dashboard", &dashboard(alert, self.service)),
        ])
    }
}

/// The dashboard that shows more, from Grafana's address on.
fn dashboard(alert: &str, service: &str) -> String {
    let board = if slo::ALERTS.contains(&alert) { "observe-slo" } else { "observe-overview" };
    format!("/d/{board}?var-job={service}")
}

pub(crate) fn files(model: &Model<'_>) -> Result<Files> {
    let (settings, services) = (model.settings, Service::all(model.catalogue));
    let names: Vec<_> = services.iter().map(|service| service.name).collect();
    standard::check_settings(settings, &names)?;
    let (mut files, mut left_out, mut runbooks) = (Files::default(), Vec::new(), Runbooks::default());
    for service in &services {
        let annotated = Annotated { service: service.name, runbooks: &settings.generate.runbooks };
        let file_name = service.file_name();
        let (alerts, without) = standard::alerts(service, settings)?;
        left_out.extend(without);
        if !alerts.is_empty() {
            files.add(format!("{RULES}/{file_name}.yml"), yaml(&standard::rules(service, &alerts, &annotated))?);
            files.add(format!("{TESTS}/{file_name}.yml"), yaml(&standard::tests(service, &alerts))?);
        }
        alerts.iter().for_each(|alert| runbooks.standard(service.name, alert));

        let (objectives, without) = slo::objectives(service);
        left_out.extend(without);
        if objectives.is_empty() {
            continue;
        }
        let terms = slo::Terms::new(settings, service.name)?;
        left_out.extend(objectives.iter().flat_map(|objective| slo::impossible(objective, &terms, &annotated)));
        let file_name = format!("{file_name}-slo");
        files.add(format!("{RULES}/{file_name}.yml"), yaml(&slo::rules(&objectives, &terms, &annotated))?);
        files.add(format!("{TESTS}/{file_name}.yml"), yaml(&slo::tests(&file_name, &objectives, &terms))?);
        runbooks.objectives(&objectives);
    }
    files.extend(runbooks.files(settings));
    files.extend(alertmanager::files(settings)?);
    left_out.sort();
    if !left_out.is_empty() {
        terminal::warn(&format!("{} alerts are left out: see alerts-left-out.md", left_out.len()));
    }
    files.add("alerts-left-out.md", report(&left_out));
    Ok(files)
}

/// What was left out, for people.
fn report(left_out: &[LeftOut]) -> String {
    let mut text = String::from("# Alerts that are left out\n\n");
    if left_out.is_empty() {
        return text + "None: every service has every alert.\n";
    }
    text += "A rule is made only where a service has what it reads, and where it could ever fire.\n\n";
    text += "| service | alert | why |\n|---|---|---|\n";
    for LeftOut { service, alert, why } in left_out {
        let _ = writeln!(text, "| {service} | {alert} | {} |", why.replace('|', "\\|"));
    }
    text
}

#[cfg(test)]
mod tests;
