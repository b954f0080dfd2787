//! `docs/metrics.md`: every metric, and PromQL for it.

use super::Model;
use super::dashboards::{Metrics, QUANTILES, Scope as Reading, failure, ratio, shown_labels, sum_by};
use crate::catalogue::{Catalogue, Kind, Metric, Scope, Values};
use crate::error::Result;
use crate::files::Files;
use std::fmt::Write as _;

const MADE: &str = "<!-- Made by `cargo observe generate metrics`: change the annotations, not this file. -->\n";

/// How many values of a label are written out.
const VALUES: usize = 16;

pub(crate) fn files(model: &Model<'_>) -> Result<Files> {
    let mut files = Files::default();
    files.add("docs/metrics.md", page(model.catalogue));
    Ok(files)
}

fn page(catalogue: &Catalogue) -> String {
    let mut page = format!("{MADE}\n# Metrics\n\nEvery metric of the workspace, by service, and queries for it.\n");
    page += &first(catalogue);
    for program in &catalogue.programs {
        let service = program.service.as_deref().unwrap_or(&program.name);
        let own = of(catalogue, |metric| metric.programs == [program.name.clone()]);
        section(&mut page, &format!("Of {service}"), &own);
    }
    section(&mut page, "Of several services", &of(catalogue, |metric| metric.programs.len() > 1));
    page
}

fn of(catalogue: &Catalogue, is_one: impl Fn(&Metric) -> bool) -> Vec<&Metric> {
    let mut metrics: Vec<&Metric> = catalogue.metrics.iter().filter(|metric| is_one(metric)).collect();
    metrics.sort_by(|one, other| (one.scope, &one.name).cmp(&(other.scope, &other.name)));
    metrics
}

/// The questions that everybody asks first.
fn first(catalogue: &Catalogue) -> String {
    let reading = Reading::document();
    let finder = Metrics::new(catalogue);
    let mut text = String::from("\n## First queries\n");
    let mut ask = |title: &str, bare_name: &str, labels: &[&str], expression: &dyn Fn(&Metric) -> Option<String>| {
        let found = finder.find(bare_name, labels);
        let queries: Vec<String> = found.metrics.iter().filter_map(|metric| expression(metric)).collect();
        if !queries.is_empty() {
            let _ = write!(text, "\n{title}:\n\n```promql\n{}\n```\n", queries.join("\n"));
        }
    };
    let duration = "http_request_duration_seconds";
    ask("Requests per second", "http_requests_total", &[], &|metric| Some(reading.rate_by(&["job"], metric, "", &[])));
    ask("Requests that failed in the server, in percent", "http_requests_total", &["status"], &|metric| {
        Some(format!("100 * {}", reading.failed(&["job"], metric)?))
    });
    ask("Response time that 95 % of requests keep below (P95)", duration, &[], &|metric| {
        Some(reading.quantile(0.95, &["job"], metric, &[]))
    });
    ask("Response time that 99 % of requests keep below (P99)", duration, &[], &|metric| {
        Some(reading.quantile(0.99, &["job"], metric, &[]))
    });
    ask("Part of what is asked of the cache that it has", "cache_hits_total", &[], &|hits| {
        let misses = finder.beside(hits, "cache_misses_total")?;
        let (hit, missed) = (reading.rate_by(&["job"], hits, "", &[]), reading.rate_by(&["job"], misses, "", &[]));
        Some(ratio(&hit, &format!("(({hit} or {missed} * 0) + ({missed} or {hit} * 0))")))
    });
    ask("State of circuit breakers (0 closed, 1 half open, 2 open)", "circuit_breaker_state", &[], &|metric| {
        Some(reading.select(metric, "", &[]))
    });
    text
}

fn section(page: &mut String, title: &str, metrics: &[&Metric]) {
    if metrics.is_empty() {
        return;
    }
    let _ = writeln!(page, "\n## {title}");
    let mut scope = None;
    for metric in metrics {
        if scope != Some(metric.scope) {
            scope = Some(metric.scope);
            let _ = writeln!(page, "\n### {}", scope_title(metric.scope));
        }
        *page += &entry(metric);
    }
}

fn scope_title(scope: Scope) -> &'static str {
    match scope {
        Scope::Business => "Business: what its own code counts",
        Scope::Service => "Service: requests, operations, clients",
        Scope::System => "System: process, machine, runtime",
        Scope::Telemetry => "Telemetry: observe itself",
    }
}

fn entry(metric: &Metric) -> String {
    let mut text = format!("\n#### `{}`\n\n{}.\n\n", metric.name, metric.help.trim_end_matches('.'));
    let unit = if metric.unit.is_empty() { String::new() } else { format!(" in {}", metric.unit) };
    let most = if metric.series == metric.max_series {
        String::new()
    } else {
        format!(", of {} that it may have", metric.max_series)
    };
    let _ = writeln!(text, "- {}{unit}; at most {} series{most}", kind(metric.kind), metric.series);
    if metric.programs.len() > 1 {
        let _ = writeln!(text, "- of {}", metric.programs.join(", "));
    }
    for label in &metric.labels {
        let _ = writeln!(text, "- label `{}`: {}", label.name, values(&label.values));
    }
    if !metric.buckets.is_empty() {
        let bounds: Vec<String> = metric.buckets.iter().map(ToString::to_string).collect();
        let _ = writeln!(text, "- buckets up to {}", bounds.join(", "));
    }
    if !metric.quantiles.is_empty() {
        let quantiles: Vec<String> = metric.quantiles.iter().map(ToString::to_string).collect();
        let _ = writeln!(text, "- quantiles {}", quantiles.join(", "));
    }
    for promise in promises(metric) {
        let _ = writeln!(text, "- promised: {promise}");
    }
    if metric.place.line > 0 {
        let _ = writeln!(text, "- declared in `{}`, line {}", metric.place.file, metric.place.line);
    }
    let _ = write!(text, "\n```promql\n{}\n```\n", queries(metric).join("\n"));
    text
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Counter => "counter",
        Kind::Gauge => "gauge",
        Kind::Histogram => "histogram",
        Kind::Summary => "summary",
        Kind::Info => "info",
    }
}

