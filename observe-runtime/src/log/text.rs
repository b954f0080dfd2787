//! A line for people, coloured where it goes to a terminal.

use super::LogEvent;
use crate::escape::push_escaped;
use std::fmt::Write as _;
use tracing::Level;

const DIM: &str = "\x1b[2m";
const RESET: &str = "\x1b[0m";

/// The line, without its end: time, level, target, message, fields, ids, who speaks.
pub(super) fn line(event: &LogEvent, service: &str, environment: &str, colour: bool) -> String {
    let (dim, level_colour, reset) = if colour { (DIM, colour_of(event.level), RESET) } else { ("", "", "") };
    let mut line = String::with_capacity(160);
    let time = humantime::format_rfc3339_millis(event.time);
    // Writing to a String does not fail.
    let _ = write!(line, "{dim}{time}{reset} {level_colour}{:>5}{reset} {dim}", event.level);
    // That of a record of `log` may be any text.
    push_escaped(&mut line, &event.target);
    let _ = write!(line, "{reset} ");
    push_escaped(&mut line, &event.message);
    for (name, value) in &event.fields {
        let _ = write!(line, " {dim}{name}={reset}");
        push_escaped(&mut line, &value.to_string());
    }
    if let Some(request_id) = &event.request_id {
        let _ = write!(line, " {dim}request_id={request_id}{reset}");
    }
    if let Some((trace_id, span_id)) = event.ids {
        let _ = write!(line, " {dim}trace_id={trace_id} span_id={span_id}{reset}");
    }
    let _ = write!(line, " {dim}service={service} environment={environment}{reset}");
    line
}

fn colour_of(level: Level) -> &'static str {
    match level {
        Level::ERROR => "\x1b[31m",
        Level::WARN => "\x1b[33m",
        Level::INFO => "\x1b[32m",
        Level::DEBUG => "\x1b[34m",
        Level::TRACE => "\x1b[35m",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::AttributeValue;

    #[test]
    fn a_value_stays_on_its_line() {
        let event = LogEvent {
            fields: vec![("name", AttributeValue::Text("a\r\u{202e}b".into()))],
            request_id: Some("r-1".to_owned()),
            ..LogEvent::of(Level::WARN, "a\npp", "one\ntwo\x1b[31m")
        };
        assert_eq!(
            line(&event, "s", "dev", false),
            "1970-01-01T00:00:00.000Z  WARN a\\npp one\\ntwo\\u{1b}[31m name=a\\r\\u{202e}b request_id=r-1 service=s environment=dev"
        );
        assert!(line(&event, "s", "dev", true).contains(DIM));
    }
}
