//! Numbers that only grow.

use super::refused::checked;
use super::{MetricDefinition, index};
use crate::metric::ENABLED;
use crate::metric::declarations::DeclaredMetric;
use crate::metric::label::{Interners, LabelInfo, LabelSet};
use crate::metric::model::{Descriptor, Encoder, FamilyType, Number, Series, Source};
use crate::metric::registry::{Declared, registry};
use crate::metric::table::{Cells, Table};
use std::fmt;
use std::marker::PhantomData;
use std::sync::atomic::Ordering::Relaxed;

/// What a counter counts in: `u64`, or `f64` for what has fractions, such as money.
#[diagnostic::on_unimplemented(
    message = "OBS0705: a counter counts in `u64` or `f64`, not in `{Self}`",
    label = "no number that a counter adds up",
    note = "write `Counter<Labels>` for whole numbers, or `Counter<Labels, f64>`"
)]
pub trait CounterValue: sealed::Sealed + Copy {
    #[doc(hidden)]
    const IS_FLOAT: bool;
}

mod sealed {
    #[expect(unnameable_types, reason = "nobody else counts in other types")]
    pub trait Sealed {}
    impl Sealed for u64 {}
    impl Sealed for f64 {}
}

#[diagnostic::do_not_recommend]
impl CounterValue for u64 {
    const IS_FLOAT: bool = false;
}

#[diagnostic::do_not_recommend]
impl CounterValue for f64 {
    const IS_FLOAT: bool = true;
}

/// A number that only grows, for each combination of labels.
///
/// Declared with [`#[metric]`](crate::metric). With labels, [`with`](Self::with) gives the series.
/// A series is shown from its first addition above zero on, or from the first scrape on with
/// `init = all`. Whole numbers wrap around after 2^64, which is what Prometheus takes for a restart.
///
/// ```
/// use observe::{Counter, Label, metric};
///
/// #[derive(Label)]
/// enum Model { Gpt4, Claude }
///
/// /// Tokens that models have read and written.
/// #[metric(labels(model))]
/// static TOKENS_TOTAL: Counter<Model>;
///
/// /// What requests cost, in dollars.
/// #[metric]
/// static REQUESTS_COST_TOTAL: Counter<(), f64>;
///
/// TOKENS_TOTAL.with(Model::Claude).add(120);
/// REQUESTS_COST_TOTAL.add(0.25);
///
/// let text = observe::exposition();
/// assert!(text.contains("tokens_total{model=\"claude\"} 120"));
/// assert!(text.contains("requests_cost_total 0.25"));
/// ```
pub struct Counter<L = (), V = u64> {
    core: &'static CounterCore,
    kind: PhantomData<fn() -> (L, V)>,
}

/// One series of a [`Counter`].
pub struct CounterSeries<V = u64> {
    core: &'static CounterCore,
    combination: usize,
    kind: PhantomData<fn() -> V>,
}

/// The part of a counter that knows no types: its declaration, and its numbers.
#[doc(hidden)]
pub struct CounterCore {
    definition: MetricDefinition,
    combinations: usize,
    table: Table,
    interners: Interners,
    is_float: bool,
}

impl<L, V> Counter<L, V> {
    /// The counter in front of its numbers.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(core: &'static CounterCore) -> Self {
        Self { core, kind: PhantomData }
    }

    /// What puts it into the list of all declared metrics.
    #[doc(hidden)]
    #[must_use]
    pub const fn declaration(&self) -> DeclaredMetric {
        DeclaredMetric(self.core)
    }

    /// The series with these labels.
    #[inline]
    #[expect(clippy::needless_pass_by_value, reason = "labels are made where they are counted")]
    pub fn with(&self, labels: L) -> CounterSeries<V>
    where
        L: LabelSet,
    {
        let combination = index(&labels, &self.core.interners);
        CounterSeries { core: self.core, combination, kind: PhantomData }
    }
}

impl Counter {
    /// Adds one.
    #[inline]
    pub fn inc(&self) {
        self.with(()).add(1);
    }

