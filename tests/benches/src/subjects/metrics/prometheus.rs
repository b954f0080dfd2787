//! The `prometheus` crate, by hand, as its users write it.

use super::counted::{Totals, checked};
use super::{BOUNDS, COMBINATIONS, Method, Rejected, Tier, combination, labels, of_one_series, work};
use crate::subject::{Subject, repeat};
use crate::subjects::beside::beside;
use observe::Label as _;
use prometheus::{
    Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
    TextEncoder,
};
use std::hint::black_box;
use std::sync::LazyLock;
use std::time::Instant;

/// The three families.
struct Families {
    calls: IntCounterVec,
    duration: HistogramVec,
    in_progress: IntGaugeVec,
    registry: Registry,
}

impl Families {
    fn new() -> prometheus::Result<Self> {
        let names = &["method", "tier", "status"];
        let families = Self {
            calls: IntCounterVec::new(Opts::new("work_total", "Finished calls"), names)?,
            duration: HistogramVec::new(
                HistogramOpts::new("work_duration_seconds", "Durations").buckets(BOUNDS.to_vec()),
                names,
            )?,
            in_progress: IntGaugeVec::new(Opts::new("work_in_progress", "Calls under way"), &names[..2])?,
            registry: Registry::new(),
        };
        families.registry.register(Box::new(families.calls.clone()))?;
        families.registry.register(Box::new(families.duration.clone()))?;
        families.registry.register(Box::new(families.in_progress.clone()))?;
        Ok(families)
    }
}

static FAMILIES: LazyLock<Families> = LazyLock::new(|| Families::new().expect("the families are valid"));

/// The handles of one combination; of each outcome where the outcome is a label.
struct Handles {
    calls: [IntCounter; 2],
    duration: [Histogram; 2],
    in_progress: IntGauge,
}

static HANDLES: LazyLock<Vec<Handles>> = LazyLock::new(|| (0..COMBINATIONS).map(resolve).collect());

fn resolve(combination: usize) -> Handles {
    let method = Method::value(combination / Tier::CARDINALITY);
    let tier = Tier::value(combination % Tier::CARDINALITY);
    let calls = |status| FAMILIES.calls.with_label_values(&[method, tier, status]);
    let duration = |status| FAMILIES.duration.with_label_values(&[method, tier, status]);
    Handles {
        calls: [calls("ok"), calls("error")],
        duration: [duration("ok"), duration("error")],
        in_progress: FAMILIES.in_progress.with_label_values(&[method, tier]),
    }
}

#[inline(never)]
fn work_resolved(id: u64, method: Method, tier: Tier) -> Result<u64, Rejected> {
    let handles = &HANDLES[combination(method, tier)];
    handles.in_progress.inc();
    let start = Instant::now();
    let result = work(id, method, tier);
    let outcome = usize::from(result.is_err());
    handles.duration[outcome].observe(start.elapsed().as_secs_f64());
    handles.calls[outcome].inc();
    handles.in_progress.dec();
    result
}

#[inline(never)]
fn work_looked_up(id: u64, method: Method, tier: Tier) -> Result<u64, Rejected> {
    let families = &*FAMILIES;
    let (method_text, tier_text) = (Method::value(method.index()), Tier::value(tier.index()));
    let in_progress = families.in_progress.with_label_values(&[method_text, tier_text]);
    in_progress.inc();
    let start = Instant::now();
    let result = work(id, method, tier);
    let values = [method_text, tier_text, if result.is_ok() { "ok" } else { "error" }];
    families.duration.with_label_values(&values).observe(start.elapsed().as_secs_f64());
    families.calls.with_label_values(&values).inc();
    in_progress.dec();
    result
}

fn call(id: u64) {
    let (method, tier) = labels(id);
    let _ = black_box(work_resolved(black_box(id), method, tier));
}

pub(super) fn resolved() -> Result<Box<dyn Subject>, String> {
    checked(repeat(call), totals)
}

pub(super) fn resolved_beside() -> Result<Box<dyn Subject>, String> {
    checked(beside(|id| call(of_one_series(id))), totals)
}

pub(super) fn looked_up() -> Result<Box<dyn Subject>, String> {
    let subject = repeat(|id| {
        let (method, tier) = labels(id);
        let _ = black_box(work_looked_up(black_box(id), method, tier));
    });
    checked(subject, totals)
}

fn totals() -> Result<Totals, String> {
    Ok(Totals::of_calls(&text(&FAMILIES.registry)?, "work"))
}

/// All metrics of a registry.
pub(super) fn text(registry: &Registry) -> Result<String, String> {
    TextEncoder::new().encode_to_string(&registry.gather()).map_err(|error| error.to_string())
}
