//! Each check finds what is wrong, and is silent about what is right.

use super::find;
use crate::catalogue::{self, Catalogue};
use crate::check::Finding;
use crate::query::{self, Document};
use crate::settings::Settings;
use observe_rules::Code;
use std::fs;
use std::path::{Path, PathBuf};

fn catalogue() -> Catalogue {
    catalogue::read(include_str!("../../../tests/fixtures/queries.json")).unwrap()
}

fn found_in(documents: &[Document], settings: &Settings) -> Vec<Finding> {
    find(documents, &catalogue(), settings).unwrap()
}

fn findings(file: &str, text: &str) -> Vec<Finding> {
    found_in(&[query::parse(file, text.to_owned())], &Settings::default())
}

fn codes(file: &str, text: &str) -> Vec<&'static str> {
    findings(file, text).into_iter().map(|finding| finding.code.id()).collect()
}

/// A query that fires the code and nothing else, and one that fires nothing.
#[track_caller]
fn fires(code: Code, wrong: &str, right: &str) {
    assert_eq!(codes("a.promql", wrong), [code.id()], "{wrong}");
    silent(right);
}

#[track_caller]
fn silent(right: &str) {
    let found = findings("a.promql", right);
    assert!(found.is_empty(), "{right}: {found:#?}");
}

/// The rule file of one alert with everything that an alert should have.
fn alert(expr: &str) -> String {
    format!(
        "groups:\n- name: a\n  rules:\n  - alert: Alarm\n    expr: {expr}\n    for: 5m\n    labels: {{severity: page}}\n    \
         annotations: {{summary: Wrong, runbook_url: https://example.com}}\n"
    )
}

fn record(expr: &str) -> String {
    format!("groups:\n- name: a\n  rules:\n  - record: job:queries:rate5m\n    expr: {expr}\n")
}

fn pages() -> Vec<(String, PathBuf)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/errors");
    let codes = GROUP_CODES.iter().map(|code| (code.id().to_owned(), folder.join(format!("{code}.md"))));
    codes.filter(|(code, _)| code != "OBS1075").collect()
}

const GROUP_CODES: [Code; 37] = {
    let mut codes = [Code::Obs1040; 37];
    let mut at = 0;
    while at < codes.len() {
        codes[at] = super::GROUP.rules[at].0;
        at += 1;
    }
    codes
};

/// The block of a page below a heading, and the name of a file that could hold it.
fn block(page: &str, heading: &str) -> (String, String) {
    let section = page.split(heading).nth(1).unwrap();
    let block = section.split("```").nth(1).unwrap();
    let (language, text) = block.split_once('\n').unwrap();
    (format!("page.{}", language.replace("yaml", "yml")), text.to_owned())
}

#[test]
fn what_a_page_calls_wrong_is_found_and_its_fix_is_clean() {
    for (code, path) in pages() {
        let page = fs::read_to_string(&path).unwrap();
        let (file, wrong) = block(&page, "## Wrong\n");
        assert!(
            codes(&file, &wrong).contains(&&*code),
            "{code} is not found in:\n{wrong}{:#?}",
            findings(&file, &wrong)
        );
        let (file, right) = block(&page, "## Fix\n");
        assert!(findings(&file, &right).is_empty(), "{code}:\n{right}{:#?}", findings(&file, &right));
    }
}

#[test]
fn every_rule_of_the_group_has_a_number_of_its_own() {
    assert!(super::GROUP.rules.is_sorted_by(|one, other| one.0 < other.0));
    assert_eq!(super::GROUP.rules.len(), GROUP_CODES.len());
}

#[test]
fn what_does_not_parse_is_said_once() {
    fires(Code::Obs1040, "sum(rate(rag_queries_total[5m])", "sum(rate(rag_queries_total[5m]))");
}

#[test]
fn an_unknown_metric_is_found_with_the_nearest_name() {
    fires(Code::Obs1041, "rag_querys_total", "rag_queries_total");
    assert_eq!(findings("a.promql", "rag_querys_total")[0].help, "a similar one is `rag_queries_total`");
    let without_namespace = findings("a.promql", "rate(model_requests_total[5m])");
    assert_eq!(without_namespace[0].help, "with the namespace of its service it is `chatvault_model_requests_total`");
}

