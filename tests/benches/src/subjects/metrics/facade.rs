//! `metrics`, the facade, with `metrics-exporter-prometheus` behind it.

use super::counted::{Totals, checked};
use super::{BOUNDS, COMBINATIONS, Method, Rejected, Tier, combination, labels, work};
use crate::subject::{Exports, Subject};
use metrics::{Counter, Gauge, Histogram, counter, gauge, histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use observe::Label as _;
use std::hint::black_box;
use std::sync::LazyLock;
use std::time::Instant;

#[inline(never)]
fn work_macros(id: u64, method: Method, tier: Tier) -> Result<u64, Rejected> {
    let (method_text, tier_text) = (Method::value(method.index()), Tier::value(tier.index()));
    let in_progress = gauge!("work_in_progress", "method" => method_text, "tier" => tier_text);
    in_progress.increment(1.0);
    let start = Instant::now();
    let result = work(id, method, tier);
    let status = if result.is_ok() { "ok" } else { "error" };
    histogram!("work_duration_seconds", "method" => method_text, "tier" => tier_text, "status" => status)
        .record(start.elapsed());
    counter!("work_total", "method" => method_text, "tier" => tier_text, "status" => status).increment(1);
    in_progress.decrement(1.0);
    result
}

/// The handles of one combination; of each outcome where the outcome is a label.
struct Handles {
    calls: [Counter; 2],
    duration: [Histogram; 2],
    in_progress: Gauge,
}

/// Made after the recorder is installed: before, they would count nowhere.
static HANDLES: LazyLock<Vec<Handles>> = LazyLock::new(|| (0..COMBINATIONS).map(resolve).collect());

fn resolve(combination: usize) -> Handles {
    let method = Method::value(combination / Tier::CARDINALITY);
    let tier = Tier::value(combination % Tier::CARDINALITY);
    let calls = |status| counter!("work_total", "method" => method, "tier" => tier, "status" => status);
    let duration = |status| histogram!("work_duration_seconds", "method" => method, "tier" => tier, "status" => status);
    Handles {
        calls: [calls("ok"), calls("error")],
        duration: [duration("ok"), duration("error")],
        in_progress: gauge!("work_in_progress", "method" => method, "tier" => tier),
    }
}

#[inline(never)]
fn work_resolved(id: u64, method: Method, tier: Tier) -> Result<u64, Rejected> {
    let handles = &HANDLES[combination(method, tier)];
    handles.in_progress.increment(1.0);
    let start = Instant::now();
    let result = work(id, method, tier);
    let outcome = usize::from(result.is_err());
    handles.duration[outcome].record(start.elapsed());
    handles.calls[outcome].increment(1);
    handles.in_progress.decrement(1.0);
    result
}

/// Installs the recorder.
fn install() -> Result<PrometheusHandle, String> {
    let builder = PrometheusBuilder::new().set_buckets(&BOUNDS).map_err(|error| error.to_string())?;
    builder.install_recorder().map_err(|error| error.to_string())
}

fn subject(call: fn(u64, Method, Tier) -> Result<u64, Rejected>) -> Result<Box<dyn Subject>, String> {
    let handle = install()?;
    let shown = handle.clone();
    checked(Ok(Box::new(Calls { call, handle })), move || Ok(Totals::of_calls(&shown.render(), "work")))
}

pub(super) fn macros() -> Result<Box<dyn Subject>, String> {
    subject(work_macros)
}

pub(super) fn resolved() -> Result<Box<dyn Subject>, String> {
    subject(work_resolved)
}

/// Calls whose durations are kept one by one until somebody sorts them into buckets.
struct Calls {
    call: fn(u64, Method, Tier) -> Result<u64, Rejected>,
    handle: PrometheusHandle,
}

impl Subject for Calls {
    fn run(&mut self, operations: u64) {
        for id in 0..operations {
            let (method, tier) = labels(id);
            let _ = black_box((self.call)(black_box(id), method, tier));
        }
    }

    /// What its documentation has a thread do every few seconds belongs to the calls before.
    fn settle(&mut self) -> Option<Exports> {
        self.handle.run_upkeep();
        None
    }
}
