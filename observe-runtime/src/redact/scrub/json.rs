//! Walking JSON: names decide about the values under them, at any depth, and texts are read as text.

use std::borrow::Cow;
use std::collections::HashMap;

use observe_rules::privacy::{Class, classify};
use serde_json::Value;

use super::{Finding, Kind, find, placeholder, scrub};
use crate::redact::{counters, is_sensitive};

/// How deep JSON inside the strings of JSON is read as such; deeper it is read as text.
const DEEPEST: usize = 4;

/// Hides everything in a JSON value that should be hidden.
///
/// What is under a name that promises a secret or personal data is hidden as a whole, whatever it is but `null`. Texts
/// are scrubbed, and where one is a JSON document itself it is walked too. Numbers stay, unless they are the number of
/// a payment card.
///
/// ```
/// let mut value = serde_json::json!({"patient_name": {"last": "Lee"}, "note": "call 415-555-0132", "n": 3});
/// observe::scrub::json(&mut value);
/// assert_eq!(
///     value,
///     serde_json::json!({"patient_name": "[REDACTED:field]", "note": "call [REDACTED:phone]", "n": 3}),
/// );
/// ```
pub fn json(value: &mut Value) {
    walk(value, 0);
}

/// Scrubs a text that may be a JSON document: one is walked as [`json`] walks it, any other text is read as
/// [`scrub`] reads it. A document in which something is hidden is written anew, without blanks.
///
/// ```
/// let hidden = observe::scrub::json_text(r#"{"patient_name": {"last": "Lee"}}"#);
/// assert_eq!(hidden, r#"{"patient_name":"[REDACTED:field]"}"#);
/// assert_eq!(observe::scrub::json_text("from 192.0.2.7"), "from [REDACTED:ip]");
/// ```
#[must_use]
pub fn json_text(text: &str) -> Cow<'_, str> {
    scrubbed(text, 0).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Whether anything was hidden.
fn walk(value: &mut Value, depth: usize) -> bool {
    match value {
        Value::Null | Value::Bool(_) => false,
        Value::Number(number) => {
            let digits = number.to_string();
            let kind = find(&digits).first().map(|finding| finding.kind);
            kind.is_some_and(|kind| hide(value, kind))
        }
        Value::String(text) => match scrubbed(text, depth) {
            Some(hidden) => {
                *text = hidden;
                true
            }
            None => false,
        },
        Value::Array(values) => values.iter_mut().fold(false, |hidden, value| walk(value, depth) | hidden),
        Value::Object(members) => {
            let mut hidden = rename(members);
            for (name, value) in members {
                hidden |= match kind_of(name) {
                    Some(kind) if !value.is_null() && !is_mask(value) => hide_member(value, kind),
                    _ => walk(value, depth),
                };
            }
            hidden
        }
    }
}

fn scrubbed(text: &str, depth: usize) -> Option<String> {
    let inner = if depth < DEEPEST { parsed(text) } else { None };
    match inner {
        Some(mut inner) => walk(&mut inner, depth + 1).then(|| inner.to_string()),
        None => match scrub(text) {
            Cow::Owned(hidden) => Some(hidden),
            Cow::Borrowed(_) => None,
        },
    }
}

/// The object or array that a text is.
fn parsed(text: &str) -> Option<Value> {
    let trimmed = text.trim();
    let is_document =
        trimmed.starts_with('{') && trimmed.ends_with('}') || trimmed.starts_with('[') && trimmed.ends_with(']');
    if is_document { serde_json::from_str(trimmed).ok() } else { None }
}