#[test]
fn what_prometheus_makes_is_known() {
    silent("up == 0");
    silent("scrape_duration_seconds > 10");
    silent("count(ALERTS{alertstate=\"firing\"})");
    silent("up{metrics_path=\"/metrics/cadvisor\"} == 0");
}

#[test]
fn a_pattern_of_names_fits_some_metric() {
    fires(Code::Obs1041, "{__name__=~\"nothing_.+\"}", "{__name__=~\"rag_.+\"}");
}

#[test]
fn what_a_rule_records_is_known() {
    let rules = record("sum by (job) (rate(rag_queries_total[5m]))");
    let documents = ["job:queries:rate5m > 1", "job:queries:rate1h > 1"].map(|text| {
        let rules = query::parse("rules.yml", rules.clone());
        found_in(&[rules, query::parse("a.promql", text.to_owned())], &Settings::default())
    });
    assert!(documents[0].is_empty(), "{:#?}", documents[0]);
    assert_eq!(documents[1][0].code, Code::Obs1041);
}

#[test]
fn what_a_rule_records_has_the_labels_that_it_keeps() {
    let rules = query::parse("rules.yml", record("sum by (job) (rate(rag_queries_total[5m]))"));
    let query = query::parse("a.promql", "sum by (job, status) (job:queries:rate5m)".to_owned());
    let found = found_in(&[rules, query], &Settings::default());
    assert_eq!(found.iter().map(|finding| finding.code).collect::<Vec<_>>(), [Code::Obs1044]);
}

#[test]
fn metrics_of_others_are_named_in_the_settings() {
    let mut settings = Settings::default();
    settings.check.foreign = vec!["pg_.*".to_owned()];
    let ask = |text: &str| found_in(&[query::parse("a.promql", text.to_owned())], &settings);
    assert!(ask("pg_up{anything=\"at all\"} == 0").is_empty());
    assert_eq!(ask("my_pg_up == 0").len(), 1);
    assert!(ask("{__name__=~\"pg_stat_.+\"} == 0").is_empty());
}

#[test]
fn endings_are_those_of_the_kind() {
    fires(Code::Obs1042, "rate(rag_queries_total_bucket[5m])", "rate(rag_query_duration_seconds_count[5m])");
    fires(Code::Obs1042, "rate(rag_query_duration_seconds[5m])", "rate(rag_query_duration_seconds_sum[5m])");
    fires(Code::Obs1042, "prompt_tokens_bucket", "prompt_tokens{quantile=\"0.9\"}");
    fires(Code::Obs1043, "rate(rag_queries[5m])", "rate(rag_queries_total[5m])");
}

#[test]
fn labels_are_those_of_the_metric() {
    fires(Code::Obs1044, "rag_queries_total{state=\"ok\"}", "rag_queries_total{status=\"ok\", job=\"a\"}");
    fires(Code::Obs1044, "sum by (model) (rate(rag_queries_total[5m]))", "sum by (pod) (rate(rag_queries_total[5m]))");
    fires(Code::Obs1044, "sum without (model) (rag_queries_total)", "sum without (instance) (rag_queries_total)");
    fires(
        Code::Obs1044,
        "label_replace(rag_queries_total, \"kind\", \"$1\", \"stat\", \"(.*)\")",
        "sum by (kind) (label_replace(rag_queries_total, \"kind\", \"$1\", \"status\", \"(.*)\"))",
    );
    silent("rag_queries_total{region=\"\"}");
    silent("sum by (version) (service_info)");
}

#[test]
fn labels_of_the_scrape_are_named_in_the_settings() {
    let mut settings = Settings::default();
    settings.check.target_labels = vec!["rack".to_owned()];
    let ask = |text: &str| found_in(&[query::parse("a.promql", text.to_owned())], &settings).len();
    assert_eq!(ask("sum by (rack, job) (rag_queries_total)"), 0);
    assert_eq!(ask("sum by (pod) (rag_queries_total)"), 1);
}

