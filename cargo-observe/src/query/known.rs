//! What a name in a query stands for.

use super::expr::{self, walk};
use super::{Document, Query};
use crate::catalogue::{Catalogue, Kind, Metric};
use crate::error::{Error, Result};
use crate::settings;
use observe_rules::suggest;
use promql_parser::parser::VectorSelector;
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};

/// Labels that are set by who scrapes in the usual ways, in place of which `[check] target_labels` can name others.
const TARGET_LABELS: [&str; 12] = [
    "cluster",
    "container",
    "endpoint",
    "environment",
    "exported_instance",
    "exported_job",
    "namespace",
    "node",
    "pod",
    "prometheus",
    "replica",
    "service",
];

/// What the names of metrics begin with that the exporters of the generated stack emit.
const EXPORTERS: [&str; 2] = ["pg_", "redis_"];

/// The metrics of the vector store there that dashboards show. They have no prefix.
const OF_THE_VECTOR_STORE: [&str; 2] = ["collections_total", "rest_responses_total"];

/// All metrics that queries can use.
#[derive(Debug)]
pub(crate) struct Known<'a> {
    pub(crate) catalogue: &'a Catalogue,
    /// The series of all declared metrics, by name.
    declared: BTreeMap<String, (&'a Metric, Part)>,
    recorded: BTreeMap<&'a str, Vec<&'a Query>>,
    recorded_labels: BTreeMap<&'a str, BTreeSet<&'a str>>,
    foreign: Vec<Regex>,
    target_labels: BTreeSet<String>,
}

/// What a name stands for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Series<'a> {
    /// A series of a metric of the catalogue.
    Declared(&'a Metric, Part),
    /// What a rule records.
    Recorded,
    /// What Prometheus adds to each target: `up`, `scrape_duration_seconds`.
    Scraped,
    /// What another program emits.
    Foreign,
    /// What nothing emits.
    Unknown,
}

/// Which series of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Value,
    Bucket,
    Count,
    Sum,
}

impl<'a> Known<'a> {
    /// What the catalogue declares, the documents record, and the settings name.
    pub(crate) fn new(catalogue: &'a Catalogue, documents: &'a [Document], settings: &settings::Check) -> Result<Self> {
        let foreign = |pattern: &String| {
            Regex::new(&format!("^(?:{pattern})$"))
                .map_err(|error| Error::new(format!("`foreign` has `{pattern}`, which is no pattern: {error}")))
        };
        let foreign = settings.foreign.iter().map(foreign).collect::<Result<_>>()?;
        let target_labels = match &*settings.target_labels {
            [] => TARGET_LABELS.map(str::to_owned).into(),
            labels => labels.iter().cloned().collect(),
        };
        let mut declared = BTreeMap::new();
        for metric in &catalogue.metrics {
            for name in metric.series_names() {
                let part = part(metric, &name);
                declared.entry(name).or_insert((metric, part));
            }
        }
        let mut recorded: BTreeMap<&str, Vec<&Query>> = BTreeMap::new();
        let mut recorded_labels: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for document in documents {
            for rule in document.rules.iter().filter(|rule| !rule.is_alert) {
                recorded.entry(&rule.name.value).or_default().extend(document.queries.get(rule.query));
                recorded_labels.entry(&rule.name.value).or_default().extend(rule.labels.keys().map(String::as_str));
            }
        }
        Ok(Self { catalogue, declared, recorded, recorded_labels, foreign, target_labels })
    }

    /// What a name stands for.
    pub(crate) fn series(&self, name: &str) -> Series<'a> {
        if let Some((metric, part)) = self.declared.get(name) {
            return Series::Declared(metric, *part);
        }
        match name {
            _ if self.recorded.contains_key(name) => Series::Recorded,
            "up" => Series::Scraped,
            _ if name.starts_with("scrape_") => Series::Scraped,
            "ALERTS" | "ALERTS_FOR_STATE" => Series::Foreign,
            _ if self.is_exported(name) => Series::Foreign,
            _ if name.contains(super::MARK) || self.foreign.iter().any(|pattern| pattern.is_match(name)) => {
                Series::Foreign
            }
            _ => Series::Unknown,
        }
    }

    /// Whether an exporter of the stack emits it, as far as its name can say: what is nearly one of ours is meant as that.
    fn is_exported(&self, name: &str) -> bool {
        let is_prefixed = EXPORTERS.iter().any(|prefix| name.starts_with(prefix));
        OF_THE_VECTOR_STORE.contains(&name) || (is_prefixed && suggest::nearest(name, self.names()).is_none())
    }

    /// What a selector asks for. One that names no metric asks for anything.
    pub(crate) fn selected(&self, selector: &VectorSelector) -> Series<'a> {
        expr::name_of(selector).map_or(Series::Foreign, |name| self.series(name))
    }

    /// The rules that record a metric.
    pub(crate) fn rules(&self, name: &str) -> &[&'a Query] {
        self.recorded.get(name).map_or(&[], Vec::as_slice)
    }

    /// The labels that the rules of a metric add to it.
    pub(crate) fn rule_labels(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.recorded_labels.get(name).into_iter().flatten().copied()
    }

    /// Whether other programs have metrics, of which no name is known.
    pub(crate) fn has_foreign(&self) -> bool {
        !self.foreign.is_empty()
    }

    /// Whether who scrapes can have set a label.
    pub(crate) fn is_target_label(&self, name: &str) -> bool {
        matches!(name, "job" | "instance") || self.target_labels.contains(name)
    }

    /// Every name of a series that a query may use, for saying which is near.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.declared.keys().map(String::as_str).chain(self.recorded.keys().copied())
    }

    /// Whether a rule records sums of a counter that were not made a rate first.
    pub(crate) fn is_sum_of_counter(&self, name: &str) -> bool {
        let is_sum = |query: &&&Query| {
            query.expr.as_ref().is_ok_and(|expr| {
                let parts = walk(expr);
                let has_sum = parts.iter().any(|part| matches!(part, promql_parser::parser::Expr::Aggregate(_)));
                let has_call = parts.iter().any(|part| matches!(part, promql_parser::parser::Expr::Call(_)));
                let mut counters = expr::selectors(expr).into_iter().map(|selector| self.selected(selector));
                has_sum && !has_call && counters.any(Series::is_counter)
            })
        };
        self.rules(name).iter().any(|query| is_sum(&query))
    }
}

impl Series<'_> {
    /// Whether it only grows.
    pub(crate) fn is_counter(self) -> bool {
        match self {
            Self::Declared(metric, part) => metric.kind == Kind::Counter || part != Part::Value,
            _ => false,
        }
    }

    /// Whether it is a value that goes up and down.
    pub(crate) fn is_gauge(self) -> bool {
        match self {
            Self::Declared(metric, part) => metric.kind != Kind::Counter && part == Part::Value,
            Self::Scraped => true,
            _ => false,
        }
    }
}

fn part(metric: &Metric, name: &str) -> Part {
    match name.strip_prefix(&*metric.name) {
        Some("_bucket") => Part::Bucket,
        Some("_count") => Part::Count,
        Some("_sum") => Part::Sum,
        _ => Part::Value,
    }
}