/// Names can be values as well: `{"ann@example.com": 3}`. Two that become the same would lose one value, so the second
/// is numbered.
fn rename(members: &mut serde_json::Map<String, Value>) -> bool {
    let renamed: Vec<(String, String)> = members
        .keys()
        .filter_map(|name| match scrub(name) {
            Cow::Owned(hidden) => Some((name.clone(), hidden)),
            Cow::Borrowed(_) => None,
        })
        .collect();
    // How often each was given: to look for a free number from the start would take the square of the time.
    let mut given: HashMap<&str, usize> = HashMap::new();
    for (name, hidden) in &renamed {
        if let Some(value) = members.remove(name) {
            let given = given.entry(hidden).or_insert(0);
            let free = loop {
                *given += 1;
                let free = if *given == 1 { hidden.clone() } else { format!("{hidden} {given}") };
                if !members.contains_key(&free) {
                    break free;
                }
            };
            members.insert(free, value);
        }
    }
    !renamed.is_empty()
}

fn kind_of(name: &str) -> Option<Kind> {
    // The kind in a name that was hidden says nothing of the value.
    if name.starts_with("[REDACTED") {
        return None;
    }
    // The workspace has names of its own, and what it takes for harmless is.
    is_sensitive(name).then(|| if classify(name) == Some(Class::Secret) { Kind::Token } else { Kind::Field })
}

/// Whether the value is one placeholder: between two of them there may be anything.
fn is_mask(value: &Value) -> bool {
    value
        .as_str()
        .is_some_and(|text| matches!(placeholder::find(text).as_slice(), [range] if *range == (0..text.len())))
}

/// A detector that knows the whole value says what it is.
fn hide_member(value: &mut Value, kind: Kind) -> bool {
    let known = value.as_str().and_then(|text| match find(text).as_slice() {
        [Finding { kind, range }] if *range == (0..text.len()) => Some(*kind),
        _ => None,
    });
    hide(value, known.unwrap_or(kind))
}

fn hide(value: &mut Value, kind: Kind) -> bool {
    counters::found(kind);
    *value = Value::String(kind.mask().to_owned());
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn walked(mut value: Value) -> Value {
        json(&mut value);
        value
    }

    #[test]
    fn names_decide_at_any_depth() {
        assert_eq!(
            walked(json!({"a": [{"patient_name": ["Ann", "Lee"], "ssn": 219_450_187, "email": null, "ok": true}]})),
            json!({"a": [{"patient_name": "[REDACTED:field]", "ssn": "[REDACTED:field]", "email": null, "ok": true}]}),
        );
    }

    #[test]
    fn texts_and_names_are_read() {
        assert_eq!(
            walked(json!({"ann@example.com": "from 192.0.2.7", "bob@example.com": 1})),
            json!({"[REDACTED:email]": "from [REDACTED:ip]", "[REDACTED:email] 2": 1}),
        );
    }

    #[test]
    fn numbers_stay_unless_they_are_a_card() {
        assert_eq!(
            walked(json!([1, 2.5, 4_155_550_132_u64, 219_450_187])),
            json!([1, 2.5, 4_155_550_132_u64, 219_450_187])
        );
        assert_eq!(walked(json!([4_111_111_111_111_111_u64])), json!(["[REDACTED:card]"]));
    }

    #[test]
    fn json_in_strings_is_walked_to_a_bound() {
        let mut text = r#"{"patient_name":"Ann"}"#.to_owned();
        for _ in 0..3 {
            text = json!({ "inner": text }).to_string();
        }
        let hidden = walked(Value::String(text)).to_string();
        assert!(!hidden.contains("Ann") && hidden.contains("[REDACTED:field]"), "{hidden}");
    }

    #[test]
    fn a_document_with_nothing_to_hide_stays_as_it_is_written() {
        for text in [r#"{ "b": 1.50, "a": [ ] }"#, "[1, 2]", "[not json]", "{"] {
            assert!(matches!(json_text(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    #[test]
    fn escapes_of_json_hide_nothing() {
        let hidden = json_text(r#"{"note": "ann\u0040example.com", "n\u006fte 2": "\u0061nn@example.com"}"#);
        assert!(!hidden.contains("example"), "{hidden}");
    }

    #[test]
    fn walking_twice_changes_nothing() {
        let once = walked(
            json!({"password": "hunter2", "email": "ann@example.com", "t": "dob 1980-03-12", "k": [{"ssn": 1}]}),
        );
        assert_eq!(walked(once.clone()), once);
    }
}
