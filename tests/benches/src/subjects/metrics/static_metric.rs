//! `prometheus-static-metric` on the `prometheus` crate: handles in nested structures, one for each
//! combination of labels.

use super::counted::{Totals, checked};
use super::prometheus::text;
use super::{BOUNDS, Rejected, labels, work};
use crate::subject::{Subject, repeat};
use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, IntGaugeVec, Opts, Registry};
use prometheus_static_metric::make_static_metric;
use std::hint::black_box;
use std::sync::LazyLock;
use std::time::Instant;

make_static_metric! {
    label_enum Methods { get, post, put, delete }
    label_enum Tiers { free, paid, internal }
    label_enum Statuses { ok, error }

    struct Calls: IntCounter { "method" => Methods, "tier" => Tiers, "status" => Statuses }
    struct Durations: Histogram { "method" => Methods, "tier" => Tiers, "status" => Statuses }
    struct InProgress: IntGauge { "method" => Methods, "tier" => Tiers }
    struct Counted: IntCounter { "method" => Methods, "tier" => Tiers }
}

/// The macro has label types of its own.
impl From<super::Method> for Methods {
    fn from(method: super::Method) -> Self {
        match method {
            super::Method::Get => Self::get,
            super::Method::Post => Self::post,
            super::Method::Put => Self::put,
            super::Method::Delete => Self::delete,
        }
    }
}

impl From<super::Tier> for Tiers {
    fn from(tier: super::Tier) -> Self {
        match tier {
            super::Tier::Free => Self::free,
            super::Tier::Paid => Self::paid,
            super::Tier::Internal => Self::internal,
        }
    }
}

/// The families, and the registry that shows them.
struct Families {
    calls: Calls,
    durations: Durations,
    in_progress: InProgress,
    counted: Counted,
    registry: Registry,
}

impl Families {
    fn new() -> prometheus::Result<Self> {
        let names = &["method", "tier", "status"];
        let calls = IntCounterVec::new(Opts::new("work_total", "Finished calls"), names)?;
        let options = HistogramOpts::new("work_duration_seconds", "Durations").buckets(BOUNDS.to_vec());
        let durations = HistogramVec::new(options, names)?;
        let in_progress = IntGaugeVec::new(Opts::new("work_in_progress", "Calls under way"), &names[..2])?;
        let counted = IntCounterVec::new(Opts::new("counted_total", "Calls"), &names[..2])?;
        let families = Self {
            calls: Calls::from(&calls),
            durations: Durations::from(&durations),
            in_progress: InProgress::from(&in_progress),
            counted: Counted::from(&counted),
            registry: Registry::new(),
        };
        families.registry.register(Box::new(calls))?;
        families.registry.register(Box::new(durations))?;
        families.registry.register(Box::new(in_progress))?;
        families.registry.register(Box::new(counted))?;
        Ok(families)
    }
}

static FAMILIES: LazyLock<Families> = LazyLock::new(|| Families::new().expect("the families are valid"));

#[inline(never)]
fn work_static(id: u64, method: super::Method, tier: super::Tier) -> Result<u64, Rejected> {
    let families = &*FAMILIES;
    let (of_method, of_tier) = (Methods::from(method), Tiers::from(tier));
    let in_progress = families.in_progress.get(of_method).get(of_tier);
    in_progress.inc();
    let start = Instant::now();
    let result = work(id, method, tier);
    let status = if result.is_ok() { Statuses::ok } else { Statuses::error };
    families.durations.get(of_method).get(of_tier).get(status).observe(start.elapsed().as_secs_f64());
    families.calls.get(of_method).get(of_tier).get(status).inc();
    in_progress.dec();
    result
}

pub(super) fn calls() -> Result<Box<dyn Subject>, String> {
    let subject = repeat(|id| {
        let (method, tier) = labels(id);
        let _ = black_box(work_static(black_box(id), method, tier));
    });
    checked(subject, || Ok(Totals::of_calls(&text(&FAMILIES.registry)?, "work")))
}

pub(super) fn counter() -> Result<Box<dyn Subject>, String> {
    let subject = repeat(|id| {
        let (method, tier) = labels(id);
        FAMILIES.counted.get(method.into()).get(tier.into()).inc();
    });
    checked(subject, || Ok(Totals::of_counter(&text(&FAMILIES.registry)?)))
}
