//! Metered calls: a counter and a histogram by two labels and the outcome, a gauge by the labels.

mod autometrics;
mod both;
mod clocks;
mod counted;
mod counter;
mod facade;
mod measured;
mod metriken;
mod opentelemetry;
mod ours;
mod prometheus;
mod prometheus_client;
mod scrape;
mod static_metric;

use super::work::{KIND, Rejected, step};
use crate::subject::{Entry, Make, Section};
use ::measured::FixedCardinalityLabel;
use ::prometheus_client::encoding::EncodeLabelValue;
use observe::Label;
use std::hint::black_box;

pub(super) use both::{counted as counted_both, traced_metered};
pub(super) use scrape::Of;

const fn entry(name: &'static str, what: &'static str, make: Make) -> Entry {
    Entry::new(Section::Metrics, name, what, make)
}

const CALLS: &[&str] = &[
    "metriken",
    "metriken-sharded",
    "measured",
    "prometheus-resolved",
    "prometheus-looked-up",
    "static-metric",
    "prometheus-client",
    "metrics-macros",
    "metrics-resolved",
    "opentelemetry",
    "autometrics",
];

const COUNTERS: &[&str] =
    &["counter-static-metric", "counter-prometheus-client", "counter-measured", "counter-metriken"];

const SCRAPES_OF_COUNTERS: &[&str] = &[
    "prometheus-scrape-counters",
    "measured-scrape-counters",
    "prometheus-client-scrape-counters",
    "metrics-scrape-counters",
];

const SCRAPES_OF_HISTOGRAMS: &[&str] = &[
    "prometheus-scrape-histograms",
    "measured-scrape-histograms",
    "prometheus-client-scrape-histograms",
    "metrics-scrape-histograms",
];

/// The table.
pub const ENTRIES: &[Entry] = &[
    entry("bare", "bare function", clocks::bare),
    entry("clock", "bare, and Instant::now twice", clocks::instants),
    entry("clock-2-threads", "the same, on two threads", clocks::instants_beside),
    #[cfg(target_arch = "x86_64")]
    entry("clock-raw", "bare, and RDTSC twice", clocks::ticks),
    entry("metered", "ours #[metered], 2 enum labels", ours::metered).against(CALLS),
    entry("metered-2-threads", "ours, another thread on the same series", ours::metered_beside)
        .against(&["prometheus-2-threads", "metriken-2-threads"]),
    entry("metriken", "metriken groups", metriken::groups),
    entry("metriken-sharded", "metriken sharded groups", metriken::sharded),
    entry("metriken-2-threads", "metriken groups, another thread on the same series", metriken::groups_beside),
    entry("measured", "measured, dense vectors", measured::calls),
    entry("prometheus-resolved", "prometheus, handles resolved before", prometheus::resolved),
    entry("prometheus-2-threads", "the same, another thread on the same series", prometheus::resolved_beside),
    entry("prometheus-looked-up", "prometheus, with_label_values per call", prometheus::looked_up),
    entry("static-metric", "prometheus-static-metric", static_metric::calls),
    entry("prometheus-client", "prometheus-client, Family with enum labels", prometheus_client::calls),
    entry("metrics-macros", "metrics, macros per call, exporter-prometheus", facade::macros),
    entry("metrics-resolved", "the same, handles resolved before", facade::resolved),
    entry("opentelemetry", "opentelemetry_sdk, attributes per call", opentelemetry::calls),
    entry("autometrics", "#[autometrics(track_concurrency)], no labels of its own", autometrics::call),
    entry("counter-index", "2 enum labels to an index, nothing stored", counter::index_only),
    entry("counter", "ours, declared counter, 2 enum labels", counter::declared).against(COUNTERS),
    entry("counter-static-metric", "prometheus-static-metric, counter only", static_metric::counter),
    entry("counter-prometheus-client", "prometheus-client, counter only", prometheus_client::counter),
    entry("counter-measured", "measured, counter only", measured::counter),
    entry("counter-metriken", "metriken group, counter only", metriken::counter),
    entry("scrape-counters", "ours, scrape of 10,000 counters", scrape::ours::counters).against(SCRAPES_OF_COUNTERS),
    entry("scrape-counters-kept", "ours, into a text that is kept", scrape::ours::counters_kept)
        .against(SCRAPES_OF_COUNTERS),
    entry("prometheus-scrape-counters", "prometheus, the same", scrape::prometheus::counters),
    entry("measured-scrape-counters", "measured, the same", scrape::measured::counters),
    entry("prometheus-client-scrape-counters", "prometheus-client, the same", scrape::prometheus_client::counters),
    entry("metrics-scrape-counters", "metrics-exporter-prometheus, the same", scrape::facade::counters),
    entry("scrape-histograms", "ours, scrape of 1,000 histograms of 10 bounds", scrape::ours::histograms)
        .against(SCRAPES_OF_HISTOGRAMS),
    entry("scrape-histograms-kept", "ours, into a text that is kept", scrape::ours::histograms_kept)
        .against(SCRAPES_OF_HISTOGRAMS),
    entry("prometheus-scrape-histograms", "prometheus, the same", scrape::prometheus::histograms),
    entry("measured-scrape-histograms", "measured, the same", scrape::measured::histograms),
    entry("prometheus-client-scrape-histograms", "prometheus-client, the same", scrape::prometheus_client::histograms),
    entry("metrics-scrape-histograms", "metrics-exporter-prometheus, the same", scrape::facade::histograms),
];

/// The bounds of every histogram here, in seconds.
const BOUNDS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];

/// A label of four values; the same type for all libraries that have labels of types.
#[derive(Label, FixedCardinalityLabel, EncodeLabelValue, Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Method {
    Get,
    Post,
    Put,
    Delete,
}

/// A label of three values.
#[derive(Label, FixedCardinalityLabel, EncodeLabelValue, Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Tier {
    Free,
    Paid,
    Internal,
}

/// The outcome, where it is a label that somebody writes.
#[derive(FixedCardinalityLabel, EncodeLabelValue, Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Status {
    Ok,
    Error,
}

impl Status {
    #[inline]
    fn of<T, E>(result: &Result<T, E>) -> Self {
        if result.is_ok() { Self::Ok } else { Self::Error }
    }
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
