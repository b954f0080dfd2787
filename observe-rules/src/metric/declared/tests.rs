use super::*;

fn codes(kind: Kind, name: &str) -> Vec<&'static str> {
    check_declared(kind, name).iter().map(|violation| violation.code().id()).collect()
}

/// The kind and name that the help of a violation says to write.
#[track_caller]
fn helped(kind: Kind, violation: &Violation) -> (Kind, String) {
    let text = violation.to_string();
    let (_, help) = text.split_once("\n  = help: ").unwrap();
    let other = Kind::ALL.iter().find(|other| help.contains(&format!("make it {}:", other.described())));
    let (_, name) = help.split_once("name = \"").unwrap();
    (other.copied().unwrap_or(kind), name.split_once('"').unwrap().0.to_owned())
}

#[track_caller]
fn is_fixed(kind: Kind, name: &str, expected: &[&str], fixed_kind: Kind, fixed: &str) {
    let violations = check_declared(kind, name);
    assert_eq!(codes(kind, name), expected, "{} {name}: {violations:?}", kind.name());
    for violation in &violations {
        assert_eq!(helped(kind, violation), (fixed_kind, fixed.to_owned()), "{violation}");
    }
}

const COUNTERS: &[&str] = &[
    "http_requests_total",
    "authentication_attempts_total",
    "rag_queries_total",
    "document_uploads_total",
    "vector_search_queries_total",
    "redis_operations_total",
    "external_api_calls_total",
    "errors_total",
    "audit_log_failures_total",
    "payments_total",
    "enrollments_total",
    "cache_hits_total",
    "balibliss_cache_hits_total",
    "balibliss_cache_misses_total",
    "balibliss_ai_tokens_used_total",
    "chatvault_tokens_processed_total",
    "chatvault_requests_cost_total",
    "observe_label_overflow_total",
];

const GAUGES: &[&str] = &[
    "http_requests_in_progress",
    "active_connections",
    "database_connections_active",
    "voiceassist_db_connections_active",
    "health_check_status",
    "up",
    "voiceassist_up",
    "last_backup_timestamp_seconds",
    "balibliss_circuit_breaker_state",
];

const HISTOGRAMS: &[&str] = &[
    "http_request_duration_seconds",
    "http_request_size_bytes",
    "http_response_size_bytes",
    "rag_query_duration_seconds",
    "vector_search_duration_seconds",
    "database_query_duration_seconds",
    "redis_operation_duration_seconds",
    "external_api_duration_seconds",
    "balibliss_ai_request_duration_seconds",
];

#[test]
fn names_of_the_requirements_pass_with_their_types() {
    for (kind, names) in [
        (Kind::Counter, COUNTERS),
        (Kind::Gauge, GAUGES),
        (Kind::Histogram, HISTOGRAMS),
        (Kind::Summary, HISTOGRAMS),
        (Kind::Info, &["voiceassist_info", "build_info"]),
    ] {
        for name in names {
            assert_eq!(check_declared(kind, name), [], "{} {name}", kind.name());
        }
    }
}

#[test]
fn names_that_are_much_used_elsewhere_pass() {
    for (kind, name) in [
        (Kind::Counter, "process_cpu_seconds_total"),
        (Kind::Counter, "node_network_receive_bytes_total"),
        (Kind::Counter, "node_rapl_package_joules_total"),
        (Kind::Counter, "accounts_created_total"),
        (Kind::Counter, "summary_requests_total"),
        (Kind::Counter, "second_factor_attempts_total"),
        (Kind::Gauge, "process_start_time_seconds"),
        (Kind::Gauge, "process_resident_memory_bytes"),
        (Kind::Gauge, "requests_per_second"),
        (Kind::Gauge, "wind_meters_per_second"),
        (Kind::Gauge, "cache_hit_ratio"),
        (Kind::Gauge, "room_temperature_celsius"),
        (Kind::Gauge, "rope_length_metres"),
        (Kind::Gauge, "go_goroutines"),
        (Kind::Histogram, "documents_per_query"),
        (Kind::Histogram, "time_series_per_query"),
        (Kind::Histogram, "document_summary_duration_seconds"),
        (Kind::Summary, "go_gc_duration_seconds"),
    ] {
        assert_eq!(check_declared(kind, name), [], "{} {name}", kind.name());
    }
}

#[test]
fn names_that_the_requirements_refuse_are_refused() {
    for kind in Kind::ALL {
        assert_eq!(codes(*kind, "cacheHitCount"), ["OBS0301"], "{}", kind.name());
    }
    is_fixed(Kind::Counter, "cache_hits", &["OBS0307"], Kind::Counter, "cache_hits_total");
    is_fixed(Kind::Gauge, "ai_request_time", &["OBS0304"], Kind::Gauge, "ai_request_time_seconds");
    is_fixed(Kind::Histogram, "ai_request_time", &["OBS0304"], Kind::Histogram, "ai_request_time_seconds");
}