#[test]
fn values_are_those_of_the_label() {
    fires(Code::Obs1045, "rag_queries_total{status=\"failed\"}", "rag_queries_total{status=\"error\"}");
    fires(Code::Obs1045, "http_requests_total{status=~\"6..\"}", "http_requests_total{status=~\"5..\"}");
    silent("http_requests_total{status!~\"6..\"}");
    silent("http_requests_total{endpoint=\"/whatever\"}");
    silent("http_requests_total{status=~\"$status\"}");
}

#[test]
fn functions_are_those_of_the_kind() {
    fires(Code::Obs1046, "increase(database_connections_active[5m])", "increase(rag_queries_total[5m])");
    fires(Code::Obs1046, "rate(up[5m])", "changes(up[5m])");
    fires(Code::Obs1047, "deriv(rag_queries_total[5m])", "deriv(database_connections_active[5m])");
    fires(
        Code::Obs1049,
        "rate(sum(rag_queries_total)[5m:1m])",
        "max_over_time(sum(rate(rag_queries_total[5m]))[1h:1m])",
    );
}

#[test]
fn a_rate_of_a_recorded_sum_is_found() {
    let rules = query::parse("rules.yml", record("sum by (job) (rag_queries_total)"));
    let query = query::parse("a.promql", "rate(job:queries:rate5m[5m])".to_owned());
    assert_eq!(found_in(&[rules, query], &Settings::default())[0].code, Code::Obs1049);
}

#[test]
fn a_counter_is_not_compared_as_it_is() {
    assert_eq!(codes("a.yml", &alert("rag_queries_total > 100")), ["OBS1048"]);
    assert_eq!(codes("a.yml", &alert("sum(rag_queries_total) > 100")), ["OBS1048"]);
    assert!(codes("a.yml", &alert("increase(rag_queries_total[1h]) > 100")).is_empty());
    assert!(codes("a.yml", &alert("absent(rag_queries_total)")).is_empty());
    assert!(codes("a.yml", &alert("(up == 0) unless on (job) rag_queries_total")).is_empty());
    assert!(codes("a.yml", &alert("rag_queries_total - rag_queries_total offset 1h > 9")).is_empty());
}

#[test]
fn a_quantile_needs_buckets() {
    let right = "histogram_quantile(0.9, sum by (le, status) (rate(rag_query_duration_seconds_bucket[5m])))";
    fires(
        Code::Obs1050,
        "histogram_quantile(0.9, sum by (status) (rate(rag_query_duration_seconds_bucket[5m])))",
        right,
    );
    fires(Code::Obs1050, "histogram_quantile(0.9, rate(rag_query_duration_seconds_count[5m]))", right);
    fires(Code::Obs1050, "histogram_quantile(0.9, prompt_tokens)", right);
    fires(Code::Obs1051, "histogram_quantile(95, rate(rag_query_duration_seconds_bucket[5m]))", right);
    fires(Code::Obs1051, "quantile(-1, up)", "quantile(0.5, up)");
    fires(Code::Obs1068, "avg by (job) (prompt_tokens{quantile=\"0.9\"})", "sum(rate(prompt_tokens_count[5m]))");
}

#[test]
fn a_bound_is_one_of_the_histogram_in_either_form() {
    let of = |matcher: &str| format!("rag_query_duration_seconds_bucket{{{matcher}}}");
    fires(Code::Obs1052, &of("le=\"0.3\""), &of("le=\"0.25\""));
    silent(&of("le=\"+Inf\""));
    silent(&of("le=\"10\""));
    silent(&of("le=\"10.0\""));
    silent(&of("le=~\"1([.]0)?\""));
    fires(Code::Obs1052, &of("le=~\"3([.]0)?\""), &of("le=~\"0.5|1\""));
}

