//! Our metrics in a registry of the crate `prometheus`.

use crate::metric::{
    Descriptor, Encoder, FamilyType, HistogramValue, Number, Reading, Series, SummaryValue, is_gathering, registry,
};
use ::prometheus::core::Desc;
use ::prometheus::proto;
use std::collections::HashMap;
use std::fmt;

/// All of observe's metrics, to be registered in a [`Registry`](::prometheus::Registry).
///
/// Its names are those that are known when it is made, so make it after
/// [`init!`](crate::init!) and after the layers of servers; families that come later are collected
/// too, and only the check for names taken twice does not see them. Registries that are
/// [merged](super::merge) into observe are not part of it.
///
/// Registering it a second time, or beside a metric of an equal name, is the registry's error
/// [`AlreadyReg`](::prometheus::Error::AlreadyReg).
///
/// ```
/// use prometheus::{Registry, TextEncoder};
///
/// let registry = Registry::new();
/// registry.register(Box::new(observe::prometheus::Collector::new()))?;
///
/// let text = TextEncoder::new().encode_to_string(&registry.gather())?;
/// assert!(text.contains("\nobserve_spans_exported_total "));
/// # Ok::<(), prometheus::Error>(())
/// ```
pub struct Collector {
    descriptions: Vec<Desc>,
}

impl Collector {
    /// A collector of all metrics of this process.
    #[must_use]
    pub fn new() -> Self {
        let description = |(name, descriptor): (String, Descriptor)| {
            // Labels are left out: they only matter to metrics that share one name, as none does.
            Desc::new(name, help(&descriptor), Vec::new(), HashMap::new()).ok()
        };
        Self { descriptions: registry().descriptors().into_iter().filter_map(description).collect() }
    }
}

impl Default for Collector {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collector").field("families", &self.descriptions.len()).finish()
    }
}

impl ::prometheus::core::Collector for Collector {
    fn desc(&self) -> Vec<&Desc> {
        self.descriptions.iter().collect()
    }

    fn collect(&self) -> Vec<proto::MetricFamily> {
        // Its registry is being read for our own exposition, which has all of this already.
        if is_gathering() {
            return Vec::new();
        }
        let mut families = Families::default();
        registry().encode_own(&mut Reading::default(), &mut families);
        families.0
    }
}

/// A registry takes no empty help.
fn help(descriptor: &Descriptor) -> String {
    if descriptor.help.is_empty() { descriptor.name.to_string() } else { descriptor.help.to_string() }
}

/// The crate's own form of our families.
#[derive(Default)]
struct Families(Vec<proto::MetricFamily>);

impl Families {
    fn push(&mut self, series: &Series<'_>, fill: impl FnOnce(&mut proto::Metric, proto::MetricType)) {
        let Some(family) = self.0.last_mut() else { return };
        let mut labels = Vec::new();
        series.labels.each(&mut |name, value| {
            let mut pair = proto::LabelPair::default();
            pair.set_name(name.to_owned());
            pair.set_value(value.to_owned());
            labels.push(pair);
        });
        let mut metric = proto::Metric::from_label(labels);
        fill(&mut metric, family.get_field_type());
        family.mut_metric().push(metric);
    }
}

impl Encoder for Families {
    fn begin(&mut self, _generation: u64) {}

    fn family(&mut self, _id: Option<usize>, name: &str, descriptor: &Descriptor) {
        let mut family = proto::MetricFamily::default();
        family.set_name(name.to_owned());
        family.set_help(help(descriptor));
        family.set_field_type(match descriptor.family_type {
            FamilyType::Counter => proto::MetricType::COUNTER,
            FamilyType::Gauge | FamilyType::Info => proto::MetricType::GAUGE,
            FamilyType::Histogram => proto::MetricType::HISTOGRAM,
            FamilyType::Summary => proto::MetricType::SUMMARY,
        });
        self.0.push(family);
    }

    fn number(&mut self, series: Series<'_>, value: Number) {
        #[expect(clippy::cast_precision_loss, reason = "every number is a float there")]
        let value = match value {
            Number::Unsigned(value) => value as f64,
            Number::Float(value) => value,
        };
        self.push(&series, |metric, metric_type| {
            if metric_type == proto::MetricType::COUNTER {
                let mut counter = proto::Counter::default();
                counter.set_value(value);
                metric.set_counter(counter);
            } else {
                let mut gauge = proto::Gauge::default();
                gauge.set_value(value);
                metric.set_gauge(gauge);
            }
        });
    }

    fn histogram(&mut self, series: Series<'_>, value: &HistogramValue<'_>) {
        let mut cumulated = 0;
        // Without the one beyond all bounds, as the crate's own histograms are: it is the count.
        let bucket = |(bound, count): (&f64, &u64)| {
            cumulated += count;
            let mut bucket = proto::Bucket::default();
            bucket.set_upper_bound(*bound);
            bucket.set_cumulative_count(cumulated);
            bucket
        };
        let buckets = value.bounds.iter().zip(value.buckets).map(bucket).collect();
        let mut histogram = proto::Histogram::default();
        histogram.set_bucket(buckets);
        histogram.set_sample_count(value.buckets.iter().sum());
        histogram.set_sample_sum(value.sum);
        self.push(&series, |metric, _| metric.set_histogram(histogram));
    }

    fn summary(&mut self, series: Series<'_>, value: &SummaryValue<'_>) {
        let quantile = |(quantile, value): &(f64, f64)| {
            let mut one = proto::Quantile::default();
            one.set_quantile(*quantile);
            one.set_value(*value);
            one
        };
        let mut summary = proto::Summary::default();
        summary.set_quantile(value.quantiles.iter().map(quantile).collect());
        summary.set_sample_count(value.count);
        summary.set_sample_sum(value.sum);
        self.push(&series, |metric, _| metric.set_summary(summary));
    }
}
