//! Ways out: for finished spans and for log events a bounded queue, a thread and an exporter each; for metrics a
//! thread that exports them all at an interval.

mod backlog;
pub(crate) mod console;
pub(crate) mod counters;
mod exporters;
#[cfg(feature = "dev-page")]
pub(crate) mod known;
pub(crate) mod logs;
#[cfg(feature = "otlp")]
pub(crate) mod otlp;
pub(crate) mod outage;
pub(crate) mod own_traffic;
mod periodic;
pub(crate) mod retry;
mod spans;
mod start;
mod worker;

pub(crate) use logs::{LogExporter, LogQueue};
#[cfg(feature = "health")]
pub(crate) use outage::failing;
pub(crate) use start::Exports;

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

/// Why an export did not arrive, or not whole. The text is for an operator's log line.
#[derive(Debug)]
pub(crate) struct ExportError {
    pub(crate) failure: Failure,
    text: String,
}

/// What can be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(any(feature = "otlp", test)), expect(dead_code, reason = "the console takes all or nothing"))]
pub(crate) enum Failure {
    /// Nobody took it, and somebody may later: not before `after` where the receiver says so.
    Unavailable { after: Option<Duration> },
    /// It was refused, and would be again.
    Refused,
    /// It was taken, but for so many of its items.
    Partial { rejected: usize },
}

impl ExportError {
    pub(crate) fn new(failure: Failure, text: impl Into<String>) -> Self {
        Self { failure, text: text.into() }
    }

    /// One after which the same may be tried again at any time.
    #[cfg(any(feature = "otlp", test))]
    pub(crate) fn unavailable(text: impl Into<String>) -> Self {
        Self::new(Failure::Unavailable { after: None }, text)
    }

    /// One after which there is no use in trying again.
    pub(crate) fn refused(text: impl Into<String>) -> Self {
        Self::new(Failure::Refused, text)
    }
}

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
