//! What `#[metered]` counts: calls by outcome, their durations, and how many are under way.
//!
//! A meter is a table with a row for each combination of labels. In it, each outcome has a part: the
//! calls begun (only counted in the first), the sum of nanoseconds, the buckets. Where durations are
//! off, a row is the calls begun, and one count for each outcome. A row's index is a
//! sum of label indices times strides, so there is no hashing and no look-up, and two label sets
//! can't fall onto one series. Calls under way are those begun less those ended, so that there is nothing to
//! take away again.

use super::declarations::DeclaredMetric;
use super::exemplar::Exemplars;
use super::label::{Interners, LabelInfo};
use super::ladder::NO_LADDER;
use super::meter_definition::{Choice, MeterDefinition};
use super::metered_call::MeterCall;
use super::model::{Descriptor, Encoder, FamilyType, HistogramValue, Labels, Number, Series, Source};
use super::registry::{Declared, registry};
use super::series::LabelsOf;
use super::table::{Cells, Row, Table};
use crate::call::outcome;
use observe_rules::metric::Family;
use std::fmt;

/// The places in an outcome's part: of the number of calls begun, of the sum of durations, of the first bucket.
pub(super) const BEGUN: usize = 0;
const NANOS: usize = 1;
const BUCKETS: usize = 2;

/// The static part of a metered function, and its numbers.
pub struct Meter {
    pub(super) definition: MeterDefinition,
    /// Numbers of one outcome, and some unused, so that a row is a power of two.
    part: usize,
    pub(super) table: Table,
    interners: Interners,
    pub(super) exemplars: Exemplars,
}

impl Meter {
    /// A meter that nobody has called yet.
    #[must_use]
    pub const fn new(mut definition: MeterDefinition) -> Self {
        // What is not shown needs no room.
        if matches!(definition.duration, Choice::Off) {
            definition.ladder = &NO_LADDER;
        }
        let mut combinations: usize = 1;
        let mut at = 0;
        while at < definition.labels.len() {
            combinations = combinations.saturating_mul(definition.labels[at].cardinality);
            at += 1;
        }
        let outcomes = definition.outcomes();
        let part = (BUCKETS + definition.ladder.buckets()).next_power_of_two();
        let table = Table::new(combinations, part * outcomes, usize::MAX);
        Self { definition, part, table, interners: Interners::new(), exemplars: Exemplars::new() }
    }

    /// What puts the meter into the list of all declared metrics.
    #[must_use]
    pub const fn declaration(&'static self) -> DeclaredMetric {
        DeclaredMetric(self)
    }

    /// The values of its labels that are known only at run time.
    #[must_use]
    #[inline]
    pub const fn interners(&self) -> &Interners {
        &self.interners
    }

    /// A call with this combination of labels, which [`combine`](super::label::combine) made. It is
    /// not counted before it [begins](MeterCall::begin).
    #[inline]
    pub const fn call(&'static self, combination: usize) -> MeterCall {
        MeterCall::new(self, combination)
    }

    /// Counts a duration, wherever the call ends. Also of a call that began before metrics were
    /// switched off: it was counted as under way.
    pub(super) fn count(&'static self, combination: usize, outcome: usize, nanos: u64) -> usize {
        match self.table.row(combination) {
            Some(own) => self.add(own, outcome, nanos),
            None => {
                let (part, bucket) = (outcome * self.part, self.definition.ladder.bucket(nanos));
                self.table.add(|| self.place(), combination, part + BUCKETS + bucket, 1);
                self.table.add(|| self.place(), combination, part + NANOS, nanos);
                bucket
            }
        }
    }

    /// Counts a duration in a row of this thread, and returns its bucket.
    #[inline]
    pub(super) fn add(&self, own: Row, outcome: usize, nanos: u64) -> usize {
        let (part, bucket) = (outcome * self.part, self.definition.ladder.bucket(nanos));
        own.add(part + BUCKETS + bucket, 1);
        own.add(part + NANOS, nanos);
        bucket
    }

    pub(super) fn place(&'static self) -> &'static Cells {
        registry().place(self, &self.table)
    }

    /// Combinations, each with each outcome.
    fn series(&self) -> usize {
        self.table.rows() * self.definition.outcomes()
    }

    /// The finished calls of each series, behind all rows.
    fn counts<'a>(&self, numbers: &'a [u64]) -> &'a [u64] {
        &numbers[self.table.rows() * self.table.row_length()..][..self.series()]
    }
}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.definition.fmt(f)
    }
}

/// The user's labels, how the call ended, and by which error.
struct OutcomeLabels<'a> {
    definition: &'a MeterDefinition,
    interners: &'a Interners,
    combination: usize,
    outcome: usize,
}

impl Labels for OutcomeLabels<'_> {
    fn each(&self, see: &mut dyn FnMut(&str, &str)) {
        let MeterDefinition { labels, errors, .. } = self.definition;
        LabelsOf { labels, interners: self.interners, combination: self.combination }.each(see);
        let first_error = outcome::VALUES.len() - 1;
        see(self.definition.outcome(), outcome::VALUES[self.outcome.min(first_error)]);
        if let Some(errors) = errors {
            let value =
                self.outcome.checked_sub(first_error).map(|error| errors.text(error, self.interners, labels.len()));
            see(errors.name, value.unwrap_or("none"));
        }
    }
}

