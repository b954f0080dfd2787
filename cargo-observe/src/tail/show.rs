//! A request or a log event as a line.

use crate::terminal::{DIM, ERROR, GOOD, NOTE, WARNING, harmless, misleads};
use serde_json::Value;
use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

/// Below this width a trace is told by the beginning of its id.
const WIDE: usize = 120;
const SHORT_ID: usize = 8;

/// The end of the year 9999, which is the last that a date can have.
const LAST_MOMENT: f64 = 253_402_300_799_999.0;

/// The width of a route, where most fit.
const ROUTE: usize = 32;

/// How lines are shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Show {
    is_json: bool,
    has_room: bool,
}

impl Show {
    /// As wide as the terminal; where there is none, all is shown.
    pub(super) fn new(is_json: bool) -> Self {
        let width = terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| usize::from(width.0));
        Self { is_json, has_room: width.is_none_or(|width| width >= WIDE) }
    }

    /// The line of what came, and how it was written; `None` of what nobody here knows.
    pub(super) fn line(self, line: &Value, text: &str) -> Option<String> {
        if self.is_json {
            return Some(visible_json(text) + "\n");
        }
        if line["request"].is_object() {
            Some(self.request(&line["request"]))
        } else if line["log"].is_object() {
            Some(self.log(&line["log"]))
        } else {
            None
        }
    }

    /// Time, status, duration, method and route, trace, and why it failed.
    fn request(self, request: &Value) -> String {
        let has_failed = request["failed"].as_bool().unwrap_or_default();
        let status = match &request["status"] {
            Value::Null if has_failed => "err".to_owned(),
            Value::Null => "ok".to_owned(),
            status => word(status),
        };
        let style = match request["status"].as_u64() {
            _ if has_failed => ERROR,
            Some(500..) => ERROR,
            Some(400..) => WARNING,
            _ => GOOD,
        };
        let what = match (word(&request["method"]), word(&request["route"])) {
            (method, route) if !method.is_empty() && !route.is_empty() => format!("{method} {route}"),
            _ => word(&request["name"]),
        };
        let (time, took) = (clock(ended(request)), took(request["duration_ms"].as_f64().unwrap_or_default()));
        let id = self.id(request);
        let mut line =
            format!("{DIM}{time}{DIM:#} {style}{status:<3}{style:#} {took:>9} {what:<ROUTE$} {DIM}{id}{DIM:#}");
        let error = word(&request["error"]);
        if !error.is_empty() {
            let _ = write!(line, " {ERROR}{error}{ERROR:#}");
        }
        line.push('\n');
        line
    }

    /// Time, level, where it is from, what it says, its fields and its trace.
    fn log(self, log: &Value) -> String {
        let level = word(&log["level"]);
        let style = match level.as_str() {
            "error" => ERROR,
            "warn" => WARNING,
            "info" => NOTE,
            _ => DIM,
        };
        let (time, level) = (clock(log["time"].as_f64().unwrap_or_default()), level.to_uppercase());
        let (target, message) = (word(&log["target"]), word(&log["message"]));
        let mut line = format!("{DIM}{time}{DIM:#} {style}{level:<5}{style:#} {DIM}{target}:{DIM:#} {message}");
        for (name, value) in log["fields"].as_object().into_iter().flatten() {
            let _ = write!(line, " {DIM}{}={DIM:#}{}", harmless(name), word(value));
        }
        let id = self.id(log);
        if !id.is_empty() {
            let _ = write!(line, " {DIM}{id}{DIM:#}");
        }
        line.push('\n');
        line
    }

    fn id(self, of: &Value) -> String {
        let id = word(&of["trace_id"]);
        if self.has_room { id } else { id.chars().take(SHORT_ID).collect() }
    }
}

/// A value as a word of a line: none that it brings along gives orders to a terminal.
fn word(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => harmless(text).into_owned(),
        value => harmless(&value.to_string()).into_owned(),
    }
}

/// When it happened, in milliseconds since 1970: a request when it ended.
pub(super) fn moment(line: &Value) -> f64 {
    if line["request"].is_object() { ended(&line["request"]) } else { line["log"]["time"].as_f64().unwrap_or_default() }
}

fn ended(request: &Value) -> f64 {
    request["start"].as_f64().unwrap_or_default() + request["duration_ms"].as_f64().unwrap_or_default()
}

/// The time of day, in UTC.
fn clock(milliseconds: f64) -> String {
    let since = Duration::try_from_secs_f64(milliseconds.clamp(0.0, LAST_MOMENT) / 1e3).unwrap_or_default();
    let text = humantime::format_rfc3339_millis(SystemTime::UNIX_EPOCH + since).to_string();
    text.split_once('T').map(|(_, clock)| clock.to_owned()).unwrap_or_default()
}

fn took(milliseconds: f64) -> String {
    match milliseconds {
        below if below < 10.0 => format!("{below:.2} ms"),
        below if below < 1e3 => format!("{below:.1} ms"),
        above => format!("{:.2} s", above / 1e3),
    }
}

