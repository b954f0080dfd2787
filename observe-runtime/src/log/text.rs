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
        let _ = write!(line, " {dim}");
        // A name in quotes may be any text.
        push_escaped(&mut line, name);
        let _ = write!(line, "={reset}");
        push_escaped(&mut line, &value.to_string());
    }
    let _ = write!(line, "{dim}");
    let mut say = |name: &str, value: &str| {
        let _ = write!(line, " {name}=");
        push_escaped(&mut line, value);
    };
    let context = [("request_id", &event.request_id), ("user", &event.user), ("client", &event.client)];
    for (name, known) in context {
        if let Some(known) = known {
            say(name, known);
        }
    }
    if let Some((trace_id, span_id)) = event.ids {
        say("trace_id", &trace_id.to_string());
        say("span_id", &span_id.to_string());
    }
    say("service", service);
    say("environment", environment);
    line.push_str(reset);
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
