//! What `#[metered]` counts: calls by outcome, their durations, and how many are under way.
//!
//! Cells lie in one dense table a function: `(labels × outcomes) × (buckets + 1 + sum)`. The index
//! of a cell is a sum of label indices times strides, so there is no hashing and no look-up, and
//! two label sets can't fall onto one series.

use super::exposition::{Encoder, FamilyType};
use super::label::LabelInfo;
use super::registry::{Collect, registry};
use crate::call::Call;
use crate::call::outcome::{self, Outcome};
use std::fmt;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};
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

    /// Cells of one combination with one outcome: the finite buckets, `+Inf`, the sum.
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
        // A type without values labels nothing: there is no cell to count in, and no reason to panic.
        let Some(in_progress) = cells.in_progress.get(combination) else { return Call::new() };
        in_progress.fetch_add(1, Relaxed);
        Call::metered(MeterCall { cells, combination })
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
}

impl MeterCall {
    /// Counts the call as done. The gauge goes down when `self` is dropped, here or earlier.
    pub(crate) fn end(self, outcome: &Outcome<'_>, duration: Duration) {
        let definition = self.cells.definition;
        let bucket = definition.bounds.partition_point(|bound| *bound < duration.as_secs_f64());
        let base = (self.combination * outcome::VALUES.len() + outcome.index()) * definition.stride();
        let nanos = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        self.cells.counts[base + bucket].fetch_add(1, Relaxed);
        self.cells.counts[base + definition.bounds.len() + 1].fetch_add(nanos, Relaxed);
    }
}

impl Drop for MeterCall {
    fn drop(&mut self) {
        self.cells.in_progress[self.combination].fetch_sub(1, Relaxed);
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
    in_progress: Box<[AtomicI64]>,
    counts: Box<[AtomicU64]>,
}

impl Cells {
    pub(super) fn new(definition: &'static MeterDefinition) -> Self {
        let combinations = definition.combinations();
        let counts = combinations * outcome::VALUES.len() * definition.stride();
        Self {
            definition,
            in_progress: (0..combinations).map(|_| AtomicI64::new(0)).collect(),
            counts: (0..counts).map(|_| AtomicU64::new(0)).collect(),
        }
    }

    /// The counts of one combination with one outcome; `None` where it never occurred.
    fn counts(&self, combination: usize, outcome: usize) -> Option<Counts> {
        let stride = self.definition.stride();
        let base = (combination * outcome::VALUES.len() + outcome) * stride;
        let mut buckets: Vec<u64> = self.counts[base..base + stride].iter().map(|cell| cell.load(Relaxed)).collect();
        let nanos = buckets.pop()?;
        let count = buckets.iter().sum();
        (count > 0).then_some(Counts { buckets, nanos, count })
    }

    /// The user's labels of a combination.
    fn labels(&self, mut combination: usize) -> Vec<(&'static str, &'static str)> {
        let mut labels: Vec<_> = self
            .definition
            .labels
            .iter()
            .rev()
            .map(|label| {
                let index = combination % label.cardinality;
                combination /= label.cardinality;
                (label.name, (label.value)(index))
            })
            .collect();
        labels.reverse();
        labels
    }
}

/// A copy of one histogram, taken cell by cell.
struct Counts {
    buckets: Vec<u64>,
    nanos: u64,
    /// The sum of the buckets, so that `+Inf` and `_count` are always equal.
    count: u64,
}

impl Collect for Cells {
    fn collect(&self, encoder: &mut Encoder) {
        let definition = self.definition;
        for combination in 0..definition.combinations() {
            let labels = self.labels(combination);
            let mut occurred = false;
            for (index, outcome) in outcome::VALUES.into_iter().enumerate() {
                let Some(counts) = self.counts(combination, index) else { continue };
                occurred = true;
                let mut labels = labels.clone();
                labels.push((definition.outcome, outcome));
                if let Some(name) = definition.calls {
                    let help = format!("Finished calls: {}", definition.help);
                    encoder.family(name, FamilyType::Counter, &help).sample("", &labels, counts.count);
                }
                if let Some(name) = definition.duration {
                    let help = format!("Duration of calls in seconds: {}", definition.help);
                    let family = encoder.family(name, FamilyType::Histogram, &help);
                    family.histogram(&labels, definition.bounds, &counts.buckets, counts.nanos);
                }
            }
            let in_progress = self.in_progress[combination].load(Relaxed);
            if let Some(name) = definition.in_progress
                && (occurred || in_progress != 0)
            {
                let help = format!("Calls under way: {}", definition.help);
                encoder.family(name, FamilyType::Gauge, &help).sample("", &labels, in_progress);
            }
        }
    }
}
