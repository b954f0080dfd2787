//! What the late decision could not wait for, counted for `/metrics`.

use crate::count::Count;

/// Counts of one judge.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// Spans of traces that were kept as failed or slow, and that had been let go before: the trace had
    /// more spans than are held.
    pub(crate) spans_let_go: Count,
    /// Traces judged before their end: more were under way than are held.
    pub(crate) early_by_limit: Count,
    /// Traces judged before their end: it did not come in time.
    pub(crate) early_by_patience: Count,
    /// Traces judged before their end: the process ended first.
    pub(crate) early_by_shutdown: Count,
}

/// The counts of the process.
pub(crate) static COUNTS: Counts = Counts::new();

impl Counts {
    pub(crate) const fn new() -> Self {
        Self {
            spans_let_go: Count::new(),
            early_by_limit: Count::new(),
            early_by_patience: Count::new(),
            early_by_shutdown: Count::new(),
        }
    }

    /// The traces judged early, by the value of the `reason` label.
    pub(crate) fn early(&self) -> [(&'static str, u64); 3] {
        [("limit", &self.early_by_limit), ("patience", &self.early_by_patience), ("shutdown", &self.early_by_shutdown)]
            .map(|(reason, count)| (reason, count.load()))
    }
}
