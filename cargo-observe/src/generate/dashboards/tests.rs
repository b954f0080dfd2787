//! What holds for all dashboards of the five example services.

use super::grafana::{GridPos, Panel};
use super::*;
use crate::catalogue::Catalogue;
use crate::settings::Settings;
use serde_json::Value;
use std::collections::BTreeSet;

fn catalogue() -> Catalogue {
    serde_json::from_str(include_str!("../../../tests/fixtures/services.json")).unwrap()
}

fn made(catalogue: &Catalogue) -> Files {
    files(&Model { catalogue, settings: &Settings::default() }).unwrap()
}

fn dashboards(files: &Files) -> Vec<(String, Value)> {
    let json = files.iter().filter(|(path, _)| path.extension().is_some_and(|extension| extension == "json"));
    json.map(|(path, text)| (path.display().to_string(), serde_json::from_str(text).unwrap())).collect()
}

/// All panels but rows, those in closed rows too.
fn panels(dashboard: &Value) -> Vec<&Value> {
    let top = dashboard["panels"].as_array().unwrap().iter();
    let all = top.flat_map(|panel| std::iter::once(panel).chain(panel["panels"].as_array().into_iter().flatten()));
    all.filter(|panel| panel["type"] != "row").collect()
}

fn expressions(dashboard: &Value) -> Vec<String> {
    let targets = panels(dashboard).into_iter().flat_map(|panel| panel["targets"].as_array().into_iter().flatten());
    targets.map(|target| target["expr"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_same_catalogue_has_the_same_files_to_the_byte() {
    assert_eq!(made(&catalogue()), made(&catalogue()));
}

#[test]
fn every_dashboard_of_the_requirements_is_there() {
    let files = made(&catalogue());
    for name in [
        "operations/overview",
        "operations/api",
        "operations/ai-service",
        "operations/cache",
        "operations/infrastructure",
        "operations/slo",
        "business/business",
        "business/predictions",
        "administration/audit",
        "clinicians/clinician",
        "administration/administrator",
        "operations/operator",
        "operations/incident",
        "operations/capacity",
        "operations/telemetry",
        "operations/log-queries",
        "services/service-azora",
        "services/service-baliblissed",
        "services/service-chatvault",
        "services/service-iit-ml",
        "services/service-voiceassist",
    ] {
        let path = format!("{FOLDER}/{name}.json");
        assert!(files.iter().any(|(it, _)| it.to_str() == Some(path.as_str())), "{path}");
    }
}

#[test]
fn the_overview_has_the_eight_panels_and_the_logs() {
    let all = dashboards(&made(&catalogue()));
    let (_, overview) = all.iter().find(|(path, _)| path.ends_with("/overview.json")).unwrap();
    let titles: Vec<&str> = panels(overview).iter().map(|panel| panel["title"].as_str().unwrap()).collect();
    for title in [
        "Requests per second",
        "Response time, P95",
        "Error rate (5xx)",
        "Active connections",
        "RAG query duration, P95",
        "Authentication failures per second",
        "Database connections in use",
        "Health checks",
        "Errors and warnings",
    ] {
        assert!(titles.contains(&title), "{title}: {titles:?}");
    }
    let gauge = panels(overview).into_iter().find(|panel| panel["title"] == "Database connections in use").unwrap();
    assert_eq!(gauge["type"], "gauge");
}

#[test]
fn uids_and_ids_of_panels_are_unique_and_uids_are_short() {
    let mut uids = BTreeSet::new();
    for (path, dashboard) in dashboards(&made(&catalogue())) {
        let uid = dashboard["uid"].as_str().unwrap().to_owned();
        assert!(
            uid.len() <= 40 && uid.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter)),
            "{uid}"
        );
        assert!(uids.insert(uid), "{path}: its uid is another one's");
        let top = dashboard["panels"].as_array().unwrap().iter();
        let ids: Vec<u64> = top
            .flat_map(|panel| std::iter::once(panel).chain(panel["panels"].as_array().into_iter().flatten()))
            .map(|panel| panel["id"].as_u64().unwrap())
            .collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{path}");
    }
}

#[test]
fn panels_of_one_section_are_told_apart_by_their_titles() {
    for (path, dashboard) in dashboards(&made(&catalogue())) {
        let open = dashboard["panels"].as_array().unwrap().iter().filter(|panel| panel["type"] != "row");
        let titles: Vec<&str> = open.map(|panel| panel["title"].as_str().unwrap()).collect();
        for (index, title) in titles.iter().enumerate() {
            assert!(!titles[index + 1..].contains(title), "{path}: {title}");
        }
    }
}

#[test]
fn a_long_name_has_a_uid_of_its_own_that_stays() {
    let long = "service-with-a-name-that-is-longer-than-grafana-takes";
    assert_eq!(board::uid(long).len(), 40);
    assert_ne!(board::uid(long), board::uid(&format!("{long}-too")));
    assert_eq!(board::uid("overview"), "observe-overview");
}

fn place(panel: &Value) -> GridPos {
    let number = |key: &str| u32::try_from(panel["gridPos"][key].as_u64().unwrap()).unwrap();
    GridPos { h: number("h"), w: number("w"), x: number("x"), y: number("y") }
}

#[test]
fn no_panel_lies_on_another_one_or_beyond_the_24_columns() {
    for (path, dashboard) in dashboards(&made(&catalogue())) {
        let top: Vec<&Value> = dashboard["panels"].as_array().unwrap().iter().collect();
        let closed = top.iter().map(|row| row["panels"].as_array().into_iter().flatten().collect::<Vec<_>>());
        // What is in a closed row is laid out when it is opened: there it must not overlap either.
        for group in closed.chain([top.clone()]) {
            for (index, panel) in group.iter().enumerate() {
                let one = place(panel);
                assert!(one.w > 0 && one.h > 0 && one.x + one.w <= 24, "{path}: {}", panel["title"]);
                for other in &group[index + 1..] {
                    let two = place(other);
                    let is_beside = one.x + one.w <= two.x || two.x + two.w <= one.x;
                    let is_below = one.y + one.h <= two.y || two.y + two.h <= one.y;
                    assert!(is_beside || is_below, "{path}: {} and {}", panel["title"], other["title"]);
                }
            }
        }
    }
}

/// What a `PromQL` expression is once Grafana has filled in its variables.
fn filled(expression: &str) -> String {
    expression.replace("$__rate_interval", "5m").replace("$__range", "1h")
}

#[test]
fn every_query_is_promql_and_uses_only_what_the_catalogue_has() {
    let catalogue = catalogue();
    let foreign =
        ["up", "ALERTS", "scrape_samples_scraped", "slo:", "pg_", "redis_", "collections_", "rest_responses_"];
    for (path, dashboard) in dashboards(&made(&catalogue)) {
        for panel in panels(&dashboard) {
            for target in
                panel["targets"].as_array().into_iter().flatten().filter(|it| it["datasource"]["type"] == "prometheus")
            {
                let text = filled(target["expr"].as_str().unwrap());
                let expression =
                    promql_parser::parser::parse(&text).unwrap_or_else(|error| panic!("{path}: {text}: {error}"));
                let mut seen = Vec::new();
                selectors(&expression, &mut seen);
                assert!(!seen.is_empty(), "{path}: {text}");
                for (name, labels) in seen {
                    let Some(metric) = catalogue.metrics.iter().find(|metric| metric.series_names().contains(&name))
                    else {
                        assert!(foreign.iter().any(|it| name.starts_with(it)), "{path}: nothing emits {name}");
                        continue;
                    };
                    for label in labels.iter().filter(|label| !["job", "instance", "le"].contains(&label.as_str())) {
                        assert!(metric.label(label).is_some(), "{path}: {name} has no label {label}");
                    }
                }
            }
        }
    }
}

/// The series of an expression, each with the labels that are matched.
fn selectors(expression: &promql_parser::parser::Expr, seen: &mut Vec<(String, Vec<String>)>) {
    use promql_parser::parser::Expr;
    let mut add = |selector: &promql_parser::parser::VectorSelector| {
        let labels = selector.matchers.matchers.iter().map(|matcher| matcher.name.clone()).collect();
        seen.push((selector.name.clone().unwrap(), labels));
    };
    match expression {
        Expr::VectorSelector(selector) => add(selector),
        Expr::MatrixSelector(matrix) => add(&matrix.vs),
        Expr::Aggregate(it) => {
            selectors(&it.expr, seen);
            it.param.iter().for_each(|param| selectors(param, seen));
        }
        Expr::Unary(it) => selectors(&it.expr, seen),
        Expr::Binary(it) => {
            selectors(&it.lhs, seen);
            selectors(&it.rhs, seen);
        }
        Expr::Paren(it) => selectors(&it.expr, seen),
        Expr::Subquery(it) => selectors(&it.expr, seen),
        Expr::Call(it) => it.args.args.iter().for_each(|argument| selectors(argument, seen)),
        Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::Extension(_) => {}
    }
}

#[test]
fn every_metric_of_the_catalogue_stands_somewhere() {
    let catalogue = catalogue();
    let all: Vec<String> =
        dashboards(&made(&catalogue)).iter().flat_map(|(_, dashboard)| expressions(dashboard)).collect();
    let text = all.join("\n");
    for metric in &catalogue.metrics {
        let is_there = metric.series_names().iter().any(|series| text.contains(&format!("{series}{{")));
        assert!(is_there, "{} is on no dashboard", metric.name);
    }
}

#[test]
fn a_metric_that_is_declared_today_is_on_its_services_dashboard_today() {
    let mut catalogue = catalogue();
    let mut metric = catalogue.metric("rag_queries_total").unwrap().clone();
    (metric.name, metric.bare_name, metric.objective) =
        ("beds_counted_total".to_owned(), "beds_counted_total".to_owned(), None);
    catalogue.metrics.push(metric);
    let all = dashboards(&made(&catalogue));
    let (_, board) = all.iter().find(|(path, _)| path.ends_with("/service-voiceassist.json")).unwrap();
    assert!(
        expressions(board).iter().any(|it| it.starts_with("sum by (job, status) (rate(beds_counted_total{")),
        "{board:#}"
    );
}

#[test]
fn a_dashboard_without_a_metric_is_not_made_and_the_page_says_why() {
    let mut catalogue = catalogue();
    catalogue
        .metrics
        .retain(|metric| !metric.bare_name.contains("prediction") && !metric.bare_name.starts_with("model_load"));
    let files = made(&catalogue);
    assert!(!files.iter().any(|(path, _)| path.ends_with("predictions.json")));
    let (_, page) = files.iter().find(|(path, _)| path.ends_with("dashboards.md")).unwrap();
    assert!(
        page.contains("Predictions (not made):\n\n- Predictions per second: nothing emits `predictions_total`"),
        "{page}"
    );
}

#[test]
fn a_limit_that_the_workspace_sets_is_where_the_panel_turns_red() {
    let settings: Settings = toml::from_str("[alerts.HighErrorRate]\nthreshold = \"1%\"").unwrap();
    let catalogue = catalogue();
    let files = files(&Model { catalogue: &catalogue, settings: &settings }).unwrap();
    let all = dashboards(&files);
    let (_, api) = all.iter().find(|(path, _)| path.ends_with("/api.json")).unwrap();
    let panel = panels(api).into_iter().find(|panel| panel["title"] == "Error rate (5xx)").unwrap();
    let steps = &panel["fieldConfig"]["defaults"]["thresholds"]["steps"];
    assert_eq!((&steps[1]["color"], &steps[1]["value"]), (&"red".into(), &0.01.into()), "{panel:#}");
}

#[test]
fn percentiles_carry_traces_and_log_lines_lead_to_them() {
    let all = dashboards(&made(&catalogue()));
    let (_, api) = all.iter().find(|(path, _)| path.ends_with("/api.json")).unwrap();
    let time = panels(api).into_iter().find(|panel| panel["title"] == "Response time").unwrap();
    assert!(time["targets"].as_array().unwrap().iter().all(|target| target["exemplar"] == true), "{time:#}");
    let (_, logs) = all.iter().find(|(path, _)| path.ends_with("/log-queries.json")).unwrap();
    let panel = panels(logs).into_iter().find(|panel| panel["type"] == "logs").unwrap();
    assert_eq!(panel["fieldConfig"]["overrides"][0]["properties"][0]["id"], "links", "{panel:#}");
}

#[test]
fn a_chart_of_many_values_is_summed_and_says_so() {
    let catalogue = catalogue();
    let metric = catalogue.metric("http_requests_total").unwrap();
    assert_eq!(shown_labels(metric), ["method"]);
    let panel: Panel = by_kind::counter(&Finder::new(&catalogue), metric).placed(1, 0, 0);
    assert!(
        panel.description.ends_with("(`http_requests_total`). Summed over `endpoint`, `status`"),
        "{}",
        panel.description
    );
}