#[test]
fn a_threshold_that_is_never_reached_is_found() {
    let share = "sum(rate(rag_queries_total{status=\"error\"}[5m])) / sum(rate(rag_queries_total[5m]))";
    let quantile = "histogram_quantile(0.9, rate(rag_query_duration_seconds_bucket[5m]))";
    fires(Code::Obs1053, &format!("{share} > 1"), &format!("{share} > 0.9"));
    fires(Code::Obs1053, &format!("100 * ({share}) > 100"), &format!("100 * ({share}) > 5"));
    fires(Code::Obs1053, &format!("1 - {share} < 0"), &format!("1 - {share} < 0.9"));
    fires(Code::Obs1053, &format!("{quantile} > 10"), &format!("{quantile} > 5"));
    fires(Code::Obs1053, "up > 1", "up < 1");
    fires(Code::Obs1053, "rate(rag_queries_total[5m]) < 0", "rate(rag_queries_total[5m]) > 0");
    fires(Code::Obs1053, "2 < system_cpu_usage_ratio", "0.9 < system_cpu_usage_ratio");
    silent("rate(http_requests_total[5m]) / rate(http_requests_total[1h]) > 3");
    silent("database_connections_active > 1");
}

#[test]
fn an_alert_that_always_fires_is_found() {
    assert_eq!(codes("a.yml", &alert("sum(rate(rag_queries_total[5m])) >= 0")), ["OBS1054"]);
    assert_eq!(codes("a.yml", &alert("up == bool 0")), ["OBS1054"]);
    assert_eq!(codes("a.yml", &alert("database_connections_active")), ["OBS1060"]);
    assert!(codes("a.yml", &alert("database_connections_active > 0")).is_empty());
    assert!(codes("a.yml", &alert("vector(1)")).is_empty());
    assert!(codes("a.yml", &alert("3 < tokio_global_queue_depth < 20")).is_empty());
    assert!(codes("a.yml", &alert("up == 0 and on (job) service_info >= 0")).contains(&"OBS1054"));
}

#[test]
fn labels_are_kept_until_they_are_used() {
    let rate = "rate(http_requests_total[5m])";
    fires(
        Code::Obs1055,
        &format!("max by (method) (sum({rate}))"),
        &format!("max by (method) (sum by (method) ({rate}))"),
    );
    fires(
        Code::Obs1055,
        &format!("sum(up) * on (job) sum({rate})"),
        &format!("sum by (job) (up) * on (job) sum by (job) ({rate})"),
    );
    fires(
        Code::Obs1055,
        "up * on (job) group_left (version) max by (job) (service_info)",
        "up * on (job) group_left (version) max by (job, version) (service_info)",
    );
}

#[test]
fn both_sides_of_an_operator_share_their_labels() {
    let rate = "rate(http_requests_total[5m])";
    fires(
        Code::Obs1056,
        &format!("sum by (method) ({rate}) * sum by (status) ({rate})"),
        &format!("sum by (status) ({rate}) * sum by (status) ({rate})"),
    );
    fires(
        Code::Obs1056,
        "rate(rag_queries_total[5m]) * database_connections_active",
        "rate(rag_queries_total[5m]) * ignoring (status) group_left () database_connections_active",
    );
    fires(Code::Obs1056, &format!("sum(up) * on (job) sum by (job) ({rate}) "), "up * on (job, instance) service_info");
    silent("sum(up) or vector(0)");
    silent("rate(rag_query_duration_seconds_sum[5m]) / rate(rag_query_duration_seconds_count[5m])");
    silent("sum(up) * scalar(database_connections_active)");
}

#[test]
fn a_rule_guards_what_it_divides_by() {
    let whole = "sum by (job) (rate(rag_queries_total[5m]))";
    let part = "sum by (job) (rate(rag_queries_total{status=\"error\"}[5m]))";
    assert_eq!(codes("a.yml", &record(&format!("{part} / {whole}"))), ["OBS1057"]);
    assert!(codes("a.yml", &record(&format!("{part} / ({whole} > 0)"))).is_empty());
    assert!(codes("a.yml", &record(&format!("{part} / clamp_min({whole}, 1)"))).is_empty());
    // Nothing through nothing is no number, which no alert takes for true.
    assert!(codes("a.yml", &alert(&format!("{part} / {whole} > 0.1"))).is_empty());
    let other = "sum by (job) (database_connections_active)";
    assert_eq!(codes("a.yml", &alert(&format!("{other} / {whole} > 0.1"))), ["OBS1057"]);
    assert!(codes("a.yml", &alert(&format!("{other} / {whole} > 0.1 and {whole} > 1"))).is_empty());
}

