//! Every field of a catalogue, changed once.

use super::change::Bump;
use super::compare;
use crate::catalogue::{self, Catalogue};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn base() -> Value {
    json!({
        "schema": 1,
        "programs": [{"name": "app", "service": "app", "namespace": "app"}],
        "metrics": [
            {
                "name": "app_calls_seconds", "bare_name": "calls_seconds", "kind": "histogram", "unit": "seconds",
                "help": "Calls", "labels": [
                    {"name": "status", "values": {"known": ["ok", "error"]}},
                    {"name": "model", "values": {"at_most": 10}}
                ],
                "series": 100, "max_series": 1000, "buckets": [0.1, 1.0], "outcome": "status",
                "objective": {"success": 99.9, "latency": {"target": 99.0, "seconds": 1.0}},
                "base": "calls", "scope": "business", "programs": ["app"],
                "place": {"module": "app", "file": "src/main.rs", "line": 5, "column": 1}
            },
            {
                "name": "app_size", "bare_name": "size", "kind": "summary", "help": "Sizes", "labels": [],
                "series": 4, "max_series": 1000, "quantiles": [0.5, 0.9], "scope": "business", "programs": ["app"],
                "place": {"module": "app", "file": "src/main.rs", "line": 9, "column": 1}
            }
        ],
        "spans": [{
            "name": "answer", "kind": "internal", "preset": "rag_query", "fields": [
                {"name": "user", "how": "hashed", "reason": "why"}
            ],
            "function": "app::answer", "programs": ["app"],
            "place": {"module": "app", "file": "src/main.rs", "line": 20, "column": 1}
        }],
        "redactions": [{
            "name": "app::Question", "fields": [{"name": "phone", "policy": "partial", "reason": "why"}],
            "programs": ["app"], "place": {"module": "app", "file": "src/main.rs", "line": 30, "column": 1}
        }],
        "exceptions": [{
            "kind": "harmless name", "name": "app::token_count", "reason": "a number",
            "place": {"module": "app", "file": "src/main.rs", "line": 40, "column": 1}
        }],
        "health_checks": [{
            "name": "database", "critical": true, "timeout_ms": 2000, "programs": ["app"],
            "place": {"module": "app", "file": "src/main.rs", "line": 50, "column": 1}
        }]
    })
}

fn read(value: &Value) -> Catalogue {
    catalogue::read(&value.to_string()).unwrap()
}

/// The codes and bumps of one change.
fn changed(pointer: &str, to: &Value) -> Vec<(&'static str, Bump)> {
    let mut new = base();
    *new.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} is not there")) = to.clone();
    compare(&read(&base()), &read(&new)).into_iter().map(|change| (change.code.id(), change.bump)).collect()
}

