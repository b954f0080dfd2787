use super::super::{Kind as Type, Latency, Values};
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
        column: 5,
    }
}

fn program(name: &str, records: &[Record]) -> Program {
    Program { name: name.to_owned(), is_library: false, records: records.to_vec() }
}

fn model() -> Record {
    record(Kind::Label, &[("type", "Model"), ("value", "gpt"), ("value", "claude")], &[])
}

fn model_reference() -> Reference {
    Domain::new(domain_id(["gpt", "claude"])).reference(2)
}

fn meter(more: &[(&str, &str)], references: &[Reference]) -> Record {
    let texts = [&[("name", "rag_query"), ("help", "Answers")], more].concat();
    record(Kind::Meter, &texts, references)
}

fn known(values: &[&str]) -> Values {
    Values::Known(values.iter().map(|value| (*value).to_owned()).collect())
}

#[track_caller]
fn made(programs: &[Program]) -> Catalogue {
    let (catalogue, conflicts) = catalogue(programs).unwrap();
    assert_eq!(conflicts, []);
    catalogue
}

#[test]
fn a_meter_is_three_families_with_their_series() {
    let catalogue = made(&[program("app", &[meter(&[("label", "model")], &[model_reference()]), model()])]);
    let names: Vec<&str> = catalogue.metrics.iter().map(|metric| metric.name.as_str()).collect();
    assert_eq!(names, ["rag_query_duration_seconds", "rag_query_in_progress", "rag_query_total"]);
    let series: Vec<u64> = catalogue.metrics.iter().map(|metric| metric.series).collect();
    assert_eq!(series, [2 * 4 * 13, 2, 2 * 4]);
    let calls = &catalogue.metrics[2];
    assert_eq!(calls.label("model").unwrap().values, known(&["gpt", "claude"]));
    assert_eq!(calls.label("status").unwrap().values, known(&["ok", "cancelled", "panicked", "error"]));
    assert_eq!((calls.help.as_str(), calls.outcome.as_deref()), ("Finished calls: Answers", Some("status")));
    assert_eq!((catalogue.metrics[0].unit.as_str(), catalogue.metrics[0].buckets.len()), ("seconds", 10));
    assert_eq!(catalogue.metrics[1].outcome, None);
    assert_eq!((calls.place.file.as_str(), calls.place.line), ("src/rag.rs", 7));
}

#[test]
fn families_that_are_off_or_renamed_are_so_in_the_catalogue() {
    let texts = [("calls", "answers_total"), ("in_progress", ""), ("outcome", "result"), ("buckets", "ai")];
    let catalogue = made(&[program("app", &[meter(&texts, &[])])]);
    let names: Vec<&str> = catalogue.metrics.iter().map(|metric| metric.name.as_str()).collect();
    assert_eq!(names, ["answers_total", "rag_query_duration_seconds"]);
    assert_eq!(catalogue.metrics[1].buckets, observe_rules::bucket::AI);
    assert_eq!(catalogue.metrics[0].base.as_deref(), Some("rag_query"));
    assert!(catalogue.metrics.iter().all(|metric| metric.label("result").is_some()));
}

#[test]
fn an_error_label_adds_a_way_to_end_for_each_error() {
    let catalogue = made(&[program("app", &[meter(&[("error", "error_type")], &[model_reference()]), model()])]);
    let calls = catalogue.metric("rag_query_total").unwrap();
    assert_eq!(calls.series, 5);
    assert_eq!(calls.label("error_type").unwrap().values, known(&["gpt", "claude", "none"]));
    assert_eq!(catalogue.metric("rag_query_in_progress").unwrap().series, 1);
}

#[test]
fn a_promise_stands_where_it_is_computed() {
    let numbers = [("number", "success"), ("number", "latency"), ("number", "target"), ("number", "max_series")];
    let mut promising = meter(&numbers, &[]);
    promising.numbers = vec![99.9, 0.25, 99.0, 500.0];
    let catalogue = made(&[program("app", &[promising.clone()])]);
    let objective = |name: &str| catalogue.metric(name).unwrap().objective.clone();
    assert_eq!(objective("rag_query_total").unwrap().success, Some(99.9));
    let duration = objective("rag_query_duration_seconds").unwrap();
    assert_eq!((duration.success, duration.latency), (None, Some(Latency { target: 99.0, seconds: 0.25 })));
    assert_eq!(objective("rag_query_in_progress"), None);
    assert!(catalogue.metrics.iter().all(|metric| metric.max_series == 500));
    // Without a counter the histogram's count is that of the calls.
    promising.texts.push(("calls".to_owned(), String::new()));
    let catalogue = made(&[program("app", &[promising])]);
    assert_eq!(catalogue.metric("rag_query_duration_seconds").unwrap().objective.as_ref().unwrap().success, Some(99.9));
}

