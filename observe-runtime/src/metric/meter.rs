//! What `#[metered]` counts: calls by outcome, their durations, and how many are under way.
//!
//! A meter is a table with a row for each combination of labels. In it, each outcome has a part: the
//! calls begun (only counted in the first), the sum of nanoseconds, the buckets. A row's index is a
//! sum of label indices times strides, so there is no hashing and no look-up, and two label sets
//! can't fall onto one series. Calls under way are those begun less those ended, so that there is nothing to
//! take away again.

use super::declarations::DeclaredMetric;
use super::exemplar::Exemplars;
use super::label::{Interners, LabelInfo};
use super::ladder::Ladder;
use super::model::{Descriptor, Encoder, Exemplar, FamilyType, HistogramValue, Labels, Number, Series, Source};
use super::registry::{Declared, registry};
use super::series::LabelsOf;
use super::table::{Cells, Row, Table};
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
    /// The label that an error is, besides.
    pub errors: Option<LabelInfo>,
    /// The histogram's bounds.
    pub ladder: &'static Ladder,
    /// What the service promises of the calls.
    pub objective: Objective,
    /// The module that declares it.
    pub module: &'static str,
    /// The line of it.
    pub line: u32,
}

/// What a service promises of a function's calls: percentages, and a duration in seconds.
#[derive(Clone, Copy, Debug)]
pub struct Objective {
    /// Of all calls this many end as `ok`.
    pub success: Option<f64>,
    /// This many, the second, take no longer than the first, which is one of the histogram's bounds.
    pub latency: Option<(f64, f64)>,
}

impl MeterDefinition {
    /// How many ways to end there are.
    const fn outcomes(&self) -> usize {
        match &self.errors {
            Some(errors) => outcome::VALUES.len() - 1 + errors.cardinality,
            None => outcome::VALUES.len(),
        }
    }
}

/// The places in an outcome's part: of the number of calls begun, of the sum of durations, of the first bucket.
const BEGUN: usize = 0;
const NANOS: usize = 1;
const BUCKETS: usize = 2;

/// The static part of a metered function, and its numbers.
pub struct Meter {
    definition: MeterDefinition,
    /// Numbers of one outcome, and some unused, so that a row is a power of two.
    part: usize,
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
        let part = (BUCKETS + definition.ladder.buckets()).next_power_of_two();
        let table = Table::new(combinations, part * definition.outcomes(), usize::MAX);
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
        MeterCall { meter: Some(self), combination, own: None, start: Ticks::NEVER }
    }

    /// Counts a duration, wherever the call ends. Also of a call that began before metrics were
    /// switched off: it was counted as under way.
    fn count(&'static self, combination: usize, outcome: usize, nanos: u64) -> usize {
        let (part, bucket) = (outcome * self.part, self.definition.ladder.bucket(nanos));
        match self.table.row(combination) {
            Some(own) => {
                own.add(part + BUCKETS + bucket, 1);
                own.add(part + NANOS, nanos);
            }
            None => {
                self.table.add(|| self.place(), combination, part + BUCKETS + bucket, 1);
                self.table.add(|| self.place(), combination, part + NANOS, nanos);
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

    /// The numbers of one combination with one outcome.
    fn counts<'a>(&self, numbers: &'a [u64], combination: usize, outcome: usize) -> Counts<'a> {
        let at = combination * self.table.row_length() + outcome * self.part;
        let part = &numbers[at..at + BUCKETS + self.definition.ladder.buckets()];
        let buckets = &part[BUCKETS..];
        Counts { begun: part[BEGUN], buckets, nanos: part[NANOS], count: buckets.iter().sum() }
    }
}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.definition.fmt(f)
    }
}

/// What was counted of one combination with one outcome.
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

/// The user's labels, how the call ended, and by which error.
struct OutcomeLabels<'a> {
    definition: &'a MeterDefinition,
    interners: &'a Interners,
    combination: usize,
    outcome: usize,
}

