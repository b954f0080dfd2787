//! autometrics with its prometheus backend. Its series are by function: a call has no labels.

use super::counted::{Totals, checked};
use super::{BOUNDS, KIND, Method, Rejected, Tier, labels, step};
use crate::samples::sum;
use crate::subject::{Subject, repeat};
use autometrics::autometrics;
use autometrics::settings::AutometricsSettings;
use prometheus::TextEncoder;
use std::hint::black_box;

#[autometrics(track_concurrency)]
#[inline(never)]
fn work_autometrics(id: u64, _method: Method, _tier: Tier) -> Result<u64, Rejected> {
    step(id, KIND)
}

pub(super) fn call() -> Result<Box<dyn Subject>, String> {
    AutometricsSettings::builder().histogram_buckets(BOUNDS).init();
    let subject = repeat(|id| {
        let (method, tier) = labels(id);
        let _ = black_box(work_autometrics(black_box(id), method, tier));
    });
    checked(subject, totals)
}

fn totals() -> Result<Totals, String> {
    let text = TextEncoder::new().encode_to_string(&prometheus::gather()).map_err(|error| error.to_string())?;
    Ok(Totals::Calls {
        finished: sum(&text, "function_calls_total"),
        measured: sum(&text, "function_calls_duration_seconds_count"),
        in_progress: sum(&text, "function_calls_concurrent"),
    })
}
