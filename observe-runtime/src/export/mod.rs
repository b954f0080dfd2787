//! Ways out: for finished spans a bounded queue, one thread, one exporter; for metrics a thread that
//! exports them all at an interval.

pub(crate) mod console;
pub(crate) mod counters;
#[cfg(feature = "otlp")]
pub(crate) mod otlp;
mod periodic;
mod spans;
mod start;

pub(crate) use start::Exports;

use spans::{SpanExport, SpanSettings};

use crate::span::Finished;
use std::fmt;
use std::time::Duration;

/// Sends batches of spans somewhere. Runs on the export thread only, so it may block.
pub(crate) trait Exporter: Send {
    /// Sends one batch, within `timeout`.
    fn export(&mut self, spans: &[Finished<'_>], timeout: Duration) -> Result<(), ExportError>;
}

/// Sends all metrics somewhere. Runs on a thread of its own, so it may block.
pub(crate) trait MetricExporter: Send {
    /// Reads the metrics and sends them, within `timeout`.
    fn export(&mut self, timeout: Duration) -> Result<(), ExportError>;
}

/// Why an export did not arrive. The text is for an operator's log line.
#[derive(Debug)]
pub(crate) struct ExportError(pub(crate) String);

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
