//! fastrace. Its properties are format strings: each becomes a `String`.

use super::annotated::{Annotated, Worked};
use crate::subjects::work::{Pause, step};
use fastrace::prelude::{Span, SpanContext};
use fastrace::trace;

pub(super) struct Fastrace;

#[trace(short_name = true)]
#[inline(never)]
fn work_plain(id: u64, kind: &str) -> Worked {
    step(id, kind)
}

#[trace(short_name = true, properties = { "id": "{id}", "kind": "{kind}" })]
#[inline(never)]
fn work_fields(id: u64, kind: &str) -> Worked {
    step(id, kind)
}

#[trace(short_name = true, properties = { "id": "{id}", "kind": "{kind}" })]
async fn work_async(id: u64, kind: &str, polls: u64) -> Worked {
    Pause(polls).await;
    step(id, kind)
}

impl Annotated for Fastrace {
    fn root(children: u64, call: impl Fn(u64)) {
        let root = Span::root("root", SpanContext::random());
        let _parent = root.set_local_parent();
        (0..children).for_each(call);
    }

    fn plain(id: u64, kind: &'static str) -> Worked {
        work_plain(id, kind)
    }

    fn fields(id: u64, kind: &'static str) -> Worked {
        work_fields(id, kind)
    }

    fn waiting(id: u64, kind: &'static str, polls: u64) -> impl Future<Output = Worked> {
        work_async(id, kind, polls)
    }
}