/// A field, what it becomes, and what is said of that.
type Case = (&'static str, Value, &'static [(&'static str, Bump)]);

fn cases() -> Vec<Case> {
    use Bump::{Major, Minor, Patch};
    let field = |name: &str, how: &str| json!({"name": name, "how": how, "reason": "why"});
    vec![
        ("/programs/0/name", json!("other"), &[("OBS1220", Major), ("OBS1221", Minor)]),
        ("/programs/0/service", json!("other"), &[("OBS1222", Major)]),
        ("/programs/0/namespace", json!("other"), &[("OBS1222", Major)]),
        ("/programs", json!([]), &[("OBS1220", Major)]),
        ("/metrics", json!([]), &[("OBS1201", Major), ("OBS1201", Major)]),
        ("/metrics/0/name", json!("app_answers_seconds"), &[("OBS1203", Major)]),
        ("/metrics/0/bare_name", json!("other"), &[("OBS1218", Patch)]),
        ("/metrics/0/kind", json!("summary"), &[("OBS1204", Major)]),
        ("/metrics/0/unit", json!("bytes"), &[("OBS1205", Major)]),
        ("/metrics/0/help", json!("Other"), &[("OBS1206", Patch)]),
        ("/metrics/0/labels/0/name", json!("result"), &[("OBS1207", Major), ("OBS1208", Major)]),
        ("/metrics/0/labels/0/values/known/1", json!("failed"), &[("OBS1209", Major), ("OBS1210", Minor)]),
        ("/metrics/0/labels/0/values/known", json!(["ok"]), &[("OBS1209", Major)]),
        ("/metrics/0/labels/0/values/known", json!(["ok", "error", "panicked"]), &[("OBS1210", Minor)]),
        ("/metrics/0/labels/0/values", json!({"at_most": 5}), &[("OBS1211", Minor)]),
        ("/metrics/0/labels/1/values", json!({"known": ["a"]}), &[("OBS1211", Major)]),
        ("/metrics/0/labels/1/values/at_most", json!(20), &[("OBS1211", Minor)]),
        ("/metrics/0/labels/1/values/at_most", json!(5), &[("OBS1211", Patch)]),
        ("/metrics/0/series", json!(50), &[("OBS1215", Patch)]),
        ("/metrics/0/max_series", json!(5000), &[("OBS1215", Minor)]),
        ("/metrics/0/max_series", json!(500), &[("OBS1215", Patch)]),
        ("/metrics/0/buckets/0", json!(0.2), &[("OBS1212", Major), ("OBS1213", Minor)]),
        ("/metrics/0/buckets", json!([0.1]), &[("OBS1212", Major)]),
        ("/metrics/0/buckets", json!([0.1, 1.0, 2.0]), &[("OBS1213", Minor)]),
        ("/metrics/0/outcome", json!("model"), &[("OBS1217", Major)]),
        ("/metrics/0/objective/success", json!(99.0), &[("OBS1216", Minor)]),
        ("/metrics/0/objective/latency/target", json!(95.0), &[("OBS1216", Minor)]),
        ("/metrics/0/objective/latency/seconds", json!(0.1), &[("OBS1216", Minor)]),
        ("/metrics/0/base", json!("other"), &[("OBS1218", Patch)]),
        ("/metrics/0/scope", json!("service"), &[("OBS1218", Patch)]),
        ("/metrics/0/programs/0", json!("other"), &[("OBS1219", Major), ("OBS1219", Minor)]),
        ("/metrics/1/quantiles/0", json!(0.6), &[("OBS1214", Major), ("OBS1214", Minor)]),
        ("/spans", json!([]), &[("OBS1223", Major)]),
        ("/spans/0/name", json!("reply"), &[("OBS1225", Major)]),
        ("/spans/0/kind", json!("server"), &[("OBS1226", Major)]),
        ("/spans/0/preset", json!("http"), &[("OBS1218", Patch)]),
        ("/spans/0/function", json!("app::reply"), &[("OBS1218", Patch)]),
        ("/spans/0/fields/0/name", json!("account"), &[("OBS1227", Major), ("OBS1228", Minor)]),
        ("/spans/0/fields/0/how", json!("clear"), &[("OBS1229", Major)]),
        ("/spans/0/fields/0/how", json!("fixed"), &[("OBS1230", Minor)]),
        ("/spans/0/fields/0/reason", json!("other"), &[("OBS1231", Patch)]),
        ("/spans/0/fields", json!([field("user", "hashed"), field("top", "typed")]), &[("OBS1228", Minor)]),
        ("/spans/0/programs/0", json!("other"), &[("OBS1219", Major), ("OBS1219", Minor)]),
        ("/redactions", json!([]), &[("OBS1229", Major)]),
        ("/redactions/0/name", json!("app::model::Question"), &[("OBS1218", Patch)]),
        ("/redactions/0/fields/0/name", json!("mobile"), &[("OBS1230", Minor), ("OBS1232", Minor)]),
        ("/redactions/0/fields/0/policy", json!("clear"), &[("OBS1229", Major)]),
        ("/redactions/0/fields/0/policy", json!("hidden"), &[("OBS1230", Minor)]),
        ("/redactions/0/fields/0/reason", json!("other"), &[("OBS1231", Patch)]),
        ("/redactions/0/programs/0", json!("other"), &[("OBS1219", Major), ("OBS1219", Minor)]),
        ("/exceptions", json!([]), &[("OBS1230", Minor)]),
        ("/exceptions/0/kind", json!("clear field"), &[("OBS1229", Major), ("OBS1230", Minor)]),
        ("/exceptions/0/name", json!("app::other"), &[("OBS1229", Major), ("OBS1230", Minor)]),
        ("/exceptions/0/reason", json!("other"), &[("OBS1231", Patch)]),
        ("/health_checks", json!([]), &[("OBS1233", Major)]),
        ("/health_checks/0/name", json!("db"), &[("OBS1233", Major)]),
        ("/health_checks/0/critical", json!(false), &[("OBS1235", Minor)]),
        ("/health_checks/0/timeout_ms", json!(1000), &[("OBS1235", Minor)]),
        ("/health_checks/0/programs/0", json!("other"), &[("OBS1219", Major), ("OBS1219", Minor)]),
    ]
}

#[test]
fn every_change_has_its_code_and_its_version() {
    for (pointer, to, expected) in cases() {
        assert_eq!(changed(pointer, &to), expected, "{pointer} to {to}");
    }
}

#[test]
fn what_is_new_asks_for_a_minor_version() {
    for (pointer, code) in [
        ("/programs", "OBS1221"),
        ("/metrics", "OBS1202"),
        ("/spans", "OBS1224"),
        ("/redactions", "OBS1230"),
        ("/health_checks", "OBS1234"),
    ] {
        let mut old = base();
        *old.pointer_mut(pointer).unwrap() = json!([]);
        let found = compare(&read(&old), &read(&base()));
        assert!(found.iter().all(|change| (change.code.id(), change.bump) == (code, Bump::Minor)), "{found:?}");
        assert!(!found.is_empty(), "{pointer}");
    }
}

#[test]
fn where_something_stands_is_no_change() {
    let mut moved = base();
    for pointer in ["/metrics/0", "/metrics/1", "/spans/0", "/redactions/0", "/exceptions/0", "/health_checks/0"] {
        let place = json!({"module": "b", "file": "src/b.rs", "line": 7, "column": 2});
        *moved.pointer_mut(&format!("{pointer}/place")).unwrap() = place;
    }
    assert_eq!(compare(&read(&base()), &read(&moved)), []);
}

#[test]
fn no_field_of_the_model_is_forgotten() {
    fn leaves(value: &Value, path: &str, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                fields.iter().for_each(|(name, value)| leaves(value, &format!("{path}/{name}"), found));
            }
            Value::Array(values) => values.iter().for_each(|value| leaves(value, &format!("{path}/*"), found)),
            _ => drop(found.insert(path.to_owned())),
        }
    }
    let mut known = BTreeSet::new();
    leaves(&base(), "", &mut known);
    // The version of the form is the reader's to refuse; where something stands is no change.
    known.retain(|path| path != "/schema" && !path.contains("/place/"));
    let numbers = regex::Regex::new("/[0-9]+").unwrap();
    let tried: BTreeSet<String> =
        cases().iter().map(|(pointer, ..)| numbers.replace_all(pointer, "/*").into_owned()).collect();
    let forgotten: Vec<_> = known.iter().filter(|path| !tried.contains(*path)).collect();
    assert!(forgotten.is_empty(), "{forgotten:?}");
    // The base has every field that there is.
    let schema: Value = serde_json::from_str(&catalogue::schema()).unwrap();
    let mut missing = Vec::new();
    for definition in schema["$defs"].as_object().unwrap().values().chain([&schema]) {
        for name in definition["properties"].as_object().into_iter().flatten().map(|(name, _)| name) {
            let is_there = |path: &String| path.split('/').any(|part| part == name);
            let is_skipped = name == "schema" || ["module", "file", "line", "column", "place"].contains(&name.as_str());
            if !is_skipped && !known.iter().any(is_there) {
                missing.push(name.clone());
            }
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn what_is_weakened_comes_first() {
    let mut new = base();
    *new.pointer_mut("/metrics").unwrap() = json!([]);
    *new.pointer_mut("/redactions/0/fields/0/policy").unwrap() = json!("clear");
    assert_eq!(compare(&read(&base()), &read(&new))[0].code.id(), "OBS1229");
}

#[test]
fn a_field_that_is_shown_now_is_said_once_though_it_is_an_exception_too() {
    let mut new = base();
    *new.pointer_mut("/redactions/0/fields/0/policy").unwrap() = json!("clear");
    new["exceptions"].as_array_mut().unwrap().push(json!({
        "kind": "clear field", "name": "app::Question.phone", "reason": "", "place": base()["exceptions"][0]["place"]
    }));
    assert_eq!(compare(&read(&base()), &read(&new)).len(), 1);
}

#[test]
fn a_similar_name_with_the_same_labels_is_a_new_name() {
    let mut new = base();
    *new.pointer_mut("/metrics/1/name").unwrap() = json!("app_sizes");
    *new.pointer_mut("/metrics/1/place/line").unwrap() = json!(99);
    let codes: Vec<_> = compare(&read(&base()), &read(&new)).iter().map(|change| change.code.id()).collect();
    assert_eq!(codes, ["OBS1203"]);
}