impl Labels for OutcomeLabels<'_> {
    fn each(&self, see: &mut dyn FnMut(&str, &str)) {
        let MeterDefinition { labels, outcome, errors, .. } = self.definition;
        LabelsOf { labels, interners: self.interners, combination: self.combination }.each(see);
        let first_error = outcome::VALUES.len() - 1;
        see(outcome, outcome::VALUES[self.outcome.min(first_error)]);
        if let Some(errors) = errors {
            let value =
                self.outcome.checked_sub(first_error).map(|error| errors.text(error, self.interners, labels.len()));
            see(errors.name, value.unwrap_or("none"));
        }
    }
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
        for combination in 0..self.table.rows() {
            if let Shown::InProgress = shown {
                let counts = |outcome| self.counts(numbers, combination, outcome);
                let ended: u64 = (0..self.definition.outcomes()).map(|outcome| counts(outcome).count).sum();
                let begun = counts(0).begun;
                // An end may be seen whose begin, on another thread, is not seen yet.
                let under_way = Number::Unsigned(begun.saturating_sub(ended));
                if begun > 0 {
                    let labels = LabelsOf { labels, interners, combination };
                    encoder.number(Series { index: Some(combination), labels: &labels }, under_way);
                }
                continue;
            }
            for at in 0..self.definition.outcomes() {
                let counts = self.counts(numbers, combination, at);
                if counts.count == 0 {
                    continue;
                }
                let labels = OutcomeLabels { definition: &self.definition, interners, combination, outcome: at };
                let index = combination * self.definition.outcomes() + at;
                let series = Series { index: Some(index), labels: &labels };
                if let Shown::Calls = shown {
                    encoder.number(series, Number::Unsigned(counts.count));
                    continue;
                }
                #[expect(clippy::cast_precision_loss, reason = "a sum of seconds is a float in every format")]
                let sum = counts.nanos as f64 / 1e9;
                let exemplar = |bucket: usize| self.exemplars.get(index * self.definition.ladder.buckets() + bucket);
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
        let MeterDefinition { calls, duration, in_progress, outcome, labels, errors, ladder, .. } = &self.definition;
        let labels: Vec<_> = labels.iter().chain(errors).map(LabelInfo::signature).collect();
        format!("{calls:?} {duration:?} {in_progress:?} {outcome} {labels:?} {:?}", ladder.seconds)
    }

    fn bytes(&self) -> usize {
        self.table.shared_bytes() + self.exemplars.bytes()
    }
}

/// A call that is counted as under way, until it is ended or dropped.
///
/// It stays on its thread, whose row it keeps; see [`MeterCall::leave_thread`].
#[must_use = "a call that is dropped at once counts as one that panicked"]
pub struct MeterCall {
    /// `None` where the call is not counted.
    meter: Option<&'static Meter>,
    combination: usize,
    own: Option<Row>,
    pub(crate) start: Ticks,
}

impl MeterCall {
    /// Counts the call as under way, and takes the time.
    #[inline]
    pub fn begin(&mut self) {
        // Of a label without values there is no row, and none is ever taken.
        match self.meter.and_then(|meter| meter.table.row(self.combination)) {
            Some(own) => {
                own.add(BEGUN, 1);
                self.own = Some(own);
                self.start = Ticks::now();
            }
            None => self.begin_slowly(),
        }
    }

    #[cold]
    #[inline(never)]
    fn begin_slowly(&mut self) {
        if !super::ENABLED.load(Relaxed) {
            self.meter = None;
        } else if let Some(meter) = self.meter {
            meter.table.add(|| meter.place(), self.combination, BEGUN, 1);
            self.start = Ticks::now();
        }
    }

    /// Counts the call as done, and as not under way any more. Generated code then forgets the call,
    /// which would be counted once more if it were dropped.
    #[inline]
    pub fn finish(&self, outcome: Outcome<'_>) {
        self.end(outcome.place());
    }

    /// The same for a call that lies in a future. Only the first time counts.
    pub(crate) fn finish_once(&mut self, outcome: Outcome<'_>) {
        self.end(outcome.place());
        self.meter = None;
    }

    /// Takes the time, and counts.
    #[inline(never)]
    fn end(&self, outcome: usize) {
        let (Some(meter), Some(own), Some(nanos)) = (self.meter, self.own, self.start.nanos_by_counter()) else {
            return self.end_slowly(outcome);
        };
        let (part, bucket) = (outcome * meter.part, meter.definition.ladder.bucket(nanos));
        own.add(part + BUCKETS + bucket, 1);
        own.add(part + NANOS, nanos);
    }

    /// On another thread than where the call began, by another clock, or not at all.
    #[cold]
    #[inline(never)]
    fn end_slowly(&self, outcome: usize) {
        if let Some(meter) = self.meter {
            meter.count(self.combination, outcome, Ticks::now().nanos_since(self.start));
        }
    }

    /// The same, at a moment that the span's end is, and with the span as the bucket's exemplar.
    /// Only the first time counts.
    pub(crate) fn finish_traced(
        &mut self,
        outcome: &Outcome<'_>,
        end: Ticks,
        exemplar: impl FnOnce(f64) -> Option<Exemplar>,
    ) {
        let Some(meter) = self.meter.take() else { return };
        let nanos = end.nanos_since(self.start);
        let outcome = outcome.place();
        let bucket = meter.count(self.combination, outcome, nanos);
        #[expect(clippy::cast_precision_loss, reason = "an exemplar's value is a float in every format")]
        let seconds = nanos as f64 / 1e9;
        let (outcomes, buckets) = (meter.definition.outcomes(), meter.definition.ladder.buckets());
        let slots = meter.table.rows() * outcomes * buckets;
        let slot = (self.combination * outcomes + outcome) * buckets + bucket;
        meter.exemplars.offer(slots, slot, end, || exemplar(seconds));
    }

    /// For a future, which may end on another thread than this.
    pub(crate) fn leave_thread(&mut self) {
        self.own = None;
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
        self.end(Outcome::Panicked.place());
    }
}

impl fmt::Debug for MeterCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MeterCall({})", self.combination)
    }
}
