//! `prometheus-client`: families that find a metric by its labels, in a map behind a lock.

use super::counted::{Totals, checked};
use super::{BOUNDS, Method, Rejected, Status, Tier, labels, work};
use crate::subject::{Subject, repeat};
use prometheus_client::encoding::{EncodeLabelSet, text::encode};
use prometheus_client::metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram};
use prometheus_client::registry::Registry;
use std::hint::black_box;
use std::sync::LazyLock;
use std::time::Instant;

/// The labels of a call that is under way, and those of the family that only counts.
#[derive(EncodeLabelSet, Clone, Debug, PartialEq, Eq, Hash)]
struct Begun {
    method: Method,
    tier: Tier,
}

/// The labels of a finished call.
#[derive(EncodeLabelSet, Clone, Debug, PartialEq, Eq, Hash)]
struct Ended {
    method: Method,
    tier: Tier,
    status: Status,
}

/// The families, and the registry that shows them.
struct Families {
    calls: Family<Ended, Counter>,
    duration: Family<Ended, Histogram>,
    in_progress: Family<Begun, Gauge>,
    counted: Family<Begun, Counter>,
    registry: Registry,
}

static FAMILIES: LazyLock<Families> = LazyLock::new(|| {
    let mut families = Families {
        calls: Family::default(),
        duration: Family::new_with_constructor(|| Histogram::new(BOUNDS)),
        in_progress: Family::default(),
        counted: Family::default(),
        registry: Registry::default(),
    };
    // A counter gets its `_total` from the encoder.
    families.registry.register("work", "Finished calls", families.calls.clone());
    families.registry.register("work_duration_seconds", "Durations", families.duration.clone());
    families.registry.register("work_in_progress", "Calls under way", families.in_progress.clone());
    families.registry.register("counted", "Calls", families.counted.clone());
    families
});

#[inline(never)]
fn work_family(id: u64, method: Method, tier: Tier) -> Result<u64, Rejected> {
    let families = &*FAMILIES;
    let begun = Begun { method, tier };
    families.in_progress.get_or_create(&begun).inc();
    let start = Instant::now();
    let result = work(id, method, tier);
    let ended = Ended { method, tier, status: Status::of(&result) };
    families.duration.get_or_create(&ended).observe(start.elapsed().as_secs_f64());
    families.calls.get_or_create(&ended).inc();
    families.in_progress.get_or_create(&begun).dec();
    result
}

pub(super) fn calls() -> Result<Box<dyn Subject>, String> {
    let subject = repeat(|id| {
        let (method, tier) = labels(id);
        let _ = black_box(work_family(black_box(id), method, tier));
    });
    checked(subject, || Ok(Totals::of_calls(&text()?, "work")))
}

pub(super) fn counter() -> Result<Box<dyn Subject>, String> {
    let subject = repeat(|id| {
        let (method, tier) = labels(id);
        FAMILIES.counted.get_or_create(&Begun { method, tier }).inc();
    });
    checked(subject, || Ok(Totals::of_counter(&text()?)))
}

fn text() -> Result<String, String> {
    let mut text = String::new();
    encode(&mut text, &FAMILIES.registry).map_err(|error| error.to_string())?;
    Ok(text)
}
