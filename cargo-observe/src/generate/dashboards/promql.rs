//! PromQL for a metric, by what the catalogue says of it: never a division by zero, never a label that it hasn't.

use crate::catalogue::{Kind, Metric, Values};

/// How many lines a chart has at most, as far as the catalogue knows; what would have more is summed.
const LINES: u64 = 40;

/// Where expressions are meant for: which series they read, and over which window.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    matchers: Vec<String>,
    window: &'static str,
    /// Labels that are variables of the dashboard.
    variables: Vec<String>,
}

impl Scope {
    /// A dashboard with the variables `job` and `instance`.
    pub(crate) fn dashboard() -> Self {
        let matchers = vec![r#"job=~"$job""#.to_owned(), r#"instance=~"$instance""#.to_owned()];
        Self { matchers, window: "$__rate_interval", variables: Vec::new() }
    }

    /// The same with labels that a reader chooses values of.
    pub(crate) fn with_variables(self, variables: Vec<String>) -> Self {
        Self { variables, ..self }
    }

    /// A query to be pasted somewhere.
    pub(crate) fn document() -> Self {
        Self { window: "5m", ..Self::default() }
    }

    /// The same over another window.
    pub(crate) fn over(&self, window: &'static str) -> Self {
        Self { window, ..self.clone() }
    }

    /// Series of a metric: `name{matchers}`.
    pub(crate) fn select(&self, metric: &Metric, ending: &str, more: &[&str]) -> String {
        let chosen = self.variables.iter().filter(|name| metric.label(name).is_some());
        let chosen = chosen.map(|name| format!(r#"{name}=~"${name}""#));
        let matchers: Vec<String> =
            self.matchers.iter().cloned().chain(more.iter().map(|&text| text.to_owned())).chain(chosen).collect();
        let name = format!("{}{ending}", metric.name);
        if matchers.is_empty() { name } else { format!("{name}{{{}}}", matchers.join(",")) }
    }

    /// What a series that only grows grows by in a second.
    pub(crate) fn rate(&self, metric: &Metric, ending: &str, more: &[&str]) -> String {
        format!("rate({}[{}])", self.select(metric, ending, more), self.window)
    }

    /// The sum of these rates, by labels.
    pub(crate) fn rate_by(&self, by: &[&str], metric: &Metric, ending: &str, more: &[&str]) -> String {
        sum_by(by, &self.rate(metric, ending, more))
    }

    /// A quantile of a histogram; nothing where nothing was observed.
    pub(crate) fn quantile(&self, quantile: f64, by: &[&str], metric: &Metric, more: &[&str]) -> String {
        let mut labels = by.to_vec();
        labels.push("le");
        let buckets = self.rate_by(&labels, metric, "_bucket", more);
        // Without observations it is NaN, which compares to nothing.
        format!("histogram_quantile({quantile}, {buckets}) >= 0")
    }

    /// The part of calls that failed; `None` where the metric doesn't tell.
    pub(crate) fn failed(&self, by: &[&str], metric: &Metric) -> Option<String> {
        let failure = failure(metric)?;
        let ending = if metric.kind == Kind::Histogram { "_count" } else { "" };
        let part = self.rate_by(by, metric, ending, &[&failure]);
        Some(ratio(&part, &self.rate_by(by, metric, ending, &[])))
    }
}

/// The sum by labels.
pub(crate) fn sum_by(by: &[&str], expression: &str) -> String {
    if by.is_empty() { format!("sum({expression})") } else { format!("sum by ({}) ({expression})", by.join(", ")) }
}

/// A part of a whole, from 0 to 1: 0 where there is no series for the part, nothing where there is none of the whole.
pub(crate) fn ratio(part: &str, whole: &str) -> String {
    format!("({part} or {whole} * 0) / ({whole} > 0)")
}

/// The matcher of calls that failed: statuses of HTTP from 500 on, and every outcome but `ok`.
pub(crate) fn failure(metric: &Metric) -> Option<String> {
    if is_http(metric) {
        return metric.label("status").map(|_| r#"status=~"5..""#.to_owned());
    }
    let says_ok = |values: &Values| matches!(values, Values::Known(values) if values.iter().any(|value| value == "ok"));
    let outcome = metric.outcome.as_deref().filter(|name| metric.label(name).is_some());
    let label = outcome.or_else(|| {
        let mut labels = metric.labels.iter();
        labels
            .find(|label| matches!(label.name.as_str(), "outcome" | "status") && says_ok(&label.values))
            .map(|label| label.name.as_str())
    })?;
    Some(format!(r#"{label}!="ok""#))
}

fn is_http(metric: &Metric) -> bool {
    metric.bare_name.starts_with("http_request")
}

/// The labels that a chart tells apart: as many, from the first on, as it has room for.
pub(crate) fn shown_labels(metric: &Metric) -> Vec<&str> {
    let mut lines = 1_u64;
    let mut shown = Vec::new();
    for label in &metric.labels {
        let values = match &label.values {
            Values::Known(values) => values.len() as u64,
            Values::AtMost(most) => *most,
        };
        if lines.saturating_mul(values) <= LINES {
            lines = lines.saturating_mul(values);
            shown.push(label.name.as_str());
        }
    }
    shown
}

/// A legend of labels: `{{job}} {{status}}`.
pub(crate) fn legend(labels: &[&str]) -> String {
    labels.iter().map(|label| format!("{{{{{label}}}}}")).collect::<Vec<_>>().join(" ")
}
