use super::*;
use crate::catalogue::{Conflict, Objective};

fn budget(max_series: u64) -> Settings {
    let mut settings = Settings::default();
    settings.metrics.max_series = max_series;
    settings
}

fn wide(series: u64) -> Metric {
    Metric { series, max_series: series, ..metric(Kind::Counter, "files_read_total") }
}

#[test]
fn a_program_over_the_budget_of_its_workspace_is_an_error() {
    let catalogue = of_metrics([wide(90), Metric { series: 11, ..metric(Kind::Gauge, "files_waiting") }]);
    let found = |budget: &Settings| found_with(&catalogue, budget, Path::new("/nowhere"));
    assert_eq!(found(&budget(100)), ["OBS1001 app"]);
    assert_eq!(found(&budget(101)), NOTHING);
}

#[test]
fn without_a_budget_there_is_a_standard_one() {
    assert_eq!(found(&of_metrics([wide(100_001)])), ["OBS1002 app"]);
    assert_eq!(found(&of_metrics([wide(100_000)])), NOTHING);
}

#[test]
fn the_programs_of_a_workspace_have_a_budget_each() {
    let catalogue = of_metrics([wide(60_000), elsewhere(Metric { name: "more_total".to_owned(), ..wide(60_000) })]);
    assert_eq!(found(&catalogue), NOTHING);
}

#[test]
fn what_a_metric_may_not_expose_does_not_count() {
    let metric = Metric { max_series: 10_000, ..wide(2_000_000) };
    assert_eq!(found(&of_metrics([metric])), NOTHING);
}

#[test]
fn a_metric_that_is_about_to_outgrow_its_budget_is_said() {
    let of = |series| {
        let label = labelled("books_lent_total", "shelf", &["a", "b", "c"]);
        found(&of_metrics([Metric { series, max_series: 100, ..label }]))
    };
    assert_eq!(of(90), ["OBS1003 books_lent_total"]);
    assert_eq!(of(89), NOTHING);
    assert_eq!(of(100), NOTHING, "somebody has set it so");
    let grows = Label { name: "tenant".to_owned(), values: Values::AtMost(95) };
    let metric = Metric { labels: vec![grows], series: 95, max_series: 100, ..wide(95) };
    assert_eq!(found(&of_metrics([metric])), NOTHING, "what grows while the program runs does not break the build");
}

#[test]
fn one_name_has_one_type() {
    let counter = metric(Kind::Counter, "pages_total");
    let gauge = elsewhere(Metric { kind: Kind::Gauge, ..counter.clone() });
    assert_eq!(found(&of_metrics([counter.clone(), gauge])), ["OBS1004 pages_total"]);
    assert_eq!(found(&of_metrics([counter.clone(), elsewhere(counter)])), NOTHING);
}

#[test]
fn one_name_has_one_unit() {
    let histogram = metric(Kind::Histogram, "page_bytes");
    let histogram = Metric { buckets: vec![1.0, 2.0], ..histogram };
    let other = elsewhere(Metric { unit: String::new(), ..histogram.clone() });
    assert_eq!(found(&of_metrics([histogram, other])), ["OBS1004 page_bytes"]);
}

#[test]
fn one_name_has_the_same_labels() {
    let one = labelled("files_opened_total", "cached", &["false", "true"]);
    let other = elsewhere(Metric { labels: Vec::new(), ..one.clone() });
    assert_eq!(found(&of_metrics([one.clone(), other])), ["OBS1005 files_opened_total"]);
    let two = Metric { labels: vec![known("a", &["x"]), known("b", &["x"])], ..one.clone() };
    let turned = elsewhere(Metric { labels: vec![known("b", &["x"]), known("a", &["x"])], ..one });
    assert_eq!(found(&of_metrics([two, turned])), NOTHING, "their order does not matter");
}

#[test]
fn one_name_has_the_same_bounds() {
    let one = metric(Kind::Histogram, "open_duration_seconds");
    let other = elsewhere(Metric { buckets: vec![0.2, 0.5, 1.0], ..one.clone() });
    assert_eq!(found(&of_metrics([one.clone(), other])), ["OBS1006 open_duration_seconds"]);
    assert_eq!(found(&of_metrics([one.clone(), elsewhere(one)])), NOTHING);
}

#[test]
fn one_name_has_one_help() {
    let one = metric(Kind::Counter, "files_opened_total");
    let other = elsewhere(Metric { help: "Print jobs that ended".to_owned(), ..one.clone() });
    assert_eq!(found(&of_metrics([one, other])), ["OBS1007 files_opened_total"]);
}

#[test]
fn one_name_has_the_same_values() {
    let one = labelled("files_opened_total", "state", &["free", "team"]);
    let other = elsewhere(labelled("files_opened_total", "state", &["free", "company"]));
    assert_eq!(found(&of_metrics([one.clone(), other.clone()])), ["OBS1038 files_opened_total"]);
    let of_observe = [one, other].map(|metric| Metric { scope: Scope::Service, ..metric });
    assert_eq!(found(&of_metrics(of_observe)), NOTHING);
}

#[test]
fn one_name_has_one_objective() {
    let promised = |success| {
        let labelled = labelled("files_opened_total", "status", &["error", "ok"]);
        let objective = Some(Objective { success: Some(success), latency: None });
        Metric { objective, outcome: Some("status".to_owned()), ..labelled }
    };
    assert_eq!(found(&of_metrics([promised(99.9), elsewhere(promised(99.0))])), ["OBS1039 files_opened_total"]);
    assert_eq!(found(&of_metrics([promised(99.9), elsewhere(promised(99.9))])), NOTHING);
}

#[test]
fn a_conflict_of_records_is_a_finding_with_both_places() {
    let conflict = |what: &str| Conflict {
        name: "pages_total".to_owned(),
        places: vec!["src/a.rs:3".to_owned(), "src/b.rs:4:5".to_owned()],
        what: what.to_owned(),
    };
    let catalogue = catalogue();
    for (what, code) in [
        ("one is a gauge and one a counter", Code::Obs1004),
        ("the labels are `a` and none", Code::Obs1005),
        ("the buckets differ", Code::Obs1006),
        ("the quantiles differ", Code::Obs1006),
        ("the help differs", Code::Obs1007),
        ("label `plan` is one of a, b and one of a, c", Code::Obs1038),
        ("the objectives differ", Code::Obs1039),
    ] {
        let settings = Settings::default();
        let conflicts = [conflict(what)];
        let root = Path::new("/nowhere");
        let workspace =
            Workspace { root, catalogue: &catalogue, conflicts: &conflicts, settings: &settings, queries: &[] };
        let found = findings(&workspace).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].code, code, "{what}");
        let places: Vec<_> = found[0].locations.iter().map(|place| (place.line, place.column)).collect();
        assert_eq!(places, [(3, 1), (4, 5)]);
    }
}
