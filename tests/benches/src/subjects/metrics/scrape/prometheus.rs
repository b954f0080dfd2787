//! The `prometheus` crate, into a text that is kept.

use super::super::BOUNDS;
use super::{DURATION, expect_counters, expect_histograms};
use crate::subject::{Subject, repeat};
use prometheus::{Encoder as _, HistogramOpts, HistogramVec, IntCounterVec, Opts, Registry, TextEncoder};
use std::hint::black_box;

fn text(registry: Registry, expect: fn(&str) -> Result<(), String>) -> Result<Box<dyn Subject>, String> {
    let mut text = Vec::new();
    TextEncoder::new().encode(&registry.gather(), &mut text).map_err(|error| error.to_string())?;
    expect(&String::from_utf8_lossy(&text))?;
    repeat(move |_| {
        text.clear();
        let _ = TextEncoder::new().encode(&registry.gather(), &mut text);
        black_box(&text);
    })
}

pub(in super::super) fn counters() -> Result<Box<dyn Subject>, String> {
    let make = || {
        let wide = IntCounterVec::new(Opts::new("wide_total", "Finished calls"), &["row", "column", "status"])?;
        super::counters().for_each(|(row, column)| wide.with_label_values(&[row.text(), column.text(), "ok"]).inc());
        let registry = Registry::new();
        registry.register(Box::new(wide))?;
        prometheus::Result::Ok(registry)
    };
    text(make().map_err(|error| error.to_string())?, expect_counters)
}

pub(in super::super) fn histograms() -> Result<Box<dyn Subject>, String> {
    let make = || {
        let options = HistogramOpts::new("timed_duration_seconds", "Durations").buckets(BOUNDS.to_vec());
        let timed = HistogramVec::new(options, &["row", "column", "status"])?;
        super::histograms().for_each(|(row, column)| {
            timed.with_label_values(&[row.text(), column.text(), "ok"]).observe(DURATION);
        });
        let registry = Registry::new();
        registry.register(Box::new(timed))?;
        prometheus::Result::Ok(registry)
    };
    text(make().map_err(|error| error.to_string())?, expect_histograms)
}
