//! How each family was in the last ten minutes, in one number every five seconds.

use crate::metric::{Descriptor, Encoder, FamilyType, HistogramValue, Number, Reading, Series, SummaryValue, registry};
use serde_json::Value;
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// From one number to the next.
pub(super) const INTERVAL: Duration = Duration::from_secs(5);

/// How many numbers are kept of a family.
const POINTS: usize = 120;

/// How many families are kept; those that come later have no history.
const MOST_FAMILIES: usize = 512;

/// The latest numbers of all families: what counters, histograms and summaries grew by in a second, and what the series of
/// a gauge add up to.
///
/// It takes at most 512 families with 120 numbers of 4 bytes each: 300 KiB, and their names.
#[derive(Debug, Default)]
pub(super) struct History(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// When the latest sample was due: a multiple of the interval after the first.
    due: Option<Instant>,
    families: HashMap<String, Line>,
}

/// The numbers of one family.
#[derive(Debug)]
struct Line {
    /// The latest sample that it was in, and what all series were together then.
    sampled: Instant,
    total: f64,
    /// Oldest first; NaN where there is none.
    points: VecDeque<f32>,
}

impl History {
    /// Takes a sample, where one is due; to be called about once a second, by one thread.
    ///
    /// A sample reads all numbers as a scrape does, and calls the functions that say the numbers of gauges.
    pub(super) fn tick(&self) {
        self.tick_at(Instant::now(), |totals| registry().encode(&mut Reading::default(), totals));
    }

    /// The numbers of the family of this full name, oldest first; null where none was taken.
    pub(super) fn of(&self, name: &str) -> Vec<Value> {
        let inner = self.lock();
        let points = inner.families.get(name).map(|line| &line.points);
        points.into_iter().flatten().map(|point| shortest(*point)).collect()
    }

    fn tick_at(&self, now: Instant, read: impl FnOnce(&mut Totals)) {
        let Some(missed) = self.lock().begin(now) else { return };
        let mut totals = Totals::default();
        // Nothing is locked: a user's function may be called here.
        read(&mut totals);
        self.lock().add(now, missed, totals);
    }

    /// A thread that panicked while it held the lock left at most a sample half-taken.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Whether a sample is due, and how many were not taken before it.
    fn begin(&mut self, now: Instant) -> Option<usize> {
        let Some(due) = self.due else {
            self.due = Some(now);
            return Some(0);
        };
        let late = now.saturating_duration_since(due).as_nanos();
        let missed = usize::try_from(late / INTERVAL.as_nanos()).unwrap_or(usize::MAX).checked_sub(1)?;
        let rest = u64::try_from(late % INTERVAL.as_nanos()).unwrap_or_default();
        self.due = now.checked_sub(Duration::from_nanos(rest));
        Some(missed)
    }

    fn add(&mut self, now: Instant, missed: usize, totals: Totals) {
        // Those whose numbers would all be null now.
        let oldest = INTERVAL * u32::try_from(POINTS).unwrap_or(u32::MAX);
        self.families.retain(|_, line| now.saturating_duration_since(line.sampled) < oldest);
        for Total { name, is_rate, sum } in totals.0 {
            if let Some(line) = self.families.get_mut(&name) {
                let point = if is_rate { line.rate(now, sum) } else { sum };
                line.skip(missed);
                line.push(point);
                (line.sampled, line.total) = (now, sum);
            } else if self.families.len() < MOST_FAMILIES {
                let mut line = Line { sampled: now, total: sum, points: VecDeque::new() };
                // What it grew by is known from the second sample on.
                line.push(if is_rate { f64::NAN } else { sum });
                self.families.insert(name, line);
            }
        }
        for line in self.families.values_mut().filter(|line| line.sampled != now) {
            line.skip(missed.saturating_add(1));
        }
    }
}

impl Line {
    /// What it grew by in a second. One that has fallen began again from zero.
    fn rate(&self, now: Instant, total: f64) -> f64 {
        let grown = if total < self.total { total } else { total - self.total };
        grown / now.saturating_duration_since(self.sampled).as_secs_f64()
    }

    fn skip(&mut self, points: usize) {
        (0..points.min(POINTS)).for_each(|_| self.push(f64::NAN));
    }

    fn push(&mut self, point: f64) {
        if self.points.len() == POINTS {
            self.points.pop_front();
        }
        #[expect(clippy::cast_possible_truncation, reason = "seven digits are enough for a line")]
        self.points.push_back(point as f32);
    }
}

