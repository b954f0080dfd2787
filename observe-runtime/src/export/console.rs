//! Spans, metrics and log events on standard output, for a look without a collector.

use super::{ExportError, Exporter, LogExporter, MetricExporter};
use crate::escape::push_escaped;
use crate::log::{LogEvent, console_line};
use crate::metric::exposition;
use crate::span::{Finished, SpanRecord, Status};
use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Duration;

#[derive(Debug)]
pub(crate) struct ConsoleExporter;

impl Exporter for ConsoleExporter {
    fn export(&mut self, spans: &[Finished<'_>], _: Duration) -> Result<(), ExportError> {
        print(&spans.iter().map(|span| line(&span.to_record())).collect::<String>())
    }
}

impl LogExporter for ConsoleExporter {
    fn export(&mut self, events: &[LogEvent], _: Duration) -> Result<(), ExportError> {
        print(&events.iter().map(console_line).collect::<String>())
    }
}

/// Metrics go to the console as `/metrics` shows them.
impl MetricExporter for ConsoleExporter {
    fn export(&mut self, _: Duration) -> Result<(), ExportError> {
        print(&exposition())
    }
}

fn print(text: &str) -> Result<(), ExportError> {
    let mut stdout = std::io::stdout().lock();
    stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
        .map_err(|error| ExportError::refused(error.to_string()))
}

/// One span: start, duration, kind, name, ids, links, status, attributes.
fn line(span: &SpanRecord) -> String {
    let start = humantime::format_rfc3339_millis(span.start);
    let parent = span.parent_id.map_or_else(|| "root".to_owned(), |parent| format!("parent={parent}"));
    let mut line = format!("{start} SPAN {:?} {} ", span.duration, span.kind.name());
    push_escaped(&mut line, &span.name);
    // Writing to a String does not fail.
    let _ = write!(line, " trace_id={} span_id={} {parent}", span.trace_id, span.span_id);
    for link in &span.links {
        let _ = write!(line, " link={}-{}", link.trace_id(), link.span_id());
    }
    if let Status::Error(text) = &span.status {
        line.push_str(" status=error: ");
        push_escaped(&mut line, text);
    }
    for (key, value) in &span.attributes {
        let _ = write!(line, " {key}=");
        push_escaped(&mut line, &value.to_string());
    }
    line.push('\n');
    line
}
