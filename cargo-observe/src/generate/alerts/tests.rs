//! Rules of small catalogues, and of the five example services.

use super::*;
use crate::catalogue::{self, Catalogue};
use crate::error::Error;
use crate::settings::Settings;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A catalogue of one service, `shop`, with these metrics.
fn shop(metrics: &[Value]) -> Catalogue {
    let whole = |metric: &Value| {
        let mut whole = json!({
            "bare_name": metric["name"], "help": "A metric", "labels": [], "series": 1, "max_series": 1,
            "scope": "business", "programs": ["shop"],
            "place": { "module": "shop", "file": "src/main.rs", "line": 1, "column": 1 },
        });
        for (name, value) in metric.as_object().unwrap() {
            whole[name] = value.clone();
        }
        whole
    };
    let metrics: Vec<_> = metrics.iter().map(whole).collect();
    let catalogue = json!({
        "schema": 1, "programs": [{ "name": "shop" }], "metrics": metrics, "spans": [], "redactions": [],
        "exceptions": [], "health_checks": [],
    });
    catalogue::read(&catalogue.to_string()).unwrap()
}

fn settings(text: &str) -> Settings {
    toml::from_str(text).unwrap()
}

fn made(catalogue: &Catalogue, text: &str) -> Result<BTreeMap<String, String>> {
    let settings = settings(text);
    let files = files(&Model { catalogue, settings: &settings })?;
    Ok(files.iter().map(|(path, text)| (path.to_string_lossy().into_owned(), text.to_owned())).collect())
}

fn refused(catalogue: &Catalogue, text: &str) -> Error {
    made(catalogue, text).unwrap_err()
}

fn requests() -> Value {
    let status = json!({ "name": "status", "values": { "known": ["200", "500"] } });
    json!({ "name": "http_requests_total", "kind": "counter", "labels": [status] })
}

/// Calls of which so many percent are promised to end as `ok`.
fn orders(percent: f64) -> Value {
    let outcome = json!({ "name": "outcome", "values": { "known": ["ok", "error"] } });
    json!({
        "name": "order_total", "base": "order", "kind": "counter", "labels": [outcome], "outcome": "outcome",
        "objective": { "success": percent },
    })
}

fn durations(name: &str, buckets: &[f64], latency: Option<f64>) -> Value {
    let mut metric = json!({ "name": name, "kind": "histogram", "buckets": buckets });
    if let Some(seconds) = latency {
        metric["objective"] = json!({ "latency": { "target": 99.0, "seconds": seconds } });
    }
    metric
}

#[test]
fn a_rule_is_made_only_where_its_metric_is() {
    let files = made(&shop(&[requests()]), "").unwrap();
    let rules = &files["prometheus/rules/shop.yml"];
    assert!(rules.contains("alert: HighErrorRate") && rules.contains("alert: ServiceDown"));
    assert!(!rules.contains("PaymentFailures"));
    assert!(files["alerts-left-out.md"].contains("| shop | PaymentFailures | it has no metric `payments_total` |"));
}

#[test]
fn each_alert_has_its_runbook_and_links_to_it() {
    let files = made(&shop(&[requests()]), "[generate]\nrunbooks = \"https://example.org/runbooks/\"").unwrap();
    let rules = &files["prometheus/rules/shop.yml"];
    assert!(rules.contains("runbook_url: https://example.org/runbooks/HighErrorRate.md"), "{rules}");
    assert!(files["runbooks/HighErrorRate.md"].contains("status=~\"5..\""));
}

#[test]
fn thresholds_windows_and_severities_are_settings() {
    let text = "[alerts.HighErrorRate]\nthreshold = \"7.5%\"\nwindow = \"10m\"\nfor = \"0s\"\nseverity = \"warning\"\nmin_calls = 3";
    let rules = &made(&shop(&[requests()]), text).unwrap()["prometheus/rules/shop.yml"];
    let rule = rules.split("alert: ").find(|rule| rule.starts_with("HighErrorRate")).unwrap();
    assert!(rule.contains("> 0.075") && rule.contains("[10m]") && rule.contains(">= 3"), "{rule}");
    assert!(rule.contains("severity: warning") && rule.contains("for: 0s"), "{rule}");
}