/// JSON in which nothing misleads, and that means the same. Outside of its texts there are no such characters but
/// whitespace.
fn visible_json(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut line, letter| {
        if letter.is_ascii_whitespace() {
            line.push(' ');
        } else if misleads(letter) {
            let _ = write!(line, "\\u{:04x}", u32::from(letter));
        } else {
            line.push(letter);
        }
        line
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn plain(line: &Value) -> Option<String> {
        let show = Show { is_json: false, has_room: true };
        show.line(line, &line.to_string()).map(|line| anstream::adapter::strip_str(&line).to_string())
    }

    fn request(more: &Value) -> Value {
        let mut request = json!({
            "seq": 1, "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736", "span_id": "00f067aa0ba902b7", "name": "POST /ask",
            "kind": "server", "method": "POST", "route": "/ask", "status": 200, "failed": false,
            "start": 1_700_000_000_000.0, "duration_ms": 12.345, "sampled": true,
        });
        for (key, value) in more.as_object().unwrap() {
            request[key] = value.clone();
        }
        json!({ "request": request })
    }

    #[test]
    fn a_request_is_a_line() {
        let expected =
            "22:13:20.012Z 200   12.3 ms POST /ask                        4bf92f3577b34da6a3ce929d0e0e4736\n";
        assert_eq!(plain(&request(&json!({}))).unwrap(), expected);
        let failed = json!({"status": 502, "failed": true, "error": "no answer", "duration_ms": 2_500.0});
        let expected =
            "22:13:22.500Z 502    2.50 s POST /ask                        4bf92f3577b34da6a3ce929d0e0e4736 no answer\n";
        assert_eq!(plain(&request(&failed)).unwrap(), expected);
        let task = json!({"name": "tidy up", "method": null, "route": null, "status": null, "duration_ms": 0.5});
        let expected =
            "22:13:20.000Z ok    0.50 ms tidy up                          4bf92f3577b34da6a3ce929d0e0e4736\n";
        assert_eq!(plain(&request(&task)).unwrap(), expected);
    }

    #[test]
    fn the_colour_of_a_status_says_how_bad_it_is() {
        let style = |more: &Value| {
            let line = Show { is_json: false, has_room: true }.line(&request(more), "").unwrap();
            [ERROR, WARNING, GOOD].into_iter().find(|style| line.contains(&style.render().to_string())).unwrap()
        };
        assert_eq!(style(&json!({"status": 204})), GOOD);
        assert_eq!(style(&json!({"status": 404})), WARNING);
        assert_eq!(style(&json!({"status": 200, "failed": true})), ERROR);
        assert_eq!(style(&json!({"status": 503})), ERROR);
    }

    #[test]
    fn a_narrow_terminal_shows_the_beginning_of_an_id() {
        let line = Show { is_json: false, has_room: false }.line(&request(&json!({})), "").unwrap();
        let line = anstream::adapter::strip_str(&line).to_string();
        assert!(line.ends_with(" 4bf92f35\n"), "{line}");
    }

    #[test]
    fn a_log_event_is_a_line() {
        let log = json!({
            "seq": 1, "time": 1_700_000_000_000.0, "level": "warn", "target": "shop::orders", "message": "no stock",
            "fields": {"item": 7, "where": "b"}, "trace_id": "4bf9", "span_id": "00f0",
        });
        let expected = "22:13:20.000Z WARN  shop::orders: no stock item=7 where=b 4bf9\n";
        assert_eq!(plain(&json!({ "log": log })).unwrap(), expected);
    }

    #[test]
    fn nothing_in_the_data_gives_orders_to_a_terminal() {
        let evil = "\u{1b}]0;x\u{7}\u{9b}2J\r\n\u{202e}";
        let more =
            json!({"route": evil, "error": evil, "method": evil, "trace_id": evil, "status": evil, "name": evil});
        let log = json!({
            "log": {"level": evil, "target": evil, "message": evil, "fields": {evil: evil, "a": [evil]}, "trace_id": evil},
        });
        for line in [request(&more), log] {
            let text = plain(&line).unwrap();
            assert!(!text.trim_end_matches('\n').contains(misleads), "{text:?}");
            let json = Show { is_json: true, has_room: true }.line(&line, &line.to_string()).unwrap();
            assert!(!json.trim_end_matches('\n').contains(misleads), "{json:?}");
            assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), line);
        }
    }

    #[test]
    fn what_is_missing_or_of_another_type_does_no_harm() {
        for line in [json!({"request": {}}), json!({"log": {}}), json!({"log": {"time": -1e300, "fields": 3}})] {
            assert!(plain(&line).unwrap().starts_with("00:00:00.000Z "), "{line}");
        }
        assert!(plain(&json!({"request": {"start": 1e300, "duration_ms": 1e300}})).is_some());
        assert_eq!(plain(&json!({"news": {}})), None);
    }
}
