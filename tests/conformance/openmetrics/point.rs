//! The metrics of a family, and the points of a metric: the samples of one time.

use super::family::Result;
use super::number::{bound, is_count, number};
use super::{Family, Format, Kind, Sample};
use std::collections::HashSet;

/// The labels that make a metric, without empty ones, which are none; sorted.
type Key<'a> = Vec<(&'a str, &'a str)>;

pub(super) fn check(family: &Family, format: Format) -> Result<()> {
    let mut seen = HashSet::new();
    for metric in family.samples.chunk_by(|one, next| key(family, one) == key(family, next)) {
        if !seen.insert(key(family, &metric[0])) {
            return Err((metric[0].line, "all lines of a metric stand together"));
        }
        for point in points(metric, distinction(family))? {
            check_point(family, point, format)?;
        }
    }
    Ok(())
}

/// The label that tells the samples of one point apart.
fn distinction(family: &Family) -> &str {
    match family.kind {
        Kind::Histogram | Kind::GaugeHistogram => "le",
        Kind::Summary => "quantile",
        Kind::StateSet => &family.name,
        Kind::Counter | Kind::Gauge | Kind::Info | Kind::Unknown => "",
    }
}

fn key<'a>(family: &Family, sample: &'a Sample) -> Key<'a> {
    let pairs = sample.labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let mut key: Key<'_> = pairs.filter(|(name, value)| !value.is_empty() && *name != distinction(family)).collect();
    key.sort_unstable();
    key
}

/// Cuts a metric where the time changes, or where a sample of the same time comes again.
fn points<'a>(metric: &'a [Sample], distinction: &str) -> Result<Vec<&'a [Sample]>> {
    let mut points = Vec::new();
    let (mut start, mut seen) = (0, HashSet::new());
    for (at, sample) in metric.iter().enumerate() {
        let before = metric[at.saturating_sub(1)].timestamp;
        if sample.timestamp.is_some() != before.is_some() {
            return Err((sample.line, "either all samples of a metric have a timestamp, or none has"));
        }
        if sample.timestamp < before {
            return Err((sample.line, "timestamps of a metric do not fall"));
        }
        let is_new = seen.insert((sample.suffix, sample.label(distinction)));
        if !is_new && sample.timestamp.is_none() {
            return Err((sample.line, "each sample is there once"));
        }
        if sample.timestamp > before || !is_new {
            points.push(&metric[start..at]);
            start = at;
            seen = HashSet::from([(sample.suffix, sample.label(distinction))]);
        }
    }
    points.push(&metric[start..]);
    Ok(points)
}

fn check_point(family: &Family, point: &[Sample], format: Format) -> Result<()> {
    for sample in point {
        check_sample(family, sample).map_err(|rule| (sample.line, rule))?;
    }
    let point = Point { samples: point };
    match family.kind {
        Kind::Counter if format == Format::OpenMetrics && point.value("_total").is_none() => {
            Err((point.line(), "a counter has a total"))
        }
        Kind::Histogram | Kind::GaugeHistogram => point.check_histogram(family.kind, format),
        _ => Ok(()),
    }
}

/// What holds for a sample alone.
fn check_sample(family: &Family, sample: &Sample) -> std::result::Result<(), &'static str> {
    let value = sample.value;
    match (family.kind, sample.suffix) {
        (Kind::Counter, "" | "_total") | (Kind::Summary, "_sum") if value.is_nan() || value < 0.0 => {
            Err("what only grows is zero or more")
        }
        (Kind::Histogram | Kind::GaugeHistogram | Kind::Summary, "_bucket" | "_count" | "_gcount")
            if !is_count(value) =>
        {
            Err("a count is a whole number, zero or more")
        }
        (_, "_created") if !value.is_finite() => Err("the time of creation is a finite number"),
        (Kind::Histogram | Kind::GaugeHistogram, "_bucket") => check_bucket(sample),
        (Kind::Histogram | Kind::GaugeHistogram, _) if !sample.label("le").is_empty() => {
            Err("only buckets have the label le")
        }
        (Kind::Summary, "") => check_quantile(sample),
        (Kind::Summary, _) if !sample.label("quantile").is_empty() => Err("only quantiles have the label quantile"),
        #[expect(clippy::float_cmp, reason = "the number itself is asked for")]
        (Kind::Info, _) if value != 1.0 => Err("an info is 1"),
        (Kind::StateSet, _) if ![0.0, 1.0].contains(&value) => Err("a state is 0 or 1"),
        (Kind::StateSet, _) if sample.label(&family.name).is_empty() => {
            Err("a state has a label as its family is named")
        }
        _ => Ok(()),
    }
}