#[test]
fn a_setting_for_one_service_goes_before_that_for_all() {
    let text = "[alerts.HighErrorRate]\nthreshold = \"7%\"\n[alerts.\"shop/HighErrorRate\"]\nthreshold = \"9%\"";
    let rules = &made(&shop(&[requests()]), text).unwrap()["prometheus/rules/shop.yml"];
    assert!(rules.contains("> 0.09") && !rules.contains("> 0.07"));
}

#[test]
fn an_alert_can_be_switched_off() {
    let files = made(&shop(&[requests()]), "[alerts.HighErrorRate]\nenabled = \"no\"").unwrap();
    assert!(!files["prometheus/rules/shop.yml"].contains("HighErrorRate"));
    assert!(files["alerts-left-out.md"].contains("| shop | HighErrorRate | switched off |"));
}

#[test]
fn an_unknown_alert_is_refused_with_the_nearest_name() {
    let error = refused(&shop(&[requests()]), "[alerts.HighErorRate]\nfor = \"1m\"");
    assert_eq!(error.message, "alerts.HighErorRate: there is no alert `HighErorRate`");
    assert_eq!(error.help.unwrap(), "the nearest is `HighErrorRate`");
    let error = refused(&shop(&[requests()]), "[alerts.\"shp/HighErrorRate\"]\nfor = \"1m\"");
    assert_eq!(error.message, "alerts.shp/HighErrorRate: there is no service `shp`");
}

#[test]
fn a_threshold_that_does_not_fit_is_refused() {
    for threshold in ["2s", "100%", "0%", "5", "NaN%"] {
        let error = refused(&shop(&[requests()]), &format!("[alerts.HighErrorRate]\nthreshold = \"{threshold}\""));
        assert!(error.message.contains("does not fit this alert"), "{threshold}: {}", error.message);
    }
    let error = refused(&shop(&[requests()]), "[alerts.ServiceDown]\nthreshold = \"1\"");
    assert_eq!(error.message, "alerts.ServiceDown.threshold: this alert has no threshold to set");
}

#[test]
fn a_window_too_short_for_the_scrapes_is_refused() {
    let error = refused(&shop(&[requests()]), "[alerts.HighErrorRate]\nwindow = \"45s\"");
    assert!(error.message.contains("scrapes fewer than four times"), "{}", error.message);
    assert_eq!(error.help.unwrap(), "write at least 1m");
}

#[test]
fn an_unknown_severity_is_refused() {
    let error = refused(&shop(&[requests()]), "[alerts.HighErrorRate]\nseverity = \"bad\"");
    assert_eq!(error.help.unwrap(), "the severities are critical, warning, info");
}

#[test]
fn a_quantile_over_the_highest_bucket_is_left_out_because_it_could_never_fire() {
    let files = made(&shop(&[durations("rag_query_duration_seconds", &[1.0, 10.0], None)]), "").unwrap();
    let left_out = &files["alerts-left-out.md"];
    assert!(left_out.contains("SlowRAGQueries | it could never fire: the highest bucket"), "{left_out}");
    let files = made(&shop(&[durations("rag_query_duration_seconds", &[1.0, 10.0, 60.0], None)]), "").unwrap();
    assert!(files["prometheus/rules/shop.yml"].contains("SlowRAGQueries"));
}

#[test]
fn an_objective_has_both_tiers_at_short_thresholds() {
    let rules = &made(&shop(&[orders(99.9)]), "").unwrap()["prometheus/rules/shop-slo.yml"];
    for threshold in ["> 0.0144\n", "> 0.006\n", "> 0.003\n", "> 0.001\n"] {
        assert!(rules.contains(threshold), "{threshold} is missing in {rules}");
    }
    assert!(rules.contains("tier: page") && rules.contains("tier: ticket") && rules.contains("slo: order_success"));
}

#[test]
fn windows_whose_threshold_no_share_can_pass_are_left_out() {
    let files = made(&shop(&[orders(90.0)]), "").unwrap();
    let left_out = &files["alerts-left-out.md"];
    assert!(
        left_out.contains(
            "| shop | ErrorBudgetBurnFast of order_success | over 1h it could never fire: 14.4 times the budget of 0.1"
        ),
        "{left_out}"
    );
    let rules = &files["prometheus/rules/shop-slo.yml"];
    assert!(rules.contains("> 0.6\n") && !rules.contains("> 1.44"));
}

