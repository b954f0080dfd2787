//! Where lines go: to standard error, and to a file where one is asked for.

use super::{Colour, LogEvent, LogFile, LogFormat, LogSink, json, text};
use crate::export::counters;
use crate::resource::Resource;
use std::cell::Cell;
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

    fn push(&self, line: &mut String, event: &LogEvent, colour: bool) {
        match self.format {
            LogFormat::Json => json::push(line, event, &self.service, &self.environment),
            LogFormat::Text => text::push(line, event, &self.service, &self.environment, colour),
        }
        line.push('\n');
    }
}

impl LineWriter {
    /// Writes the line that is there, or one without colours.
    fn write_to_file(&self, event: &LogEvent, line: &mut String) {
        let Some(file) = &self.file else { return };
        if self.colour {
            line.clear();
            self.push(line, event, false);
        }
        if let Err(complaint) = file.write(line) {
            counters::FILE_LOST.add(1);
            // Not by way of an event: that would come here.
            if let Some(complaint) = complaint {
                line.clear();
                self.push(line, &LogEvent::own(Level::WARN, &complaint, Vec::new()), self.colour);
                to_standard_error(line);
            }
        }
    }
}

impl LogSink for LineWriter {
    fn write(&self, event: &LogEvent) {
        // At a thread's end it may be gone already.
        let mut line = KEPT.try_with(Cell::take).unwrap_or_default();
        line.clear();
        self.push(&mut line, event, self.colour);
        to_standard_error(&line);
        self.write_to_file(event, &mut line);
        if line.capacity() <= MOST_KEPT {
            let _ = KEPT.try_with(|kept| kept.set(line));
        }
    }
}

/// The most memory that a thread keeps for its lines.
const MOST_KEPT: usize = 8 << 10;

thread_local! {
    /// Where this thread writes its lines.
    static KEPT: Cell<String> = const { Cell::new(String::new()) };
}

/// One write a line, so that lines of several threads don't mix. A closed standard error is nothing that the
/// program should hear of.
fn to_standard_error(line: &str) {
    let _ = std::io::stderr().lock().write_all(line.as_bytes());
}
