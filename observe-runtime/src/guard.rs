//! What keeps telemetry on, and sees that all of it is sent at the end.

use crate::exit::{self, Running};
use crate::export::Exports;
#[cfg(feature = "metrics-endpoint")]
use crate::metrics_endpoint::Listener;
use std::fmt;
use std::time::Duration;

/// Keeps telemetry on; when it is dropped, queued spans and the last metrics are sent, and nothing is after that.
///
/// A guard that is never dropped loses nothing on Unix: what was recorded is sent when the process exits,
/// and, after [`init!`](crate::init!), before it ends by SIGTERM or SIGINT. All of it together takes no
/// longer than `OBSERVE_SHUTDOWN_TIMEOUT`. The listener of `OBSERVE_METRICS_ENDPOINT` ends with the guard too.
#[must_use = "telemetry is flushed when the guard is dropped: keep it, `let _guard = observe::init!()?;`"]
pub struct Guard {
    running: &'static Running,
    /// Answers until the last export is over.
    #[cfg(feature = "metrics-endpoint")]
    _listener: Option<Listener>,
}

impl Guard {
    pub(crate) fn new(
        exports: Exports,
        timeout: Duration,
        #[cfg(feature = "metrics-endpoint")] listener: Option<Listener>,
    ) -> Self {
        Self {
            running: exit::watch(exports, timeout),
            #[cfg(feature = "metrics-endpoint")]
            _listener: listener,
        }
    }

    /// Sends what is queued and all metrics, and waits for it at most this long; `false` where some of it
    /// still waits, because the time was too short or nobody takes it.
    #[must_use = "`false` says that something is still on its way"]
    pub fn flush(&self, timeout: Duration) -> bool {
        self.running.flush(timeout)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.running.shut_down();
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard")
            .field("exports", &self.running.exports_anything())
            .field("timeout", &self.running.timeout())
            .finish_non_exhaustive()
    }
}