/// The number in as few digits as tell it from others; null where it is none.
fn shortest(point: f32) -> Value {
    point.to_string().parse::<f64>().ok().into()
}

/// What the series of each family are together.
#[derive(Default)]
struct Totals(Vec<Total>);

struct Total {
    name: String,
    /// Whether it only grows, so that what matters is how fast.
    is_rate: bool,
    sum: f64,
}

impl Totals {
    fn add(&mut self, by: f64) {
        if let Some(family) = self.0.last_mut() {
            family.sum += by;
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "seven digits are kept")]
impl Encoder for Totals {
    fn begin(&mut self, _generation: u64) {}

    fn family(&mut self, _id: Option<usize>, name: &str, descriptor: &Descriptor) {
        let is_rate = match descriptor.family_type {
            FamilyType::Counter | FamilyType::Histogram | FamilyType::Summary => true,
            FamilyType::Gauge | FamilyType::Info => false,
        };
        self.0.push(Total { name: name.to_owned(), is_rate, sum: 0.0 });
    }

    fn number(&mut self, _: Series<'_>, value: Number) {
        self.add(match value {
            Number::Unsigned(value) => value as f64,
            Number::Float(value) => value,
        });
    }

    fn histogram(&mut self, _: Series<'_>, value: &HistogramValue<'_>) {
        self.add(value.buckets.iter().sum::<u64>() as f64);
    }