impl Source for Meter {
    fn families(&self) -> Vec<Descriptor> {
        let describe = |(shown, name): (Family, _)| {
            let help = shown.help(self.definition.help);
            match shown {
                Family::Calls => Descriptor::new(name, FamilyType::Counter, help).at_most(self.series()),
                Family::Duration => {
                    Descriptor::new(name, FamilyType::Histogram, help).in_unit("seconds").at_most(self.series())
                }
                Family::InProgress => Descriptor::new(name, FamilyType::Gauge, help).at_most(self.table.rows()),
            }
        };
        self.definition.families().map(describe).collect()
    }

    /// First whether there is anything to show: most meters of a program that has just begun have
    /// not been called yet. Then all rows, and behind them the count of each series, which several
    /// families show: the sum of its buckets, so that `+Inf` and `_count` are always equal.
    fn read(&self, numbers: &mut Vec<u64>) {
        let is_used = self.table.is_used();
        numbers.push(u64::from(is_used));
        if !is_used {
            return;
        }
        let start = numbers.len();
        self.table.read(numbers);
        let end = numbers.len();
        numbers.resize(end + self.series(), 0);
        let (rows, counts) = numbers[start..].split_at_mut(end - start);
        let counts = counts.chunks_exact_mut(self.definition.outcomes());
        for (row, counts) in rows.chunks_exact(self.table.row_length()).zip(counts) {
            for (outcome, count) in counts.iter_mut().enumerate() {
                let first = outcome * self.part + BUCKETS;
                *count = row[first..][..self.definition.ladder.buckets()].iter().sum();
            }
        }
    }

    fn show(&self, family: usize, numbers: &[u64], encoder: &mut dyn Encoder) {
        let Some((1, numbers)) = numbers.split_first() else { return };
        match self.definition.shown().nth(family) {
            Some((Family::InProgress, _)) => self.show_in_progress(numbers, encoder),
            Some((shown, _)) => self.show_finished(shown, numbers, encoder),
            None => {}
        }
    }
}

impl Meter {
    fn show_in_progress(&self, numbers: &[u64], encoder: &mut dyn Encoder) {
        let (labels, interners) = (self.definition.labels, &self.interners);
        let rows = numbers.chunks_exact(self.table.row_length());
        let counts = self.counts(numbers).chunks_exact(self.definition.outcomes());
        for (combination, (row, counts)) in rows.zip(counts).enumerate() {
            let (begun, ended): (u64, u64) = (row[BEGUN], counts.iter().sum());
            if begun > 0 {
                let labels = LabelsOf { labels, interners, combination };
                let series = Series { index: Some(combination), labels: &labels };
                // An end may be seen whose begin, on another thread, is not seen yet.
                encoder.number(series, Number::Unsigned(begun.saturating_sub(ended)));
            }
        }
    }

    fn show_finished(&self, shown: Family, numbers: &[u64], encoder: &mut dyn Encoder) {
        let (outcomes, ladder) = (self.definition.outcomes(), self.definition.ladder);
        for (index, count) in self.counts(numbers).iter().copied().enumerate().filter(|(_, count)| *count > 0) {
            let labels = OutcomeLabels {
                definition: &self.definition,
                interners: &self.interners,
                combination: index / outcomes,
                outcome: index % outcomes,
            };
            let series = Series { index: Some(index), labels: &labels };
            if let Family::Calls = shown {
                encoder.number(series, Number::Unsigned(count));
                continue;
            }
            // Every part of a row has the same length, and there is nothing between two rows.
            let part = &numbers[index * self.part..][..self.part];
            #[expect(clippy::cast_precision_loss, reason = "a sum of seconds is a float in every format")]
            let sum = part[NANOS] as f64 / 1e9;
            let exemplar = |bucket: usize| self.exemplars.get(index * ladder.buckets() + bucket);
            let (bounds, buckets) = (ladder.seconds, &part[BUCKETS..][..ladder.buckets()]);
            encoder.histogram(series, &HistogramValue { bounds, buckets, sum, exemplar: &exemplar });
        }
    }
}

impl Declared for Meter {
    fn table(&self) -> Option<&Table> {
        Some(&self.table)
    }

    fn labels(&self) -> (&'static [LabelInfo], &Interners) {
        (self.definition.labels, &self.interners)
    }

    fn place(&self) -> (&'static str, u32) {
        self.definition.place
    }

    fn signature(&self) -> String {
        let MeterDefinition { labels, errors, ladder, .. } = self.definition;
        let families: Vec<_> = self.definition.families().collect();
        let labels: Vec<_> = labels.iter().chain(errors).map(LabelInfo::signature).collect();
        format!("{families:?} {} {labels:?} {:?}", self.definition.outcome(), ladder.seconds)
    }

    fn bytes(&self) -> usize {
        self.table.shared_bytes() + self.exemplars.bytes()
    }
}
