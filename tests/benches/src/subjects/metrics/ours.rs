//! Ours, as a user writes it.

use super::beside::beside;
use super::counted::{Totals, checked};
use super::{BOUNDS, KIND, Method, Rejected, Tier, labels, of_one_series, step};
use crate::subject::{Exports, Subject, repeat};
use crate::subjects::telemetry::{self, Arrived};
use observe::{metered, traced};
use std::hint::black_box;

/// Works, and is counted.
#[metered(name = "work", labels(method: Method = method, tier: Tier = tier), buckets = BOUNDS)]
#[inline(never)]
fn work(id: u64, method: Method, tier: Tier) -> Result<u64, Rejected> {
    step(id, KIND)
}

/// Works, is counted and traced.
#[traced(fields(id, tier))]
#[metered(name = "work_both", labels(method: Method = method, tier: Tier = tier), buckets = BOUNDS)]
#[inline(never)]
fn work_both(id: u64, method: Method, tier: Tier) -> Result<u64, Rejected> {
    step(id, KIND)
}

fn call(id: u64) {
    let (method, tier) = labels(id);
    let _ = black_box(work(black_box(id), method, tier));
}

fn call_both(id: u64) {
    let (method, tier) = labels(id);
    let _ = black_box(work_both(black_box(id), method, tier));
}

pub(super) fn metered() -> Result<Box<dyn Subject>, String> {
    checked(repeat(call), || Ok(totals("work")))
}

pub(super) fn metered_beside() -> Result<Box<dyn Subject>, String> {
    checked(beside(|id| call(of_one_series(id))), || Ok(totals("work")))
}

pub(super) fn traced_metered_off() -> Result<Box<dyn Subject>, String> {
    checked(repeat(call_both), || Ok(totals("work_both")))
}

pub(super) fn traced_metered() -> Result<Box<dyn Subject>, String> {
    let subject = Box::new(Both { made: 0, arrived: telemetry::observe()? });
    checked(Ok(subject), || Ok(totals("work_both")))
}

fn totals(name: &str) -> Totals {
    Totals::of_calls(&observe::exposition(), name)
}

/// Calls that are roots themselves.
struct Both {
    made: u64,
    arrived: Arrived,
}

impl Subject for Both {
    fn run(&mut self, operations: u64) {
        (0..operations).for_each(call_both);
        self.made += operations;
    }

    fn settle(&mut self) -> Option<Exports> {
        let (exported, lost) = (self.arrived)();
        Some(Exports { expected: self.made, exported, lost })
    }
}
