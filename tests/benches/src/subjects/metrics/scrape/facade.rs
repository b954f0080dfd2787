//! `metrics-exporter-prometheus`, into bytes that are kept.

use super::super::BOUNDS;
use super::{DURATION, expect_counters, expect_histograms};
use crate::subject::{Subject, repeat};
use metrics::{counter, histogram, with_local_recorder};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusRecorder};
use std::hint::black_box;

fn recorder() -> Result<PrometheusRecorder, String> {
    Ok(PrometheusBuilder::new().set_buckets(&BOUNDS).map_err(|error| error.to_string())?.build_recorder())
}

fn text(recorder: &PrometheusRecorder, expect: fn(&str) -> Result<(), String>) -> Result<Box<dyn Subject>, String> {
    let handle = recorder.handle();
    let mut text = Vec::new();
    handle.render_to_write(&mut text).map_err(|error| error.to_string())?;
    expect(&String::from_utf8_lossy(&text))?;
    repeat(move |_| {
        text.clear();
        let _ = handle.render_to_write(&mut text);
        black_box(&text);
    })
}

pub(in super::super) fn counters() -> Result<Box<dyn Subject>, String> {
    let recorder = recorder()?;
    with_local_recorder(&recorder, || {
        super::counters().for_each(|(row, column)| {
            counter!("wide_total", "row" => row.text(), "column" => column.text(), "status" => "ok").increment(1);
        });
    });
    text(&recorder, expect_counters)
}

pub(in super::super) fn histograms() -> Result<Box<dyn Subject>, String> {
    let recorder = recorder()?;
    with_local_recorder(&recorder, || {
        super::histograms().for_each(|(row, column)| {
            histogram!("timed_duration_seconds", "row" => row.text(), "column" => column.text(), "status" => "ok")
                .record(DURATION);
        });
    });
    text(&recorder, expect_histograms)
}
