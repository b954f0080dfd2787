//! The metrics that one program declares.

use super::super::{Kind, Label, Latency, Metric, Objective, Scope, Values};
use super::labels::{Labels, count};
use super::place;
use crate::error::{Error, Result};
use crate::source::Program;
use observe_rules::bucket::PRESETS;
use observe_rules::cardinality::DEFAULT_MAX_SERIES;
use observe_rules::catalogue::{self, Record};
use observe_rules::metric::{self, Family};
use observe_rules::unit;

/// How a call may end.
const OUTCOMES: &[&str] = &["ok", "cancelled", "panicked", "error"];

/// All of them, with the namespace before their names.
pub(super) fn of(program: &Program, namespace: Option<&str>, labels: &Labels<'_>) -> Result<Vec<Metric>> {
    let mut metrics = Vec::new();
    for record in &program.records {
        match record.kind {
            catalogue::Kind::Metric => metrics.push(declared(record, labels)?),
            catalogue::Kind::Meter => metrics.extend(families(record, labels)?),
            _ => {}
        }
    }
    for metric in &mut metrics {
        metric.programs.push(program.name.clone());
        if let Some(namespace) = namespace {
            metric.name = format!("{namespace}_{}", metric.bare_name);
        }
    }
    Ok(metrics)
}

/// The metric of `#[metric]`.
fn declared(record: &Record, known: &Labels<'_>) -> Result<Metric> {
    let (kind, mut labels) = (kind(record)?, known.named_in(record)?.0);
    // Each fact has one value, which the program sets.
    labels.extend(record.all("fact").map(|fact| Label { name: fact.to_owned(), values: Values::AtMost(1) }));
    let mut metric = family(record, kind, record.text("name"), record.text("help"), labels);
    match kind {
        metric::Kind::Histogram => metric.buckets = bounds(record, "api"),
        metric::Kind::Summary => metric.quantiles.clone_from(&record.list),
        _ => {}
    }
    Ok(counted(metric))
}

/// The families of `#[metered]`, or of `#[metric]` on `Calls`.
fn families(record: &Record, known: &Labels<'_>) -> Result<Vec<Metric>> {
    let (labels, error) = known.named_in(record)?;
    let outcome = record.find("outcome").unwrap_or("status");
    // An error is a way to end each: only those that end so have one.
    let endings = OUTCOMES.len() as u64 + error.as_ref().map_or(0, |error| count(error).saturating_sub(1));
    let mut ended = labels.clone();
    ended.push(Label { name: outcome.to_owned(), values: Values::Known(texts(OUTCOMES)) });
    ended.extend(error.map(or_none));
    let base = record.text("name");
    let mut metrics = Vec::new();
    for (part, kind) in [
        (Family::Calls, metric::Kind::Counter),
        (Family::Duration, metric::Kind::Histogram),
        (Family::InProgress, metric::Kind::Gauge),
    ] {
        let name = match record.find(part.option()) {
            Some("") => continue,
            Some(name) => name.to_owned(),
            None => format!("{base}{}", part.suffix()),
        };
        let own = if part == Family::InProgress { &labels } else { &ended };
        let mut metric = family(record, kind, &name, &part.help(record.text("help")), own.clone());
        metric.base = Some(base.to_owned());
        if part == Family::Duration {
            metric.buckets = bounds(record, "api");
        }
        let mut metric = counted(metric);
        if part != Family::InProgress {
            metric.outcome = Some(outcome.to_owned());
            let combinations = labels.iter().map(count).fold(endings, u64::saturating_mul);
            metric.series = combinations.saturating_mul(each(&metric));
        }
        metrics.push(metric);
    }
    promise(record, &mut metrics);
    Ok(metrics)
}

/// Puts the promises onto the families that they are computed from.
fn promise(record: &Record, metrics: &mut [Metric]) {
    let success = record.number("success");
    let latency = record.number("latency").zip(record.number("target"));
    let latency = latency.map(|(seconds, target)| Latency { target, seconds });
    let has_calls = metrics.iter().any(|metric| metric.kind == Kind::Counter);
    for metric in metrics {
        let objective = match metric.kind {
            Kind::Counter => Objective { success, latency: None },
            // It counts calls too, where nothing else does.
            Kind::Histogram => Objective { success: success.filter(|_| !has_calls), latency: latency.clone() },
            _ => Objective::default(),
        };
        metric.objective = Some(objective).filter(|objective| *objective != Objective::default());
    }
}

/// What all metrics have; the series are not counted yet.
fn family(record: &Record, kind: metric::Kind, name: &str, help: &str, labels: Vec<Label>) -> Metric {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it was a whole number")]
    let budget = record.number("max_series").map_or(DEFAULT_MAX_SERIES as u64, |budget| budget as u64);
    Metric {
        name: name.to_owned(),
        bare_name: name.to_owned(),
        kind: match kind {
            metric::Kind::Counter => Kind::Counter,
            metric::Kind::Gauge => Kind::Gauge,
            metric::Kind::Histogram => Kind::Histogram,
            metric::Kind::Summary => Kind::Summary,
            metric::Kind::Info => Kind::Info,
        },
        unit: unit::of_name(kind, name).to_owned(),
        help: help.to_owned(),
        labels,
        series: 0,
        max_series: budget,
        buckets: Vec::new(),
        quantiles: Vec::new(),
        outcome: None,
        objective: None,
        base: None,
        scope: Scope::Business,
        programs: Vec::new(),
        place: place(record),
    }
}

/// With its series, one for each combination of label values, and those of its shape.
fn counted(mut metric: Metric) -> Metric {
    metric.series = metric.labels.iter().map(count).fold(each(&metric), u64::saturating_mul);
    metric
}

/// How many series there are for each combination of label values.
fn each(metric: &Metric) -> u64 {
    match metric.kind {
        Kind::Counter | Kind::Gauge | Kind::Info => 1,
        // `+Inf`, `_sum` and `_count` besides.
        Kind::Histogram => metric.buckets.len() as u64 + 3,
        Kind::Summary => metric.quantiles.len() as u64 + 2,
    }
}

fn bounds(record: &Record, default: &str) -> Vec<f64> {
    if !record.list.is_empty() {
        return record.list.clone();
    }
    let preset = record.find("buckets").unwrap_or(default);
    PRESETS.iter().find(|(name, _)| *name == preset).map_or_else(Vec::new, |(_, bounds)| bounds.to_vec())
}

fn kind(record: &Record) -> Result<metric::Kind> {
    let said = record.text("type");
    metric::Kind::ALL.iter().copied().find(|kind| kind.name() == said).ok_or_else(|| {
        let (file, line, name) = (&record.file, record.line, record.text("name"));
        Error::new(format!("{file}:{line}: `{name}` is of type `{said}`, which this tool does not know"))
    })
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// What did not end with an error has none.
fn or_none(mut label: Label) -> Label {
    match &mut label.values {
        Values::Known(values) if values.iter().any(|value| value == "none") => {}
        Values::Known(values) => values.push("none".to_owned()),
        Values::AtMost(most) => *most = most.saturating_add(1),
    }
    label
}
