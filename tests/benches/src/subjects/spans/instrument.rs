//! `#[tracing::instrument]`: who listens is the subscriber's business.

use super::annotated::{Annotated, Worked};
use crate::subjects::work::{Pause, step};
use tracing::instrument;

pub(super) struct Instrument;

#[instrument(skip_all)]
#[inline(never)]
fn work_plain(id: u64, kind: &str) -> Worked {
    step(id, kind)
}

#[instrument]
#[inline(never)]
fn work_fields(id: u64, kind: &str) -> Worked {
    step(id, kind)
}

#[instrument(skip(polls))]
async fn work_async(id: u64, kind: &str, polls: u64) -> Worked {
    Pause(polls).await;
    step(id, kind)
}

#[instrument(skip_all)]
fn root(children: u64, call: impl Fn(u64)) {
    (0..children).for_each(call);
}

impl Annotated for Instrument {
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
