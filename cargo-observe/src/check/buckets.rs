//! The bounds of histograms, and what is promised of them.

use super::{Finding, Group, Level, Workspace};
use crate::catalogue::{Kind, Latency, Metric, Scope};
use observe_rules::Code;

pub(super) const GROUP: Group = Group {
    name: "buckets",
    rules: &[
        (Code::Obs1023, Level::Warning),
        (Code::Obs1024, Level::Warning),
        (Code::Obs1025, Level::Error),
        (Code::Obs1026, Level::Warning),
        (Code::Obs1027, Level::Error),
        (Code::Obs1028, Level::Error),
    ],
    check: |workspace| Ok(check(workspace)),
};

/// A quantile between two bounds is a guess; between these it may be ten times too high.
const WIDEST: f64 = 10.0;

/// How fast the budget of errors is used where somebody is called: 2 % of 30 days' within an hour.
const FASTEST_BURN: f64 = 14.4;

fn check(workspace: &Workspace<'_>) -> Vec<Finding> {
    let metrics = &workspace.catalogue.metrics;
    let own = || metrics.iter().filter(|metric| metric.scope == Scope::Business);
    let mut findings: Vec<Finding> = own().filter_map(gap).collect();
    findings.extend(own().filter_map(other_unit));
    for metric in metrics {
        findings.extend(threshold_without_bucket(metric));
        findings.extend(targets(metric).filter_map(|target| impossible_target(metric, target)));
        findings.extend(objective_of_nothing(metric));
    }
    findings
}

fn gap(metric: &Metric) -> Option<Finding> {
    let pair = metric.buckets.windows(2).find(|pair| pair[0] > 0.0 && pair[1] / pair[0] > WIDEST * (1.0 + 1e-9))?;
    let message = format!(
        "the bounds {} and {} of `{}` are more than tenfold apart, and quantiles between them are a guess",
        pair[0], pair[1], metric.name
    );
    Some(
        Finding::new(Code::Obs1023, &metric.name, message)
            .help("put a bound between them where values are expected, or take a preset: `buckets = api`")
            .at(&metric.place),
    )
}

/// Bounds that are right in another unit than that of the name.
fn other_unit(metric: &Metric) -> Option<Finding> {
    let (first, last) = (*metric.buckets.first()?, *metric.buckets.last()?);
    let (fact, help) = match metric.unit.as_str() {
        "bytes" if first < 1.0 => ("below a byte", "bounds of sizes are in bytes: `buckets = bytes`"),
        "ratio" if last > 1.0 => ("above 1", "a ratio goes from 0 to 1: write `0.99` for 99 percent"),
        "seconds" if are_milliseconds(&metric.buckets) => {
            ("in milliseconds, by the look of them", "bounds of times are in seconds: write `0.25` for 250 ms")
        }
        _ => return None,
    };
    let message = format!("`{}` is in {}, and its bounds from {first} to {last} are {fact}", metric.name, metric.unit);
    Some(Finding::new(Code::Obs1024, &metric.name, message).help(help).at(&metric.place))
}

/// Times of a quarter of an hour and more are planned in minutes: 900, 3600. Bounds such as 500 and 2500 are not.
fn are_milliseconds(bounds: &[f64]) -> bool {
    let is_whole = |bound: &f64| bound.fract() == 0.0;
    let is_minutes = |bound: &f64| bound % 60.0 == 0.0;
    let long: Vec<&f64> = bounds.iter().filter(|bound| **bound > 60.0).collect();
    bounds.iter().all(is_whole)
        && bounds.last().is_some_and(|last| *last >= 1000.0)
        && !long.into_iter().any(is_minutes)
}

fn latency(metric: &Metric) -> Option<&Latency> {
    metric.objective.as_ref()?.latency.as_ref()
}

fn targets(metric: &Metric) -> impl Iterator<Item = f64> {
    let objective = metric.objective.as_ref();
    let success = objective.and_then(|objective| objective.success);
    success.into_iter().chain(latency(metric).map(|latency| latency.target))
}

/// An objective is compiled against the bounds of its function; those of the program may be others.
fn threshold_without_bucket(metric: &Metric) -> Option<Finding> {
    let seconds = latency(metric).filter(|_| metric.kind == Kind::Histogram)?.seconds;
    let is_there = metric.buckets.iter().any(|bound| (bound - seconds).abs() <= 1e-9 * seconds.abs());
    (!is_there).then(|| {
        let message = format!("the objective of `{}` is at {seconds} s, which is no bound of it", metric.name);
        let bounds: Vec<String> = metric.buckets.iter().map(ToString::to_string).collect();
        Finding::new(Code::Obs1025, &metric.name, message)
            .help("give one of its bounds, or add this one")
            .note(format!("the bounds are {}", bounds.join(", ")))
            .at(&metric.place)
    })
}

fn impossible_target(metric: &Metric, target: f64) -> Option<Finding> {
    if !(target > 0.0 && target < 100.0) {
        let message = format!("the objective of `{}` promises {target} percent of calls", metric.name);
        let finding = Finding::new(Code::Obs1027, &metric.name, message);
        return Some(finding.help("promise less than all and more than nothing, such as `99.9`").at(&metric.place));
    }
    let threshold = FASTEST_BURN * (100.0 - target) / 100.0;
    (threshold >= 1.0).then(|| {
        let message = format!(
            "the alert on a fast burn of `{}` can never fire: at {target} percent it waits for {:.0} of 100 calls to fail",
            metric.name,
            threshold * 100.0
        );
        Finding::new(Code::Obs1026, &metric.name, message)
            .help("promise more than 93.1 percent, or write an alert of its own for this")
            .at(&metric.place)
    })
}

/// An objective of success needs calls counted by how they ended, one of latency their durations.
fn objective_of_nothing(metric: &Metric) -> Option<Finding> {
    let objective = metric.objective.as_ref()?;
    let counts_outcomes =
        metric.kind == Kind::Counter && metric.outcome.as_deref().is_some_and(|name| metric.label(name).is_some());
    let times_calls = metric.kind == Kind::Histogram && metric.unit == "seconds";
    let lack = if objective.success.is_some() && !counts_outcomes {
        "success, and does not count calls by how they ended"
    } else if objective.latency.is_some() && !times_calls {
        "latency, and is no histogram of seconds"
    } else if objective.success.is_none() && objective.latency.is_none() {
        "nothing"
    } else {
        return None;
    };
    let message = format!("`{}` has an objective of {lack}", metric.name);
    Some(
        Finding::new(Code::Obs1028, &metric.name, message)
            .help("keep the counter of calls for `success`, and the histogram for `latency`: neither is `off`")
            .at(&metric.place),
    )
}
