//! What `#[metered]` counts: calls by outcome, their durations, and how many are under way.
//!
//! A meter is a table with a row for each combination of labels and each outcome: the calls begun
//! (in the first outcome's row only), the buckets, the sum of nanoseconds. What no family shows is
//! left out of it. A row's index is a sum of label indices times strides, so there is no hashing and
//! no look-up, and two label sets can't fall onto one series. Calls under way are those begun less
//! those ended, so that there is nothing to take away again.

use super::exemplar::Exemplars;
use super::label::{Interners, LabelInfo};
use super::ladder::Ladder;
use super::model::{Descriptor, Encoder, Exemplar, FamilyType, HistogramValue, Number, Series, Source};
use super::registry::{Declared, DeclaredMetric, registry};
use super::series::LabelsOf;
use super::table::{Cells, Table};
use crate::call::Call;
use crate::call::outcome::{self, Outcome};
use crate::clock::Ticks;
use std::fmt;
use std::sync::atomic::Ordering::Relaxed;

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
    /// The histogram's bounds.
    pub ladder: &'static Ladder,
    /// The module that declares it.
    pub module: &'static str,
    /// The line of it.
    pub line: u32,
}

/// The place of the number of calls begun, in a row that has one. Buckets follow, or a single count
/// where durations are not measured; and behind the buckets the sum of durations.
const BEGUN: usize = 0;

/// The static part of a metered function, and its numbers.
pub struct Meter {
    definition: MeterDefinition,
    combinations: usize,
    /// The place of a row's first bucket, and how many there are.
    first_bucket: usize,
    buckets: usize,
    table: Table,
    interners: Interners,
    exemplars: Exemplars,
}

impl Meter {
    /// A meter that nobody has called yet.
    #[must_use]
    pub const fn new(definition: MeterDefinition) -> Self {
        let mut combinations: usize = 1;
        let mut at = 0;
        while at < definition.labels.len() {
            combinations = combinations.saturating_mul(definition.labels[at].cardinality);
            at += 1;
        }
        let first_bucket = if definition.in_progress.is_some() { BEGUN + 1 } else { BEGUN };
        let (buckets, sums) = if definition.duration.is_some() { (definition.ladder.buckets(), 1) } else { (1, 0) };
        let rows = combinations.saturating_mul(outcome::VALUES.len());
        let table = Table::new(rows, first_bucket + buckets + sums, usize::MAX);
        Self {
            definition,
            combinations,
            first_bucket,
            buckets,
            table,
            interners: Interners::new(),
            exemplars: Exemplars::new(),
        }
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

    /// Begins a call with this combination of labels.
    #[inline]
    pub fn begin(&'static self, combination: usize) -> MeterCall {
        // A type without values labels nothing, and a label's index may be wrong: there is no number
        // to add to, and no reason to panic.
        if combination >= self.combinations || !super::ENABLED.load(Relaxed) {
            return MeterCall { meter: None, row: 0, start: Ticks::NEVER };
        }
        let row = combination * outcome::VALUES.len();
        if self.definition.in_progress.is_some() {
            match self.table.row(row) {
                Some(own) => own.add(BEGUN, 1),
                None => self.table.add(|| self.place(), row, BEGUN, 1),
            }
        }
        MeterCall { meter: Some(self), row, start: Ticks::now() }
    }

    fn end(&'static self, first_row: usize, outcome: usize, nanos: u64) -> usize {
        let row = first_row + outcome;
        let is_measured = self.definition.duration.is_some();
        let bucket = if is_measured { self.definition.ladder.bucket(nanos) } else { 0 };
        let sum = self.first_bucket + self.buckets;
        match self.table.row(row) {
            Some(own) => {
                own.add(self.first_bucket + bucket, 1);
                if is_measured {
                    own.add(sum, nanos);
                }
            }
            None => {
                self.table.add(|| self.place(), row, self.first_bucket + bucket, 1);
                if is_measured {
                    self.table.add(|| self.place(), row, sum, nanos);
                }
            }
        }
        bucket
    }

    fn place(&'static self) -> &'static Cells {
        registry().place(self, &self.table)
    }

    /// The families that are not off, with what each shows.
    fn shown(&self) -> impl Iterator<Item = (Shown, &'static str)> {
        let MeterDefinition { calls, duration, in_progress, .. } = self.definition;
        [(Shown::Calls, calls), (Shown::Duration, duration), (Shown::InProgress, in_progress)]
            .into_iter()
            .filter_map(|(shown, name)| Some((shown, name?)))
    }

    fn rows(&self) -> usize {
        self.combinations * outcome::VALUES.len()
    }

    /// The numbers of one row.
    fn row<'a>(&self, numbers: &'a [u64], row: usize) -> &'a [u64] {
        let length = self.table.row_length();
        &numbers[row * length..][..length]
    }