#[test]
fn an_objective_of_all_calls_is_left_out() {
    let files = made(&shop(&[orders(100.0)]), "").unwrap();
    assert!(files["alerts-left-out.md"].contains("an objective of 100% leaves no budget to spend"));
    assert!(!files.contains_key("prometheus/rules/shop-slo.yml"));
}

#[test]
fn a_latency_that_is_no_bound_is_left_out() {
    let files = made(&shop(&[durations("order_duration_seconds", &[0.1, 0.5], Some(0.2))]), "").unwrap();
    let left_out = &files["alerts-left-out.md"];
    assert!(left_out.contains("0.2 s is none of the bounds of `order_duration_seconds`: 0.1, 0.5"), "{left_out}");
}

#[test]
fn a_whole_bound_is_matched_as_both_majors_write_it() {
    let files = made(&shop(&[durations("order_duration_seconds", &[0.5, 2.0], Some(2.0))]), "").unwrap();
    assert!(files["prometheus/rules/shop-slo.yml"].contains(r#"le=~"2(\\.0)?""#));
}

#[test]
fn a_period_longer_than_metrics_are_kept_is_refused() {
    let error = refused(&shop(&[orders(99.9)]), "[retention]\nmetrics_days = 7");
    assert_eq!(error.message, "slo.period: 30d is longer than metrics are kept, 1w");
    assert!(made(&shop(&[orders(99.9)]), "[retention]\nmetrics_days = 7\n[slo]\nperiod = \"7d\"").is_ok());
    assert!(
        refused(&shop(&[orders(99.9)]), "[slo]\nperiod = \"1d\"").message.contains("shorter than the longest window")
    );
}

#[test]
fn scrapes_too_rare_for_the_shortest_window_are_refused() {
    let catalogue = shop(&[orders(99.9)]);
    let error = refused(&catalogue, "[metrics]\nscrape_interval = \"2m\"");
    assert!(error.message.contains("fewer than four"), "{}", error.message);
}

#[test]
fn a_burn_alert_takes_no_figures_of_its_own() {
    let error = refused(&shop(&[orders(99.9)]), "[alerts.ErrorBudgetBurnFast]\nthreshold = \"1%\"");
    assert!(error.message.contains("the objective and `[slo]` make its figures"));
    let files = made(&shop(&[orders(99.9)]), "[alerts.ErrorBudgetBurnSlow]\nenabled = \"no\"").unwrap();
    assert!(!files["prometheus/rules/shop-slo.yml"].contains("ErrorBudgetBurnSlow"));
}

#[test]
fn e_mail_without_a_server_is_refused() {
    let error = refused(&shop(&[requests()]), "[alertmanager]\nemail_to = [\"oncall@example.org\"]");
    assert_eq!(error.help.unwrap(), "set `smtp_smarthost` and `smtp_from`, too");
}

#[test]
fn no_secret_stands_in_the_configuration_of_alertmanager() {
    let text = "[alertmanager]\nsmtp_smarthost = \"mail.example.org:587\"\nsmtp_from = \"a@example.org\"\nsmtp_username = \"a\"\n\
                email_to = [\"oncall@example.org\"]\nwebhook_url = \"https://example.org/hook\"\nwebhook_token = \"yes\"";
    let config = &made(&shop(&[requests()]), text).unwrap()["alertmanager/alertmanager.yml"];
    for name in ["slack_url", "pagerduty_key", "smtp_password", "webhook_token"] {
        assert!(config.contains(&format!("_file: {SECRETS}/{name}")), "{config}");
    }
}

#[test]
fn all_expressions_are_promql_and_all_files_the_same_again() {
    let text = include_str!("../../../tests/fixtures/services.json");
    let catalogue = catalogue::read(text).unwrap();
    let files = made(&catalogue, "").unwrap();
    assert_eq!(files, made(&catalogue, "").unwrap());
    let mut count = 0;
    for text in files.iter().filter(|(path, _)| path.starts_with(RULES)).map(|(_, text)| text) {
        let file: Value = serde_saphyr::from_str(text).unwrap();
        for group in file["groups"].as_array().unwrap() {
            for rule in group["rules"].as_array().unwrap() {
                let expr = rule["expr"].as_str().unwrap();
                promql_parser::parser::parse(expr).unwrap_or_else(|error| panic!("{expr}: {error}"));
                count += 1;
            }
        }
    }
    assert!(count > 60, "{count} rules");
}
