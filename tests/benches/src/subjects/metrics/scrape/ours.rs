//! Ours: a counter that is declared, and a function that is annotated.

use super::super::BOUNDS;
use super::{Of, expect_counters, expect_histograms};
use crate::subject::{Subject, repeat};
use observe::{Counter, metered, metric};
use std::hint::black_box;

/// Counts only.
#[metric(name = "wide_total", labels(row, column), max_series = 10_000)]
static WIDE: Counter<(Of<100>, Of<100>)>;

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

/// The text, once it shows what it should.
fn text(expect: fn(&str) -> Result<(), String>) -> Result<Box<dyn Subject>, String> {
    expect(&observe::exposition())?;
    repeat(|_| {
        black_box(observe::exposition());
    })
}

pub(in super::super) fn counters() -> Result<Box<dyn Subject>, String> {
    super::counters().for_each(|labels| WIDE.with(labels).inc());
    text(expect_counters)
}

pub(in super::super) fn histograms() -> Result<Box<dyn Subject>, String> {
    super::histograms().for_each(|(row, column)| timed(row, column));
    text(expect_histograms)
}

pub(in super::super) use kept::{counters as counters_kept, histograms as histograms_kept};

/// Into a text that is kept, which allocates at the first scrape only.
mod kept {
    use super::{Subject, WIDE, black_box, expect_counters, expect_histograms, repeat, timed};

    fn text(expect: fn(&str) -> Result<(), String>) -> Result<Box<dyn Subject>, String> {
        let mut text = String::new();
        observe::exposition_into(observe::Format::Text, &mut text);
        expect(&text)?;
        repeat(move |_| {
            text.clear();
            observe::exposition_into(observe::Format::Text, &mut text);
            black_box(&text);
        })
    }

    pub(in super::super::super) fn counters() -> Result<Box<dyn Subject>, String> {
        super::super::counters().for_each(|labels| WIDE.with(labels).inc());
        text(expect_counters)
    }

    pub(in super::super::super) fn histograms() -> Result<Box<dyn Subject>, String> {
        super::super::histograms().for_each(|(row, column)| timed(row, column));
        text(expect_histograms)
    }
}