#[test]
fn a_range_holds_several_scrapes() {
    fires(Code::Obs1058, "rate(rag_queries_total[45s])", "rate(rag_queries_total[1m])");
    silent("rate(rag_queries_total[$__rate_interval])");
    silent("avg_over_time(database_connections_active[30s])");
    let mut settings = Settings::default();
    settings.metrics.scrape_interval = "1m".to_owned();
    let query = query::parse("a.promql", "rate(rag_queries_total[1m])".to_owned());
    assert_eq!(found_in(&[query], &settings)[0].code, Code::Obs1058);
    fires(Code::Obs1059, "max_over_time(up[5m:5m])", "max_over_time(up[5m:1m])");
}

#[test]
fn an_alert_has_what_whoever_is_paged_needs() {
    let bare = "groups:\n- rules:\n  - alert: Alarm\n    expr: up == 0\n";
    assert_eq!(codes("a.yml", bare), ["OBS1062", "OBS1063", "OBS1064", "OBS1061"]);
    assert!(codes("a.yml", &alert("up == 0")).is_empty());
}

#[test]
fn an_alert_that_looks_at_a_long_time_need_not_wait() {
    let without = |expr: &str| codes("a.yml", &alert(expr).replace("    for: 5m\n", ""));
    assert_eq!(without("increase(rag_queries_total[5m]) > 9"), ["OBS1061"]);
    assert!(without("increase(rag_queries_total[1h]) > 9").is_empty());
    let rules = query::parse("rules.yml", record("sum by (job) (rate(rag_queries_total[1h]))"));
    let burns = alert("job:queries:rate5m > 9").replace("    for: 5m\n", "");
    assert!(found_in(&[rules, query::parse("a.yml", burns)], &Settings::default()).is_empty());
}

#[test]
fn each_line_of_a_block_may_be_a_query() {
    let page = "```promql\nrate(rag_queries_total[5m])\nrate(rag_querys_total[5m])\n```\n";
    let found = findings("a.md", page);
    assert_eq!(
        found.iter().map(|finding| (finding.code, finding.locations[0].line)).collect::<Vec<_>>(),
        [(Code::Obs1041, 3)]
    );
}

#[test]
fn a_series_that_was_not_there_before_is_no_count_of_all_time() {
    assert!(codes("a.yml", &alert("sum(rag_queries_total unless rag_queries_total offset 1h) > 0")).is_empty());
}

#[test]
fn the_exporters_of_the_stack_are_known() {
    silent("pg_stat_activity_count > 90");
    fires(Code::Obs1041, "mysql_up == 0", "redis_up == 0");
}

#[test]
fn a_template_shows_what_is_left() {
    let with = |expr: &str| alert(expr).replace("summary: Wrong", "summary: 'It is {{ $labels.pod }}'");
    assert_eq!(codes("a.yml", &with("sum by (job) (up) == 0")), ["OBS1065"]);
    assert!(codes("a.yml", &with("sum by (pod) (up) == 0")).is_empty());
    assert!(codes("a.yml", &with("up == 0")).is_empty());
}

#[test]
fn a_rule_is_there_once() {
    let one = alert("up == 0");
    let twice = [query::parse("a.yml", one.clone()), query::parse("b.yml", alert("up < 1"))];
    assert_eq!(found_in(&twice, &Settings::default())[0].code, Code::Obs1066);
    let copy = [query::parse("a.yml", one.clone()), query::parse("b.yml", one)];
    assert!(found_in(&copy, &Settings::default()).is_empty());
    let recorded = |expr: &str| record(&format!("sum by (job) (rate(rag_queries_total{expr}[5m]))"));
    let two = |one: &str, other: &str| {
        let second = recorded(other).split_once("rules:\n").unwrap().1.to_owned();
        codes("a.yml", &(recorded(one) + &second))
    };
    assert_eq!(two("", ""), ["OBS1066"]);
    assert!(two("{status=\"ok\"}", "{status=\"error\"}").is_empty());
}

