//! Metered calls: a counter and a histogram by two labels and the outcome, a gauge by the labels.

mod autometrics;
mod beside;
mod metriken;
mod ours;
mod prometheus;
mod scrape;

use super::work::{KIND, Rejected, step};
use crate::subject::{Entry, Make, Section, Subject, repeat};
use observe::Label;
use std::hint::black_box;
use std::time::Instant;

const fn entry(name: &'static str, what: &'static str, make: Make) -> Entry {
    Entry::new(Section::Metrics, name, what, make)
}

const CALLS: &[&str] = &["metriken", "metriken-sharded", "prometheus-resolved", "prometheus-looked-up", "autometrics"];

/// The table.
pub const ENTRIES: &[Entry] = &[
    entry("bare", "bare function", bare),
    entry("clock", "bare, and Instant::now twice", clock),
    entry("metered", "ours #[metered], 2 enum labels", ours::metered).against(CALLS),
    entry("metered-2-threads", "ours, another thread on the same series", ours::metered_beside)
        .against(&["prometheus-2-threads", "metriken-2-threads"]),
    entry("traced-metered", "ours #[traced] + #[metered], OTLP to a sink", ours::traced_metered),
    entry("traced-metered-off", "ours #[traced] + #[metered], nothing installed", ours::traced_metered_off),
    entry("metriken", "metriken groups", metriken::groups),
    entry("metriken-sharded", "metriken sharded groups", metriken::sharded),
    entry("metriken-2-threads", "metriken groups, another thread on the same series", metriken::groups_beside),
    entry("prometheus-resolved", "prometheus, handles resolved before", prometheus::resolved),
    entry("prometheus-2-threads", "the same, another thread on the same series", prometheus::resolved_beside),
    entry("prometheus-looked-up", "prometheus, with_label_values per call", prometheus::looked_up),
    entry("autometrics", "#[autometrics(track_concurrency)], no labels of its own", autometrics::call),
    entry("scrape-counters", "ours, scrape of 10,000 counters", scrape::counters)
        .against(&["prometheus-scrape-counters"]),
    entry("prometheus-scrape-counters", "prometheus, the same", scrape::prometheus_counters),
    entry("scrape-histograms", "ours, scrape of 1,000 histograms of 10 bounds", scrape::histograms)
        .against(&["prometheus-scrape-histograms"]),
    entry("prometheus-scrape-histograms", "prometheus, the same", scrape::prometheus_histograms),
];

/// The bounds of every histogram here, in seconds.
const BOUNDS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];

/// A label of four values.
#[derive(Label, Clone, Copy, Debug)]
#[expect(dead_code, reason = "values that no call has are what tables are sized for")]
enum Method {
    Get,
    Post,
    Put,
    Delete,
}

/// A label of three values.
#[derive(Label, Clone, Copy, Debug)]
#[expect(dead_code, reason = "values that no call has are what tables are sized for")]
enum Tier {
    Free,
    Paid,
    Internal,
}

/// The labels of the `id`th call. Four series in turn, as in a service that does more than one thing.
#[inline]
fn labels(id: u64) -> (Method, Tier) {
    let method = if id & 1 == 0 { Method::Get } else { Method::Post };
    let tier = if id & 2 == 0 { Tier::Free } else { Tier::Paid };
    (black_box(method), black_box(tier))
}

/// A call that has the labels of the first one, whichever it is.
#[inline]
fn of_one_series(id: u64) -> u64 {
    id << 2
}

/// The combination of labels as an index, for peers that have groups or tables.
const COMBINATIONS: usize = Method::CARDINALITY * Tier::CARDINALITY;

#[inline]
fn combination(method: Method, tier: Tier) -> usize {
    method.index() * Tier::CARDINALITY + tier.index()
}

#[inline(never)]
fn work(id: u64, _: Method, _: Tier) -> Result<u64, Rejected> {
    step(id, KIND)
}

fn bare() -> Result<Box<dyn Subject>, String> {
    repeat(|id| {
        let (method, tier) = labels(id);
        let _ = black_box(work(black_box(id), method, tier));
    })
}

fn clock() -> Result<Box<dyn Subject>, String> {
    repeat(|id| {
        let (method, tier) = labels(id);
        let start = Instant::now();
        let _ = black_box(work(black_box(id), method, tier));
        black_box(start.elapsed());
    })
}