    /// The finished calls of each row: the sum of its buckets, so that `+Inf` and `_count` are always
    /// equal.
    fn counts<'a>(&self, numbers: &'a [u64]) -> &'a [u64] {
        let first = if self.is_only_counts() { 0 } else { self.rows() * self.table.row_length() };
        &numbers[first..][..self.rows()]
    }

    /// Whether a row is nothing but its count.
    fn is_only_counts(&self) -> bool {
        self.table.row_length() == 1
    }
}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.definition.fmt(f)
    }
}

/// The three families of a meter.
#[derive(Clone, Copy)]
enum Shown {
    Calls,
    Duration,
    InProgress,
}

impl Source for Meter {
    fn families(&self) -> Vec<Descriptor> {
        let help = self.definition.help;
        let describe = |(shown, name)| match shown {
            Shown::Calls => Descriptor::new(name, FamilyType::Counter, format!("Finished calls: {help}")),
            Shown::Duration => {
                Descriptor::new(name, FamilyType::Histogram, format!("Duration of calls in seconds: {help}"))
                    .in_unit("seconds")
            }
            Shown::InProgress => Descriptor::new(name, FamilyType::Gauge, format!("Calls under way: {help}")),
        };
        self.shown().map(describe).collect()
    }

    /// First whether there is anything to show: most meters of a program that has just begun have
    /// not been called yet. Then all rows, and behind them their counts, which several families show.
    fn read(&self, numbers: &mut Vec<u64>) {
        let is_used = self.table.is_used();
        numbers.push(u64::from(is_used));
        if !is_used {
            return;
        }
        let start = numbers.len();
        self.table.read(numbers);
        if !self.is_only_counts() {
            let end = numbers.len();
            numbers.resize(end + self.rows(), 0);
            let (rows, counts) = numbers[start..].split_at_mut(end - start);
            for (row, count) in rows.chunks_exact(self.table.row_length()).zip(counts) {
                *count = row[self.first_bucket..][..self.buckets].iter().sum();
            }
        }
    }

    fn show(&self, family: usize, numbers: &[u64], encoder: &mut dyn Encoder) {
        let Some((1, numbers)) = numbers.split_first() else { return };
        match self.shown().nth(family) {
            Some((Shown::InProgress, _)) => self.show_in_progress(numbers, encoder),
            Some((shown, _)) => self.show_finished(shown, numbers, encoder),
            None => {}
        }
    }
}

impl Meter {
    fn show_in_progress(&self, numbers: &[u64], encoder: &mut dyn Encoder) {
        let (labels, interners) = (self.definition.labels, &self.interners);
        for (combination, counts) in self.counts(numbers).chunks_exact(outcome::VALUES.len()).enumerate() {
            let begun = self.row(numbers, combination * outcome::VALUES.len())[BEGUN];
            if begun > 0 {
                let labels = LabelsOf { labels, interners, combination, last: None };
                let series = Series { index: Some(combination), labels: &labels };
                // An end may be seen whose begin, on another thread, is not seen yet.
                encoder.number(series, Number::Unsigned(begun.saturating_sub(counts.iter().sum())));
            }
        }
    }

