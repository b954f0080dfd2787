//! JSON, as a value and in the midst of texts: names decide about the values under them, at any depth, and texts are
//! read as text.

use std::borrow::Cow;

use observe_rules::privacy::Class;
use serde_json::{Deserializer, Map, Number, Value};

use super::ascii::contains_ignore_case;
use super::document::{Document, Members};
use super::keys::Key;
use super::{Finding, Kind, find, placeholder, scrubber};
use crate::redact::number::{found_in_float, found_in_integer};
use crate::redact::{class_of, counters};

/// How deep JSON inside the strings of JSON is read as such; deeper it is read as text.
const DEEPEST: usize = 4;

/// How deep values may lie in one another. What is written lies no deeper where it is read; what a program built may,
/// and to walk there would need more stack than there is.
const DEEPEST_VALUE: usize = 128;

/// How many things in one text may look like JSON and be none. Each may have to be read to its end.
const MOST_FAILURES: usize = 8;

/// What is hidden may uncover something else, as for text alone. A text that never settles was made not to.
const READINGS: usize = 8;

/// Hides everything in a JSON value that should be hidden.
///
/// What is under a name that promises a secret or personal data is hidden as a whole, whatever it is: `null` too tells
/// something. Texts are scrubbed, as [`scrub`](super::scrub) does it. Numbers stay, unless they are the number of a
/// payment card. What lies deeper than 128 values is hidden as a whole.
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
    let has_settled = (0..READINGS).any(|_| !walk(value, 0, 0));
    if !has_settled {
        replace(value, Kind::Token.mask().to_owned());
    }
}

/// Whether a text may have JSON in it with something to hide: lines without any are most lines, and cost no more.
#[inline]
pub(super) fn may_be_in(text: &str) -> bool {
    #[expect(clippy::unnecessary_fold, reason = "without a way out of the loop, it looks at many bytes at once")]
    let has_object = text.bytes().fold(false, |found, byte| found || byte == b'{');
    has_object || opens_list(text)
}

/// Scrubs a text that may have JSON in it.
#[cold]
pub(super) fn scrubbed(text: &str) -> Cow<'_, str> {
    let Some(mut hidden) = read(text, 0) else { return Cow::Borrowed(text) };
    for _ in 0..READINGS {
        match read(&hidden, 0) {
            Some(more) => hidden = more,
            None => return Cow::Owned(hidden),
        }
    }
    Cow::Borrowed(Kind::Token.mask())
}

/// The text without what is found in all of it, and in its JSON; `None` where that is nothing.
fn read(text: &str, depth: usize) -> Option<String> {
    let hidden = as_text(text);
    if depth == DEEPEST || !may_be_in(text) {
        return hidden;
    }
    // Text first: it keeps blanks, and knows what a name and its value are together.
    let (walked, failures) = walk_text(hidden.as_deref().unwrap_or(text), depth);
    if hidden.is_none() || failures == 0 {
        return walked.or(hidden);
    }
    // A mask in place of a number is no JSON, and all around it would not be walked.
    let (walked, _) = walk_text(text, depth);
    as_text(walked.as_deref().unwrap_or(text)).or(walked)
}

fn as_text(text: &str) -> Option<String> {
    match scrubber::of_process().scrub(text) {
        Cow::Owned(hidden) => Some(hidden),
        Cow::Borrowed(_) => None,
    }
}

/// Walks each object in a text, and the list that it is. Where something is hidden it is written anew, without blanks;
/// everything else stays as it is written. Also says how much looked like JSON and is none.
fn walk_text(text: &str, depth: usize) -> (Option<String>, usize) {
    let mut walked = String::new();
    let (mut kept, mut at, mut failures) = (0, 0, 0);
    while let Some(start) = next_opening(text, at) {
        let mut values = Deserializer::from_str(&text[start..]).into_iter();
        if let Some(Ok(Document(mut value))) = values.next() {
            at = start + values.byte_offset();
            if walk(&mut value, depth + 1, 0) {
                walked += &text[kept..start];
                walked += &value.to_string();
                kept = at;
            }
        } else {
            at = start + 1;
            failures += 1;
            if failures == MOST_FAILURES {
                break;
            }
        }
    }
    if kept == 0 {
        return (None, failures);
    }
    walked += &text[kept..];
    (Some(walked), failures)
}

