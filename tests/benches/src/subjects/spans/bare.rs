//! The work without anything, and what two clock reads around it cost.

use super::annotated::{Annotated, Worked, plain};
use crate::subject::{Subject, repeat};
use crate::subjects::clocks;
use crate::subjects::work::{Pause, step};

pub(super) struct Bare;

#[inline(never)]
fn work(id: u64, kind: &str) -> Worked {
    step(id, kind)
}

impl Annotated for Bare {
    fn root(children: u64, call: impl Fn(u64)) {
        (0..children).for_each(call);
    }

    fn plain(id: u64, kind: &'static str) -> Worked {
        work(id, kind)
    }

    fn fields(id: u64, kind: &'static str) -> Worked {
        work(id, kind)
    }

    async fn waiting(id: u64, kind: &'static str, polls: u64) -> Worked {
        Pause(polls).await;
        step(id, kind)
    }
}

pub(super) fn instants() -> Result<Box<dyn Subject>, String> {
    repeat(|id| clocks::instants(|| plain::<Bare>(id)))
}

#[cfg(target_arch = "x86_64")]
pub(super) fn ticks() -> Result<Box<dyn Subject>, String> {
    repeat(|id| clocks::ticks(|| plain::<Bare>(id)))
}
