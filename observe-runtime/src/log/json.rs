//! A line as a JSON object, for log shippers.

use super::LogEvent;
use crate::escape::push_json;
use crate::span::AttributeValue;
use std::fmt::Write as _;

/// Keys that lines have; a field of the same name goes under `fields.`.
const OWN: &[&str] = &[
    "timestamp",
    "level",
    "target",
    "message",
    "service",
    "environment",
    "trace_id",
    "span_id",
    "request_id",
    "user",
    "client",
];

/// What goes before the name of a field that is called like a key.
const BESIDE: &str = "fields.";

/// Appends the line, without its end. `trace_id`, `span_id` and `request_id` are null outside of a span or
/// a request, so that the columns of a log store are always there; `user` and `client` are there where they are
/// known.
pub(super) fn push(line: &mut String, event: &LogEvent, service: &str, environment: &str) {
    // Writing to a String does not fail.
    let _ = write!(line, "{{\"timestamp\":\"{}\"", humantime::format_rfc3339_micros(event.time));
    let mut put = |key: &str, value: Option<&str>| {
        line.push_str(key);
        match value {
            Some(text) => push_json(line, text),
            None => line.push_str("null"),
        }
    };
    put(",\"level\":", Some(event.level.as_str()));
    put(",\"target\":", Some(&event.target));
    put(",\"message\":", Some(&event.message));
    put(",\"service\":", Some(service));
    put(",\"environment\":", Some(environment));
    put(",\"request_id\":", event.request_id.as_deref());
    for (key, known) in [(",\"user\":", &event.user), (",\"client\":", &event.client)] {
        if known.is_some() {
            put(key, known.as_deref());
        }
    }
    match event.ids {
        Some((trace, span)) => {
            line.push_str(",\"trace_id\":\"");
            trace.push_to(line);
            line.push_str("\",\"span_id\":\"");
            span.push_to(line);
            line.push('"');
        }
        None => line.push_str(",\"trace_id\":null,\"span_id\":null"),
    }
    for (at, (name, value)) in event.fields.iter().enumerate() {
        // A key twice is read by some as the first and by others as the last: the last it is.
        if event.fields[at + 1..].iter().any(|(later, _)| is_same_key(name, later)) {
            continue;
        }
        line.push(',');
        if OWN.contains(name) {
            push_json(line, &format!("{BESIDE}{name}"));
        } else {
            push_json(line, name);
        }
        line.push(':');
        push_value(line, value);
    }
    line.push('}');
}

/// Whether two fields have the same key in the line.
fn is_same_key(one: &str, other: &str) -> bool {
    let is_beside = |long: &str, own: &str| long.strip_prefix(BESIDE) == Some(own) && OWN.contains(&own);
    one == other || is_beside(one, other) || is_beside(other, one)
}

fn push_value(line: &mut String, value: &AttributeValue) {
    match value {
        AttributeValue::Bool(value) => line.push_str(if *value { "true" } else { "false" }),
        AttributeValue::I64(value) => line.push_str(itoa::Buffer::new().format(*value)),
        AttributeValue::U64(value) => line.push_str(itoa::Buffer::new().format(*value)),
        AttributeValue::F64(value) if value.is_finite() => line.push_str(zmij::Buffer::new().format_finite(*value)),
        // JSON has no NaN and no infinity.
        AttributeValue::F64(_) => line.push_str("null"),
        AttributeValue::Text(text) => push_json(line, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(event: &LogEvent, service: &str, environment: &str) -> String {
        let mut line = String::new();
        push(&mut line, event, service, environment);
        // Whatever is in it, it is an object.
        assert!(serde_json::from_str::<serde_json::Map<_, _>>(&line).is_ok(), "{line}");
        line
    }

    #[test]
    fn whose_request_it_is_stands_in_the_line_where_it_is_known() {
        let event = LogEvent {
            user: Some("h:12".to_owned()),
            client: Some("192.0.2.x".to_owned()),
            fields: vec![("user", AttributeValue::Text("[REDACTED]".into()))],
            ..LogEvent::of(tracing::Level::INFO, "t", "m")
        };
        let line = line(&event, "s", "production");
        for part in [r#""client":"192.0.2.x""#, r#""user":"h:12""#, r#""fields.user":"[REDACTED]""#] {
            assert!(line.contains(part), "{line}");
        }
    }

    #[test]
    fn a_field_does_not_take_the_place_of_a_key() {
        let event = LogEvent {
            fields: vec![("level", AttributeValue::U64(3)), ("nan", AttributeValue::F64(f64::NAN))],
            ..LogEvent::of(tracing::Level::INFO, "t", "a\nb\u{2028}")
        };
        assert_eq!(
            line(&event, "s", "production"),
            concat!(
                r#"{"timestamp":"1970-01-01T00:00:00.000000Z","level":"INFO","target":"t","message":"a\nb\u2028","#,
                r#""service":"s","environment":"production","request_id":null,"trace_id":null,"span_id":null,"#,
                r#""fields.level":3,"nan":null}"#
            )
        );
    }

    #[test]
    fn a_key_stands_once_and_with_the_last_value() {
        let fields = ["a", "level", "a", "fields.level", "b\"c"];
        let event = LogEvent {
            fields: fields.into_iter().zip(0..).map(|(name, value)| (name, AttributeValue::I64(value))).collect(),
            ..LogEvent::of(tracing::Level::INFO, "t", "m")
        };
        let line = line(&event, "s", "production");
        assert!(line.ends_with(r#""span_id":null,"a":2,"fields.level":3,"b\"c":4}"#), "{line}");
    }
}
