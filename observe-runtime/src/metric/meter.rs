//! What `#[metered]` counts: calls by outcome, their durations, and how many are under way.
//!
//! Numbers lie in one dense table a function: the gauges of all label combinations, then their
//! histograms, `(labels × outcomes) × (buckets + 1 + sum)`. An index is a sum of label indices times
//! strides, so there is no hashing and no look-up, and two label sets can't fall onto one series.

use super::exposition::{Encoder, FamilyType, bound_texts};
use super::label::LabelInfo;
use super::registry::{Collect, registry};
use super::table::Table;
use crate::call::Call;
use crate::call::outcome::{self, Outcome};
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// What the macro knows about a metered function.
#[derive(Debug)]
pub struct MeterDefinition {
    /// The counter's name; `None` where it is switched off. So for the other two.
    pub calls: Option<&'static str>,
    /// The histogram's name.
    pub duration: Option<&'static str>,
    /// The gauge's name.
    pub in_progress: Option<&'static str>,
    /// The label that says how a call ended.
    pub outcome: &'static str,
    /// What the function does, for HELP.
    pub help: &'static str,
    /// The user's labels.
    pub labels: &'static [LabelInfo],
    /// The histogram's finite bounds, in seconds.
    pub bounds: &'static [f64],
    /// The module that declares it.
    pub module: &'static str,
    /// The line of it.
    pub line: u32,
}

impl MeterDefinition {
    /// Whether both declare the same families: then they share their cells.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let names = |meter: &Self| (meter.calls, meter.duration, meter.in_progress, meter.outcome);
        names(self) == names(other)
            && self.bounds == other.bounds
            && self.labels.len() == other.labels.len()
            && self.labels.iter().zip(other.labels).all(|(a, b)| a.is_same(b))
    }

    /// The names of the families, without those that are off.
    pub(super) fn families(&self) -> impl Iterator<Item = &'static str> {
        [self.calls, self.duration, self.in_progress].into_iter().flatten()
    }

    /// Combinations of the user's labels.
    fn combinations(&self) -> usize {
        self.labels.iter().map(|label| label.cardinality).product()
    }

    /// Numbers of one combination with one outcome: the finite buckets, `+Inf`, the sum.
    fn stride(&self) -> usize {
        self.bounds.len() + 2
    }
}

/// The static part of a metered function. Its cells come with the first call.
pub struct Meter {
    definition: MeterDefinition,
    cells: OnceLock<Arc<Cells>>,
}

impl Meter {
    /// A meter that nobody has called yet.
    #[must_use]
    pub const fn new(definition: MeterDefinition) -> Self {
        Self { definition, cells: OnceLock::new() }
    }

    /// Begins a call with these values of the labels, each given by its index.
    pub fn call(&'static self, labels: &[usize]) -> Call {
        let cells = self.cells.get_or_init(|| registry().cells_of(&self.definition));
        let mut combination = 0;
        for (label, index) in self.definition.labels.iter().zip(labels) {
            combination = combination * label.cardinality + (*index).min(label.cardinality.saturating_sub(1));
        }
        // A type without values labels nothing: there is no number to add to, and no reason to panic.
        if combination >= cells.combinations {
            return Call::new();
        }
        cells.table.add(&[(combination, 1)]);
        Call::metered(MeterCall { cells, combination, under_way: true })
    }
}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.definition.fmt(f)
    }
}

/// A call that is counted as under way, until it is ended or dropped.
pub(crate) struct MeterCall {
    cells: &'static Cells,
    combination: usize,
    under_way: bool,
}

/// What takes one off a gauge, in numbers that wrap around.
const MINUS_ONE: u64 = u64::MAX;

impl MeterCall {
    /// Counts the call as done, and as not under way any more.
    pub(crate) fn end(mut self, outcome: &Outcome<'_>, duration: Duration) {
        let cells = self.cells;
        let nanos = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        let bucket = cells.bounds.partition_point(|bound| *bound < nanos);
        let base = cells.base(self.combination, outcome.index());
        self.under_way = false;
        cells.table.add(&[(self.combination, MINUS_ONE), (base + bucket, 1), (base + cells.bounds.len() + 1, nanos)]);
    }
}

impl Drop for MeterCall {
    fn drop(&mut self) {
        if self.under_way {
            self.cells.table.add(&[(self.combination, MINUS_ONE)]);
        }
    }
}

