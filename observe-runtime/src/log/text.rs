//! A line for people, coloured where it goes to a terminal.

use super::LogEvent;
use crate::escape::push_escaped;
use crate::span::AttributeValue;
use std::fmt::Write as _;
use tracing::Level;

const DIM: &str = "\x1b[2m";
const RESET: &str = "\x1b[0m";

/// Appends the line, without its end: time, level, target, message, fields, ids, who speaks.
pub(super) fn push(line: &mut String, event: &LogEvent, service: &str, environment: &str, colour: bool) {
    let (dim, level_colour, reset) = if colour { (DIM, colour_of(event.level), RESET) } else { ("", "", "") };
    line.push_str(dim);
    // Writing to a String does not fail.
    let _ = write!(line, "{}", humantime::format_rfc3339_millis(event.time));
    for part in [reset, " ", level_colour, level(event.level), reset, " ", dim] {
        line.push_str(part);
    }
    // That of a record of `log` may be any text.
    push_escaped(line, &event.target);
    line.push_str(reset);
    line.push(' ');
    push_escaped(line, &event.message);
    for (name, value) in &event.fields {
        line.push(' ');
        line.push_str(dim);
        // A name in quotes may be any text.
        push_escaped(line, name);
        line.push('=');
        line.push_str(reset);
        match value {
            AttributeValue::Text(text) => push_escaped(line, text),
            // No text, and nothing to escape.
            other => drop(write!(line, "{other}")),
        }
    }
    line.push_str(dim);
    let context = [(" request_id=", &event.request_id), (" user=", &event.user), (" client=", &event.client)];
    for (name, known) in context {
        if let Some(known) = known {
            line.push_str(name);
            push_escaped(line, known);
        }
    }
    if let Some((trace, span)) = event.ids {
        line.push_str(" trace_id=");
        trace.push_to(line);
        line.push_str(" span_id=");
        span.push_to(line);
    }
    line.push_str(" service=");
    push_escaped(line, service);
    line.push_str(" environment=");
    push_escaped(line, environment);
    line.push_str(reset);
}

/// The level's name, as wide as the widest.
fn level(level: Level) -> &'static str {
    match level {
        Level::ERROR => "ERROR",
        Level::WARN => " WARN",
        Level::INFO => " INFO",
        Level::DEBUG => "DEBUG",
        Level::TRACE => "TRACE",
    }
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

    fn line(event: &LogEvent, service: &str, environment: &str, colour: bool) -> String {
        let mut line = String::new();
        push(&mut line, event, service, environment, colour);
        line
    }

    #[test]
    fn a_value_stays_on_its_line() {
        let event = LogEvent {
            fields: vec![("na\x07me", AttributeValue::Text("a\r\u{202e}b".into()))],
            request_id: Some("r-1\n".to_owned()),
            user: Some("h:12".to_owned()),
            client: Some("192.0.2.x".to_owned()),
            ..LogEvent::of(Level::WARN, "a\npp", "one\ntwo\x1b[31m")
        };
        assert_eq!(
            line(&event, "s", "d\nev", false),
            "1970-01-01T00:00:00.000Z  WARN a\\npp one\\ntwo\\u{1b}[31m na\\u{7}me=a\\r\\u{202e}b request_id=r-1\\n user=h:12 client=192.0.2.x service=s environment=d\\nev"
        );
        assert!(line(&event, "s", "dev", true).contains(DIM));
    }
}
