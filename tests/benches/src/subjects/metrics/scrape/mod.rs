//! Scrapes: the whole text, made once an operation.

pub(super) mod facade;
pub(super) mod measured;
pub(super) mod ours;
pub(super) mod prometheus;
pub(super) mod prometheus_client;

use super::Status;
use crate::samples::sum;
use ::measured::label::{FixedCardinalityLabel, LabelValue, LabelVisitor};
use ::prometheus_client::encoding::{EncodeLabelValue, LabelValueEncoder};
use observe::Label;
use std::fmt::{self, Write as _};
use std::sync::LazyLock;

/// A label of N values, written by hand because nobody writes an enum of a hundred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in super::super) struct Of<const N: usize>(pub(in super::super) usize);

static TEXTS: LazyLock<Vec<String>> = LazyLock::new(|| (0..100).map(|at| format!("v{at:02}")).collect());

impl<const N: usize> Of<N> {
    fn text(self) -> &'static str {
        TEXTS.get(self.0).map_or("", String::as_str)
    }
}

impl<const N: usize> Label for Of<N> {
    const CARDINALITY: usize = N;

    fn index(&self) -> usize {
        self.0
    }

    fn value(index: usize) -> &'static str {
        Self(index).text()
    }
}

impl<const N: usize> LabelValue for Of<N> {
    fn visit<V: LabelVisitor>(&self, visitor: V) -> V::Output {
        visitor.write_str(self.text())
    }
}

impl<const N: usize> FixedCardinalityLabel for Of<N> {
    fn cardinality() -> usize {
        N
    }

    fn encode(&self) -> usize {
        self.0
    }

    fn decode(value: usize) -> Self {
        Self(value)
    }
}

impl<const N: usize> EncodeLabelValue for Of<N> {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> fmt::Result {
        encoder.write_str(self.text())
    }
}

/// The labels of each of the 10,000 counters.
fn counters() -> impl Iterator<Item = (Of<100>, Of<100>)> {
    (0..10_000).map(|at| (Of(at / 100), Of(at % 100)))
}

/// The labels of each of the 1,000 histograms.
fn histograms() -> impl Iterator<Item = (Of<100>, Of<10>)> {
    (0..1_000).map(|at| (Of(at / 10), Of(at % 10)))
}

/// What every histogram is given once, in seconds.
const DURATION: f64 = 1e-7;

/// Whether the text has the 10,000 counters, each with its one call.
fn expect_counters(text: &str) -> Result<(), String> {
    expect_lines(text, "wide_total{", 10_000)?;
    expect_sum(text, "wide_total", 10_000)
}

/// Whether the text has the 1,000 histograms with all their buckets, each with its one duration.
fn expect_histograms(text: &str) -> Result<(), String> {
    expect_lines(text, "timed_duration_seconds_bucket{", 11_000)?;
    expect_sum(text, "timed_duration_seconds_count", 1_000)
}

fn expect_lines(text: &str, start: &str, expected: usize) -> Result<(), String> {
    let found = text.lines().filter(|line| line.starts_with(start)).count();
    if found == expected { Ok(()) } else { Err(format!("the scrape has {found} lines of `{start}`, not {expected}")) }
}

fn expect_sum(text: &str, family: &str, expected: i64) -> Result<(), String> {
    let found = sum(text, family);
    if found == Some(expected) { Ok(()) } else { Err(format!("`{family}` adds up to {found:?}, not {expected}")) }
}
