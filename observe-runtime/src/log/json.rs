//! A line as a JSON object, for log shippers.

use super::LogEvent;
use crate::escape::escape_json;
use crate::span::AttributeValue;
use serde_json::{Map, Value};

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

/// The line, without its end. `trace_id`, `span_id` and `request_id` are null outside of a span or
/// a request, so that the columns of a log store are always there; `user` and `client` are there where they are
/// known.
pub(super) fn line(event: &LogEvent, service: &str, environment: &str) -> String {
    let mut object = Map::new();
    let mut put = |key: &str, value: Value| object.insert(key.to_owned(), value);
    put("timestamp", humantime::format_rfc3339_micros(event.time).to_string().into());
    put("level", event.level.as_str().into());
    put("target", event.target.as_ref().into());
    put("message", event.message.as_str().into());
    put("service", service.into());
    put("environment", environment.into());
    put("trace_id", event.ids.map(|(trace, _)| trace.to_string()).into());
    put("span_id", event.ids.map(|(_, span)| span.to_string()).into());
    put("request_id", event.request_id.as_deref().into());
    for (key, known) in [("user", &event.user), ("client", &event.client)] {
        if let Some(known) = known {
            put(key, known.as_str().into());
        }
    }
    for (name, value) in &event.fields {
        if OWN.contains(name) {
            put(&format!("fields.{name}"), json_value(value));
        } else {
            put(name, json_value(value));
        }
    }
    escape_json(Value::Object(object).to_string())
}

fn json_value(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::Bool(value) => (*value).into(),
        AttributeValue::I64(value) => (*value).into(),
        AttributeValue::U64(value) => (*value).into(),
        // JSON has no NaN and no infinity.
        AttributeValue::F64(value) => serde_json::Number::from_f64(*value).map_or(Value::Null, Value::Number),
        AttributeValue::Text(text) => text.as_ref().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
                r#"{"environment":"production","fields.level":3,"level":"INFO","message":"a\nb\u2028","nan":null,"#,
                r#""request_id":null,"service":"s","span_id":null,"target":"t","#,
                r#""timestamp":"1970-01-01T00:00:00.000000Z","trace_id":null}"#
            )
        );
    }
}
