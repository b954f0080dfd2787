//! Generated dashboards with what others made: Grafana's own schemas read them, its grammar reads their queries
//! of logs, and a real Prometheus that scrapes an example service answers their queries of metrics.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[path = "../cargo/mod.rs"]
mod cargo;
#[path = "dashboards/demo.rs"]
mod demo;
#[path = "dashboards/generated.rs"]
mod generated;
#[path = "../conformance/http.rs"]
#[allow(dead_code, reason = "what an answer is of, nobody asks here")]
mod http;
#[path = "../conformance/prometheus_server.rs"]
#[allow(dead_code, reason = "only its server is asked for")]
mod prometheus_server;
#[path = "dashboards/published.rs"]
mod published;
#[path = "dashboards/reasons.rs"]
mod reasons;

use demo::Demo;
use generated::Generated;
use prometheus_server::Prometheus;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::time::{Duration, Instant};

/// How long traffic may take to reach the last of the queries.
const PATIENCE: Duration = Duration::from_mins(3);

// VA-S2, BB-S2, AZ-S2, ML-S1
#[test]
fn typescript_accepts_every_dashboard_as_grafanas_schema_has_it() {
    let generated = Generated::new("schema");
    let Some(packages) = published::npm() else { return };
    published::check_types(&packages, &generated);
}

// VA-S2, BB-S2, AZ-S2, ML-S1
#[test]
fn grafanas_foundation_sdk_reads_every_dashboard_and_loses_nothing() {
    let generated = Generated::new("sdk");
    let Some(python) = published::python() else { return };
    published::check_round_trip(&python, &generated);
}

// VA-S3
#[test]
fn grafanas_grammar_reads_every_query_of_logs() {
    let generated = Generated::new("logql");
    let Some(packages) = published::npm() else { return };
    let queries = generated.log_queries();
    assert!(queries.len() > 20, "{}", queries.len());
    published::check_logql(&packages, &queries);
}

#[test]
fn ids_of_dashboards_and_panels_are_unique() {
    let generated = Generated::new("ids");
    let mut uids = BTreeSet::new();
    for (path, dashboard) in &generated.dashboards {
        assert!(uids.insert(dashboard["uid"].as_str().unwrap()), "{path}");
        let panels = generated::panels(dashboard);
        let ids: BTreeSet<u64> = panels.iter().map(|panel| panel["id"].as_u64().unwrap()).collect();
        assert_eq!(ids.len(), panels.len(), "{path}");
    }
}

#[test]
fn generating_twice_changes_nothing_and_check_says_so() {
    let generated = Generated::new("twice");
    assert!(generated.check(), "a second run would write something else");
    let file = generated.folder.join("docs/metrics.md");
    std::fs::write(&file, "changed by hand").unwrap();
    assert!(!generated.check(), "a change by hand is not noticed");
}

// VA-S2, BB-S2, BB-S3
#[test]
fn prometheus_answers_every_query_and_none_is_empty_where_traffic_goes() {
    let Some(program) = prometheus_server::program("prometheus") else { return };
    let generated = Generated::new("queries");
    let demo = Demo::start();
    let prometheus = Prometheus::start(&program, demo.address);
    prometheus.wait_for_scrape();

    let mut waiting = generated.metric_queries();
    let all = waiting.len();
    let mut answered = 0;
    let start = Instant::now();
    loop {
        waiting.retain(|(place, query)| {
            let found = prometheus.query(query);
            let nan: Vec<_> = found.iter().filter(|(_, value)| value.is_nan()).collect();
            assert!(nan.is_empty(), "{place}: {query}: {nan:?}");
            answered += usize::from(!found.is_empty());
            found.is_empty()
        });
        let has_reason = |query: &str| reasons::why_empty(&generated.catalogue, query).is_some();
        let left: Vec<_> = waiting.iter().filter(|(_, query)| !has_reason(query)).collect();
        if left.is_empty() {
            break;
        }
        assert!(start.elapsed() < PATIENCE, "nothing came of {} queries: {left:#?}", left.len());
        std::thread::sleep(Duration::from_secs(1));
    }
    let mut report =
        format!("{all} queries: {answered} with an answer, {} without one, each with its reason:\n", waiting.len());
    let mut reasons: Vec<&str> =
        waiting.iter().filter_map(|(_, query)| reasons::why_empty(&generated.catalogue, query)).collect();
    reasons.sort_unstable();
    for group in reasons.chunk_by(|one, other| one == other) {
        let _ = writeln!(report, "{:5} {}", group.len(), group[0]);
    }
    // Past the test harness, which keeps what a passing test prints to itself.
    let _ = std::io::stderr().write_all(report.as_bytes());
    assert!(answered * 3 > all, "only {answered} of {all} have an answer");
}
