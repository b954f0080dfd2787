//! `prometheus-client`, into a text that is kept.

use super::super::BOUNDS;
use super::{DURATION, Of, Status, expect_counters, expect_histograms};
use crate::subject::{Subject, repeat};
use prometheus_client::encoding::{EncodeLabelSet, text::encode};
use prometheus_client::metrics::{counter::Counter, family::Family, histogram::Histogram};
use prometheus_client::registry::Registry;
use std::hint::black_box;

/// The labels of a counter.
#[derive(EncodeLabelSet, Clone, Debug, PartialEq, Eq, Hash)]
struct Wide {
    row: Of<100>,
    column: Of<100>,
    status: Status,
}

/// The labels of a histogram.
#[derive(EncodeLabelSet, Clone, Debug, PartialEq, Eq, Hash)]
struct Timed {
    row: Of<100>,
    column: Of<10>,
    status: Status,
}

fn text(registry: Registry, expect: fn(&str) -> Result<(), String>) -> Result<Box<dyn Subject>, String> {
    let mut text = String::new();
    encode(&mut text, &registry).map_err(|error| error.to_string())?;
    expect(&text)?;
    repeat(move |_| {
        text.clear();
        let _ = encode(&mut text, &registry);
        black_box(&text);
    })
}

pub(in super::super) fn counters() -> Result<Box<dyn Subject>, String> {
    let wide = Family::<Wide, Counter>::default();
    super::counters().for_each(|(row, column)| {
        wide.get_or_create(&Wide { row, column, status: Status::Ok }).inc();
    });
    let mut registry = Registry::default();
    registry.register("wide", "Finished calls", wide);
    text(registry, expect_counters)
}

pub(in super::super) fn histograms() -> Result<Box<dyn Subject>, String> {
    let timed = Family::<Timed, Histogram>::new_with_constructor(|| Histogram::new(BOUNDS));
    super::histograms().for_each(|(row, column)| {
        timed.get_or_create(&Timed { row, column, status: Status::Ok }).observe(DURATION);
    });
    let mut registry = Registry::default();
    registry.register("timed_duration_seconds", "Durations", timed);
    text(registry, expect_histograms)
}
