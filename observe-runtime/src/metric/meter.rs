//! What `#[metered]` counts: calls by outcome, their durations, and how many are under way.
//!
//! A meter is a table with a row for each combination of labels and each outcome: the calls begun
//! (in the first outcome's row only), the buckets, the sum of nanoseconds. A row's index is a sum of
//! label indices times strides, so there is no hashing and no look-up, and two label sets can't fall
//! onto one series. Calls under way are those begun less those ended, so that there is nothing to
//! take away again.

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

/// The place in a row of the number of calls begun; buckets and the sum of durations follow.
const BEGUN: usize = 0;
const BUCKETS: usize = 1;

/// The static part of a metered function, and its numbers.
pub struct Meter {
    definition: MeterDefinition,
    combinations: usize,
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
        let rows = combinations.saturating_mul(outcome::VALUES.len());
        let table = Table::new(rows, BUCKETS + definition.ladder.buckets() + 1, usize::MAX);
        Self { definition, combinations, table, interners: Interners::new(), exemplars: Exemplars::new() }
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
        match self.table.row(row) {
            Some(own) => own.add(BEGUN, 1),
            None => self.table.add(|| self.place(), row, BEGUN, 1),
        }
        MeterCall { meter: Some(self), row, start: Ticks::now() }
    }

    fn end(&'static self, first_row: usize, outcome: usize, nanos: u64) -> usize {
        let row = first_row + outcome;
        let bucket = self.definition.ladder.bucket(nanos);
        let sum = BUCKETS + self.definition.ladder.buckets();
        match self.table.row(row) {
            Some(own) => {
                own.add(BUCKETS + bucket, 1);
                own.add(sum, nanos);
            }
            None => {
                self.table.add(|| self.place(), row, BUCKETS + bucket, 1);
                self.table.add(|| self.place(), row, sum, nanos);
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

    /// The numbers of one row.
    fn counts<'a>(&self, numbers: &'a [u64], row: usize) -> Counts<'a> {
        let length = self.table.row_length();
        let row = &numbers[row * length..][..length];
        let buckets = &row[BUCKETS..length - 1];
        Counts { begun: row[BEGUN], buckets, nanos: row[length - 1], count: buckets.iter().sum() }
    }
}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.definition.fmt(f)
    }
}

/// One row's numbers.
struct Counts<'a> {
    begun: u64,
    buckets: &'a [u64],
    nanos: u64,
    /// The sum of the buckets, so that `+Inf` and `_count` are always equal.
    count: u64,
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

    fn read(&self, numbers: &mut Vec<u64>) {
        self.table.read(numbers);
    }

    fn show(&self, family: usize, numbers: &[u64], encoder: &mut dyn Encoder) {
        let Some((shown, _)) = self.shown().nth(family) else { return };
        let (labels, interners) = (self.definition.labels, &self.interners);
        for combination in 0..self.combinations {
            let first = combination * outcome::VALUES.len();
            if let Shown::InProgress = shown {
                let begun = self.counts(numbers, first).begun;
                let ended: u64 =
                    (first..first + outcome::VALUES.len()).map(|row| self.counts(numbers, row).count).sum();
                // An end may be seen whose begin, on another thread, is not seen yet.
                let under_way = Number::Unsigned(begun.saturating_sub(ended));
                if begun > 0 {
                    let labels = LabelsOf { labels, interners, combination, last: None };
                    encoder.number(Series { index: Some(combination), labels: &labels }, under_way);
                }
                continue;
            }
            for (at, value) in outcome::VALUES.into_iter().enumerate() {
                let row = first + at;
                let counts = self.counts(numbers, row);
                if counts.count == 0 {
                    continue;
                }
                let labels = LabelsOf { labels, interners, combination, last: Some((self.definition.outcome, value)) };
                let series = Series { index: Some(row), labels: &labels };
                if let Shown::Calls = shown {
                    encoder.number(series, Number::Unsigned(counts.count));
                    continue;
                }
                #[expect(clippy::cast_precision_loss, reason = "a sum of seconds is a float in every format")]
                let sum = counts.nanos as f64 / 1e9;
                let exemplar = |bucket: usize| self.exemplars.get(row * self.definition.ladder.buckets() + bucket);
                let (bounds, buckets) = (self.definition.ladder.seconds, counts.buckets);
                encoder.histogram(series, &HistogramValue { bounds, buckets, sum, exemplar: &exemplar });
            }
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
        let buckets = meter.definition.ladder.buckets();
        #[expect(clippy::cast_precision_loss, reason = "an exemplar's value is a float in every format")]
        let seconds = nanos as f64 / 1e9;
        let series = meter.combinations * outcome::VALUES.len() * buckets;
        meter.exemplars.offer(series, row * buckets + bucket, end, || exemplar(seconds));
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
