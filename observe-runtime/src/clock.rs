//! The one clock of calls: two readings a call, whatever is made of them.
//!
//! On x86-64, where the kernel itself keeps time by the processor's time stamp counter, a reading is
//! that counter: about half the cost of [`Instant::now`]. Elsewhere it is nanoseconds of `Instant`.
//! A counter's rate is measured against `Instant` over the time that the process has been running,
//! and measured again by every scrape and export: what is off by 50 ns over [`FIRST_BASE`] on the
//! first call is exact to a millionth soon after.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant, SystemTime};

/// A moment, of this process only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ticks(u64);

/// The least time over which a rate is measured; the first call of a process waits for it.
const FIRST_BASE: Duration = Duration::from_micros(100);

/// All clocks, read together once.
struct Anchor {
    ticks: Ticks,
    instant: Instant,
    wall: SystemTime,
}

static ANCHOR: LazyLock<Anchor> = LazyLock::new(|| {
    let (ticks, instant) = read_together();
    Anchor { ticks, instant, wall: SystemTime::now() }
});

/// Nanoseconds a tick, times 2^32; 0 until it is measured.
static NANOS_A_TICK: AtomicU64 = AtomicU64::new(0);

impl Ticks {
    /// Before every moment: of what has not happened.
    pub(crate) const NEVER: Self = Self(0);

    /// This moment.
    #[inline]
    pub(crate) fn now() -> Self {
        counter::now()
    }

    /// Nanoseconds since an earlier moment; 0 where that is later, as between two processors that
    /// are a tick apart.
    #[inline]
    pub(crate) fn nanos_since(self, earlier: Self) -> u64 {
        let ticks = self.0.saturating_sub(earlier.0);
        let rate = match NANOS_A_TICK.load(Relaxed) {
            0 => measure(),
            rate => rate,
        };
        // A product of two u64 is below 2^128; what is beyond 584 years is cut off.
        #[expect(clippy::cast_possible_truncation, reason = "a process does not run for 584 years")]
        let nanos = ((u128::from(ticks) * u128::from(rate)) >> 32) as u64;
        nanos
    }

    /// The bare number, to be kept in an atomic.
    pub(crate) fn raw(self) -> u64 {
        self.0
    }

    pub(crate) fn from_raw(raw: u64) -> Self {
        Self(raw)
    }

    /// The time of day at this moment.
    ///
    /// A wall clock that is set while the program runs is not followed: durations stay right.
    pub(crate) fn wall_time(self) -> SystemTime {
        let anchor = &*ANCHOR;
        if self >= anchor.ticks {
            anchor.wall + Duration::from_nanos(self.nanos_since(anchor.ticks))
        } else {
            anchor.wall - Duration::from_nanos(anchor.ticks.nanos_since(self))
        }
    }
}

/// Measures the counter's rate over all the time since the first reading, and returns it.
#[cold]
pub(crate) fn measure() -> u64 {
    let anchor = &*ANCHOR;
    loop {
        let (ticks, instant) = read_together();
        let elapsed = instant.saturating_duration_since(anchor.instant);
        let ticks = ticks.0.saturating_sub(anchor.ticks.0);
        if elapsed >= FIRST_BASE && ticks > 0 {
            let rate = (elapsed.as_nanos() << 32) / u128::from(ticks);
            let rate = u64::try_from(rate).unwrap_or(u64::MAX).max(1);
            NANOS_A_TICK.store(rate, Relaxed);
            return rate;
        }
        std::hint::spin_loop();
    }
}

/// Both clocks at one moment: of a few tries the one that was interrupted least.
fn read_together() -> (Ticks, Instant) {
    let one = || {
        let (before, instant, after) = (Ticks::now(), Instant::now(), Ticks::now());
        let between = after.0.saturating_sub(before.0);
        (between, Ticks(before.0 + between / 2), instant)
    };
    let (_, ticks, instant) = (0..4).map(|_| one()).min_by_key(|(between, ..)| *between).unwrap_or_else(one);
    (ticks, instant)
}

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod counter {
    use super::Ticks;
    use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

    const UNKNOWN: u8 = 0;
    const COUNTER: u8 = 1;
    const INSTANT: u8 = 2;

    static SOURCE: AtomicU8 = AtomicU8::new(UNKNOWN);

    #[inline]
    pub(super) fn now() -> Ticks {
        if SOURCE.load(Relaxed) == COUNTER { Ticks(counter()) } else { decide() }
    }

    #[inline]
    #[expect(unsafe_code, reason = "the counter has no safe reading in core")]
    fn counter() -> u64 {
        // SAFETY: `rdtsc` reads a register. It may fault only where an operating system forbids it to
        // programs (CR4.TSD), which Linux does on request of the process alone.
        unsafe { core::arch::x86_64::_rdtsc() }
    }

    /// The kernel keeps time by the counter only where it found it to run at one rate, in step on all
    /// processors, and not to stop in sleep.
    #[cold]
    fn decide() -> Ticks {
        if SOURCE.load(Relaxed) == UNKNOWN {
            let path = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
            let trusted = std::fs::read_to_string(path).is_ok_and(|source| source.trim() == "tsc");
            // The first to decide decides for all: moments of two sources can't be compared.
            let decision = if trusted { COUNTER } else { INSTANT };
            let _ = SOURCE.compare_exchange(UNKNOWN, decision, Relaxed, Relaxed);
        }
        if SOURCE.load(Relaxed) == COUNTER { Ticks(counter()) } else { super::by_instant() }
    }
}

#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
mod counter {
    pub(super) use super::by_instant as now;
}

/// A tick is a nanosecond of `Instant`, counted from the first reading.
fn by_instant() -> Ticks {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    // One more, so that the first moment is not zero.
    Ticks(u64::try_from(START.elapsed().as_nanos()).unwrap_or(u64::MAX - 1) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Beside `Instant`, over a time long enough for an error of a thousandth to show.
    #[test]
    fn durations_agree_with_instant() {
        let (ticks, instant) = read_together();
        std::thread::sleep(Duration::from_millis(50));
        let (end_ticks, end_instant) = read_together();
        let (ours, theirs) = (end_ticks.nanos_since(ticks), (end_instant - instant).as_nanos());
        let off = u128::from(ours).abs_diff(theirs);
        assert!(off * 1000 < theirs, "{ours} ns by ticks, {theirs} ns by Instant");
    }

    #[test]
    fn an_earlier_moment_is_no_time_ago() {
        let (earlier, later) = (Ticks(5), Ticks(9));
        assert_eq!(earlier.nanos_since(later), 0);
    }

    #[test]
    fn wall_time_is_the_time_of_day() {
        let (before, ticks, after) = (SystemTime::now(), Ticks::now(), SystemTime::now());
        let slack = Duration::from_millis(5);
        let wall = ticks.wall_time();
        assert!(wall + slack >= before && wall <= after + slack, "{before:?} {wall:?} {after:?}");
    }

    #[test]
    fn measuring_again_changes_little() {
        let first = measure();
        std::thread::sleep(Duration::from_millis(20));
        let again = measure();
        assert!(first.abs_diff(again) < first / 100, "{first} {again}");
    }
}
