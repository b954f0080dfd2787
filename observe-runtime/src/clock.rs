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

/// All clocks, read together once. What it decides holds for the process: moments of two sources
/// can't be compared.
static ANCHOR: LazyLock<Anchor> = LazyLock::new(|| {
    if is_trusted() {
        let (ticks, instant) = read_together();
        if let Some(rate) = rate_since(ticks, instant) {
            COUNTER_RATE.store(rate, Relaxed);
            return Anchor { source: Source::Counter(ticks), instant, wall: SystemTime::now() };
        }
    }
    Anchor { source: Source::Instant, instant: Instant::now(), wall: SystemTime::now() }
});

struct Anchor {
    source: Source,
    instant: Instant,
    wall: SystemTime,
}

enum Source {
    /// The processor's counter, and what it was at first.
    Counter(u64),
    Instant,
}

/// Nanoseconds a tick of the processor's counter, times 2^64; 0 until it is measured, and where the
/// counter is not used.
static COUNTER_RATE: AtomicU64 = AtomicU64::new(0);

impl Ticks {
    /// Before every moment: of what has not happened.
    pub(crate) const NEVER: Self = Self(0);

    /// This moment.
    #[inline]
    pub(crate) fn now() -> Self {
        Self::by_counter().unwrap_or_else(slow_now)
    }

    /// This moment, where the counter is used and its rate is known.
    #[inline]
    pub(crate) fn by_counter() -> Option<Self> {
        (COUNTER_RATE.load(Relaxed) != 0).then(|| Self(counter()))
    }

    /// Nanoseconds since an earlier moment; 0 where that is later, as between two processors that
    /// are a tick apart.
    #[inline]
    pub(crate) fn nanos_since(self, earlier: Self) -> u64 {
        let ticks = self.0.saturating_sub(earlier.0);
        match COUNTER_RATE.load(Relaxed) {
            // Ticks of `Instant`, which are nanoseconds.
            0 => ticks,
            rate => nanos(ticks, rate),
        }
    }

    /// Nanoseconds from this moment to now, where the counter is used and its rate is known.
    #[inline]
    pub(crate) fn nanos_by_counter(self) -> Option<u64> {
        match COUNTER_RATE.load(Relaxed) {
            0 => None,
            rate => Some(nanos(counter().saturating_sub(self.0), rate)),
        }
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
        let first = match anchor.source {
            Source::Counter(ticks) => Self(ticks),
            Source::Instant => Self(1),
        };
        if self >= first {
            anchor.wall + Duration::from_nanos(self.nanos_since(first))
        } else {
            anchor.wall - Duration::from_nanos(first.nanos_since(self))
        }
    }
}

/// The upper half of the product: the rate is a fraction, as a tick is shorter than a nanosecond.
#[inline]
fn nanos(ticks: u64, rate: u64) -> u64 {
    ((u128::from(ticks) * u128::from(rate)) >> 64) as u64
}

/// Where the counter is not used, or not yet.
#[cold]
fn slow_now() -> Ticks {
    match &ANCHOR.source {
        Source::Instant => by_instant(),
        // Its rate is known as soon as the anchor is there.
        Source::Counter(_) => Ticks(counter()),
    }
}

/// The time of day of the first reading, which no call that is measured is older than.
#[cfg(any(feature = "dev-page", feature = "otlp"))]
pub(crate) fn started() -> SystemTime {
    ANCHOR.wall
}

/// Measures the counter's rate over all the time since the first reading.
pub(crate) fn measure() {
    if let Source::Counter(first) = ANCHOR.source
        && let Some(rate) = rate_since(first, ANCHOR.instant)
    {
        COUNTER_RATE.store(rate, Relaxed);
    }
}

/// The counter's rate since a reading of both, at least [`FIRST_BASE`] ago: until then this waits.
/// `None` for a counter slower than a gigahertz, whose rate is no fraction.
fn rate_since(first: u64, instant: Instant) -> Option<u64> {
    loop {
        let (ticks, now) = read_together();
        let elapsed = now.saturating_duration_since(instant);
        if elapsed >= FIRST_BASE {
            return rate(ticks.saturating_sub(first), elapsed);
        }
        std::hint::spin_loop();
    }
}

fn rate(ticks: u64, elapsed: Duration) -> Option<u64> {
    u64::try_from((elapsed.as_nanos() << 64).checked_div(u128::from(ticks))?).ok().filter(|rate| *rate > 0)
}

/// The counter and `Instant` at one moment: of a few tries the one that was interrupted least.
fn read_together() -> (u64, Instant) {
    let one = || {
        let (before, instant, after) = (counter(), Instant::now(), counter());
        let between = after.saturating_sub(before);
        (between, before + between / 2, instant)
    };
    let (_, ticks, instant) = (0..4).map(|_| one()).min_by_key(|(between, ..)| *between).unwrap_or_else(one);
    (ticks, instant)
}

/// The kernel keeps time by the counter only where it found it to run at one rate, in step on all
/// processors, and not to stop in sleep.
fn is_trusted() -> bool {
    cfg!(all(target_arch = "x86_64", target_os = "linux"))
        && std::fs::read_to_string("/sys/devices/system/clocksource/clocksource0/current_clocksource")
            .is_ok_and(|source| source.trim() == "tsc")
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[expect(unsafe_code, reason = "the counter has no safe reading in core")]
fn counter() -> u64 {
    // SAFETY: `rdtsc` reads a register. It may fault only where an operating system forbids it to
    // programs (CR4.TSD), and it is read only where Linux says that it keeps time by it.
    unsafe { core::arch::x86_64::_rdtsc() }
}

#[cfg(not(target_arch = "x86_64"))]
fn counter() -> u64 {
    0
}

/// A tick is a nanosecond of `Instant`, counted from the first reading.
fn by_instant() -> Ticks {
    // One more, so that the first moment is not zero.
    Ticks(u64::try_from(ANCHOR.instant.elapsed().as_nanos()).unwrap_or(u64::MAX - 1) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Beside `Instant`, over a time long enough for an error of a thousandth to show.
    #[test]
    fn durations_agree_with_instant() {
        let (ticks, instant) = (Ticks::now(), Instant::now());
        std::thread::sleep(Duration::from_millis(50));
        let (ours, theirs) = (Ticks::now().nanos_since(ticks), instant.elapsed().as_nanos());
        // What is between two readings here may be interrupted, for a moment or for a while.
        let off = u128::from(ours).abs_diff(theirs);
        assert!(off * 10 < theirs, "{ours} ns by ticks, {theirs} ns by Instant");
    }

    #[test]
    fn a_counter_slower_than_a_gigahertz_is_not_used() {
        let second = Duration::from_secs(1);
        assert_eq!(rate(2_000_000_000, second), Some(1 << 63));
        assert_eq!(rate(1_000_000_001, second).map(|rate| nanos(1_000_000_001, rate)), Some(999_999_999));
        assert_eq!(rate(1_000_000_000, second), None);
        assert_eq!(rate(0, second), None);
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
        let rate = || COUNTER_RATE.load(Relaxed);
        measure();
        let first = rate();
        std::thread::sleep(Duration::from_millis(20));
        measure();
        assert!(first.abs_diff(rate()) <= first / 100, "{first} {}", rate());
    }
}
