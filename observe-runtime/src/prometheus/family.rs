//! From a family of the crate `prometheus` to one of ours, checked: a user's collector may make any.

use crate::metric::{
    Descriptor, Encoder, FamilyType, ForeignFamily, HistogramValue, Labels, Number, Series, Show, SummaryValue,
};
use ::prometheus::proto;
use std::collections::HashSet;

/// The family as it is shown, or why it can't be.
pub(super) fn from(family: proto::MetricFamily) -> ForeignFamily {
    let name = family.name().to_owned();
    let family_type = family_type(&family);
    let shown_type = family_type.clone().unwrap_or(FamilyType::Gauge);
    let descriptor = Descriptor::new(name.clone(), shown_type, family.help().to_owned()).absolute();
    let content = family_type.and_then(|family_type| content(family, family_type));
    ForeignFamily { name, descriptor, content }
}

fn family_type(family: &proto::MetricFamily) -> Result<FamilyType, String> {
    match family.get_field_type() {
        proto::MetricType::COUNTER => Ok(FamilyType::Counter),
        proto::MetricType::GAUGE => Ok(FamilyType::Gauge),
        proto::MetricType::HISTOGRAM => Ok(FamilyType::Histogram),
        proto::MetricType::SUMMARY => Ok(FamilyType::Summary),
        // The crate's own encoder does not write these either.
        proto::MetricType::UNTYPED => Err("it has no type".to_owned()),
    }
}

fn content(mut family: proto::MetricFamily, family_type: FamilyType) -> Result<Show, String> {
    if !is_name(family.name(), true) {
        return Err("its name is no metric's name".to_owned());
    }
    let mut seen = HashSet::new();
    let series = family.take_metric().into_iter().map(|metric| {
        let labels = labels(&metric, family_type)?;
        // Where the same labels come in another order, the series is the same.
        let mut key = labels.0.clone();
        key.sort_unstable();
        if !seen.insert(key) {
            return Err("two of its series have equal labels".to_owned());
        }
        Ok((labels, value(&metric, family_type)?))
    });
    let series = series.collect::<Result<Vec<_>, String>>()?;
    Ok(Box::new(move |encoder| {
        for (labels, value) in &series {
            // Where a series stands among the others changes with every new one.
            value.show(Series { index: None, labels }, encoder);
        }
    }))
}

/// The labels of one series.
struct Pairs(Vec<(String, String)>);

impl Labels for Pairs {
    fn each(&self, see: &mut dyn FnMut(&str, &str)) {
        for (name, value) in &self.0 {
            see(name, value);
        }
    }
}

fn labels(metric: &proto::Metric, family_type: FamilyType) -> Result<Pairs, String> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for label in metric.get_label() {
        let name = label.name();
        let is_reserved =
            matches!((family_type, name), (FamilyType::Histogram, "le") | (FamilyType::Summary, "quantile"));
        if is_reserved || name == "__name__" || !is_name(name, false) || pairs.iter().any(|(known, _)| known == name) {
            return Err(format!(
                "its label `{}` is no label's name, is reserved, or is there twice",
                name.escape_debug()
            ));
        }
        pairs.push((name.to_owned(), label.value().to_owned()));
    }
    Ok(Pairs(pairs))
}

/// The value of one series.
enum Value {
    Number(f64),
    Histogram { bounds: Vec<f64>, buckets: Vec<u64>, sum: f64 },
    Summary { quantiles: Vec<(f64, f64)>, sum: f64, count: u64 },
}

impl Value {
    fn show(&self, series: Series<'_>, encoder: &mut dyn Encoder) {
        match self {
            Self::Number(value) => encoder.number(series, Number::Float(*value)),
            Self::Histogram { bounds, buckets, sum } => {
                encoder.histogram(series, &HistogramValue { bounds, buckets, sum: *sum, exemplar: &|_| None });
            }
            Self::Summary { quantiles, sum, count } => {
                encoder.summary(series, &SummaryValue { quantiles, sum: *sum, count: *count });
            }
        }
    }
}

fn value(metric: &proto::Metric, family_type: FamilyType) -> Result<Value, String> {
    match family_type {
        FamilyType::Counter => Ok(Value::Number(metric.get_counter().value())),
        FamilyType::Gauge | FamilyType::Info => Ok(Value::Number(metric.get_gauge().value())),
        FamilyType::Histogram => histogram(metric.get_histogram()),
        FamilyType::Summary => {
            let summary = metric.get_summary();
            let quantiles = summary.get_quantile().iter().map(|one| (one.quantile(), one.value())).collect();
            Ok(Value::Summary { quantiles, sum: summary.sample_sum(), count: summary.sample_count() })
        }
    }
}

/// The value of a counter or a gauge, which the crate calls `value` with its feature `protobuf` and
/// `get_value` without. Nobody but the crate knows which it has, so each name stands in for the other:
/// a method of the type itself goes before one of a trait.
#[allow(dead_code, reason = "one of the two is not needed, and only the crate knows which")]
trait WithProtobuf {
    fn value(&self) -> f64;
}

/// See [`WithProtobuf`].
#[allow(dead_code, reason = "one of the two is not needed, and only the crate knows which")]
trait WithoutProtobuf {
    fn get_value(&self) -> f64;
}

macro_rules! has_a_value {
    ($($message:ident)*) => {$(
        impl WithProtobuf for proto::$message {
            fn value(&self) -> f64 {
                self.get_value()
            }
        }

        impl WithoutProtobuf for proto::$message {
            fn get_value(&self) -> f64 {
                self.value()
            }
        }
    )*};
}

has_a_value!(Counter Gauge);

/// Takes each bucket for itself, where theirs have all below them too.
fn histogram(histogram: &proto::Histogram) -> Result<Value, String> {
    let (mut bounds, mut buckets, mut below) = (Vec::new(), Vec::new(), 0);
    let not_rising = || "the buckets of its histogram do not rise".to_owned();
    // One without an upper bound may be there or not: it is the count in any case.
    let finite = histogram.get_bucket().iter().filter(|bucket| bucket.upper_bound() != f64::INFINITY);
    for bucket in finite {
        let bound = bucket.upper_bound();
        if !bound.is_finite() || bounds.last().is_some_and(|last| *last >= bound) {
            return Err(not_rising());
        }
        bounds.push(bound);
        buckets.push(bucket.cumulative_count().checked_sub(below).ok_or_else(not_rising)?);
        below = bucket.cumulative_count();
    }
    // A count read before the buckets may be behind them, and is no reason to hide them.
    buckets.push(histogram.get_sample_count().saturating_sub(below));
    Ok(Value::Histogram { bounds, buckets, sum: histogram.get_sample_sum() })
}

/// Whether it is a name of a metric, which may have colons, or of a label.
fn is_name(name: &str, colons: bool) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_' || (colons && byte == b':');
    let mut bytes = name.bytes();
    bytes.next().is_some_and(is_letter) && bytes.all(|byte| is_letter(byte) || byte.is_ascii_digit())
}
