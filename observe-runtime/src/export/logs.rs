//! Log events on their way out: a bounded queue, and who sends what is in it.

mod queue;

pub(crate) use queue::LogQueue;

use super::ExportError;
use crate::log::LogEvent;
use std::time::Duration;

/// Sends batches of log events somewhere. Runs on the export thread only, so it may block.
pub(crate) trait LogExporter: Send {
    /// Sends one batch, within `timeout`.
    fn export(&mut self, events: &[LogEvent], timeout: Duration) -> Result<(), ExportError>;
}

/// What became of log events, counted for `/metrics`.
pub(crate) mod counters {
    use crate::count::Count;

    /// Handed over to the exporter's other side.
    pub(crate) static EXPORTED: Count = Count::new();
    /// Not queued: the queue was full.
    pub(crate) static QUEUE_FULL: Count = Count::new();
    /// Sent, and refused or not answered.
    pub(crate) static EXPORT_FAILED: Count = Count::new();
    /// Still queued when the time for shutting down was over, or said after it.
    pub(crate) static SHUTDOWN: Count = Count::new();

    /// The losses by the value of the `reason` label.
    pub(crate) static LOST: [(&str, &Count); 3] =
        [("queue_full", &QUEUE_FULL), ("export_failed", &EXPORT_FAILED), ("shutdown", &SHUTDOWN)];
}