#[test]
fn a_metric_has_what_its_kind_has() {
    let texts = |kind, name| [("type", kind), ("name", name), ("help", "Help")];
    let mut summary = record(Kind::Metric, &texts("summary", "wait_seconds"), &[]);
    summary.list = vec![0.5, 0.9];
    let mut histogram = record(Kind::Metric, &texts("histogram", "size_bytes"), &[]);
    histogram.list = vec![1024.0];
    let info = [&texts("info", "build_info")[..], &[("fact", "version"), ("fact", "commit")]].concat();
    let catalogue = made(&[program("app", &[summary, histogram, record(Kind::Metric, &info, &[])])]);
    let metric = |name: &str| catalogue.metric(name).unwrap();
    assert_eq!((metric("wait_seconds").kind, metric("wait_seconds").series), (Type::Summary, 4));
    assert_eq!((metric("size_bytes").buckets.as_slice(), metric("size_bytes").series), (&[1024.0][..], 4));
    assert_eq!((metric("build_info").labels.len(), metric("build_info").series), (2, 1));
    assert_eq!(metric("size_bytes").unit, "bytes");
}

#[test]
fn a_set_brings_its_labels_and_those_of_sets_in_it() {
    let (bool, model) = (Domain::BOOL.reference(2), model_reference());
    let inner = Domain::new(set_id([0; 16], "internal", bool)).reference(2);
    let outer = Domain::new([9; 16]).reference(4);
    let records = [
        record(Kind::LabelSet, &[("type", "Client"), ("label", "internal")], &[inner, bool]),
        record(Kind::LabelSet, &[("type", "Caller"), ("label", "model"), ("set", "")], &[outer, model, inner]),
        meter(&[("set", "")], &[outer]),
        self::model(),
    ];
    let catalogue = made(&[program("app", &records)]);
    let labels: Vec<&str> =
        catalogue.metric("rag_query_total").unwrap().labels.iter().map(|label| label.name.as_str()).collect();
    assert_eq!(labels, ["model", "internal", "status"]);
}

#[test]
fn values_of_which_only_the_number_is_known_are_at_most_so_many() {
    let references =
        [Domain::capped(64).reference(65), Domain::UNKNOWN.reference(3), Domain::BOOL.or_none().reference(3)];
    let texts = [("label", "tenant"), ("label", "wild"), ("label", "cached")];
    let catalogue = made(&[program("app", &[meter(&texts, &references)])]);
    let values = |name: &str| catalogue.metric("rag_query_in_progress").unwrap().label(name).unwrap().values.clone();
    assert_eq!((values("tenant"), values("wild")), (Values::AtMost(65), Values::AtMost(3)));
    assert_eq!(values("cached"), known(&["false", "true", "none"]));
}

#[test]
fn a_label_whose_values_are_nowhere_is_an_error_and_no_empty_list() {
    for (texts, what) in [
        ([("label", "model")], "src/rag.rs:7: label `model` of `rag_query` has a type whose values left no record"),
        ([("set", "")], "src/rag.rs:7: label `..` of `rag_query` is a set that left no record"),
    ] {
        let error = catalogue(&[program("app", &[meter(&texts, &[model_reference()])])]).unwrap_err();
        assert_eq!(error.message, what);
        assert!(error.help.unwrap().contains("all libraries together"));
    }
    let error = catalogue(&[program("app", &[meter(&[("label", "model")], &[])])]).unwrap_err();
    assert!(error.message.ends_with("has no reference to its values"), "{error}");
}

#[test]
fn a_label_is_found_in_another_library() {
    let library = program("words", &[model()]);
    let user = program("app", &[meter(&[("label", "model")], &[model_reference()])]);
    assert_eq!(made(&[user, library]).metrics.len(), 3);
}

#[test]
fn the_namespace_of_a_program_stands_before_its_names() {
    let service = record(Kind::Service, &[("name", "care"), ("namespace", "care")], &[]);
    let catalogue = made(&[program("app", &[service, meter(&[], &[])]), program("other", &[meter(&[], &[])])]);
    let names: Vec<(&str, &str)> =
        catalogue.metrics.iter().map(|metric| (metric.name.as_str(), metric.programs[0].as_str())).collect();
    assert!(
        names.contains(&("care_rag_query_total", "app")) && names.contains(&("rag_query_total", "other")),
        "{names:?}"
    );
    assert!(catalogue.metrics.iter().all(|metric| metric.bare_name.starts_with("rag_query")));
    assert_eq!(catalogue.programs[0].service.as_deref(), Some("care"));
    assert_eq!(catalogue.programs[1].service, None);
}

