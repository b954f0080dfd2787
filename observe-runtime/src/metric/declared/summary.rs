//! Quantiles of what came lately.

use super::refused::checked;
use super::window::{Moment, Window};
use super::{First, MetricDefinition, index};
use crate::clock::Ticks;
use crate::metric::ENABLED;
use crate::metric::declarations::DeclaredMetric;
use crate::metric::label::{Interners, LabelInfo, LabelSet};
use crate::metric::model::{Descriptor, Encoder, FamilyType, Series, Source, SummaryValue};
use crate::metric::registry::Declared;
use crate::metric::table::Table;
use std::fmt;
use std::marker::PhantomData;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

/// Quantiles over a sliding window, for each combination of labels.
///
/// Declared with [`#[metric]`](crate::metric). With labels, [`with`](Self::with) gives the series.
/// A quantile is within one percent of the true one, of the values of the last `window` seconds,
/// which move on by a fifth at a time; it is NaN while there are none. Sum and count are of all
/// values since the start. A series is shown from its first value on, or from the first scrape on
/// with `init = all`, and takes up to 40 KiB.
///
/// Quantiles of several processes can't be added up: where there is more than one, use a
/// [`Histogram`](crate::Histogram).
///
/// ```
/// use observe::{Summary, metric};
///
/// /// How long an answer takes.
/// #[metric(quantiles = [0.5, 0.99], window = 600)]
/// static ANSWER_LATENCY_SECONDS: Summary;
///
/// ANSWER_LATENCY_SECONDS.observe(0.2);
/// let text = observe::exposition();
/// assert!(text.contains("answer_latency_seconds{quantile=\"0.99\"} 0."));
/// assert!(text.contains("answer_latency_seconds_count 1\n"));
/// ```
pub struct Summary<L = ()> {
    core: &'static SummaryCore,
    kind: PhantomData<fn() -> L>,
}

/// One series of a [`Summary`].
#[derive(Clone, Copy)]
pub struct SummarySeries {
    core: &'static SummaryCore,
    combination: usize,
}

/// The part of a summary that knows no types: its declaration, and its numbers.
#[doc(hidden)]
pub struct SummaryCore {
    definition: MetricDefinition,
    combinations: usize,
    quantiles: &'static [f64],
    window_seconds: u32,
    windows: OnceLock<Box<[Slot]>>,
    interners: Interners,
    first: First<Self>,
}

/// A window comes with its first value.
type Slot = Mutex<Option<Box<Window>>>;

impl<L> Summary<L> {
    /// The summary in front of its numbers.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(core: &'static SummaryCore) -> Self {
        Self { core, kind: PhantomData }
    }

    /// The series with these labels.
    #[inline]
    #[expect(clippy::needless_pass_by_value, reason = "labels are made where they are counted")]
    pub fn with(&self, labels: L) -> SummarySeries
    where
        L: LabelSet,
    {
        let core = self.core.first.of(self.core);
        SummarySeries { core, combination: index(&labels, &core.interners) }
    }
}

impl Summary {
    /// Takes a value in. What is NaN, infinite or negative is left out, and counted in
    /// `observe_metrics_refused_total`.
    pub fn observe(&self, value: f64) {
        self.with(()).observe(value);
    }

    /// Takes a duration in, in seconds.
    pub fn observe_duration(&self, duration: Duration) {
        self.with(()).observe_duration(duration);
    }
}

impl SummarySeries {
    /// Takes a value in. What is NaN, infinite or negative is left out, and counted in
    /// `observe_metrics_refused_total`.
    pub fn observe(self, value: f64) {
        let Self { core, combination } = self;
        if !ENABLED.load(Relaxed) {
            return;
        }
        let Some(value) = checked(value) else { return };
        // None where a label's type has no values.
        if let Some(slot) = core.slots().get(combination) {
            let now = core.now();
            lock(slot).get_or_insert_with(|| Box::new(Window::new())).add(value, now);
        }
    }

