//! Ours, as a user writes it.

use super::tree::Tree;
use crate::subject::{Subject, repeat};
use crate::subjects::telemetry::observe;
use crate::subjects::work::{KIND, Rejected, ready, step};
use observe::traced;
use std::hint::black_box;

#[traced]
#[inline(never)]
fn work_plain(id: u64, kind: &'static str) -> Result<u64, Rejected> {
    step(id, kind)
}

#[traced(fields(id, kind = fixed(kind)))]
#[inline(never)]
fn work_fields(id: u64, kind: &'static str) -> Result<u64, Rejected> {
    step(id, kind)
}

#[traced(fields(id, kind = clear(kind, because = "one of a few words")))]
#[inline(never)]
fn work_text(id: u64, kind: &str) -> Result<u64, Rejected> {
    step(id, kind)
}

#[traced(fields(id, kind = fixed(kind)))]
async fn work_async(id: u64, kind: &'static str) -> Result<u64, Rejected> {
    step(id, kind)
}

#[traced(name = "root")]
fn root(children: u64, call: impl Fn(u64)) {
    (0..children).for_each(call);
}

pub(super) fn off() -> Result<Box<dyn Subject>, String> {
    repeat(|id| {
        let _ = black_box(work_fields(black_box(id), black_box(KIND)));
    })
}

pub(super) fn plain() -> Result<Box<dyn Subject>, String> {
    Ok(Tree::exported(observe()?, |children| {
        root(children, |id| {
            let _ = black_box(work_plain(black_box(id), black_box(KIND)));
        });
    }))
}

pub(super) fn fields() -> Result<Box<dyn Subject>, String> {
    Ok(Tree::exported(observe()?, |children| {
        root(children, |id| {
            let _ = black_box(work_fields(black_box(id), black_box(KIND)));
        });
    }))
}

pub(super) fn text() -> Result<Box<dyn Subject>, String> {
    Ok(Tree::exported(observe()?, |children| {
        root(children, |id| {
            let _ = black_box(work_text(black_box(id), black_box(KIND)));
        });
    }))
}

pub(super) fn asynchronous() -> Result<Box<dyn Subject>, String> {
    Ok(Tree::exported(observe()?, |children| {
        root(children, |id| {
            let _ = black_box(ready(work_async(black_box(id), black_box(KIND))));
        });
    }))
}

pub(super) fn instrument_plain() -> Result<Box<dyn Subject>, String> {
    Ok(Tree::exported(observe()?, super::plain_tracing::tree_plain))
}

pub(super) fn instrument() -> Result<Box<dyn Subject>, String> {
    Ok(Tree::exported(observe()?, super::plain_tracing::tree_fields))
}
