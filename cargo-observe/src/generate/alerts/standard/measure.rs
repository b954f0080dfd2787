//! What an alert looks at: its expression, and series that make it fire in a test.

use super::super::promql::{select, short, time};
use super::super::promtool::{Course, Sample};
use super::super::service::{Service, can_be, outcome};
use super::tune::Tuned;
use crate::catalogue::{Kind, Metric};
use std::time::Duration;

/// What an alert looks at.
#[derive(Debug)]
pub(in super::super) enum Measure {
    /// Whether the service can be scraped at all.
    Down,
    /// Whether a health check fails.
    Unhealthy { component: &'static str },
    /// The same, or that its failures are counted.
    UnhealthyOr { component: &'static str, counter: &'static str },
    /// The share of requests that are answered by 5xx.
    Errors { counter: &'static str },
    /// The share of calls that don't end as `ok`.
    Failed { counter: &'static str },
    /// A quantile of durations.
    Quantile { histogram: &'static str, quantile: f64 },
    /// The share of a pool that is in use; of `at_least` the threshold, or above it.
    Pool { active: &'static str, most: &'static str, at_least: bool },
    /// The share of what is used, or what is available, of all there is.
    Part { gauge: &'static str, state: &'static str, by: &'static [&'static str], is_below: bool },
    /// That a counter grows by more than the threshold; of one reason, where it is given.
    Growth { counter: &'static str, reason: Option<&'static str> },
    /// How long ago something happened.
    Age { gauge: &'static str },
}

/// An alert for one service.
#[derive(Debug, PartialEq)]
pub(in super::super) struct Built {
    /// What is looked at, as a query of its own.
    pub(in super::super) query: String,
    /// What has to be so of it: `> 0.05`.
    condition: String,
    /// What has to be so besides, and what is as bad.
    rest: String,
    pub(super) samples: Vec<Sample>,
    /// How long after the trouble began the expression says so, at most.
    pub(super) delay: Duration,
}

/// Why a service can't have an alert.
type Why = String;

/// How much a test's service is called, each minute.
const CALLS: f64 = 60.0;

impl Built {
    /// The expression of the rule.
    pub(super) fn rule(&self) -> String {
        let text = format!("{} {}", self.query, self.condition);
        if self.rest.is_empty() { text } else { format!("{}\n{}", text.trim_end(), self.rest) }
    }
}

impl Measure {
    /// The alert for this service, or why there can be none.
    pub(super) fn build(&self, service: &Service<'_>, tuned: &Tuned) -> Result<Built, Why> {
        let limit = tuned.threshold.value();
        match *self {
            Self::Down => Ok(down(service)),
            Self::Unhealthy { component } => unhealthy(service, component),
            Self::UnhealthyOr { component, counter } => {
                either(unhealthy(service, component), growth(service, counter, None, tuned))
            }
            Self::Errors { counter } => {
                let metric = find(service, counter, Kind::Counter)?;
                if !can_be(metric, "status", |status| status.starts_with('5')) {
                    return Err(format!("`{counter}` has no label `status` that can be 5xx"));
                }
                Ok(share(service, metric, tuned, &["status", "=~", "5..", "500", "200"]))
            }
            Self::Failed { counter } => {
                let metric = find(service, counter, Kind::Counter)?;
                let label =
                    outcome(metric).ok_or_else(|| format!("`{counter}` has no label that says how a call ended"))?;
                Ok(share(service, metric, tuned, &[label, "!=", "ok", "error", "ok"]))
            }
            Self::Quantile { histogram, quantile } => {
                slow(service, find(service, histogram, Kind::Histogram)?, quantile, tuned)
            }
            Self::Pool { active, most, at_least } => {
                let active = find(service, active, Kind::Gauge)?;
                let most = find(service, most, Kind::Gauge)?;
                let [all, used] = [most, active].map(|metric| select(&metric.name, &[job(service)]));
                let query = format!("sum by (instance) ({used})\n/\nsum by (instance) ({all} > 0)");
                let samples = vec![
                    gauge(service, &most.name, &[], 100.0, 100.0, 100.0),
                    gauge(service, &active.name, &[], 10.0, (limit * 100.0).floor() - 1.0, 100.0),
                ];
                let condition = format!("{} {}", if at_least { ">=" } else { ">" }, short(limit));
                Ok(Built { query, condition, samples, ..Built::now() })
            }
            Self::Part { gauge, state, by, is_below } => {
                let metric = find(service, gauge, Kind::Gauge)?;
                part(service, metric, state, by, is_below, limit)
            }
            Self::Growth { counter, reason } => growth(service, counter, reason, tuned),
            Self::Age { gauge } => {
                let metric = find(service, gauge, Kind::Gauge)?;
                let series = select(&metric.name, &[job(service)]);
                let samples = vec![Sample { series, course: Course::Clock }];
                let query = format!("time() - max({})", select(&metric.name, &[job(service)]));
                let delay = Duration::try_from_secs_f64(limit).unwrap_or(Duration::MAX);
                Ok(Built { query, condition: format!("> {}", short(limit)), samples, delay, ..Built::now() })
            }
        }
    }
}

impl Built {
    fn now() -> Self {
        Self {
            query: String::new(),
            condition: String::new(),
            rest: String::new(),
            samples: Vec::new(),
            delay: Duration::ZERO,
        }
    }
}

fn find<'a>(service: &Service<'a>, name: &str, kind: Kind) -> Result<&'a Metric, Why> {
    let metric = service.metric(name).ok_or_else(|| format!("it has no metric `{name}`"))?;
    if metric.kind == kind { Ok(metric) } else { Err(format!("its metric `{name}` is of another kind")) }
}

fn job<'a>(service: &Service<'a>) -> (&'static str, &'static str, &'a str) {
    ("job", "=", service.name)
}

fn gauge(
    service: &Service<'_>,
    name: &str,
    labels: &[(&str, &str, &str)],
    well: f64,
    near: f64,
    unwell: f64,
) -> Sample {
    sample(service, name, labels, Course::Gauge { well, near, unwell })
}

fn counter(
    service: &Service<'_>,
    name: &str,
    labels: &[(&str, &str, &str)],
    well: f64,
    near: f64,
    unwell: f64,
) -> Sample {
    sample(service, name, labels, Course::Counter { well, near, unwell })
}

fn sample(service: &Service<'_>, name: &str, labels: &[(&str, &str, &str)], course: Course) -> Sample {
    let labels: Vec<_> = [job(service), ("instance", "=", "one")].into_iter().chain(labels.iter().copied()).collect();
    Sample { series: select(name, &labels), course }
}

fn down(service: &Service<'_>) -> Built {
    let up = select("up", &[job(service)]);
    // Nobody scrapes what discovery no longer finds: then there is no `up` either.
    let rest = format!("or\nabsent({up})");
    let samples = vec![gauge(service, "up", &[], 1.0, 1.0, 0.0)];
    Built { query: up, condition: "== 0".to_owned(), rest, samples, ..Built::now() }
}

fn unhealthy(service: &Service<'_>, component: &str) -> Result<Built, Why> {
    let metric = find(service, "health_check_status", Kind::Gauge)?;
    if !can_be(metric, "component", |value| value == component) {
        return Err(format!("it has no health check `{component}`"));
    }
    // One metric of the catalogue can be that of several services, and a check that of another one.
    if !service.may_check(component) {
        return Err(format!("it has no health check `{component}`"));
    }
    let query = select(&metric.name, &[job(service), ("component", "=", component)]);
    let samples = vec![gauge(service, &metric.name, &[("component", "=", component)], 1.0, 0.5, 0.0)];
    Ok(Built { query, condition: "== 0".to_owned(), samples, ..Built::now() })
}

/// One alert of two, or of the one that there is.
fn either(first: Result<Built, Why>, second: Result<Built, Why>) -> Result<Built, Why> {
    match (first, second) {
        (Ok(first), Ok(second)) => {
            let samples = first.samples.iter().chain(&second.samples).cloned().collect();
            let rest = format!("or\n{}", second.rule());
            Ok(Built { rest, samples, delay: second.delay, ..first })
        }
        (Err(first), Err(second)) => Err(format!("{first}, and {second}")),
        (Ok(built), Err(_)) | (Err(_), Ok(built)) => Ok(built),
    }
}

/// The share of calls with a label of this kind. `label` is its name, how to match it, with what, and a value in it and
/// one that is not.
fn share(service: &Service<'_>, metric: &Metric, tuned: &Tuned, label: &[&str; 5]) -> Built {
    let [name, how, value, bad, good] = *label;
    let (window, limit) = (time(tuned.window), tuned.threshold.value());
    let failed = select(&metric.name, &[job(service), (name, how, value)]);
    let all = select(&metric.name, &[job(service)]);
    // Without a call this is 0/0, which is NaN and above nothing; and few calls say nothing either.
    let query = format!("sum(rate({failed}[{window}]))\n/\nsum(rate({all}[{window}]))");
    let rest = format!("and\nsum(increase({all}[{window}])) >= {}", tuned.min_calls);
    // So many that they suffice, and that a part of them is a whole number.
    #[allow(clippy::cast_precision_loss, reason = "a floor of calls is small")]
    let calls = CALLS.max(tuned.min_calls as f64) * 1000.0;
    let over = f64::midpoint(limit, 1.0);
    let split = |share: f64| ((calls * share).round(), calls - (calls * share).round());
    let (near, unwell) = (split(limit * 0.8), split(over));
    let samples = vec![
        counter(service, &metric.name, &[(name, "=", good)], calls, near.1, unwell.1),
        counter(service, &metric.name, &[(name, "=", bad)], 0.0, near.0, unwell.0),
    ];
    Built { query, condition: format!("> {}", short(limit)), rest, samples, delay: tuned.window }
}

fn slow(service: &Service<'_>, metric: &Metric, quantile: f64, tuned: &Tuned) -> Result<Built, Why> {
    let (window, limit) = (time(tuned.window), tuned.threshold.value());
    let (Some(lowest), Some(highest)) = (metric.buckets.first(), metric.buckets.last()) else {
        return Err(format!("`{}` has no buckets", metric.bare_name));
    };
    // A quantile lies between the bounds, whatever happens.
    if *highest <= limit {
        let [highest, limit] = [*highest, limit].map(short);
        return Err(format!(
            "it could never fire: the highest bucket of `{}` is {highest} s, and the threshold {limit} s",
            metric.bare_name
        ));
    }
    if *lowest > limit {
        let [lowest, limit] = [*lowest, limit].map(short);
        return Err(format!(
            "it could not tell: the lowest bucket of `{}` is {lowest} s, and the threshold {limit} s",
            metric.bare_name
        ));
    }
    let bucket = format!("{}_bucket", metric.name);
    let series = select(&bucket, &[job(service)]);
    let query = format!("histogram_quantile({quantile}, sum by (le) (rate({series}[{window}])))");
    // Well: all calls end within the lowest bound; near: within the highest below the threshold; unwell: within none.
    let below = metric.buckets.iter().copied().rfind(|bound| *bound <= limit).unwrap_or(*lowest);
    let mut samples: Vec<_> = metric
        .buckets
        .iter()
        .map(|bound| {
            let near = if *bound >= below { CALLS } else { 0.0 };
            counter(service, &bucket, &[("le", "=", &short(*bound))], CALLS, near, 0.0)
        })
        .collect();
    samples.push(counter(service, &bucket, &[("le", "=", "+Inf")], CALLS, CALLS, CALLS));
    Ok(Built { query, condition: format!("> {}", short(limit)), samples, delay: tuned.window, ..Built::now() })
}

fn part(
    service: &Service<'_>,
    metric: &Metric,
    state: &str,
    by: &[&str],
    is_below: bool,
    limit: f64,
) -> Result<Built, Why> {
    if !["used", "available"].iter().all(|state| can_be(metric, "state", |value| value == *state)) {
        return Err(format!("`{}` does not tell what is used from what is available", metric.bare_name));
    }
    if let Some(missing) = by.iter().find(|label| metric.label(label).is_none()) {
        return Err(format!("`{}` has no label `{missing}`", metric.bare_name));
    }
    let by_all = ["instance"].iter().chain(by).copied().collect::<Vec<_>>().join(", ");
    let some = select(&metric.name, &[job(service), ("state", "=", state)]);
    let all = select(&metric.name, &[job(service), ("state", "=~", "used|available")]);
    let query = format!("sum by ({by_all}) ({some})\n/\n(sum by ({by_all}) ({all}) > 0)");
    // In percent of all there is.
    let limit_percent = limit * 100.0;
    let used = if is_below {
        [50.0, 100.0 - (limit_percent * 1.25).min(99.0), 100.0 - limit_percent / 2.0]
    } else {
        [50.0, limit_percent * 0.95, f64::midpoint(limit_percent, 100.0)]
    };
    let place = [("mountpoint", "=", "/")];
    let sample = |state: &'static str, course: [f64; 3]| {
        let labels: Vec<_> = place.iter().filter(|(label, ..)| by.contains(label)).copied().collect();
        let labels: Vec<_> = labels.into_iter().chain([("state", "=", state)]).collect();
        gauge(service, &metric.name, &labels, course[0], course[1], course[2])
    };
    let samples = vec![sample("used", used), sample("available", used.map(|used| 100.0 - used))];
    let condition = format!("{} {}", if is_below { "<" } else { ">" }, short(limit));
    Ok(Built { query, condition, samples, ..Built::now() })
}

fn growth(service: &Service<'_>, name: &str, reason: Option<&str>, tuned: &Tuned) -> Result<Built, Why> {
    let metric = find(service, name, Kind::Counter)?;
    let (window, limit) = (time(tuned.window), tuned.threshold.value());
    let mut matchers = vec![job(service)];
    if let Some(reason) = reason {
        if !can_be(metric, "reason", |value| value == reason) {
            return Err(format!("`{name}` has no label `reason` that can be `{reason}`"));
        }
        matchers.push(("reason", "=", reason));
    }
    let series = select(&metric.name, &matchers);
    let query = format!("sum(increase({series}[{window}]))");
    // What begins with its first count has not grown, for `increase`.
    let rest = format!("or\nsum({series} unless {series} offset {window}) > {}", short(limit));
    let labels: Vec<_> = reason.map(|reason| ("reason", "=", reason)).into_iter().collect();
    let minutes = (tuned.window.as_secs_f64() / 60.0).max(1.0);
    let near = (limit / minutes / 2.0).floor();
    let samples = vec![counter(service, &metric.name, &labels, 0.0, near, limit + 1.0)];
    Ok(Built { query, condition: format!("> {}", short(limit)), rest, samples, delay: tuned.window })
}
