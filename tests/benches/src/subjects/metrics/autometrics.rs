//! autometrics with its prometheus backend. Its series are by function: a call has no labels.

use super::{BOUNDS, KIND, Method, Rejected, Tier, labels, step};
use crate::subject::{Subject, repeat};
use autometrics::autometrics;
use autometrics::settings::AutometricsSettings;
use std::hint::black_box;

#[autometrics(track_concurrency)]
#[inline(never)]
fn work_autometrics(id: u64, _method: Method, _tier: Tier) -> Result<u64, Rejected> {
    step(id, KIND)
}

pub(super) fn call() -> Result<Box<dyn Subject>, String> {
    AutometricsSettings::builder().histogram_buckets(BOUNDS).init();
    repeat(|id| {
        let (method, tier) = labels(id);
        let _ = black_box(work_autometrics(black_box(id), method, tier));
    })
}