    /// Adds so many.
    #[inline]
    pub fn add(&self, by: u64) {
        self.with(()).add(by);
    }
}

impl Counter<(), f64> {
    /// Adds one.
    #[inline]
    pub fn inc(&self) {
        self.with(()).add(1.0);
    }

    /// Adds so much. What is NaN, infinite or negative is left out, and counted in
    /// `observe_metrics_refused_total`.
    #[inline]
    pub fn add(&self, by: f64) {
        self.with(()).add(by);
    }
}

impl CounterSeries {
    /// Adds one.
    #[inline]
    pub fn inc(self) {
        self.add(1);
    }

    /// Adds so many.
    #[inline]
    pub fn add(self, by: u64) {
        let Self { core, combination, .. } = self;
        match core.table.single(combination) {
            Some(own) => own.add(0, by),
            None => core.add_slowly(combination, by),
        }
    }
}

impl CounterSeries<f64> {
    /// Adds one.
    #[inline]
    pub fn inc(self) {
        self.add(1.0);
    }

    /// Adds so much. What is NaN, infinite or negative is left out, and counted in
    /// `observe_metrics_refused_total`.
    #[inline]
    pub fn add(self, by: f64) {
        let Self { core, combination, .. } = self;
        let Some(by) = checked(by) else { return };
        match core.table.single(combination) {
            Some(own) => own.add_float(0, by),
            None => core.add_float_slowly(combination, by),
        }
    }
}

impl CounterCore {
    /// A counter at zero, as the macro declares it.
    #[must_use]
    pub const fn new(definition: MetricDefinition, is_float: bool) -> Self {
        let combinations = definition.combinations();
        let table = Table::new(combinations, 1, if is_float { 0 } else { usize::MAX });
        Self { definition, combinations, table, interners: Interners::new(), is_float }
    }

    /// What puts it into the list of all declared metrics.
    #[must_use]
    pub const fn declaration(&'static self) -> DeclaredMetric {
        DeclaredMetric(self)
    }

    /// Not while metrics are off: then every addition comes here, see [`Table::close`].
    #[cold]
    fn add_slowly(&'static self, combination: usize, by: u64) {
        if ENABLED.load(Relaxed) {
            self.table.add(|| self.place(), combination, 0, by);
        }
    }

    #[cold]
    fn add_float_slowly(&'static self, combination: usize, by: f64) {
        if ENABLED.load(Relaxed) {
            self.table.add_float(|| self.place(), combination, 0, by);
        }
    }

    fn place(&'static self) -> &'static Cells {
        registry().place(self, &self.table)
    }
}

impl Source for CounterCore {
    fn families(&self) -> Vec<Descriptor> {
        vec![self.definition.descriptor(FamilyType::Counter)]
    }

    fn read(&self, numbers: &mut Vec<u64>) {
        self.table.read(numbers);
    }

    fn show(&self, _: usize, numbers: &[u64], encoder: &mut dyn Encoder) {
        for (combination, number) in numbers.iter().take(self.combinations).enumerate() {
            // The bits of the float zero are zero too.
            if *number == 0 && !self.definition.shows_untouched(&self.interners, combination) {
                continue;
            }
            let labels = self.definition.labels_of(&self.interners, combination);
            let value = if self.is_float { Number::Float(f64::from_bits(*number)) } else { Number::Unsigned(*number) };
            encoder.number(Series { index: Some(combination), labels: &labels }, value);
        }
    }
}

impl Declared for CounterCore {
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
        self.definition.signature("counter", self.is_float)
    }

    fn bytes(&self) -> usize {
        self.table.shared_bytes()
    }
}

impl<L, V> fmt::Debug for Counter<L, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Counter({})", self.core.definition.name)
    }
}

impl<V> Clone for CounterSeries<V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for CounterSeries<V> {}

impl<V> fmt::Debug for CounterSeries<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CounterSeries({}, {})", self.core.definition.name, self.combination)
    }
}

impl fmt::Debug for CounterCore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.definition.fmt(f)
    }
}
