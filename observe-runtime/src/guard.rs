//! What keeps telemetry on, and sees that all of it is sent at the end.

use crate::export::Exports;
use std::fmt;
use std::time::Duration;

/// Keeps telemetry on; when it is dropped, queued spans and the last metrics are sent.
#[must_use = "telemetry is flushed when the guard is dropped: keep it, `let _guard = observe::init!()?;`"]
pub struct Guard {
    exports: Exports,
    timeout: Duration,
}

impl Guard {
    pub(crate) fn new(exports: Exports, timeout: Duration) -> Self {
        Self { exports, timeout }
    }

    /// Sends what is queued and all metrics, and waits for it at most this long; whether the time was
    /// enough.
    #[must_use = "`false` says that something is still on its way"]
    pub fn flush(&self, timeout: Duration) -> bool {
        self.exports.flush(timeout)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.exports.shutdown(self.timeout);
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard").field("exports", &self.exports.any()).field("timeout", &self.timeout).finish()
    }
}