#[test]
fn what_two_programs_share_is_declared_once() {
    let span = record(Kind::Span, &[("name", "answer"), ("kind", "internal"), ("function", "answer")], &[]);
    let check = [("name", "database"), ("critical", "true"), ("timeout_ms", "2000")];
    let records = [meter(&[], &[]), span, record(Kind::HealthCheck, &check, &[])];
    let (one, two) = (program("a", &records), program("b", &records));
    let catalogue = made(&[two, one]);
    assert_eq!(catalogue.metrics.len(), 3);
    let all: Vec<&Vec<String>> = catalogue
        .metrics
        .iter()
        .map(|metric| &metric.programs)
        .chain(catalogue.spans.iter().map(|span| &span.programs))
        .chain(catalogue.health_checks.iter().map(|check| &check.programs))
        .collect();
    assert_eq!(all.len(), 5);
    assert!(all.iter().all(|programs| **programs == ["a", "b"]), "{all:?}");
    assert_eq!((catalogue.health_checks[0].critical, catalogue.health_checks[0].timeout_ms), (true, 2000));
    assert_eq!(catalogue.spans[0].function, "app::rag::answer");
}

#[test]
fn the_same_name_declared_differently_is_a_conflict() {
    let mut other = meter(&[("label", "model")], &[model_reference()]);
    other.line = 9;
    let (catalogue, conflicts) =
        catalogue(&[program("a", &[meter(&[], &[])]), program("b", &[other, model()])]).unwrap();
    assert_eq!(catalogue.metrics.len(), 3);
    let said: Vec<String> = conflicts.iter().map(ToString::to_string).collect();
    assert_eq!(
        said[2],
        "`rag_query_total` is declared at src/rag.rs:7 and at src/rag.rs:9, and the labels are `status` and `model, status`"
    );
    assert_eq!(said.len(), 3);
    let metric = |kind: &'static str| record(Kind::Metric, &[("type", kind), ("name", "jobs"), ("help", "")], &[]);
    let (_, conflicts) = super::catalogue(&[program("a", &[metric("gauge"), metric("info")])]).unwrap();
    assert_eq!(conflicts[0].what, "one is a gauge and one an info");
}

#[test]
fn what_is_shown_in_clear_is_in_the_catalogue_once() {
    let clear = record(Kind::ClearField, &[("name", "Question.id"), ("reason", "a number")], &[]);
    let harmless =
        record(Kind::HarmlessName, &[("name", "card"), ("reason", "a page"), ("place", "observe.toml:5")], &[]);
    let records = [clear.clone(), clear, harmless];
    let catalogue = made(&[program("a", &records), program("b", &records)]);
    let shown: Vec<(&str, &str, u32)> = catalogue
        .exceptions
        .iter()
        .map(|exception| (exception.name.as_str(), exception.place.file.as_str(), exception.place.line))
        .collect();
    assert_eq!(shown, [("app::rag::Question.id", "src/rag.rs", 7), ("card", "observe.toml", 5)]);
}

#[test]
fn what_the_tool_does_not_know_is_taken_for_the_worst() {
    let span = record(
        Kind::Span,
        &[("name", "a"), ("field", "b"), ("how", "magic"), ("reason", "r"), ("field", "c"), ("how", "hashed")],
        &[],
    );
    let redaction = record(Kind::Redaction, &[("name", "Q"), ("field", "id"), ("policy", "magic")], &[]);
    let catalogue = made(&[program("a", &[span, redaction])]);
    let hows: Vec<_> = catalogue.spans[0].fields.iter().map(|field| (field.how, field.reason.as_str())).collect();
    assert_eq!(hows, [(super::super::How::Unchecked, "r"), (super::super::How::Hashed, "")]);
    assert_eq!(catalogue.redactions[0].fields[0].policy, super::super::Policy::Clear);
    let unknown = record(Kind::Metric, &[("type", "gizmo"), ("name", "x")], &[]);
    assert!(super::catalogue(&[program("a", &[unknown])]).is_err());
}

#[test]
fn a_field_under_a_condition_is_one_of_its_type() {
    let field = |name| record(Kind::Redaction, &[("name", "Q"), ("field", name), ("policy", "hidden")], &[]);
    let catalogue = made(&[program("a", &[field("text"), field("card"), field("text")])]);
    let fields: Vec<&str> = catalogue.redactions[0].fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!((catalogue.redactions.len(), fields), (1, vec!["text", "card"]));
}