    fn show_finished(&self, shown: Shown, numbers: &[u64], encoder: &mut dyn Encoder) {
        let (labels, interners) = (self.definition.labels, &self.interners);
        for (row, count) in self.counts(numbers).iter().copied().enumerate().filter(|(_, count)| *count > 0) {
            let (combination, outcome) = (row / outcome::VALUES.len(), outcome::VALUES[row % outcome::VALUES.len()]);
            let labels = LabelsOf { labels, interners, combination, last: Some((self.definition.outcome, outcome)) };
            let series = Series { index: Some(row), labels: &labels };
            if let Shown::Calls = shown {
                encoder.number(series, Number::Unsigned(count));
                continue;
            }
            let (buckets, behind) = self.row(numbers, row)[self.first_bucket..].split_at(self.buckets);
            #[expect(clippy::cast_precision_loss, reason = "a sum of seconds is a float in every format")]
            let sum = behind.iter().sum::<u64>() as f64 / 1e9;
            let exemplar = |bucket: usize| self.exemplars.get(row * self.buckets + bucket);
            let bounds = self.definition.ladder.seconds;
            encoder.histogram(series, &HistogramValue { bounds, buckets, sum, exemplar: &exemplar });
        }
    }
}

impl Declared for Meter {
    fn table(&self) -> Option<&Table> {
        Some(&self.table)
    }

    fn place(&self) -> (&'static str, u32) {
        (self.definition.module, self.definition.line)
    }

    fn signature(&self) -> String {
        let MeterDefinition { calls, duration, in_progress, outcome, labels, ladder, .. } = &self.definition;
        let labels: Vec<_> = labels.iter().map(LabelInfo::signature).collect();
        format!("{calls:?} {duration:?} {in_progress:?} {outcome} {labels:?} {:?}", ladder.seconds)
    }

    fn bytes(&self) -> usize {
        self.table.shared_bytes() + self.exemplars.bytes()
    }
}

/// A call that is counted as under way, until it is ended or dropped.
#[must_use = "a call that is dropped at once counts as one that panicked"]
pub struct MeterCall {
    /// `None` where the call is not counted.
    meter: Option<&'static Meter>,
    /// The row of the first outcome.
    row: usize,
    pub(crate) start: Ticks,
}

impl MeterCall {
    /// Counts the call as done, and as not under way any more. Only the first time counts.
    #[inline]
    pub fn finish(&mut self, outcome: Outcome<'_>) {
        if let Some(meter) = self.meter.take() {
            meter.end(self.row, outcome.index(), Ticks::now().nanos_since(self.start));
        }
    }

    /// The same, at a moment that the span's end is, and with the span as the bucket's exemplar.
    pub(crate) fn finish_traced(
        &mut self,
        outcome: &Outcome<'_>,
        end: Ticks,
        exemplar: impl FnOnce(f64) -> Option<Exemplar>,
    ) {
        let Some(meter) = self.meter.take() else { return };
        let (row, nanos) = (self.row + outcome.index(), end.nanos_since(self.start));
        let bucket = meter.end(self.row, outcome.index(), nanos);
        if meter.definition.duration.is_none() {
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "an exemplar's value is a float in every format")]
        let seconds = nanos as f64 / 1e9;
        let series = meter.rows() * meter.buckets;
        meter.exemplars.offer(series, row * meter.buckets + bucket, end, || exemplar(seconds));
    }

    /// Puts a span on the call, beside what is counted.
    #[inline]
    pub fn into_call(self) -> Call {
        Call::metered(self)
    }
}

impl Drop for MeterCall {
    #[inline]
    fn drop(&mut self) {
        self.finish(Outcome::Panicked);
    }
}

impl fmt::Debug for MeterCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MeterCall({})", self.row)
    }
}
