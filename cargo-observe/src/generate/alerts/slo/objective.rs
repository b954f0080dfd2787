//! One objective of one service, as queries.

use super::super::promql::{bound_pattern, select, short};
use super::super::promtool::{Course, Sample};
use super::super::rule::{Pairs, pairs};
use super::super::service::{Service, outcome};
use crate::catalogue::{Kind, Metric};

/// What is promised of the calls of one metric.
#[derive(Debug)]
pub(in super::super) struct Objective<'a> {
    /// `rag_query_success` or `rag_query_latency`.
    pub(in super::super) id: String,
    pub(in super::super) service: &'a str,
    /// The promised share, in percent.
    pub(in super::super) percent: f64,
    metric: &'a Metric,
    promise: Promise<'a>,
}

#[derive(Debug)]
enum Promise<'a> {
    /// Calls end as `ok`, by this label.
    Success(&'a str),
    /// Calls end within so many seconds.
    Latency(f64),
}

impl<'a> Objective<'a> {
    /// The objectives of a metric, by their names; or why they can't be measured.
    pub(super) fn of(service: &Service<'a>, metric: &'a Metric) -> Vec<(String, Result<Self, String>)> {
        let Some(objective) = &metric.objective else { return Vec::new() };
        let base = metric.base.as_deref().unwrap_or(&metric.bare_name);
        let mut found = Vec::new();
        let mut add = |ending: &str, percent: f64, promise: Result<Promise<'a>, String>| {
            let id = format!("{base}_{ending}");
            let is_share = percent > 0.0 && percent < 100.0;
            let promise = if is_share { promise } else { Err(no_budget(percent)) };
            let objective =
                promise.map(|promise| Self { id: id.clone(), service: service.name, percent, metric, promise });
            found.push((id, objective));
        };
        if let Some(percent) = objective.success {
            let label = outcome(metric).filter(|_| metric.kind == Kind::Counter);
            let why = || format!("`{}` is no counter with a label that says how a call ended", metric.name);
            add("success", percent, label.map(Promise::Success).ok_or_else(why));
        }
        if let Some(latency) = &objective.latency {
            let is_bound = metric.buckets.contains(&latency.seconds);
            let bounds: Vec<_> = metric.buckets.iter().copied().map(short).collect();
            let why =
                || format!("{} s is none of the bounds of `{}`: {}", latency.seconds, metric.name, bounds.join(", "));
            let promise = if is_bound { Ok(Promise::Latency(latency.seconds)) } else { Err(why()) };
            add("latency", latency.target, promise);
        }
        found
    }

    /// The share of calls that may fail.
    pub(super) fn budget(&self) -> f64 {
        (100.0 - self.percent) / 100.0
    }

    /// The labels of all its series.
    pub(super) fn labels(&self) -> Pairs {
        pairs([("slo", self.id.as_str()), ("service", self.service)])
    }

    /// What it promises, in words.
    pub(super) fn promise(&self) -> String {
        let percent = short(self.percent);
        match self.promise {
            Promise::Success(_) => format!("{percent}% of calls succeed"),
            Promise::Latency(seconds) => format!("{percent}% of calls end within {} s", short(seconds)),
        }
    }

    fn select(&self, ending: &str, matchers: &[(&str, &str, &str)]) -> String {
        let matchers: Vec<_> = [("job", "=", self.service)].iter().chain(matchers).copied().collect();
        select(&format!("{}{ending}", self.metric.name), &matchers)
    }

    /// The series of all calls.
    fn all(&self) -> String {
        self.select(if matches!(self.promise, Promise::Success(_)) { "" } else { "_count" }, &[])
    }

    /// All calls a second.
    pub(super) fn total_rate(&self, window: &str) -> String {
        format!("sum(rate({}[{window}]))", self.all())
    }

    /// All calls.
    pub(super) fn total_increase(&self, window: &str) -> String {
        format!("sum(increase({}[{window}]))", self.all())
    }

    /// Failed calls a second; 0 where there are calls and none has ever failed.
    pub(super) fn error_rate(&self, window: &str) -> String {
        let total = self.total_rate(window);
        match self.promise {
            Promise::Success(label) => {
                let failed = self.select("", &[(label, "!=", "ok")]);
                format!("(sum(rate({failed}[{window}])) or 0 * {total})")
            }
            Promise::Latency(seconds) => {
                let within = self.select("_bucket", &[("le", "=~", &bound_pattern(seconds))]);
                format!("({total} - sum(rate({within}[{window}])))")
            }
        }
    }

    /// The series of a test, of which `share` fails while the service is unwell and half of the budget while it is well.
    pub(super) fn samples(&self, calls: f64, share: f64) -> Vec<Sample> {
        let well = (calls * self.budget() / 2.0).round();
        let unwell = (calls * share).round();
        let counter = |ending: &str, labels: &[(&str, &str, &str)], well: f64, unwell: f64| Sample {
            series: self.select(ending, labels),
            course: Course::Counter { well, near: well, unwell },
        };
        match self.promise {
            Promise::Success(label) => vec![
                counter("", &[(label, "=", "ok")], calls - well, calls - unwell),
                counter("", &[(label, "=", "error")], well, unwell),
            ],
            Promise::Latency(seconds) => vec![
                counter("_bucket", &[("le", "=", &short(seconds))], calls - well, calls - unwell),
                counter("_bucket", &[("le", "=", "+Inf")], calls, calls),
                counter("_count", &[], calls, calls),
            ],
        }
    }
}

fn no_budget(percent: f64) -> String {
    format!("an objective of {}% leaves no budget to spend: write one below 100, such as 99.9", short(percent))
}
