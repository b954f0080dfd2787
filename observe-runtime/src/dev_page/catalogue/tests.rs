#[cfg(feature = "macros")]
mod declared;

use super::*;
use observe_rules::catalogue::{Domain, Reference, domain_id, set_id};

fn record(kind: Kind, texts: &[(&str, &str)], references: &[Reference]) -> Record {
    Record {
        kind,
        texts: texts.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
        references: references.to_vec(),
        numbers: Vec::new(),
        list: Vec::new(),
        module: "app::rag".to_owned(),
        file: "src/rag.rs".to_owned(),
        line: 7,
        column: 1,
    }
}

/// The entries of these records in a program with this namespace, where these families have series.
fn shown(records: &[Record], namespace: &str, shown: &[&str]) -> Vec<Value> {
    let shown = shown.iter().map(|name| (*name).to_owned()).collect();
    entries(&once(records.to_vec()), &Scrape { namespace, shown: &shown }, &|_| None)
}

/// The only entry of a record.
#[track_caller]
fn details(record: Record) -> Value {
    let mut entries = shown(&[record], "", &[]);
    assert_eq!(entries.len(), 1);
    entries.remove(0)["details"].take()
}

fn model() -> Record {
    record(Kind::Label, &[("type", "Model"), ("value", "gpt4"), ("value", "claude")], &[])
}

fn model_reference() -> Reference {
    Domain::new(domain_id(["gpt4", "claude"])).reference(2)
}

#[test]
fn a_metric_has_the_values_of_its_labels() {
    let labels = [("label", "model"), ("label", "maybe"), ("label", "tenant"), ("label", "other")];
    let texts = [&[("type", "counter"), ("name", "tokens_total"), ("help", "Tokens.")], &labels[..]].concat();
    let maybe = Domain { none: 1, ..model_reference().domain };
    let references =
        [model_reference(), maybe.reference(3), Domain::capped(64).reference(65), Domain::UNKNOWN.reference(9)];
    let found = shown(&[record(Kind::Metric, &texts, &references), model()], "care", &["care_tokens_total"]);
    let expected = json!({
        "kind": "metric", "name": "care_tokens_total", "seen": true,
        "crate": "app", "module": "app::rag", "file": "src/rag.rs", "line": 7,
        "details": {
            "type": "counter", "help": "Tokens.", "series": format!("at most {}", 2 * 3 * 65 * 9),
            "labels": "model (gpt4, claude); maybe (gpt4, claude, none); tenant (at most 65); other (at most 9)",
        },
    });
    assert_eq!(found[0], expected);
    let expected = json!({ "count": "2", "values": "gpt4, claude" });
    assert_eq!((&found[1]["name"], &found[1]["details"]), (&json!("Model"), &expected));
}

#[test]
fn a_set_stands_for_its_labels() {
    let (inner, outer) = (set_id([0; 16], "model", model_reference()), [9; 16]);
    let inner = Domain::new(inner).reference(2);
    let outer = Domain::new(outer).reference(4);
    let records = [
        model(),
        record(Kind::LabelSet, &[("type", "Inner"), ("label", "model")], &[inner, model_reference()]),
        record(
            Kind::LabelSet,
            &[("type", "Outer"), ("label", "cached"), ("set", "inner")],
            &[outer, Domain::BOOL.reference(2), inner],
        ),
        record(
            Kind::Metric,
            &[("type", "gauge"), ("name", "load"), ("set", ""), ("set", "")],
            &[outer, Domain::UNKNOWN.reference(1)],
        ),
    ];
    let found = shown(&records, "", &[]);
    let of = |name: &str| found.iter().find(|entry| entry["name"] == name).unwrap();
    assert_eq!(of("load")["details"]["labels"], "cached (false, true); model (gpt4, claude)");
    assert_eq!(of("load")["seen"], false);
    assert_eq!(of("Outer")["kind"], "set");
    let expected = json!({ "labels": "cached (false, true); model (gpt4, claude)", "combinations": "4" });
    assert_eq!(of("Outer")["details"], expected);
}

#[test]
fn many_values_are_counted_and_not_all_spelt_out() {
    let status = [Domain::HTTP_STATUS.reference(501)];
    let found = details(record(Kind::Metric, &[("type", "gauge"), ("name", "x"), ("label", "status")], &status));
    let labels = found["labels"].as_str().unwrap();
    assert!(labels.starts_with("status (100, 101, ") && labels.ends_with("119, … 501 in all)"), "{labels}");
}

/// A hole is said to be one.
#[test]
fn values_whose_record_is_not_there_are_only_counted() {
    let references = [model_reference(), Domain::new([7; 16]).reference(6)];
    let texts = [("type", "gauge"), ("name", "x"), ("label", "model"), ("set", "")];
    assert_eq!(details(record(Kind::Metric, &texts, &references))["labels"], "model (at most 2); .. (at most 6)");
    assert_eq!(details(record(Kind::Metric, &texts[..3], &[])).get("labels"), None);
}

#[test]
fn a_meter_has_its_families_and_how_calls_end() {
    let texts =
        [("name", "rag_query"), ("help", "Asks."), ("in_progress", ""), ("label", "model"), ("error", "reason")];
    let mut meter = record(Kind::Meter, &texts, &[model_reference(), Domain::BOOL.reference(2)]);
    meter.texts.extend(["success", "latency", "target"].map(|name| ("number".to_owned(), name.to_owned())));
    (meter.numbers, meter.list) = (vec![99.9, 0.25, 99.0], vec![0.1, 0.25]);
    let found = shown(&[meter, model()], "care", &["care_rag_query_duration_seconds"]);
    let expected = json!({
        "help": "Asks.", "families": "care_rag_query_total, care_rag_query_duration_seconds",
        "labels": "model (gpt4, claude); status (ok, cancelled, panicked, error); reason (false, true, none)",
        "series": "at most 10", "buckets": "0.1, 0.25", "objective": "99.9 % ok; 99 % within 0.25 s",
    });
    assert_eq!((&found[0]["details"], &found[0]["name"]), (&expected, &json!("care_rag_query")));
    assert_eq!(found[0]["seen"], true);
}

