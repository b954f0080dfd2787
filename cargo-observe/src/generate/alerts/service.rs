//! A service as rules see it: one job of Prometheus, and the metrics of the programs that run as it.

use crate::catalogue::{Catalogue, Metric, Program, Values};

/// What Prometheus scrapes as one job.
#[derive(Debug)]
pub(super) struct Service<'a> {
    /// Its name, and that of the job.
    pub(super) name: &'a str,
    programs: Vec<&'a str>,
    pub(super) catalogue: &'a Catalogue,
}

/// The name of a program's service: the job that it is scraped as.
fn job(program: &Program) -> &str {
    program.service.as_deref().unwrap_or(&program.name)
}

impl<'a> Service<'a> {
    /// All of a catalogue that have a metric, by name.
    pub(super) fn all(catalogue: &'a Catalogue) -> Vec<Self> {
        let mut services: Vec<Self> = Vec::new();
        for program in &catalogue.programs {
            let name = job(program);
            match services.iter_mut().find(|service| service.name == name) {
                Some(service) => service.programs.push(&program.name),
                None => services.push(Self { name, programs: vec![&program.name], catalogue }),
            }
        }
        services.retain(|service| service.metrics().next().is_some());
        services.sort_by_key(|service| service.name);
        services
    }

    /// Its metrics, by name.
    pub(super) fn metrics(&self) -> impl Iterator<Item = &'a Metric> {
        let of_it = |metric: &&Metric| metric.programs.iter().any(|program| self.programs.contains(&program.as_str()));
        self.catalogue.metrics.iter().filter(of_it)
    }

    /// Its metric of this name without a namespace.
    pub(super) fn metric(&self, bare_name: &str) -> Option<&'a Metric> {
        self.metrics().find(|metric| metric.bare_name == bare_name)
    }

    /// Whether it has a health check of this name. Where no check is known at all, it may have it.
    pub(super) fn may_check(&self, name: &str) -> bool {
        let checks = &self.catalogue.health_checks;
        let is_its = |programs: &[String]| programs.iter().any(|program| self.programs.contains(&program.as_str()));
        checks.is_empty() || checks.iter().any(|check| check.name == name && is_its(&check.programs))
    }

    /// Its name as that of a file.
    pub(super) fn file_name(&self) -> String {
        let letter = |letter: char| if letter.is_alphanumeric() || "-_".contains(letter) { letter } else { '-' };
        self.name.chars().map(letter).collect()
    }
}

/// Whether a label can have this value, as far as that is known before the program runs.
pub(super) fn can_be(metric: &Metric, label: &str, is_it: impl Fn(&str) -> bool) -> bool {
    metric.label(label).is_some_and(|label| match &label.values {
        Values::Known(values) => values.iter().any(|value| is_it(value)),
        Values::AtMost(_) => true,
    })
}

/// The label that says how a call ended, `ok` being one of its values.
pub(super) fn outcome(metric: &Metric) -> Option<&str> {
    let usual = ["outcome", "status"].into_iter();
    metric.outcome.as_deref().or_else(|| {
        usual.into_iter().find(|name| match metric.label(name).map(|label| &label.values) {
            Some(Values::Known(values)) => values.iter().any(|value| value == "ok"),
            _ => false,
        })
    })
}
