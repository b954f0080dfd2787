//! Spans and metrics on standard output, for a look without a collector. Log events are lines already.

use super::{ExportError, Exporter, MetricExporter};
use crate::config::SpanLimits;
use crate::escape::push_escaped;
use crate::metric::exposition;
use crate::span::{Finished, SpanRecord, Status};
use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Duration;

#[derive(Debug, Default)]
pub(crate) struct ConsoleExporter {
    pub(crate) limits: SpanLimits,
}

impl Exporter for ConsoleExporter {
    fn export(&mut self, spans: &[Finished<'_>], _: Duration) -> Result<(), ExportError> {
        print(&spans.iter().map(|span| line(span.to_record(), &self.limits)).collect::<String>())
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
fn line(mut span: SpanRecord, limits: &SpanLimits) -> String {
    let dropped = limits.apply(&mut span);
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
        line.push_str(" status=error");
        // A request that failed has a status code, and no text.
        if !text.is_empty() {
            line.push_str(": ");
            push_escaped(&mut line, text);
        }
    }
    for (key, value) in &span.attributes {
        line.push(' ');
        push_escaped(&mut line, key);
        line.push('=');
        push_escaped(&mut line, &value.to_string());
    }
    if dropped > 0 {
        let _ = write!(line, " dropped_attributes_count={dropped}");
    }
    line.push('\n');
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::AttributeLimits;
    use crate::span::{AttributeValue, SpanId, SpanKind, TraceId};
    use std::borrow::Cow;
    use std::time::SystemTime;

    fn record() -> SpanRecord {
        let text = |text: &'static str| AttributeValue::Text(Cow::Borrowed(text));
        SpanRecord {
            trace_id: TraceId::random(),
            span_id: SpanId::random(),
            parent_id: None,
            name: Cow::Borrowed("work"),
            kind: SpanKind::Internal,
            target: "app",
            start: SystemTime::UNIX_EPOCH,
            duration: Duration::from_millis(5),
            status: Status::Unset,
            attributes: vec![("a".into(), text("größer")), ("b".into(), text("b")), ("c".into(), text("c"))],
            events: Vec::new(),
            links: Vec::new(),
            dropped: crate::span::Dropped::default(),
            has_remote_parent: false,
            trace_state: Cow::Borrowed(""),
        }
    }

    #[test]
    fn nothing_that_is_said_ends_the_line() {
        let text = |text: &'static str| AttributeValue::Text(Cow::Borrowed(text));
        let span = SpanRecord {
            name: Cow::Borrowed("a\nb"),
            status: Status::Error("c\u{202e}".into()),
            attributes: vec![("d\r".into(), text("e\x1b[1m"))],
            ..record()
        };
        let line = line(span, &SpanLimits::default());
        for part in [" a\\nb trace_id=", " status=error: c\\u{202e} d\\r=e\\u{1b}[1m\n"] {
            assert!(line.contains(part), "{line:?}");
        }
    }

    #[test]
    fn a_line_keeps_to_the_limits() {
        assert!(line(record(), &SpanLimits::default()).ends_with(" a=größer b=b c=c\n"));
        let attributes = AttributeLimits { count: Some(1), length: Some(3) };
        let limits = SpanLimits { attributes, ..SpanLimits::default() };
        assert!(line(record(), &limits).ends_with(" a=grö dropped_attributes_count=2\n"));
    }
}
