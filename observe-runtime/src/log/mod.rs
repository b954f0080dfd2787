//! Log lines: one an event, JSON or text, redacted before it is formatted.

#[cfg(feature = "log")]
mod bridge;
mod event;
mod filter;
mod json;
mod logs;
mod text;

#[cfg(feature = "log")]
pub(crate) use bridge::install_bridge;
pub(crate) use event::LogEvent;
pub(crate) use filter::{LogFilter, TelemetryFilter};
pub(crate) use logs::{LogSink, Logs};

use crate::resource::Resource;
use std::io::Write as _;

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogFormat {
    Json,
    Text,
}

/// Writes lines to standard error.
pub(crate) struct LineWriter {
    format: LogFormat,
    colour: bool,
    service: String,
    environment: String,
}

impl LineWriter {
    pub(crate) fn new(format: LogFormat, colour: bool, resource: &Resource) -> Self {
        Self {
            format,
            colour,
            service: resource.get("service.name").to_owned(),
            environment: resource.get("deployment.environment.name").to_owned(),
        }
    }
}

/// The line as a test sees it.
#[cfg(feature = "testing")]
pub(crate) fn json_line(event: &LogEvent, resource: &Resource) -> String {
    json::line(event, resource.get("service.name"), resource.get("deployment.environment.name"))
}

impl LogSink for LineWriter {
    fn write(&self, event: &LogEvent) {
        let mut line = match self.format {
            LogFormat::Json => json::line(event, &self.service, &self.environment),
            LogFormat::Text => text::line(event, &self.service, &self.environment, self.colour),
        };
        line.push('\n');
        // One write a line, so that lines of several threads don't mix. A closed standard error
        // is nothing that the program should hear of.
        let _ = std::io::stderr().lock().write_all(line.as_bytes());
    }
}