#[test]
fn a_histogram_has_its_bounds_and_a_summary_its_quantiles() {
    let metric = |kind, list: &[f64]| {
        let record = record(Kind::Metric, &[("type", kind), ("name", "x"), ("buckets", "ai")], &[]);
        details(Record { list: list.to_vec(), ..record })
    };
    assert_eq!(metric("histogram", &[])["buckets"], "ai: 0.1, 0.5, 1, 2.5, 5, 10, 30, 60");
    assert_eq!(metric("histogram", &[1.0, 2.5])["buckets"], "1, 2.5");
    assert_eq!(metric("summary", &[0.5, 0.99])["quantiles"], "0.5, 0.99");
}

#[test]
fn spans_and_redacted_types_say_how_each_field_is_shown() {
    let fields = [("field", "id"), ("how", "clear"), ("reason", "a number"), ("field", "q"), ("how", "typed")];
    let span = [&[("name", "answer"), ("kind", "client"), ("function", "answer"), ("level", "info")], &fields[..]];
    let expected =
        json!({ "kind": "client", "function": "answer", "level": "info", "fields": "id (clear: a number); q (typed)" });
    assert_eq!(details(record(Kind::Span, &span.concat(), &[])), expected);
    let redaction = record(Kind::Redaction, &[("name", "Q"), ("field", "text"), ("policy", "hidden")], &[]);
    assert_eq!(details(redaction), json!({ "fields": "text (hidden)" }));
    let harmless = [("name", "card"), ("reason", "a page"), ("place", "observe.toml:5")];
    let expected = json!({ "exception": "harmless name", "reason": "a page", "place": "observe.toml:5" });
    assert_eq!(details(record(Kind::HarmlessName, &harmless, &[])), expected);
}

#[test]
fn of_spans_the_caller_says_whether_they_were_seen() {
    let spans = ["a", "b", "c"].map(|name| record(Kind::Span, &[("name", name)], &[]));
    let seen = |record: &Record| match record.text("name") {
        "a" => Some(true),
        "b" => Some(false),
        _ => None,
    };
    let found = entries(&once(spans.to_vec()), &Scrape { namespace: "", shown: &HashSet::new() }, &seen);
    let found: Vec<_> = found.iter().map(|entry| entry.get("seen").and_then(Value::as_bool)).collect();
    assert_eq!(found, [Some(true), Some(false), None]);
}

#[test]
fn a_thing_is_shown_once_and_a_type_with_all_of_its_fields() {
    let field = |name| record(Kind::Redaction, &[("name", "Q"), ("field", name), ("policy", "hidden")], &[]);
    let found = shown(&[field("text"), model(), field("card"), field("text"), model()], "", &[]);
    let found: Vec<_> = found.iter().map(|entry| (&entry["kind"], &entry["details"])).collect();
    let model = json!({ "count": "2", "values": "gpt4, claude" });
    let expected =
        [(&json!("redaction"), &json!({ "fields": "text (hidden); card (hidden)" })), (&json!("label"), &model)];
    assert_eq!(found, expected);
}

#[test]
fn a_group_is_its_families_but_for_those_whose_names_the_program_takes() {
    let group = |line| Record { line, ..record(Kind::Families, &[("group", "redis")], &[]) };
    let own = record(Kind::Metric, &[("type", "counter"), ("name", "redis_operations_total")], &[]);
    let found = shown(&[group(0), own, group(4)], "care", &["care_redis_operation_duration_seconds"]);
    let found: Vec<_> =
        found.iter().map(|entry| (entry["kind"].as_str(), entry["name"].as_str(), &entry["seen"])).collect();
    let expected = [
        (Some("metric"), Some("care_redis_operations_total"), &json!(false)),
        (Some("family"), Some("care_redis_operation_duration_seconds"), &json!(true)),
    ];
    assert_eq!(found, expected);
    // Its place is where the program asks for it, and none where it does not.
    let places = |lines: &[u32]| {
        let found = shown(&lines.iter().map(|line| group(*line)).collect::<Vec<_>>(), "", &[]);
        found[0].get("line").and_then(Value::as_u64)
    };
    assert_eq!((places(&[0, 9, 4]), places(&[0])), (Some(4), None));
}

#[test]
fn the_catalogue_of_this_program_has_what_observe_brings() {
    let catalogue = json(&|_| None);
    assert_eq!(catalogue.get("note"), None);
    let own = catalogue["records"].as_array().unwrap().iter();
    let own: Vec<_> = own.filter(|entry| entry["name"] == "observe_spans_lost_total").collect();
    assert_eq!(own.len(), 1);
    let details = json!({
        "group": "own", "type": "counter", "help": own[0]["details"]["help"],
        "series": own[0]["details"]["series"], "labels": own[0]["details"]["labels"],
    });
    let expected = json!({ "kind": "family", "name": "observe_spans_lost_total", "crate": "observe", "module": "observe::operation", "seen": true, "details": details });
    assert_eq!(*own[0], expected);
    assert!(details["labels"].as_str().unwrap().starts_with("reason ("), "{details}");
}
