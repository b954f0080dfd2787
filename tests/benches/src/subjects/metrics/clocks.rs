//! The bare function, and what two clock reads around it cost.

use super::{labels, work};
use crate::subject::{Subject, repeat};
use crate::subjects::beside::beside;
use crate::subjects::clocks;
use std::hint::black_box;

fn call(id: u64) {
    let (method, tier) = labels(id);
    let _ = black_box(work(black_box(id), method, tier));
}

pub(super) fn bare() -> Result<Box<dyn Subject>, String> {
    repeat(call)
}

pub(super) fn instants() -> Result<Box<dyn Subject>, String> {
    repeat(|id| clocks::instants(|| call(id)))
}

pub(super) fn instants_beside() -> Result<Box<dyn Subject>, String> {
    beside(|id| clocks::instants(|| call(id)))
}

#[cfg(target_arch = "x86_64")]
pub(super) fn ticks() -> Result<Box<dyn Subject>, String> {
    repeat(|id| clocks::ticks(|| call(id)))
}