/// Where the next object may begin; a list only where it is the whole text: many lines have words in brackets.
fn next_opening(text: &str, from: usize) -> Option<usize> {
    if from == 0 && opens_list(text) {
        return Some(text.len() - text.trim_ascii_start().len());
    }
    let opens = |at: &usize| text[at + 1..].trim_start().starts_with('"');
    text[from..].match_indices('{').map(|(at, _)| from + at).find(opens)
}

#[inline]
fn opens_list(text: &str) -> bool {
    text.bytes().find(|byte| !byte.is_ascii_whitespace()) == Some(b'[') && text.trim_ascii_end().ends_with(']')
}

/// Whether anything was hidden. `depth` counts texts in one another, `level` the values in one of them.
fn walk(value: &mut Value, depth: usize, level: usize) -> bool {
    match value {
        Value::Array(_) | Value::Object(_) if level == DEEPEST_VALUE => {
            counters::found(Kind::Field);
            replace(value, Kind::Field.mask().to_owned())
        }
        Value::Null | Value::Bool(_) => false,
        Value::Number(number) => found_in_number(number).is_some_and(|hidden| replace(value, hidden)),
        Value::String(text) => read(text, depth).is_some_and(|hidden| replace(value, hidden)),
        // All of them: a loop that stops at the first would show the others.
        Value::Array(values) => {
            let hidden = hide_arguments(values);
            values.iter_mut().fold(hidden, |hidden, value| walk(value, depth, level + 1) | hidden)
        }
        Value::Object(members) => {
            let mut hidden = rename(members);
            let told = name_in(members);
            for (name, value) in members {
                let told = told.as_deref().filter(|_| name.eq_ignore_ascii_case("value"));
                let list = || if is_list(value) { Key::of_list(name).map(|_| Kind::Token) } else { None };
                hidden |= match told.and_then(kind_of).or_else(|| kind_of(name)).or_else(list) {
                    Some(_) if is_mask(value) => false,
                    Some(kind) => hide(name, value, kind),
                    None => walk(value, depth, level + 1),
                };
            }
            hidden
        }
    }
}

/// The name that is a member itself, as in the environment of a container: `{"name": "DB_PASSWORD", "value": "…"}`.
fn name_in(members: &Map<String, Value>) -> Option<String> {
    let told = members.iter().find(|(name, _)| contains_ignore_case(&["name", "key"], name));
    told.and_then(|(_, told)| told.as_str()).map(str::to_owned)
}

/// `["--password", "…"]`, and `["password", "…"]` where that is all.
fn hide_arguments(values: &mut [Value]) -> bool {
    let pair = values.len() == 2;
    let mut hidden = false;
    for n in 1..values.len() {
        let (before, rest) = values.split_at_mut(n);
        let (Some(name), value) = (before[n - 1].as_str(), &mut rest[0]) else { continue };
        let option = name.strip_prefix("--").or(pair.then_some(name));
        let kind = option.filter(|_| value.is_string() && !is_mask(value)).and_then(kind_of);
        if let Some(kind) = kind.filter(|kind| *kind == Kind::Token) {
            let name = option.unwrap_or_default().to_owned();
            hidden |= hide(&name, value, kind);
        }
    }
    hidden
}

fn is_list(value: &Value) -> bool {
    value.as_array().is_some_and(|values| values.iter().any(Value::is_string))
}

fn found_in_number(number: &Number) -> Option<String> {
    let integer = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs));
    match integer {
        Some(integer) => found_in_integer(integer),
        None => number.as_f64().and_then(found_in_float),
    }
}

/// Names can be values as well: `{"ann@example.com": 3}`. Two that become the same would lose one value, so the second
/// is numbered.
fn rename(members: &mut Map<String, Value>) -> bool {
    if members.keys().all(|name| find(name).is_empty()) {
        return false;
    }
    // All anew: whoever keeps the order of members keeps it here too.
    let mut renamed = Members::default();
    for (name, value) in std::mem::take(members) {
        renamed.insert(as_text(&name).unwrap_or(name), value);
    }
    *members = renamed.into_inner();
    true
}

fn kind_of(name: &str) -> Option<Kind> {
    // The kind in a name that was hidden says nothing of the value.
    if name.starts_with("[REDACTED") {
        return None;
    }
    class_of(name).map(|class| match class {
        Class::Secret => Kind::Token,
        Class::Personal => Kind::Field,
    })
}

/// Whether the value is one placeholder: between two of them there may be anything.
fn is_mask(value: &Value) -> bool {
    value.as_str().is_some_and(|text| matches!(placeholder::find(text).as_slice(), [only] if *only == (0..text.len())))
}

