//! Where lines go: to standard error, and to a file where one is asked for.

use super::{Colour, LogEvent, LogFile, LogFormat, LogSink, json, text};
use crate::export::counters;
use crate::resource::Resource;
use std::io::{IsTerminal as _, Write as _};
use tracing::Level;

/// Writes lines.
pub(crate) struct LineWriter {
    format: LogFormat,
    colour: bool,
    service: String,
    environment: String,
    file: Option<LogFile>,
}

impl LineWriter {
    pub(crate) fn new(format: LogFormat, colour: Colour, resource: &Resource, file: Option<LogFile>) -> Self {
        let colour = match colour {
            Colour::Never => false,
            Colour::OnTerminals => std::io::stderr().is_terminal(),
            Colour::Always => true,
        };
        Self {
            format,
            colour: colour && format == LogFormat::Text,
            service: resource.get("service.name").to_owned(),
            environment: resource.get("deployment.environment.name").to_owned(),
            file,
        }
    }

    fn line(&self, event: &LogEvent, colour: bool) -> String {
        let mut line = match self.format {
            LogFormat::Json => json::line(event, &self.service, &self.environment),
            LogFormat::Text => text::line(event, &self.service, &self.environment, colour),
        };
        line.push('\n');
        line
    }
}

impl LogSink for LineWriter {
    fn write(&self, event: &LogEvent) {
        let line = self.line(event, self.colour);
        to_standard_error(&line);
        let Some(file) = &self.file else { return };
        let plain = if self.colour { self.line(event, false) } else { line };
        if let Err(complaint) = file.write(&plain) {
            counters::FILE_LOST.add(1);
            // Not by way of an event: that would come here.
            if let Some(complaint) = complaint {
                to_standard_error(&self.line(&LogEvent::own(Level::WARN, &complaint, Vec::new()), self.colour));
            }
        }
    }
}

/// One write a line, so that lines of several threads don't mix. A closed standard error is nothing that the
/// program should hear of.
fn to_standard_error(line: &str) {
    let _ = std::io::stderr().lock().write_all(line.as_bytes());
}