    fn summary(&mut self, _: Series<'_>, value: &SummaryValue<'_>) {
        self.add(value.count as f64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COUNTER: FamilyType = FamilyType::Counter;
    const GAUGE: FamilyType = FamilyType::Gauge;

    /// A history, and the time in it.
    struct Clock {
        history: History,
        now: Instant,
    }

    impl Clock {
        fn new() -> Self {
            Self { history: History::default(), now: Instant::now() }
        }

        /// A tick so many seconds later, with one family and its series.
        fn tick(&mut self, seconds: f64, family_type: FamilyType, series: &[f64]) {
            self.now += Duration::from_secs_f64(seconds);
            self.history.tick_at(self.now, |totals| show(totals, "one", family_type, series));
        }

        fn numbers(&self) -> Vec<Option<f64>> {
            self.history.of("one").iter().map(Value::as_f64).collect()
        }
    }

    fn show(encoder: &mut dyn Encoder, name: &str, family_type: FamilyType, series: &[f64]) {
        encoder.family(None, name, &Descriptor::new("unused", family_type, ""));
        for value in series {
            encoder.number(Series { index: None, labels: &[("", ""); 0] }, Number::Float(*value));
        }
    }

    #[test]
    fn a_counter_is_what_it_grows_by_in_a_second_and_a_gauge_what_it_is() {
        let mut clock = Clock::new();
        for total in [10.0, 20.0, 20.5] {
            clock.tick(5.0, COUNTER, &[total, 1.0]);
        }
        assert_eq!(clock.numbers(), [None, Some(2.0), Some(0.1)]);
        let mut clock = Clock::new();
        for value in [10.0, -20.0] {
            clock.tick(5.0, GAUGE, &[value, 1.5]);
        }
        assert_eq!(clock.numbers(), [Some(11.5), Some(-18.5)]);
    }

    #[test]
    fn histograms_and_summaries_are_observations_in_a_second() {
        let history = History::default();
        let start = Instant::now();
        for (at, count) in [(0, 3), (1, 13)] {
            history.tick_at(start + at * INTERVAL, |totals| {
                let series = || Series { index: None, labels: &[("", ""); 0] };
                totals.family(None, "sizes", &Descriptor::new("", FamilyType::Histogram, ""));
                let buckets = &[count, 1];
                totals.histogram(series(), &HistogramValue { bounds: &[1.0], buckets, sum: 7.0, exemplar: &|_| None });
                totals.family(None, "waits", &Descriptor::new("", FamilyType::Summary, ""));
                totals.summary(series(), &SummaryValue { quantiles: &[], sum: 7.0, count: 2 * count });
            });
        }
        assert_eq!(history.of("sizes"), [Value::Null, 2.0.into()]);
        assert_eq!(history.of("waits"), [Value::Null, 4.0.into()]);
    }

    #[test]
    fn a_counter_that_falls_began_again_from_zero() {
        let mut clock = Clock::new();
        for total in [100.0, 110.0, 5.0, 15.0] {
            clock.tick(5.0, COUNTER, &[total]);
        }
        assert_eq!(clock.numbers(), [None, Some(2.0), Some(1.0), Some(2.0)]);
    }

    #[test]
    fn a_sample_is_taken_every_five_seconds_however_often_it_ticks() {
        let mut clock = Clock::new();
        // Late by 0.3 seconds more each time, as a thread is that sleeps between its work.
        for tick in 0..20_i32 {
            clock.tick(1.3, GAUGE, &[f64::from(tick)]);
        }
        // At 0, 5.2, 10.4, 15.6 and 20.8 seconds.
        assert_eq!(clock.numbers(), [0.0, 4.0, 8.0, 12.0, 16.0].map(Some));
    }

    #[test]
    fn what_was_not_sampled_in_time_is_null_and_the_rate_is_of_the_whole_time() {
        let mut clock = Clock::new();
        clock.tick(0.0, COUNTER, &[0.0]);
        clock.tick(17.0, COUNTER, &[34.0]);
        // At the next multiple of five seconds.
        clock.tick(3.0, COUNTER, &[64.0]);
        assert_eq!(clock.numbers(), [None, None, None, Some(2.0), Some(10.0)]);
    }

    #[test]
    fn a_family_that_is_gone_leaves_a_gap_and_then_its_room() {
        let mut clock = Clock::new();
        clock.tick(5.0, GAUGE, &[1.0]);
        clock.now += INTERVAL;
        clock.history.tick_at(clock.now, |_| {});
        clock.tick(5.0, GAUGE, &[2.0]);
        assert_eq!(clock.numbers(), [Some(1.0), None, Some(2.0)]);
        clock.now += INTERVAL * 120;
        clock.history.tick_at(clock.now, |_| {});
        assert!(clock.history.lock().families.is_empty());
    }

    #[test]
    fn ten_minutes_are_kept() {
        let mut clock = Clock::new();
        for tick in 0..POINTS + 30 {
            clock.tick(5.0, GAUGE, &[f64::from(u32::try_from(tick).unwrap())]);
        }
        let numbers = clock.numbers();
        assert_eq!((numbers.len(), numbers[0], numbers[POINTS - 1]), (POINTS, Some(30.0), Some(149.0)));
        clock.tick(595.0, GAUGE, &[1.0]);
        let numbers = clock.numbers();
        let before: Vec<_> = numbers.iter().flatten().collect();
        assert_eq!((numbers.len(), before), (POINTS, vec![&149.0, &1.0]));
        // What is older than that is as if it had never been.
        clock.tick(100_000.0, GAUGE, &[2.0]);
        assert_eq!(clock.numbers(), [Some(2.0)]);
    }

    #[test]
    fn no_more_families_are_kept_than_there_is_room_for() {
        let history = History::default();
        let now = Instant::now();
        for tick in 0..2 {
            history.tick_at(now + tick * INTERVAL, |totals| {
                (0..MOST_FAMILIES + 9).for_each(|at| show(totals, &format!("family_{at}"), GAUGE, &[1.0]));
            });
        }
        let points = |at: usize| history.of(&format!("family_{at}")).len();
        assert_eq!(history.lock().families.len(), MOST_FAMILIES);
        assert_eq!([0, MOST_FAMILIES - 1, MOST_FAMILIES].map(points), [2, 2, 0]);
    }

    #[test]
    fn what_is_no_number_is_null_and_others_are_short() {
        let mut clock = Clock::new();
        for value in [f64::NAN, f64::INFINITY, 1e300, 0.1] {
            clock.tick(5.0, GAUGE, &[value]);
        }
        let text = serde_json::to_string(&clock.history.of("one")).unwrap();
        assert_eq!(text, "[null,null,null,0.1]");
    }

    #[test]
    fn all_families_of_the_process_are_sampled_once_they_are_due() {
        let history = History::default();
        history.tick();
        history.tick();
        assert_eq!(history.of("observe_spans_exported_total"), [Value::Null]);
    }

    /// A function that a sample calls may look at the history.
    #[test]
    fn nothing_is_locked_while_numbers_are_read() {
        let history = History::default();
        history.tick_at(Instant::now(), |totals| {
            assert_eq!(history.of("one"), [] as [Value; 0]);
            show(totals, "one", GAUGE, &[1.0]);
        });
        assert_eq!(history.of("one"), [1.0]);
    }
}
