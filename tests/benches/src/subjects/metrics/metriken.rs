//! metriken: groups that are indexed, as ours are, with a histogram of many fine buckets.

use super::beside::beside;
use super::{COMBINATIONS, Method, Rejected, Tier, combination, labels, of_one_series, work};
use crate::subject::{Subject, repeat};
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
    repeat(call)
}

pub(super) fn groups_beside() -> Result<Box<dyn Subject>, String> {
    beside(|id| call(of_one_series(id)))
}

pub(super) fn sharded() -> Result<Box<dyn Subject>, String> {
    repeat(|id| {
        let (method, tier) = labels(id);
        let _ = black_box(work_sharded(black_box(id), method, tier));
    })
}
