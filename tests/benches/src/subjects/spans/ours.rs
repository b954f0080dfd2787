//! Ours, as a user writes it.

use super::annotated::{Annotated, Worked};
use crate::subjects::work::{KIND, Pause, step};
use observe::traced;
use std::hint::black_box;

pub(super) struct Ours;

#[traced]
#[inline(never)]
fn work_plain(id: u64, kind: &'static str) -> Worked {
    step(id, kind)
}

#[traced(fields(id, kind = fixed(kind)))]
#[inline(never)]
fn work_fields(id: u64, kind: &'static str) -> Worked {
    step(id, kind)
}

#[traced(fields(id, kind = clear(kind, because = "one of a few words")))]
#[inline(never)]
fn work_text(id: u64, kind: &str) -> Worked {
    step(id, kind)
}

#[traced(fields(id, kind = fixed(kind)))]
async fn work_async(id: u64, kind: &'static str, polls: u64) -> Worked {
    Pause(polls).await;
    step(id, kind)
}

#[traced(name = "root")]
fn root(children: u64, call: impl Fn(u64)) {
    (0..children).for_each(call);
}

impl Annotated for Ours {
    fn root(children: u64, call: impl Fn(u64)) {
        root(children, call);
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

/// With a text that lives no longer than the call.
pub(super) fn text(id: u64) {
    let _ = black_box(work_text(black_box(id), black_box(KIND)));
}
