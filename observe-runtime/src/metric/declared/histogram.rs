//! Values counted by size.

use super::refused::checked;
use super::{MetricDefinition, index};
use crate::metric::ENABLED;
use crate::metric::declarations::DeclaredMetric;
use crate::metric::label::{Interners, LabelInfo, LabelSet};
use crate::metric::model::{Descriptor, Encoder, FamilyType, HistogramValue, Series, Source};
use crate::metric::registry::{Declared, registry};
use crate::metric::table::{Cells, Table};
use std::fmt;
use std::marker::PhantomData;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

/// Values counted by size, in buckets, for each combination of labels.
///
/// Declared with [`#[metric]`](crate::metric). With labels, [`with`](Self::with) gives the series.
/// Values are in the unit that the name ends in. A series is shown from its first value on, or from
/// the first scrape on with `init = all`.
///
/// ```
/// use observe::{Histogram, metric};
/// use std::time::Duration;
///
/// /// Size of uploads.
/// #[metric(buckets = bytes)]
/// static UPLOAD_SIZE_BYTES: Histogram;
///
/// /// How long the store takes.
/// #[metric(buckets = [0.001, 0.01, 0.1])]
/// static STORE_DURATION_SECONDS: Histogram;
///
/// UPLOAD_SIZE_BYTES.observe(2000.0);
/// STORE_DURATION_SECONDS.observe_duration(Duration::from_millis(10));
///
/// let text = observe::exposition();
/// assert!(text.contains("upload_size_bytes_bucket{le=\"4096\"} 1\n"));
/// assert!(text.contains("store_duration_seconds_bucket{le=\"0.01\"} 1\n"));
/// ```
pub struct Histogram<L = ()> {
    core: &'static HistogramCore,
    kind: PhantomData<fn() -> L>,
}

/// One series of a [`Histogram`].
#[derive(Clone, Copy)]
pub struct HistogramSeries {
    core: &'static HistogramCore,
    combination: usize,
}

/// The part of a histogram that knows no types: its declaration, and its numbers. A row has the
/// buckets, then the sum.
#[doc(hidden)]
pub struct HistogramCore {
    definition: MetricDefinition,
    combinations: usize,
    bounds: &'static [f64],
    table: Table,
    interners: Interners,
}

impl<L> Histogram<L> {
    /// The histogram in front of its numbers.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(core: &'static HistogramCore) -> Self {
        Self { core, kind: PhantomData }
    }

    /// The series with these labels.
    #[inline]
    #[expect(clippy::needless_pass_by_value, reason = "labels are made where they are counted")]
    pub fn with(&self, labels: L) -> HistogramSeries
    where
        L: LabelSet,
    {
        let combination = index(&labels, &self.core.interners);
        HistogramSeries { core: self.core, combination }
    }
}

impl Histogram {
    /// Counts a value. What is NaN, infinite or negative is left out, and counted in
    /// `observe_metrics_refused_total`.
    #[inline]
    pub fn observe(&self, value: f64) {
        self.with(()).observe(value);
    }

    /// Counts a duration, in seconds.
    #[inline]
    pub fn observe_duration(&self, duration: Duration) {
        self.with(()).observe_duration(duration);
    }
}

impl HistogramSeries {
    /// Counts a value. What is NaN, infinite or negative is left out, and counted in
    /// `observe_metrics_refused_total`.
    #[inline]
    pub fn observe(self, value: f64) {
        let Self { core, combination } = self;
        let Some(value) = checked(value) else { return };
        let bucket = core.bounds.partition_point(|bound| *bound < value);
        let sum = core.bounds.len() + 1;
        match core.table.row(combination) {
            Some(own) => {
                own.add(bucket, 1);
                own.add_float(sum, value);
            }
            // While metrics are off every value comes here, see `Table::close`.
            None if !ENABLED.load(Relaxed) => {}
            None => {
                core.table.add(|| core.place(), combination, bucket, 1);
                core.table.add_float(|| core.place(), combination, sum, value);
            }
        }
    }

    /// Counts a duration, in seconds.
    #[inline]
    pub fn observe_duration(self, duration: Duration) {
        self.observe(duration.as_secs_f64());
    }
}

impl HistogramCore {
    /// A histogram without values, as the macro declares it.
    #[must_use]
    pub const fn new(definition: MetricDefinition, bounds: &'static [f64]) -> Self {
        let combinations = definition.combinations();
        let sum = bounds.len() + 1;
        let table = Table::new(combinations, sum + 1, sum);
        Self { definition, combinations, bounds, table, interners: Interners::new() }
    }

    /// What puts it into the list of all declared metrics.
    #[must_use]
    pub const fn declaration(&'static self) -> DeclaredMetric {
        DeclaredMetric(self)
    }

    fn place(&'static self) -> &'static Cells {
        registry().place(self, &self.table)
    }
}

impl Source for HistogramCore {
    fn families(&self) -> Vec<Descriptor> {
        vec![self.definition.descriptor(FamilyType::Histogram)]
    }

    fn read(&self, numbers: &mut Vec<u64>) {
        self.table.read(numbers);
    }

    fn show(&self, _: usize, numbers: &[u64], encoder: &mut dyn Encoder) {
        let rows = numbers.chunks_exact(self.table.row_length()).take(self.combinations);
        for (combination, row) in rows.enumerate() {
            let (buckets, sum) = row.split_at(self.bounds.len() + 1);
            let is_untouched = buckets.iter().all(|count| *count == 0);
            if is_untouched && !self.definition.shows_untouched(&self.interners, combination) {
                continue;
            }
            let labels = self.definition.labels_of(&self.interners, combination);
            let sum = f64::from_bits(sum[0]);
            let value = HistogramValue { bounds: self.bounds, buckets, sum, exemplar: &|_| None };
            encoder.histogram(Series { index: Some(combination), labels: &labels }, &value);
        }
    }
}

impl Declared for HistogramCore {
    fn table(&self) -> Option<&Table> {
        Some(&self.table)
    }

    fn labels(&self) -> (&'static [LabelInfo], &Interners) {
        (self.definition.labels, &self.interners)
    }

    fn place(&self) -> (&'static str, u32) {
        self.definition.place()
    }

    fn signature(&self) -> String {
        self.definition.signature("histogram", self.bounds)
    }

    fn bytes(&self) -> usize {
        self.table.shared_bytes()
    }
}

impl<L> fmt::Debug for Histogram<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Histogram({})", self.core.definition.name)
    }
}

impl fmt::Debug for HistogramSeries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HistogramSeries({}, {})", self.core.definition.name, self.combination)
    }
}

impl fmt::Debug for HistogramCore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.definition.fmt(f)
    }
}