impl fmt::Debug for MeterCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MeterCall({})", self.combination)
    }
}

/// The numbers behind one declaration, or behind several equal ones.
pub(crate) struct Cells {
    pub(super) definition: &'static MeterDefinition,
    combinations: usize,
    /// The histogram's bounds in nanoseconds: a duration is compared with them as it is measured.
    bounds: Box<[u64]>,
    /// The same as the exposition writes them.
    bound_texts: Box<[String]>,
    table: Table,
}

impl Cells {
    pub(super) fn new(definition: &'static MeterDefinition) -> Self {
        let combinations = definition.combinations();
        let histograms = combinations * outcome::VALUES.len() * definition.stride();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive, and saturating")]
        let bounds = definition.bounds.iter().map(|seconds| (seconds * 1e9).round() as u64).collect();
        let bound_texts = bound_texts(definition.bounds);
        Self { definition, combinations, bounds, bound_texts, table: Table::new(combinations + histograms) }
    }

    /// Where the histogram of one combination with one outcome begins.
    fn base(&self, combination: usize, outcome: usize) -> usize {
        self.combinations + (combination * outcome::VALUES.len() + outcome) * self.definition.stride()
    }

    /// The user's labels of a combination, into a list that is used again for the next.
    fn labels_into(&self, mut combination: usize, labels: &mut Vec<(&'static str, &'static str)>) {
        labels.clear();
        for label in self.definition.labels.iter().rev() {
            labels.push((label.name, (label.value)(combination % label.cardinality)));
            combination /= label.cardinality;
        }
        labels.reverse();
    }

    /// Calls `see` with the labels and the numbers of every histogram that counted something.
    fn each_histogram(&self, sums: &[u64], mut see: impl FnMut(&[(&str, &str)], Counts<'_>)) {
        let mut labels = Vec::new();
        for combination in 0..self.combinations {
            for (index, outcome) in outcome::VALUES.into_iter().enumerate() {
                let counts = Counts::of(&sums[self.base(combination, index)..][..self.definition.stride()]);
                if counts.count > 0 {
                    self.labels_into(combination, &mut labels);
                    labels.push((self.definition.outcome, outcome));
                    see(&labels, counts);
                }
            }
        }
    }

    /// Whether a call of this combination ever ended.
    fn occurred(&self, sums: &[u64], combination: usize) -> bool {
        (0..outcome::VALUES.len())
            .any(|outcome| Counts::of(&sums[self.base(combination, outcome)..][..self.definition.stride()]).count > 0)
    }
}

/// One histogram.
struct Counts<'a> {
    buckets: &'a [u64],
    nanos: u64,
    /// The sum of the buckets, so that `+Inf` and `_count` are always equal.
    count: u64,
}

impl<'a> Counts<'a> {
    /// Out of the finite buckets, `+Inf`, and the sum.
    fn of(numbers: &'a [u64]) -> Self {
        let (nanos, buckets) = numbers.split_last().map_or((0, numbers), |(nanos, buckets)| (*nanos, buckets));
        Self { buckets, nanos, count: buckets.iter().sum() }
    }
}

impl Collect for Cells {
    fn collect(&self, encoder: &mut Encoder) {
        let definition = self.definition;
        let sums = self.table.sums();
        if let Some(name) = definition.calls {
            let help = format!("Finished calls: {}", definition.help);
            let family = encoder.family(name, FamilyType::Counter, &help);
            self.each_histogram(&sums, |labels, counts| family.sample("", labels, counts.count));
        }
        if let Some(name) = definition.duration {
            let help = format!("Duration of calls in seconds: {}", definition.help);
            let family = encoder.family(name, FamilyType::Histogram, &help);
            self.each_histogram(&sums, |labels, counts| {
                family.histogram(labels, &self.bound_texts, counts.buckets, counts.nanos);
            });
        }
        if let Some(name) = definition.in_progress {
            let help = format!("Calls under way: {}", definition.help);
            let family = encoder.family(name, FamilyType::Gauge, &help);
            let mut labels = Vec::new();
            for combination in 0..self.combinations {
                let in_progress = sums[combination].cast_signed();
                if in_progress != 0 || self.occurred(&sums, combination) {
                    self.labels_into(combination, &mut labels);
                    family.sample("", &labels, in_progress);
                }
            }
        }
    }
}
