//! What the Prometheus Operator, Grafana's sidecar and the adapter for autoscalers read.

use super::{labels, resource};
use crate::catalogue::Metric;
use crate::error::Result;
use crate::generate::stack::Model;
use crate::generate::stack::grafana::title;
use crate::generate::stack::service::Service;
use crate::generate::stack::written::Written;
use crate::generate::stack::yaml::body;
use serde_json::{Value, json};
use std::path::Path;

/// One for each service: the job is the service's name, as it is in Compose.
pub(super) fn service_monitors(model: &Model<'_>, services: &[Service]) -> Vec<Value> {
    let stack = &model.settings.stack;
    let monitor = |service: &Service| {
        let name = service.resource_name();
        let endpoint = json!({
            "port": "http",
            "path": "/metrics",
            "interval": model.settings.metrics.scrape_interval,
            "scrapeTimeout": "10s",
            "relabelings": [{ "action": "replace", "replacement": service.name, "targetLabel": "job" }],
        });
        resource(
            "monitoring.coreos.com/v1",
            "ServiceMonitor",
            &name,
            &stack.namespace,
            json!({
                "selector": { "matchLabels": { "app.kubernetes.io/name": name } },
                "endpoints": [endpoint],
                "sampleLimit": model.settings.metrics.max_series,
            }),
        )
    };
    services.iter().map(monitor).collect()
}

/// The generated rule files, a resource each.
pub(super) fn rules(namespace: &str, written: &Written) -> Vec<Value> {
    let rule = |(path, value): &(std::path::PathBuf, Value)| {
        let name = format!("observe-{}", named(path));
        resource("monitoring.coreos.com/v1", "PrometheusRule", &name, namespace, json!({ "groups": value["groups"] }))
    };
    written.rules.iter().map(rule).collect()
}

/// The generated dashboards, where Grafana's sidecar finds them.
pub(super) fn dashboards(namespace: &str, written: &Written) -> Vec<Value> {
    let dashboard = |(path, value): &(std::path::PathBuf, Value)| {
        let name = format!("observe-dashboard-{}", named(path));
        let mut labels = labels(&name);
        labels["grafana_dashboard"] = json!("1");
        let folder = path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {
                "name": name,
                "namespace": namespace,
                "labels": labels,
                // Where the sidecar is told to look for it.
                "annotations": { "grafana_folder": title(&folder) },
            },
            "data": { file: format!("{value:#}\n") },
        })
    };
    written.dashboards.iter().map(dashboard).collect()
}

/// A file's name as a resource may be called.
fn named(path: &Path) -> String {
    let letter = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' };
    let name: String = path.file_stem().unwrap_or_default().to_string_lossy().chars().map(letter).collect();
    name.trim_matches('-').chars().take(40).collect::<String>().trim_end_matches('-').to_owned()
}

/// What the autoscaler of a service asks for, and the counter behind it: its requests, where it has them.
pub(super) fn scaled_by<'a>(model: &Model<'a>, service: &Service) -> Option<(&'a Metric, String)> {
    let is_its = |metric: &&Metric| metric.programs.iter().any(|program| service.programs.contains(program));
    let metric =
        model.catalogue.metrics.iter().filter(is_its).find(|metric| metric.bare_name == "http_requests_total")?;
    let stem = metric.name.strip_suffix("_total").unwrap_or(&metric.name);
    Some((metric, format!("{stem}_per_second")))
}

/// The rules of prometheus-adapter: each counter of requests as a rate of a pod.
pub(super) fn adapter(model: &Model<'_>, services: &[Service]) -> Result<Value> {
    let mut names: Vec<(String, String)> = services
        .iter()
        .filter_map(|service| scaled_by(model, service))
        .map(|(metric, name)| (metric.name.clone(), name))
        .collect();
    names.sort();
    names.dedup();
    let rule = |(metric, name): &(String, String)| {
        json!({
            "seriesQuery": format!("{metric}{{namespace!=\"\",pod!=\"\"}}"),
            "resources": { "overrides": { "namespace": { "resource": "namespace" }, "pod": { "resource": "pod" } } },
            "name": { "as": name },
            "metricsQuery": "sum(rate(<<.Series>>{<<.LabelMatchers>>}[2m])) by (<<.GroupBy>>)",
        })
    };
    let rules: Vec<Value> = names.iter().map(rule).collect();
    let name = "prometheus-adapter";
    Ok(json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": { "name": name, "namespace": model.settings.stack.namespace, "labels": labels(name) },
        "data": { "config.yaml": body(&json!({ "rules": rules }))? },
    }))
}
