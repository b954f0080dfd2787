//! Ours, as a user writes it.

use super::counted::{Totals, checked};
use super::{BOUNDS, KIND, Method, Rejected, Tier, labels, of_one_series, step};
use crate::subject::{Subject, repeat};
use crate::subjects::beside::beside;
use observe::metered;
use std::hint::black_box;

/// Works, and is counted.
#[metered(name = "work", labels(method: Method = method, tier: Tier = tier), buckets = BOUNDS)]
#[inline(never)]
fn work(id: u64, method: Method, tier: Tier) -> Result<u64, Rejected> {
    step(id, KIND)
}

fn call(id: u64) {
    let (method, tier) = labels(id);
    let _ = black_box(work(black_box(id), method, tier));
}

pub(super) fn metered() -> Result<Box<dyn Subject>, String> {
    checked(repeat(call), || Ok(totals()))
}

pub(super) fn metered_beside() -> Result<Box<dyn Subject>, String> {
    checked(beside(|id| call(of_one_series(id))), || Ok(totals()))
}

fn totals() -> Totals {
    Totals::of_calls(&observe::exposition(), "work")
}
