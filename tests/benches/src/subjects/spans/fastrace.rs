//! fastrace. Its properties are format strings: each becomes a `String`.

use super::tree::Tree;
use crate::subject::Subject;
use crate::subjects::telemetry;
use crate::subjects::work::{KIND, Rejected, ready, step};
use fastrace::prelude::{Span, SpanContext};
use fastrace::trace;
use std::hint::black_box;

#[trace(short_name = true)]
#[inline(never)]
fn work_plain(id: u64, kind: &str) -> Result<u64, Rejected> {
    step(id, kind)
}

#[trace(short_name = true, properties = { "id": "{id}", "kind": "{kind}" })]
#[inline(never)]
fn work_fields(id: u64, kind: &str) -> Result<u64, Rejected> {
    step(id, kind)
}

#[trace(short_name = true, properties = { "id": "{id}", "kind": "{kind}" })]
async fn work_async(id: u64, kind: &str) -> Result<u64, Rejected> {
    step(id, kind)
}

fn root(children: u64, call: impl Fn(u64)) {
    let root = Span::root("root", SpanContext::random());
    let _parent = root.set_local_parent();
    (0..children).for_each(call);
}

pub(super) fn plain() -> Result<Box<dyn Subject>, String> {
    Ok(Tree::exported(telemetry::fastrace()?, |children| {
        root(children, |id| {
            let _ = black_box(work_plain(black_box(id), black_box(KIND)));
        });
    }))
}

pub(super) fn fields() -> Result<Box<dyn Subject>, String> {
    Ok(Tree::exported(telemetry::fastrace()?, |children| {
        root(children, |id| {
            let _ = black_box(work_fields(black_box(id), black_box(KIND)));
        });
    }))
}

pub(super) fn asynchronous() -> Result<Box<dyn Subject>, String> {
    Ok(Tree::exported(telemetry::fastrace()?, |children| {
        root(children, |id| {
            let _ = black_box(ready(work_async(black_box(id), black_box(KIND))));
        });
    }))
}
