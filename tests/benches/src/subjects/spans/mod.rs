//! Traced calls: `fn work(id: u64, kind: &str) -> Result<u64, Rejected>`.

mod fastrace;
mod ours;
mod plain_tracing;
mod tree;

use super::work::{KIND, step};
use crate::subject::{Entry, Section, Subject, repeat};
use std::hint::black_box;

const fn entry(name: &'static str, what: &'static str, make: crate::subject::Make) -> Entry {
    Entry::new(Section::Spans, name, what, make)
}

/// The table.
pub const ENTRIES: &[Entry] = &[
    entry("bare", "bare function", bare),
    entry("bare-async", "bare async function, ready at once", bare_async),
    entry("off", "ours #[traced], 2 fields, nothing installed", ours::off).against(&["tracing-off"]),
    entry("tracing-off", "#[instrument], 2 fields, nothing installed", plain_tracing::off),
    entry("plain", "ours #[traced], no fields, OTLP to a sink", ours::plain)
        .against(&["fastrace-plain", "tracing-otel-plain"]),
    entry("fields", "ours #[traced], 2 typed fields, OTLP to a sink", ours::fields)
        .against(&["fastrace-fields", "tracing-otel-fields"]),
    entry("text", "ours #[traced], a number and a borrowed text", ours::text)
        .against(&["fastrace-fields", "tracing-otel-fields"]),
    entry("async", "ours #[traced] async, 2 typed fields", ours::asynchronous)
        .against(&["fastrace-async", "tracing-otel-async"]),
    entry("instrument-plain", "#[instrument], no fields, our subscriber", ours::instrument_plain)
        .against(&["tracing-otel-plain"]),
    entry("instrument", "#[instrument], 2 fields, our subscriber", ours::instrument).against(&["tracing-otel-fields"]),
    entry("registry", "#[instrument], 2 fields, Registry only (exports nothing)", plain_tracing::registry),
    entry("tracing-otel-plain", "tracing-opentelemetry, no fields", plain_tracing::otel_plain),
    entry("tracing-otel-fields", "tracing-opentelemetry, 2 fields", plain_tracing::otel_fields),
    entry("tracing-otel-async", "tracing-opentelemetry async, 2 fields", plain_tracing::otel_async),
    entry("fastrace-plain", "fastrace #[trace], no properties", fastrace::plain),
    entry("fastrace-fields", "fastrace #[trace], 2 properties", fastrace::fields),
    entry("fastrace-async", "fastrace #[trace] async, 2 properties", fastrace::asynchronous),
];

#[inline(never)]
fn work(id: u64, kind: &str) -> Result<u64, super::work::Rejected> {
    step(id, kind)
}

#[expect(clippy::unused_async, reason = "the same work as the annotated ones, which are async too")]
async fn work_async(id: u64, kind: &str) -> Result<u64, super::work::Rejected> {
    step(id, kind)
}

fn bare() -> Result<Box<dyn Subject>, String> {
    repeat(|id| {
        let _ = black_box(work(black_box(id), black_box(KIND)));
    })
}

fn bare_async() -> Result<Box<dyn Subject>, String> {
    repeat(|id| {
        let _ = black_box(super::work::ready(work_async(black_box(id), black_box(KIND))));
    })
}
