//! `#[tracing::instrument]`, without a subscriber and in front of several.

use super::tree::Tree;
use crate::subject::{Subject, repeat};
use crate::subjects::telemetry::{registry_alone, tracing_opentelemetry};
use crate::subjects::work::{KIND, Rejected, ready, step};
use std::hint::black_box;
use tracing::instrument;

#[instrument(skip_all)]
#[inline(never)]
fn work_plain(id: u64, kind: &str) -> Result<u64, Rejected> {
    step(id, kind)
}

#[instrument]
#[inline(never)]
fn work_fields(id: u64, kind: &str) -> Result<u64, Rejected> {
    step(id, kind)
}

#[instrument]
async fn work_async(id: u64, kind: &str) -> Result<u64, Rejected> {
    step(id, kind)
}

#[instrument(skip_all)]
fn root(children: u64, call: impl Fn(u64)) {
    (0..children).for_each(call);
}

pub(super) fn tree_plain(children: u64) {
    root(children, |id| {
        let _ = black_box(work_plain(black_box(id), black_box(KIND)));
    });
}

pub(super) fn tree_fields(children: u64) {
    root(children, |id| {
        let _ = black_box(work_fields(black_box(id), black_box(KIND)));
    });
}

fn tree_async(children: u64) {
    root(children, |id| {
        let _ = black_box(ready(work_async(black_box(id), black_box(KIND))));
    });
}

pub(super) fn off() -> Result<Box<dyn Subject>, String> {
    repeat(|id| {
        let _ = black_box(work_fields(black_box(id), black_box(KIND)));
    })
}

pub(super) fn registry() -> Result<Box<dyn Subject>, String> {
    registry_alone()?;
    Ok(Tree::kept(tree_fields))
}

pub(super) fn otel_plain() -> Result<Box<dyn Subject>, String> {
    Ok(Tree::exported(tracing_opentelemetry()?, tree_plain))
}

pub(super) fn otel_fields() -> Result<Box<dyn Subject>, String> {
    Ok(Tree::exported(tracing_opentelemetry()?, tree_fields))
}

pub(super) fn otel_async() -> Result<Box<dyn Subject>, String> {
    Ok(Tree::exported(tracing_opentelemetry()?, tree_async))
}