#[test]
fn charset_is_ascii_snake_case() {
    for name in ["", "_x", "x_", "x__y", "Ünicode", "9lives", "a-b", "a b", "a:b", "aB"] {
        assert_eq!(codes(Kind::Gauge, name), ["OBS0301"], "{name:?}");
    }
    is_fixed(Kind::Gauge, "_queue:Depth", &["OBS0301"], Kind::Gauge, "queue_depth");
    is_fixed(Kind::Counter, "cacheHits", &["OBS0301"], Kind::Counter, "cache_hits_total");
    is_fixed(Kind::Gauge, "größe", &["OBS0301"], Kind::Gauge, Kind::Gauge.example());
}

#[test]
fn units_are_base_units() {
    for (kind, name, fixed) in [
        (Kind::Counter, "cpu_ms_total", "cpu_seconds_total"),
        (Kind::Gauge, "heap_kilobytes", "heap_bytes"),
        (Kind::Gauge, "disk_used_percent", "disk_used_ratio"),
        (Kind::Gauge, "retention_days", "retention_seconds"),
        (Kind::Gauge, "screen_inches", "screen_meters"),
        (Kind::Gauge, "parcel_pounds", "parcel_grams"),
        (Kind::Histogram, "wait_ms_by_route", "wait_by_route_seconds"),
        (Kind::Histogram, "wait_second", "wait_seconds"),
        (Kind::Summary, "upload_mebibytes", "upload_bytes"),
        (Kind::Counter, "energy_kilowatts_total", "energy_joules_total"),
    ] {
        is_fixed(kind, name, &["OBS0304"], kind, fixed);
    }
}

#[test]
fn power_is_the_rate_of_a_counter() {
    is_fixed(Kind::Gauge, "rack_power_watts", &["OBS0304"], Kind::Counter, "rack_power_joules_total");
}

#[test]
fn a_unit_stands_last() {
    is_fixed(Kind::Counter, "bytes_read_total", &["OBS0310"], Kind::Counter, "read_bytes_total");
    is_fixed(Kind::Gauge, "ratio_of_hits", &["OBS0310"], Kind::Gauge, "of_hits_ratio");
    is_fixed(Kind::Gauge, "queue_seconds_bytes", &["OBS0310"], Kind::Gauge, "queue_bytes");
    is_fixed(Kind::Counter, "cpu_seconds_count_total", &["OBS0310"], Kind::Counter, "cpu_seconds_total");
    // The ending is what is wrong here, not the place of the unit.
    is_fixed(Kind::Gauge, "wait_seconds_total", &["OBS0307"], Kind::Gauge, "wait_seconds");
}

#[test]
fn an_info_has_no_unit() {
    is_fixed(Kind::Info, "disk_bytes_info", &["OBS0310"], Kind::Info, "disk_info");
    is_fixed(Kind::Info, "disk_kb_info", &["OBS0310"], Kind::Info, "disk_info");
    is_fixed(Kind::Info, "bytes_disk_info", &["OBS0310"], Kind::Info, "disk_info");
    is_fixed(Kind::Info, "build", &["OBS0307"], Kind::Info, "build_info");
}

#[test]
fn only_counters_end_in_total_and_only_infos_in_info() {
    for kind in [Kind::Gauge, Kind::Histogram, Kind::Summary] {
        is_fixed(kind, "jobs_total", &["OBS0307"], kind, "jobs");
        is_fixed(kind, "jobs_info", &["OBS0307"], kind, "jobs");
    }
    is_fixed(Kind::Counter, "jobs_info", &["OBS0307"], Kind::Counter, "jobs_total");
    is_fixed(Kind::Counter, "jobs_info_total", &["OBS0307"], Kind::Counter, "jobs_total");
    is_fixed(Kind::Info, "jobs_total", &["OBS0307"], Kind::Info, "jobs_info");
}

/// A namespace may go before any name, so a name that is an ending becomes one.
#[test]
fn an_ending_is_no_name() {
    assert_eq!(codes(Kind::Counter, "total"), ["OBS0307"]);
    assert_eq!(codes(Kind::Info, "info"), ["OBS0307"]);
    assert_eq!(codes(Kind::Gauge, "count"), ["OBS0307"]);
}