/// A detector that knows the whole value, by itself or behind its name, says what it is.
fn hide(name: &str, value: &mut Value, kind: Kind) -> bool {
    let known = |text: &str| {
        let labelled = format!("{name}={text}");
        match find(&labelled).as_slice() {
            [Finding { kind, range }] if *range == (name.len() + 1..labelled.len()) => Some(*kind),
            _ => None,
        }
    };
    let known = match value {
        Value::String(text) => known(text),
        Value::Number(number) => known(&number.to_string()),
        _ => None,
    };
    let kind = known.unwrap_or(kind);
    counters::found(kind);
    replace(value, kind.mask().to_owned())
}

fn replace(value: &mut Value, by: String) -> bool {
    // One after the other: to drop a value that lies deep needs as much stack as to walk it.
    let mut gone = vec![std::mem::replace(value, Value::String(by))];
    while let Some(value) = gone.pop() {
        match value {
            Value::Array(values) => gone.extend(values),
            Value::Object(members) => gone.extend(members.into_iter().map(|(_, value)| value)),
            _ => {}
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::super::scrub;
    use super::*;
    use serde_json::json;

    fn walked(mut value: Value) -> Value {
        json(&mut value);
        value
    }

    #[test]
    fn names_decide_at_any_depth() {
        assert_eq!(
            walked(
                json!({"a": [{"patient_name": ["Ann", "Lee"], "ssn": 219_450_187, "ok": true}], "password": {"x": 1}})
            ),
            json!({"a": [{"patient_name": "[REDACTED:field]", "ssn": "[REDACTED:ssn]", "ok": true}], "password": "[REDACTED:token]"}),
        );
    }

    #[test]
    fn every_value_under_a_sensitive_name_looks_the_same() {
        for value in
            [json!(null), json!(true), json!(0), json!(-1.5), json!(""), json!("Lee"), json!([]), json!({"a": 1})]
        {
            assert_eq!(walked(json!({ "last_name": value })), json!({"last_name": "[REDACTED:field]"}));
        }
    }

    #[test]
    fn a_value_that_only_begins_and_ends_as_a_mask_is_none() {
        let value = "[REDACTED] Jane Roe]";
        assert_eq!(walked(json!({ "last_name": value })), json!({"last_name": "[REDACTED:field]"}));
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
        let numbers = json!([1, 2.5, -3, 4_155_550_132_u64, 219_450_187]);
        assert_eq!(walked(numbers.clone()), numbers);
        for card in
            [json!(4_111_111_111_111_111_u64), json!(-4_111_111_111_111_111_i64), json!(4_111_111_111_111_111.0)]
        {
            assert_eq!(walked(card), json!("[REDACTED:card]"));
        }
    }

    #[test]
    fn json_in_strings_is_walked_to_a_bound() {
        let mut text = r#"{"patient":{"middle_name":["Ann"]}}"#.to_owned();
        for _ in 0..3 {
            text = json!({ "inner": text }).to_string();
        }
        let hidden = walked(Value::String(text)).to_string();
        assert!(!hidden.contains("Ann") && hidden.contains("[REDACTED:field]"), "{hidden}");
    }

    #[test]
    fn what_lies_deep_is_hidden_and_needs_little_stack() {
        fn nested(levels: usize, wrap: fn(Value) -> Value) -> Value {
            (0..levels).fold(json!("Ann Lee"), |inner, _| wrap(inner))
        }
        fn check() {
            // `json!` would walk what is inside, and need the stack itself.
            let list: fn(Value) -> Value = |inner| Value::Array(vec![inner]);
            let object: fn(Value) -> Value = |inner| Value::Object(Map::from_iter([("a".to_owned(), inner)]));
            let under_a_name: fn(Value) -> Value =
                |inner| Value::Object(Map::from_iter([("last_name".to_owned(), inner)]));
            for wrap in [list, object] {
                let shown = walked(nested(DEEPEST_VALUE, wrap)).to_string();
                assert!(shown.contains("Ann Lee"), "{shown}");
                let hidden = walked(nested(20_000, wrap)).to_string();
                assert!(hidden.contains("[REDACTED:field]") && !hidden.contains("Ann"), "{hidden}");
            }
            assert_eq!(walked(nested(20_000, under_a_name)), json!({"last_name": "[REDACTED:field]"}));
            // Texts in values and values in texts, as deep as both may be.
            let texts = (0..DEEPEST).fold(json!("Ann Lee"), |inner, _| {
                (0..100).fold(Value::String(inner.to_string()), |inner, _| object(inner))
            });
            assert!(walked(texts).to_string().contains("Ann Lee"));
        }
        std::thread::Builder::new().stack_size(512 * 1024).spawn(check).unwrap().join().unwrap();
    }

    #[test]
    fn a_text_with_nothing_to_hide_stays_as_it_is_written() {
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        let open = "{\"a\":".repeat(20_000);
        for text in [
            r#"{ "b": 1.50, "a": [ ] }"#,
            "[1, 2]",
            "[not json]",
            "{",
            "{\"",
            "a {\"b\": {c}} d",
            "[INFO] took {\"ms\":  3}",
            "[ { \"b\" : 1 } ]",
            "",
            &deep,
            &open,
        ] {
            assert!(matches!(scrub(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    #[test]
    fn only_what_something_is_hidden_in_is_written_anew() {
        for (text, expected) in [
            (r#"{"b": 1, "first_name": 7}"#, r#"{"b":1,"first_name":"[REDACTED:field]"}"#),
            (
                r#"got {"n":  1} and { "pin_code": [1] }, ok"#,
                r#"got {"n":  1} and {"pin_code":"[REDACTED:token]"}, ok"#,
            ),
            (r#" ["\u0061nn@example.com", 1]"#, r#" ["[REDACTED:email]",1]"#),
            (
                r#"[INFO] {"last_name":{"x":1}} from 192.0.2.7"#,
                r#"[INFO] {"last_name":"[REDACTED:field]"} from [REDACTED:ip]"#,
            ),
            (r#"{no} {"last_name": null}"#, r#"{no} {"last_name":"[REDACTED:field]"}"#),
        ] {
            assert_eq!(scrub(text), expected);
            assert_eq!(scrub(expected), expected);
        }
    }

    #[test]
    fn a_text_with_much_that_is_no_json_is_still_read_as_text() {
        let text = "{\"".repeat(50) + " mail ann@example.com";
        assert!(!scrub(&text).contains("ann@"));
    }

    #[test]
    fn of_members_with_one_name_all_are_looked_at() {
        let hidden = scrub(r#"{"a":{"last_name":{"x":"Lee"}},"a":"\u0061nn@example.com","a":1}"#);
        assert_eq!(hidden, r#"{"a":{"last_name":"[REDACTED:field]"},"a 2":"[REDACTED:email]","a 3":1}"#);
    }

    /// Each gets another number, and none is looked for from the start.
    #[test]
    fn many_names_that_are_hidden_become_many_members() {
        let mut members: Map<String, Value> = (0..20_000).map(|n| (format!("a{n}@example.com"), n.into())).collect();
        assert!(rename(&mut members));
        assert_eq!(members.len(), 20_000);
        assert!(members.contains_key("[REDACTED:email] 20000"));
    }

    #[test]
    fn escapes_of_json_hide_nothing() {
        let hidden = scrub(r#"{"note": "ann\u0040example.com", "l\u0061st_name": "Lee"}"#);
        assert_eq!(hidden, r#"{"last_name":"[REDACTED:field]","note":"[REDACTED:email]"}"#);
    }

    /// From parts that may become JSON, nearly JSON, and JSON in its own texts.
    #[test]
    fn what_is_put_together_settles_and_nothing_is_left() {
        const PARTS: [&str; 24] = [
            "{\"",
            "\":",
            "\":\"",
            "\"",
            "\",\"",
            "}",
            "{",
            "[",
            "]",
            ",",
            "\\\"",
            "\\",
            "\\u0061nn@example.com",
            "ann@example.com",
            "last_name",
            "password",
            "=",
            ": ",
            "219-45-0187",
            "4111111111111111",
            "[REDACTED:email]",
            "[REDACTED",
            " ",
            "null",
        ];
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..4_000 {
            let text: String = (0..random.usize(1..16)).map(|_| PARTS[random.usize(..PARTS.len())]).collect();
            let hidden = scrub(&text);
            assert_eq!(scrub(&hidden), hidden, "{text:?}");
            assert_eq!(find(&hidden), [], "{hidden:?} of {text:?}");
            if let Ok(value) = serde_json::from_str::<Value>(&text) {
                let once = walked(value);
                assert_eq!(walked(once.clone()), once, "{text:?}");
            }
        }
    }

    #[test]
    fn walking_twice_changes_nothing() {
        let once = walked(
            json!({"password": "hunter2", "email": "ann@example.com", "t": "dob 1980-03-12", "k": [{"ssn": 1}]}),
        );
        assert_eq!(walked(once.clone()), once);
    }
}