fn check_bucket(sample: &Sample) -> std::result::Result<(), &'static str> {
    let bound = bound(sample.label("le")).ok_or("a bucket has a number, or +Inf, as its label le")?;
    match &sample.exemplar {
        // Buckets are cumulative: a value below the bound before is in this one too.
        Some(exemplar) if exemplar.value.is_nan() || exemplar.value > bound => {
            Err("the value of an exemplar lies in its bucket")
        }
        _ => Ok(()),
    }
}

fn check_quantile(sample: &Sample) -> std::result::Result<(), &'static str> {
    let quantile = number(sample.label("quantile"));
    if quantile.is_none_or(|quantile| !(0.0..=1.0).contains(&quantile)) {
        return Err("a quantile has a number from 0 to 1 as its label quantile");
    }
    if sample.value < 0.0 { Err("the value of a quantile is zero or more") } else { Ok(()) }
}

/// The samples of one metric at one time.
struct Point<'a> {
    samples: &'a [Sample],
}

impl Point<'_> {
    fn line(&self) -> usize {
        self.samples[0].line
    }

    fn value(&self, suffix: &str) -> Option<f64> {
        self.samples.iter().find(|sample| sample.suffix == suffix).map(|sample| sample.value)
    }

    /// The bounds are known to be numbers.
    fn check_histogram(&self, kind: Kind, format: Format) -> Result<()> {
        let buckets = self.samples.iter().filter(|sample| sample.suffix == "_bucket");
        let buckets: Vec<(f64, &Sample)> = buckets.filter_map(|at| Some((bound(at.label("le"))?, at))).collect();
        for pair in buckets.windows(2) {
            let ((below, fewer), (above, more)) = (pair[0], pair[1]);
            if below >= above {
                return Err((more.line, "the bounds of buckets grow"));
            }
            if fewer.value > more.value {
                return Err((more.line, "buckets are cumulative"));
            }
        }
        let Some((_, all)) = buckets.last().filter(|(bound, _)| bound.is_infinite()) else {
            return Err((self.line(), "a histogram has the bucket +Inf"));
        };
        let is_gauge = kind == Kind::GaugeHistogram;
        let (sum, count) = if is_gauge { ("_gsum", "_gcount") } else { ("_sum", "_count") };
        let (sum, count) = (self.value(sum), self.value(count));
        let has_negative = buckets[0].0 < 0.0;
        #[expect(clippy::float_cmp, reason = "both are whole numbers, and equal")]
        if count.is_some_and(|count| count != all.value) {
            return Err((self.line(), "the count is what the bucket +Inf says"));
        }
        if sum.is_some() != count.is_some() {
            return Err((self.line(), "a histogram has both a sum and a count, or neither"));
        }
        if format == Format::Prometheus {
            return sum.map(|_| ()).ok_or((self.line(), "a histogram has a sum and a count"));
        }
        match sum {
            Some(_) if has_negative && !is_gauge => {
                Err((self.line(), "a histogram with negative bounds has no sum: it would not only grow"))
            }
            Some(sum) if sum.is_nan() || (sum < 0.0 && !has_negative) => {
                Err((self.line(), "a sum of what is never negative is zero or more"))
            }
            _ => Ok(()),
        }
    }
}
