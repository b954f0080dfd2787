//! Scrapes: the whole text, made once an operation.

use super::BOUNDS;
use crate::subject::{Subject, repeat};
use observe::{Label, metered};
use prometheus::{Encoder as _, HistogramOpts, HistogramVec, IntCounterVec, Opts, Registry, TextEncoder};
use std::hint::black_box;
use std::sync::LazyLock;

/// A label of N values, written by hand because nobody writes an enum of a hundred.
#[derive(Clone, Copy, Debug)]
struct Of<const N: usize>(usize);

static TEXTS: LazyLock<Vec<String>> = LazyLock::new(|| (0..100).map(|at| format!("v{at:02}")).collect());

impl<const N: usize> Label for Of<N> {
    const CARDINALITY: usize = N;

    fn index(&self) -> usize {
        self.0
    }

    fn value(index: usize) -> &'static str {
        TEXTS.get(index).map_or("", String::as_str)
    }
}

/// Counts only.
#[metered(
    name = "wide",
    labels(row: Of<100> = row, column: Of<100> = column),
    duration = off,
    in_progress = off,
    max_series = 40_000
)]
fn wide(row: Of<100>, column: Of<100>) {}

/// Measures only.
#[metered(
    name = "timed",
    labels(row: Of<100> = row, column: Of<10> = column),
    buckets = BOUNDS,
    calls = off,
    in_progress = off,
    max_series = 52_000
)]
fn timed(row: Of<100>, column: Of<10>) {}

/// Ours, once it shows as many lines as it should.
fn ours(family: &str, lines: usize) -> Result<Box<dyn Subject>, String> {
    expect_lines(&observe::exposition(), family, lines)?;
    repeat(|_| {
        black_box(observe::exposition());
    })
}

pub(super) fn counters() -> Result<Box<dyn Subject>, String> {
    (0..10_000).for_each(|at| wide(Of(at / 100), Of(at % 100)));
    ours("wide_total{", 10_000)
}

pub(super) fn histograms() -> Result<Box<dyn Subject>, String> {
    (0..1_000).for_each(|at| timed(Of(at / 10), Of(at % 10)));
    ours("timed_duration_seconds_bucket{", 11_000)
}

/// The peer's scrape, into a text that is kept for the next one.
fn peer(registry: Registry, family: &str, lines: usize) -> Result<Box<dyn Subject>, String> {
    let mut text = Vec::new();
    TextEncoder::new().encode(&registry.gather(), &mut text).map_err(|error| error.to_string())?;
    expect_lines(&String::from_utf8_lossy(&text), family, lines)?;
    repeat(move |_| {
        text.clear();
        let _ = TextEncoder::new().encode(&registry.gather(), &mut text);
        black_box(&text);
    })
}

pub(super) fn prometheus_counters() -> Result<Box<dyn Subject>, String> {
    let make = || {
        let wide = IntCounterVec::new(Opts::new("wide_total", "Finished calls"), &["row", "column", "status"])?;
        (0..10_000).for_each(|at| wide.with_label_values(&[&*TEXTS[at / 100], &*TEXTS[at % 100], "ok"]).inc());
        let registry = Registry::new();
        registry.register(Box::new(wide))?;
        prometheus::Result::Ok(registry)
    };
    peer(make().map_err(|error| error.to_string())?, "wide_total{", 10_000)
}

pub(super) fn prometheus_histograms() -> Result<Box<dyn Subject>, String> {
    let make = || {
        let options = HistogramOpts::new("timed_duration_seconds", "Durations").buckets(BOUNDS.to_vec());
        let timed = HistogramVec::new(options, &["row", "column", "status"])?;
        (0..1_000).for_each(|at| timed.with_label_values(&[&*TEXTS[at / 10], &*TEXTS[at % 10], "ok"]).observe(1e-7));
        let registry = Registry::new();
        registry.register(Box::new(timed))?;
        prometheus::Result::Ok(registry)
    };
    peer(make().map_err(|error| error.to_string())?, "timed_duration_seconds_bucket{", 11_000)
}

fn expect_lines(text: &str, start: &str, expected: usize) -> Result<(), String> {
    let found = text.lines().filter(|line| line.starts_with(start)).count();
    if found == expected { Ok(()) } else { Err(format!("the scrape has {found} lines of `{start}`, not {expected}")) }
}