#[test]
fn endings_of_lines_are_refused() {
    for ending in ["bucket", "count", "sum", "created", "gcount", "gsum"] {
        for kind in [Kind::Gauge, Kind::Histogram, Kind::Summary] {
            is_fixed(kind, &format!("jobs_{ending}"), &["OBS0307"], kind, "jobs");
        }
    }
    is_fixed(Kind::Counter, "jobs_count", &["OBS0307"], Kind::Counter, "jobs_total");
    is_fixed(Kind::Counter, "jobs_created", &["OBS0307"], Kind::Counter, "jobs_created_total");
}

#[test]
fn the_time_of_an_event_is_a_gauge_in_seconds() {
    let fixed = "last_backup_timestamp_seconds";
    is_fixed(Kind::Gauge, "last_backup_timestamp", &["OBS0304"], Kind::Gauge, fixed);
    is_fixed(Kind::Gauge, "last_backup_timestamp_ms", &["OBS0304"], Kind::Gauge, fixed);
    is_fixed(Kind::Gauge, "last_backup_timestamp_bytes", &["OBS0304"], Kind::Gauge, fixed);
    is_fixed(Kind::Counter, "last_backup_timestamp_seconds_total", &["OBS0307"], Kind::Gauge, fixed);
    is_fixed(Kind::Summary, "last_backup_timestamp_seconds", &["OBS0307"], Kind::Gauge, fixed);
    is_fixed(Kind::Info, "last_backup_timestamp_info", &["OBS0307"], Kind::Gauge, fixed);
    // Errors in timestamps are no timestamps.
    assert_eq!(codes(Kind::Counter, "timestamp_errors_total"), [""; 0]);
}

#[test]
fn times_have_a_unit() {
    for kind in [Kind::Histogram, Kind::Summary] {
        for (name, fixed) in [
            ("query_latency", "query_latency_seconds"),
            ("query_duration", "query_duration_seconds"),
            ("query_elapsed", "query_elapsed_seconds"),
            ("query_time", "query_time_seconds"),
            ("latency_of_query", "latency_of_query_seconds"),
        ] {
            is_fixed(kind, name, &["OBS0304"], kind, fixed);
        }
    }
    is_fixed(Kind::Counter, "cpu_time_total", &["OBS0304"], Kind::Counter, "cpu_time_seconds_total");
}

#[test]
fn a_name_does_not_repeat_its_type() {
    is_fixed(Kind::Counter, "jobs_counter_total", &["OBS0306"], Kind::Counter, "jobs_total");
    is_fixed(Kind::Gauge, "gauge_of_jobs", &["OBS0306"], Kind::Gauge, "of_jobs");
    is_fixed(Kind::Gauge, "jobs_gauge", &["OBS0306"], Kind::Gauge, "jobs");
    is_fixed(Kind::Gauge, "jobs_counter", &["OBS0306"], Kind::Gauge, "jobs");
    is_fixed(Kind::Histogram, "job_histogram_seconds", &["OBS0306"], Kind::Histogram, "job_seconds");
    is_fixed(Kind::Summary, "job_summary_seconds", &["OBS0306"], Kind::Summary, "job_seconds");
    is_fixed(Kind::Gauge, "metric_of_jobs", &["OBS0306"], Kind::Gauge, "of_jobs");
}

#[test]
fn every_cause_is_reported() {
    is_fixed(
        Kind::Histogram,
        "query_bytes_ms_histogram_total",
        &["OBS0307", "OBS0310", "OBS0304", "OBS0306"],
        Kind::Histogram,
        "query_seconds",
    );
}

/// Every name of up to three of these words, for every kind: help breaks no rule, and keeps what it can.
#[test]
fn help_breaks_no_rule() {
    let words = [
        "request",
        "ms",
        "seconds",
        "second",
        "per",
        "bytes",
        "watts",
        "total",
        "count",
        "created",
        "bucket",
        "info",
        "counter",
        "summary",
        "histogram",
        "metric",
        "time",
        "latency",
        "duration",
        "timestamp",
        "cacheHit",
        "",
    ];
    let mut names: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    for first in words {
        for second in words {
            names.push(format!("{first}_{second}"));
            names.extend(words.iter().map(|third| format!("{first}_{second}_{third}")));
        }
    }
    let mut refused = 0;
    for kind in Kind::ALL {
        assert_eq!(check_declared(*kind, kind.example()), [], "{}", kind.name());
        for name in &names {
            for violation in check_declared(*kind, name) {
                refused += 1;
                let (kind, fixed) = helped(*kind, &violation);
                assert_eq!(check_declared(kind, &fixed), [], "{} {name}: {violation}", kind.name());
                assert!(!name.contains("request") || fixed.contains("request"), "{} {name}: {violation}", kind.name());
            }
        }
    }
    assert!(refused > names.len(), "{refused} violations of {} names", names.len());
}
