//! Metrics by the names that dashboards know them by.

use super::promql::Scope;
use crate::catalogue::{Catalogue, Metric};

/// The metrics of a catalogue, of all its programs or of one.
#[derive(Clone, Debug)]
pub(crate) struct Finder<'a> {
    catalogue: &'a Catalogue,
    program: Option<&'a str>,
    pub(crate) scope: Scope,
}

/// The metrics of one bare name: one for each namespace.
#[derive(Clone, Debug)]
pub(crate) struct Found<'a> {
    bare_name: String,
    labels: Vec<String>,
    pub(crate) metrics: Vec<&'a Metric>,
}

impl<'a> Finder<'a> {
    pub(crate) fn new(catalogue: &'a Catalogue) -> Self {
        Self { catalogue, program: None, scope: Scope::dashboard() }
    }

    /// Only the metrics of one program.
    pub(crate) fn of_program(&self, program: &'a str) -> Self {
        Self { program: Some(program), ..self.clone() }
    }

    /// All metrics, by name.
    pub(crate) fn all(&self) -> impl Iterator<Item = &'a Metric> {
        let program = self.program;
        let metrics = self.catalogue.metrics.iter();
        metrics.filter(move |metric| program.is_none_or(|program| metric.programs.iter().any(|name| name == program)))
    }

    /// Those of this bare name that have these labels.
    pub(crate) fn find(&self, bare_name: &str, labels: &[&str]) -> Found<'a> {
        let has_labels = |metric: &&Metric| labels.iter().all(|label| metric.label(label).is_some());
        Found {
            bare_name: bare_name.to_owned(),
            labels: labels.iter().map(|&label| label.to_owned()).collect(),
            metrics: self.all().filter(|metric| metric.bare_name == bare_name).filter(has_labels).collect(),
        }
    }

    /// All that a predicate holds for; `name` says what they are.
    pub(crate) fn find_all(&self, name: &str, is_one: impl Fn(&Metric) -> bool) -> Found<'a> {
        let metrics = self.all().filter(|metric| is_one(metric)).collect();
        Found { bare_name: name.to_owned(), labels: Vec::new(), metrics }
    }

    /// The metric of another bare name that the same program has.
    pub(crate) fn beside(&self, metric: &Metric, bare_name: &str) -> Option<&'a Metric> {
        let shares = |other: &Metric| other.programs.iter().any(|program| metric.programs.contains(program));
        self.all().find(|other| other.bare_name == bare_name && shares(other))
    }
}

impl Found<'_> {
    /// What the catalogue hasn't, if it hasn't any of them.
    pub(crate) fn missing(&self) -> Option<String> {
        if !self.metrics.is_empty() {
            return None;
        }
        let labels = match self.labels.as_slice() {
            [] => String::new(),
            labels => format!(" with the label `{}`", labels.join("` and `")),
        };
        Some(format!("nothing emits `{}`{labels}", self.bare_name))
    }
}
