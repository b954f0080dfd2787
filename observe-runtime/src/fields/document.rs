//! JSON documents that arrive as texts: the names in them say what is hidden.

use super::number::found_in_number;
use crate::redact::scrub::scrub;
use crate::redact::{MASK, hides};
use crate::span::AttributeValue;
use serde_json::{Number, Value};
use std::borrow::Cow;

/// The document without what is to be hidden in it; `None` where the text is none, or nothing is to be hidden.
pub(super) fn redacted(text: &str) -> Option<String> {
    let text = text.trim();
    let is_enclosed = text.starts_with('{') && text.ends_with('}') || text.starts_with('[') && text.ends_with(']');
    let mut document: Value = is_enclosed.then(|| serde_json::from_str(text).ok()).flatten()?;
    hide(&mut document).then(|| document.to_string())
}

/// Hides what names and detectors demand; whether there was something.
fn hide(value: &mut Value) -> bool {
    match value {
        Value::Object(members) => {
            let mut found = false;
            for (name, value) in members {
                found |= if hides(name) { replace(value, MASK) } else { hide(value) };
            }
            found
        }
        // All of them: a loop that stops at the first would show the others.
        Value::Array(values) => values.iter_mut().fold(false, |found, value| hide(value) | found),
        Value::String(text) => match redacted(text).map_or_else(|| scrub(text), Cow::Owned) {
            Cow::Borrowed(_) => false,
            Cow::Owned(safe) => {
                *text = safe;
                true
            }
        },
        Value::Number(number) => match attribute(number).as_ref().and_then(found_in_number) {
            Some(safe) => replace(value, &safe),
            None => false,
        },
        Value::Null | Value::Bool(_) => false,
    }
}

fn replace(value: &mut Value, by: &str) -> bool {
    *value = Value::from(by);
    true
}

fn attribute(number: &Number) -> Option<AttributeValue> {
    let signed = || number.as_i64().map(AttributeValue::I64);
    number.as_u64().map(AttributeValue::U64).or_else(signed).or_else(|| number.as_f64().map(AttributeValue::F64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_texts_are_looked_at_in_all_depths() {
        let text = r#" {"ward":3,"patient":{"ssn":219450187,"password":null,"notes":["ok","mail jane@example.org"]},
            "pan":4111111111111111,"inner":"{\"password\":[1],\"n\":1}"} "#;
        assert_eq!(
            redacted(text).unwrap(),
            concat!(
                r#"{"inner":"{\"n\":1,\"password\":\"[REDACTED]\"}","pan":"[REDACTED:card]","#,
                r#""patient":{"notes":["ok","mail [REDACTED:email]"],"password":"[REDACTED]","ssn":"[REDACTED]"},"ward":3}"#
            )
        );
    }

    #[test]
    fn a_document_without_such_stays_as_it_is_written() {
        for text in ["{}", "[1, 2.50, null]", r#"{"b": 1,  "a": "x"}"#, "{not json}", "plain", ""] {
            assert_eq!(redacted(text), None, "{text}");
        }
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        assert_eq!(redacted(&deep), None, "too deep to be read, and no reason to fall over");
    }
}
