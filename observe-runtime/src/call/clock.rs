//! Wall-clock time out of monotonic readings, so that a call reads one clock and reads it twice.

use std::sync::LazyLock;
use std::time::{Instant, SystemTime};

/// Both clocks, read together once.
static ANCHOR: LazyLock<(Instant, SystemTime)> = LazyLock::new(|| (Instant::now(), SystemTime::now()));

/// The time of day at which the monotonic clock showed `instant`.
///
/// A wall clock that is set while the program runs is not followed: durations stay right.
pub(crate) fn wall_time(instant: Instant) -> SystemTime {
    let (anchor, wall) = *ANCHOR;
    match instant.checked_duration_since(anchor) {
        Some(after) => wall + after,
        None => wall - anchor.duration_since(instant),
    }
}
