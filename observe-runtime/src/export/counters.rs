//! What became of the spans, counted for `/metrics`.

use crate::count::Count;

/// Handed over to the exporter's other side.
pub(crate) static EXPORTED: Count = Count::new();
/// Not queued: the queue was full.
pub(crate) static QUEUE_FULL: Count = Count::new();
/// Sent, and refused or not answered.
pub(crate) static EXPORT_FAILED: Count = Count::new();
/// Still queued when the time for shutting down was over, or ended after it.
pub(crate) static SHUTDOWN: Count = Count::new();

/// Not recorded: too many spans were open, or the thread was about to end.
pub(crate) static NOT_OPENED: Count = Count::new();

/// The losses by the value of the `reason` label.
pub(crate) static LOST: [(&str, &Count); 4] = [
    ("queue_full", &QUEUE_FULL),
    ("export_failed", &EXPORT_FAILED),
    ("shutdown", &SHUTDOWN),
    ("not_opened", &NOT_OPENED),
];