#[test]
fn a_recorded_metric_has_a_name_in_three_parts() {
    let rules = record("sum by (job) (rate(rag_queries_total[5m]))");
    assert_eq!(codes("a.yml", &rules.replace("job:queries:rate5m", "queries_rate")), ["OBS1067"]);
    assert!(codes("a.yml", &rules).is_empty());
}

#[test]
fn two_dashboards_have_two_uids() {
    let board = |uid: &str| format!("{{\"uid\": \"{uid}\", \"title\": \"A\", \"panels\": []}}");
    let two = |one: &str, other: &str| {
        let documents = [query::parse("a.json", board(one)), query::parse("b.json", board(other))];
        found_in(&documents, &Settings::default()).into_iter().map(|finding| finding.code).collect::<Vec<_>>()
    };
    assert_eq!(two("a", "a"), [Code::Obs1075]);
    assert!(two("a", "b").is_empty());
}

#[test]
fn a_dashboard_without_faults_is_one() {
    let text = include_str!("../../../tests/fixtures/dashboard.json");
    let found = findings("dashboard.json", text);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn each_fault_of_a_dashboard_is_found() {
    let right = include_str!("../../../tests/fixtures/dashboard.json");
    for (code, from, to) in [
        (Code::Obs1069, "\"type\": \"datasource\"", "\"type\": \"constant\""),
        (Code::Obs1070, "\"title\": \"Queries\"", "\"title\": \"\""),
        (Code::Obs1071, "\"unit\": \"reqps\"", "\"min\": 0"),
        (Code::Obs1072, "\"name\": \"service\"", "\"name\": \"services\""),
        (Code::Obs1073, "job=~\\\"$service\\\"", "job=~\\\".+\\\""),
        (Code::Obs1074, "\"id\": 2", "\"id\": 1"),
    ] {
        // The source is named outright in one panel, which only a variable makes right.
        let wrong = right
            .replace(from, to)
            .replace(if code == Code::Obs1069 { "${datasource}" } else { "\0" }, "PBFA97CFB590B2093");
        let found = codes("dashboard.json", &wrong);
        assert!(found.contains(&code.id()), "{code}: {found:?}");
    }
}

#[test]
fn a_file_that_can_not_be_read_is_found_where_it_breaks() {
    let broken = findings("a.yml", "groups:\n- name: a\n  rules:\n  - alert: A\n   expr: up\n");
    assert_eq!((broken[0].code, broken.len()), (Code::Obs1076, 1));
    let broken = findings("a.json", "{\"panels\": [\n  {\"id\": }\n]}");
    assert_eq!((broken[0].code, broken[0].locations[0].line), (Code::Obs1076, 2));
    assert!(findings("LICENSE", "Permission is granted (free of charge").is_empty());
    assert!(findings("a.yml", "services:\n  web: {image: a}\n").is_empty());
    assert!(findings("a.yml", "kind: Deployment\nspec: {groups: 1}\n").is_empty());
}

#[test]
fn a_finding_is_where_the_word_is() {
    let rules = alert("|\n      sum(\n        rate(rag_querys_total[5m])\n      ) > 1");
    let place = &findings("a.yml", &rules)[0].locations[0];
    assert_eq!((place.line, place.column, place.length), (7, 14, 16));
    let page = "# Queries\n\n```promql\nsum(rag_querys_total)\n```\n";
    let place = &findings("a.md", page)[0].locations[0];
    assert_eq!((place.line, place.column), (4, 5));
}

#[test]
fn a_resource_of_kubernetes_and_a_test_of_promtool_hold_queries() {
    let resource = alert("rag_querys_total > 1").replace("groups:", "  groups:").replace('\n', "\n  ");
    let resource = format!("apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec:\n{resource}");
    assert!(codes("a.yml", &resource).contains(&"OBS1041"), "{:#?}", findings("a.yml", &resource));
    let test = "rule_files: [a.yml]\ntests:\n- promql_expr_test:\n  - expr: rag_querys_total\n    eval_time: 5m\n";
    assert_eq!(codes("a.yml", test), ["OBS1041"]);
}
