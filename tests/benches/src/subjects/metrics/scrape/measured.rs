//! `measured`, dense. Its encoder is kept as its documentation says, and gives its bytes away.

use super::super::BOUNDS;
use super::{DURATION, Of, Status, expect_counters, expect_histograms};
use crate::subject::{Subject, repeat};
use measured::label::StaticLabelSet;
use measured::metric::histogram::Thresholds;
use measured::text::BufferedTextEncoder;
use measured::{CounterVec, HistogramVec, LabelGroup, MetricGroup};
use std::hint::black_box;

/// The labels of a counter.
#[derive(LabelGroup, Clone, Copy, Debug)]
#[label(set = WideSet)]
struct Wide {
    #[label(fixed)]
    row: Of<100>,
    #[label(fixed)]
    column: Of<100>,
    #[label(fixed)]
    status: Status,
}

/// The labels of a histogram.
#[derive(LabelGroup, Clone, Copy, Debug)]
#[label(set = TimedSet)]
struct Timed {
    #[label(fixed)]
    row: Of<100>,
    #[label(fixed)]
    column: Of<10>,
    #[label(fixed)]
    status: Status,
}

#[derive(MetricGroup)]
struct Counters {
    /// Finished calls
    wide_total: CounterVec<WideSet>,
}

#[derive(MetricGroup)]
struct Histograms {
    /// Durations
    timed_duration_seconds: HistogramVec<TimedSet, 10>,
}

fn text(
    metrics: impl MetricGroup<BufferedTextEncoder> + 'static,
    expect: fn(&str) -> Result<(), String>,
) -> Result<Box<dyn Subject>, String> {
    let mut encoder = BufferedTextEncoder::new();
    let Ok(()) = metrics.collect_group_into(&mut encoder);
    expect(&String::from_utf8_lossy(&encoder.finish()))?;
    repeat(move |_| {
        let Ok(()) = metrics.collect_group_into(&mut encoder);
        black_box(encoder.finish());
    })
}

pub(in super::super) fn counters() -> Result<Box<dyn Subject>, String> {
    let labels = WideSet { row: StaticLabelSet::new(), column: StaticLabelSet::new(), status: StaticLabelSet::new() };
    let wide_total = CounterVec::dense_with_label_set(labels);
    super::counters().for_each(|(row, column)| wide_total.inc(Wide { row, column, status: Status::Ok }));
    text(Counters { wide_total }, expect_counters)
}

pub(in super::super) fn histograms() -> Result<Box<dyn Subject>, String> {
    let labels = TimedSet { row: StaticLabelSet::new(), column: StaticLabelSet::new(), status: StaticLabelSet::new() };
    let bounds = Thresholds::with_buckets(BOUNDS);
    let timed_duration_seconds = HistogramVec::dense_with_label_set_and_metadata(labels, bounds);
    super::histograms().for_each(|(row, column)| {
        timed_duration_seconds.observe(Timed { row, column, status: Status::Ok }, DURATION);
    });
    text(Histograms { timed_duration_seconds }, expect_histograms)
}
