//! What became of spans and log records, counted for `/metrics`.

use crate::count::Count;

/// What became of the items of one signal.
#[derive(Debug)]
pub(crate) struct Counts {
    /// Handed over to the exporter's other side.
    pub(crate) exported: Count,
    /// Not queued: the queue was full.
    pub(crate) queue_full: Count,
    /// Sent, and refused.
    pub(crate) export_failed: Count,
    /// Not exported when the time for shutting down was over, or ended after it.
    pub(crate) shutdown: Count,
}

impl Counts {
    pub(crate) const fn new() -> Self {
        Self { exported: Count::new(), queue_full: Count::new(), export_failed: Count::new(), shutdown: Count::new() }
    }

    /// The losses by the value of the `reason` label.
    pub(crate) fn lost(&self) -> [(&'static str, &Count); 3] {
        [("queue_full", &self.queue_full), ("export_failed", &self.export_failed), ("shutdown", &self.shutdown)]
    }
}

pub(crate) static SPANS: Counts = Counts::new();
pub(crate) static LOGS: Counts = Counts::new();

/// Lines that the log file could not take.
pub(crate) static FILE_LOST: Count = Count::new();

/// Spans that were not recorded: too many were open, or the thread was about to end.
pub(crate) static NOT_OPENED: Count = Count::new();
