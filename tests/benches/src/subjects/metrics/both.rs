//! Calls that are traced and metered. They stand among the spans, which are the larger part of them.

use super::counted::{Totals, checked};
use super::{BOUNDS, KIND, Method, Rejected, Tier, labels, step};
use crate::subject::Subject;
use observe::{metered, traced};
use std::hint::black_box;

#[traced(fields(id, tier))]
#[metered(name = "work_both", labels(method: Method = method, tier: Tier = tier), buckets = BOUNDS)]
#[inline(never)]
fn work(id: u64, method: Method, tier: Tier) -> Result<u64, Rejected> {
    step(id, KIND)
}

pub(in crate::subjects) fn traced_metered(id: u64) {
    let (method, tier) = labels(id);
    let _ = black_box(work(black_box(id), method, tier));
}

/// A subject of these calls, each of which must be in the metrics.
pub(in crate::subjects) fn counted(calls: Result<Box<dyn Subject>, String>) -> Result<Box<dyn Subject>, String> {
    checked(calls, || Ok(Totals::of_calls(&observe::exposition(), "work_both")))
}
