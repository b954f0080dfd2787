//! Log lines: one an event, JSON or text, redacted before it is formatted.

#[cfg(feature = "log")]
mod bridge;
mod change;
mod event;
mod file;
mod filter;
mod json;
mod logs;
mod own;
mod text;
mod writer;

#[cfg(all(feature = "log", feature = "testing"))]
pub(crate) use bridge::capture_records;
#[cfg(feature = "log")]
pub(crate) use bridge::install_bridge;
#[cfg(feature = "dev-page")]
pub(crate) use change::log_filter;
pub use change::set_log_filter;
pub(crate) use event::LogEvent;
pub(crate) use file::LogFile;
pub(crate) use filter::{LogFilter, TelemetryFilter};
pub(crate) use logs::{LogSink, Logs};
pub(crate) use writer::LineWriter;

#[cfg(feature = "testing")]
use crate::resource::Resource;

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogFormat {
    Json,
    Text,
}

/// Where lines are coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Colour {
    Never,
    OnTerminals,
    Always,
}

/// The number that OpenTelemetry has for a level: the first of the four of its `SeverityNumber`.
#[cfg(any(feature = "dev-page", feature = "otlp"))]
pub(crate) const fn severity_number(level: tracing::Level) -> u8 {
    match level {
        tracing::Level::TRACE => 1,
        tracing::Level::DEBUG => 5,
        tracing::Level::INFO => 9,
        tracing::Level::WARN => 13,
        tracing::Level::ERROR => 17,
    }
}

/// The line as a test sees it.
#[cfg(feature = "testing")]
pub(crate) fn json_line(event: &LogEvent, resource: &Resource) -> String {
    let mut line = String::new();
    json::push(&mut line, event, resource.get("service.name"), resource.get("deployment.environment.name"));
    line
}
