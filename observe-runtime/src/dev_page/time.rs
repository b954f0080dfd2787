//! Times as the page reads them: milliseconds, with microseconds behind the point.

use std::time::{Duration, SystemTime};

/// A moment, since the beginning of 1970. One before that is its beginning.
pub(super) fn moment(time: SystemTime) -> f64 {
    milliseconds(time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default())
}

pub(super) fn milliseconds(time: Duration) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "below 2^53 until the year 2255")]
    let micros = time.as_micros() as f64;
    micros / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn microseconds_stand_behind_the_point() {
        assert_eq!(serde_json::json!(milliseconds(Duration::from_nanos(1_234_567))), serde_json::json!(1.234));
        let at = SystemTime::UNIX_EPOCH + Duration::from_micros(1_700_000_000_123_456);
        assert_eq!(serde_json::json!(moment(at)), serde_json::json!(1_700_000_000_123.456));
        assert_eq!(serde_json::json!(moment(SystemTime::UNIX_EPOCH - Duration::from_secs(1))), serde_json::json!(0.0));
    }
}
