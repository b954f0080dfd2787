//! The bare function, and what two clock reads around it cost.

use super::beside::beside;
use super::{labels, work};
use crate::subject::{Subject, repeat};
use std::hint::black_box;
use std::time::Instant;

pub(super) fn bare() -> Result<Box<dyn Subject>, String> {
    repeat(|id| {
        let (method, tier) = labels(id);
        let _ = black_box(work(black_box(id), method, tier));
    })
}

fn call(id: u64) {
    let (method, tier) = labels(id);
    let start = Instant::now();
    let _ = black_box(work(black_box(id), method, tier));
    black_box(start.elapsed());
}

pub(super) fn instants() -> Result<Box<dyn Subject>, String> {
    repeat(call)
}

pub(super) fn instants_beside() -> Result<Box<dyn Subject>, String> {
    beside(call)
}

/// The same with the processor's own counter, whose ticks somebody else would have to convert.
#[cfg(target_arch = "x86_64")]
pub(super) fn ticks() -> Result<Box<dyn Subject>, String> {
    repeat(|id| {
        let (method, tier) = labels(id);
        let start = tick();
        let _ = black_box(work(black_box(id), method, tier));
        black_box(tick().wrapping_sub(start));
    })
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[allow(unsafe_code, reason = "the read itself is what is measured, with no crate's calls around it")]
fn tick() -> u64 {
    // SAFETY: RDTSC is part of every x86-64, and touches no memory.
    unsafe { std::arch::x86_64::_rdtsc() }
}
