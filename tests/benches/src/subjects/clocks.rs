//! Two reads of a clock around a call: what nobody who measures a duration goes below.

use std::hint::black_box;
use std::time::Instant;

/// Reads `Instant` before and after.
#[inline]
pub(super) fn instants<R>(work: impl FnOnce() -> R) -> R {
    let start = Instant::now();
    let result = work();
    black_box(start.elapsed());
    result
}

/// The same with the processor's own counter, whose ticks somebody else would have to convert.
#[cfg(target_arch = "x86_64")]
#[inline]
pub(super) fn ticks<R>(work: impl FnOnce() -> R) -> R {
    let start = tick();
    let result = work();
    black_box(tick().wrapping_sub(start));
    result
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[allow(unsafe_code, reason = "the read itself is what is measured, with no crate's calls around it")]
fn tick() -> u64 {
    // SAFETY: RDTSC is part of every x86-64, and touches no memory.
    unsafe { std::arch::x86_64::_rdtsc() }
}
