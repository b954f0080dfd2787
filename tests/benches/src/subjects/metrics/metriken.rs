//! metriken: groups that are indexed, as ours are, with a histogram of many fine buckets.

use super::counted::{Totals, checked};
use super::{COMBINATIONS, Method, Rejected, Tier, combination, labels, of_one_series, work};
use crate::subject::{Subject, repeat};
use crate::subjects::beside::beside;
use metriken::histogram::Histogram;
use metriken::{
    CounterGroup, CounterHistogramGroup, GaugeGroup, ShardedCounterGroup, ShardedCounterHistogramGroup, metric,
};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Finer than 1 % of a value, the setting of metriken's own examples.
const GROUPING: u8 = 7;
const MAX: u8 = 64;

#[metric(name = "calls")]
static CALLS: CounterGroup = CounterGroup::new(2 * COMBINATIONS);
#[metric(name = "duration")]
static DURATION: CounterHistogramGroup = CounterHistogramGroup::new(2 * COMBINATIONS, GROUPING, MAX);
#[metric(name = "in_progress")]
static IN_PROGRESS: GaugeGroup = GaugeGroup::new(COMBINATIONS);
#[metric(name = "counted")]
static COUNTED: CounterGroup = CounterGroup::new(COMBINATIONS);
#[metric(name = "sharded_calls")]
static SHARDED_CALLS: ShardedCounterGroup = ShardedCounterGroup::new(2 * COMBINATIONS);
#[metric(name = "sharded_duration")]
static SHARDED_DURATION: ShardedCounterHistogramGroup =
    ShardedCounterHistogramGroup::new(2 * COMBINATIONS, GROUPING, MAX);

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[inline(never)]
fn work_groups(id: u64, method: Method, tier: Tier) -> Result<u64, Rejected> {
    let combination = combination(method, tier);
    IN_PROGRESS.increment(combination);
    let start = Instant::now();
    let result = work(id, method, tier);
    let series = combination * 2 + usize::from(result.is_err());
    let _ = DURATION.increment(series, nanos(start.elapsed()));
    CALLS.increment(series);
    IN_PROGRESS.decrement(combination);
    result
}

#[inline(never)]
fn work_sharded(id: u64, method: Method, tier: Tier) -> Result<u64, Rejected> {
    let combination = combination(method, tier);
    IN_PROGRESS.increment(combination);
    let start = Instant::now();
    let result = work(id, method, tier);
    let series = combination * 2 + usize::from(result.is_err());
    let _ = SHARDED_DURATION.increment(series, nanos(start.elapsed()));
    SHARDED_CALLS.increment(series);
    IN_PROGRESS.decrement(combination);
    result
}

fn call(id: u64) {
    let (method, tier) = labels(id);
    let _ = black_box(work_groups(black_box(id), method, tier));
}

pub(super) fn groups() -> Result<Box<dyn Subject>, String> {
    checked(repeat(call), group_totals)
}

pub(super) fn groups_beside() -> Result<Box<dyn Subject>, String> {
    checked(beside(|id| call(of_one_series(id))), group_totals)
}

pub(super) fn sharded() -> Result<Box<dyn Subject>, String> {
    let subject = repeat(|id| {
        let (method, tier) = labels(id);
        let _ = black_box(work_sharded(black_box(id), method, tier));
    });
    checked(subject, || {
        let calls = (0..2 * COMBINATIONS).filter_map(|series| SHARDED_CALLS.value(series)).sum();
        Ok(totals(calls, SHARDED_DURATION.load_all()))
    })
}

pub(super) fn counter() -> Result<Box<dyn Subject>, String> {
    let subject = repeat(|id| {
        let (method, tier) = labels(id);
        COUNTED.increment(combination(method, tier));
    });
    checked(subject, || {
        let counted: u64 = (0..COMBINATIONS).filter_map(|series| COUNTED.value(series)).sum();
        Ok(Totals::Counter(Some(counted.cast_signed())))
    })
}

#[expect(clippy::unnecessary_wraps, reason = "the same form as the others")]
fn group_totals() -> Result<Totals, String> {
    let calls = (0..2 * COMBINATIONS).filter_map(|series| CALLS.value(series)).sum();
    Ok(totals(calls, DURATION.load_all()))
}

fn totals(calls: u64, durations: Option<Vec<Histogram>>) -> Totals {
    let of_one = |histogram: &Histogram| histogram.iter().map(|bucket| bucket.count()).sum::<u64>();
    Totals::Calls {
        finished: Some(calls.cast_signed()),
        measured: durations.map(|durations| durations.iter().map(of_one).sum::<u64>().cast_signed()),
        in_progress: Some((0..COMBINATIONS).filter_map(|series| IN_PROGRESS.value(series)).sum()),
    }
}