    /// Takes a duration in, in seconds.
    pub fn observe_duration(self, duration: Duration) {
        self.observe(duration.as_secs_f64());
    }
}

/// A thread that panicked while it held the lock left at most one value out.
fn lock(slot: &Slot) -> MutexGuard<'_, Option<Box<Window>>> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}

impl SummaryCore {
    /// A summary without values, as the macro declares it.
    #[must_use]
    pub const fn new(definition: MetricDefinition, quantiles: &'static [f64], window_seconds: u32) -> Self {
        Self {
            combinations: definition.combinations(),
            definition,
            quantiles,
            window_seconds,
            windows: OnceLock::new(),
            interners: Interners::new(),
            first: First::new(),
        }
    }

    /// What puts it into the list of all declared metrics.
    #[must_use]
    pub const fn declaration(&'static self) -> DeclaredMetric {
        DeclaredMetric(self)
    }

    fn slots(&self) -> &[Slot] {
        self.windows.get_or_init(|| (0..self.combinations).map(|_| Slot::default()).collect())
    }

    fn now(&self) -> Moment {
        static START: LazyLock<Ticks> = LazyLock::new(Ticks::now);
        let start = *START;
        Moment::new(Ticks::now().nanos_since(start), self.window_seconds)
    }
}

impl Source for SummaryCore {
    fn families(&self) -> Vec<Descriptor> {
        vec![self.definition.descriptor(FamilyType::Summary)]
    }

    /// Of each series the count, the sum and the quantiles, floats as their bits.
    fn read(&self, numbers: &mut Vec<u64>) {
        let now = self.now();
        let slots = self.windows.get();
        // As many numbers before the first value as after it: it may come before they are shown.
        for combination in 0..self.combinations {
            let mut slot = slots.map(|slots| lock(&slots[combination]));
            match slot.as_mut().and_then(|slot| slot.as_mut()) {
                Some(window) => {
                    numbers.extend([window.count, window.sum.to_bits()]);
                    numbers.extend(window.quantiles(self.quantiles, now).map(f64::to_bits));
                }
                None => {
                    numbers.extend([0, 0]);
                    numbers.extend(self.quantiles.iter().map(|_| f64::NAN.to_bits()));
                }
            }
        }
    }

    fn show(&self, _: usize, numbers: &[u64], encoder: &mut dyn Encoder) {
        let mut quantiles = Vec::with_capacity(self.quantiles.len());
        let rows = numbers.chunks_exact(2 + self.quantiles.len()).take(self.combinations);
        for (combination, row) in rows.enumerate() {
            if row[0] == 0 && !self.definition.shows_untouched(&self.interners, combination) {
                continue;
            }
            quantiles.clear();
            quantiles.extend(self.quantiles.iter().copied().zip(row[2..].iter().copied().map(f64::from_bits)));
            let labels = self.definition.labels_of(&self.interners, combination);
            let value = SummaryValue { quantiles: &quantiles, sum: f64::from_bits(row[1]), count: row[0] };
            encoder.summary(Series { index: Some(combination), labels: &labels }, &value);
        }
    }
}

impl Declared for SummaryCore {
    fn table(&self) -> Option<&Table> {
        None
    }

    fn labels(&self) -> (&'static [LabelInfo], &Interners) {
        (self.definition.labels, &self.interners)
    }

    fn place(&self) -> (&'static str, u32) {
        self.definition.place()
    }

    fn signature(&self) -> String {
        self.definition.signature("summary", (self.quantiles, self.window_seconds))
    }

    fn bytes(&self) -> usize {
        let slots = self.windows.get().map_or(&[][..], |windows| windows);
        size_of_val(slots) + slots.iter().filter_map(|slot| Some(lock(slot).as_ref()?.bytes())).sum::<usize>()
    }
}

impl<L> fmt::Debug for Summary<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Summary({})", self.core.definition.name)
    }
}

impl fmt::Debug for SummarySeries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SummarySeries({}, {})", self.core.definition.name, self.combination)
    }
}

impl fmt::Debug for SummaryCore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.definition.fmt(f)
    }
}
