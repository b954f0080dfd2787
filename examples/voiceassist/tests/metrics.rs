//! VA-M1 to VA-M9: all that operators read is described in the first scrape, before anybody has asked for anything.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod service;

use service::Service;

/// Each with its type. VA-M4 and VA-M5 are of Redis and of services of others, which this one has none of.
const FAMILIES: &[(&str, &str, &str)] = &[
    ("VA-M1", "http_requests_total", "counter"),
    ("VA-M1", "http_request_duration_seconds", "histogram"),
    ("VA-M1", "http_requests_in_progress", "gauge"),
    ("VA-M1", "http_request_size_bytes", "histogram"),
    ("VA-M1", "http_response_size_bytes", "histogram"),
    ("VA-M2", "active_connections", "gauge"),
    ("VA-M2", "authentication_attempts_total", "counter"),
    ("VA-M2", "rag_queries_total", "counter"),
    ("VA-M2", "rag_query_duration_seconds", "histogram"),
    ("VA-M2", "document_uploads_total", "counter"),
    ("VA-M2", "vector_search_queries_total", "counter"),
    ("VA-M2", "vector_search_duration_seconds", "histogram"),
    ("VA-M3", "database_connections_active", "gauge"),
    ("VA-M3", "database_query_duration_seconds", "histogram"),
    ("VA-M6", "errors_total", "counter"),
    ("VA-M7", "health_check_status", "gauge"),
    ("VA-M8", "service_up", "gauge"),
    ("VA-M8", "service_info", "gauge"),
    ("VA-M9", "audit_log_failures_total", "counter"),
    ("VA-M9", "last_backup_timestamp_seconds", "gauge"),
    ("VA-M9", "backups_total", "counter"),
    ("VA-M9", "token_revocation_failures_total", "counter"),
    ("VA-M9", "data_integrity_check_failures_total", "counter"),
    ("VA-M9", "observe_spans_lost_total", "counter"),
    ("VA-M9", "observe_logs_lost_total", "counter"),
];

// VA-M1, VA-M2, VA-M3, VA-M6, VA-M7, VA-M8, VA-M9
#[test]
fn the_first_scrape_describes_every_family() {
    let service = Service::start(&[]);
    let (status, head, text) = service.send("GET /metrics", "", "");
    assert_eq!(status, 200);
    // Without an Accept header.
    assert!(head.contains("content-type: text/plain"), "{head}");
    for (row, name, kind) in FAMILIES {
        assert!(text.contains(&format!("# TYPE {name} {kind}\n")), "{row} {name}: {text}");
        let help = text.lines().find_map(|line| line.strip_prefix("# HELP ")?.strip_prefix(name)?.strip_prefix(' '));
        assert!(help.is_some_and(|help| help.len() > 10), "{row} {name}: {text}");
    }
    // What alerts compare with zero is a number from the beginning.
    for name in ["audit_log_failures_total 0", "token_revocation_failures_total 0", "last_backup_timestamp_seconds 0"] {
        assert!(text.lines().any(|line| line == name), "{name}: {text}");
    }
}
