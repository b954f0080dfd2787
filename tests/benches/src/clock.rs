//! Clocks that count work, not time that passes: another program on the machine moves them little.

use rustix::time::{ClockId, Timespec, clock_gettime};

/// CPU time of the calling thread, in nanoseconds.
#[must_use]
pub fn thread_cpu() -> u64 {
    nanos(clock_gettime(ClockId::ThreadCPUTime))
}

/// CPU time of all threads of this process, in nanoseconds.
#[must_use]
pub fn process_cpu() -> u64 {
    nanos(clock_gettime(ClockId::ProcessCPUTime))
}

fn nanos(time: Timespec) -> u64 {
    let whole = u64::try_from(time.tv_sec).unwrap_or_default() * 1_000_000_000;
    whole + u64::try_from(time.tv_nsec).unwrap_or_default()
}