fn values(values: &Values) -> String {
    match values {
        Values::Known(values) => {
            let shown: Vec<String> = values.iter().take(VALUES).map(|value| format!("`{value}`")).collect();
            let more = values.len().saturating_sub(VALUES);
            if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
        }
        Values::AtMost(most) => format!("at most {most} values, which are known while the program runs"),
    }
}

fn promises(metric: &Metric) -> Vec<String> {
    let Some(objective) = &metric.objective else { return Vec::new() };
    let success = objective.success.map(|success| format!("{success} % of calls end as `ok`"));
    let latency = objective
        .latency
        .as_ref()
        .map(|latency| format!("{} % of calls end within {} s", latency.target, latency.seconds));
    success.into_iter().chain(latency).collect()
}

/// PromQL that fits its kind and its labels.
fn queries(metric: &Metric) -> Vec<String> {
    let reading = Reading::document();
    let labels = shown_labels(metric);
    let by: Vec<&str> = [&["job"], labels.as_slice()].concat();
    match metric.kind {
        Kind::Counter => {
            std::iter::once(reading.rate_by(&by, metric, "", &[])).chain(failed(&reading, metric)).collect()
        }
        Kind::Gauge | Kind::Info => vec![reading.select(metric, "", &[])],
        Kind::Histogram => {
            let quantiles = QUANTILES.iter().map(|(quantile, _)| reading.quantile(*quantile, &["job"], metric, &[]));
            let mean = ratio(
                &reading.rate_by(&["job"], metric, "_sum", &[]),
                &reading.rate_by(&["job"], metric, "_count", &[]),
            );
            quantiles.chain([mean]).chain(failed(&reading, metric)).collect()
        }
        Kind::Summary => {
            let mean = ratio(
                &reading.rate_by(&["job"], metric, "_sum", &[]),
                &reading.rate_by(&["job"], metric, "_count", &[]),
            );
            vec![
                sum_by(&["job"], &reading.rate(metric, "_count", &[])),
                mean,
                format!("{} >= 0", reading.select(metric, "", &[])),
            ]
        }
    }
}

/// The part that failed, where the metric can tell.
fn failed(reading: &Reading, metric: &Metric) -> Option<String> {
    failure(metric).and_then(|_| reading.failed(&["job"], metric))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue() -> Catalogue {
        serde_json::from_str(include_str!("../../tests/fixtures/services.json")).unwrap()
    }

    // BB-S3
    #[test]
    fn the_six_queries_of_the_document_come_first() {
        let page = page(&catalogue());
        let first = page.split("\n## Of ").next().unwrap();
        let expected = [
            "sum by (job) (rate(baliblissed_http_requests_total[5m]))",
            r#"100 * (sum by (job) (rate(baliblissed_http_requests_total{status=~"5.."}[5m]))"#,
            "histogram_quantile(0.95, sum by (job, le) (rate(baliblissed_http_request_duration_seconds_bucket[5m])))",
            "histogram_quantile(0.99, sum by (job, le) (rate(baliblissed_http_request_duration_seconds_bucket[5m])))",
            "(sum by (job) (rate(baliblissed_cache_hits_total[5m]))",
            "baliblissed_circuit_breaker_state\n",
        ];
        let places = expected.map(|query| first.find(query).unwrap_or_else(|| panic!("{query}: {first}")));
        assert!(places.is_sorted(), "{places:?}");
    }

    #[test]
    fn every_metric_is_there_once_with_its_labels_and_a_query() {
        let catalogue = catalogue();
        let page = page(&catalogue);
        for metric in &catalogue.metrics {
            let head = format!("\n#### `{}`\n", metric.name);
            assert_eq!(page.matches(&head).count(), 1, "{}", metric.name);
            let entry = page.split(&head).nth(1).unwrap().split("\n#### ").next().unwrap();
            assert!(entry.contains("```promql\n"), "{entry}");
            for label in &metric.labels {
                assert!(entry.contains(&format!("- label `{}`", label.name)), "{entry}");
            }
        }
    }

    #[test]
    fn every_query_of_the_page_is_promql() {
        let page = page(&catalogue());
        let blocks = page.split("```promql\n").skip(1).map(|rest| rest.split("```").next().unwrap());
        let queries: Vec<&str> = blocks.flat_map(str::lines).collect();
        assert!(queries.len() > 100, "{}", queries.len());
        for query in queries {
            promql_parser::parser::parse(query).unwrap_or_else(|error| panic!("{query}: {error}"));
        }
    }
}
