use super::*;

#[test]
fn two_metrics_of_a_program_do_not_expose_one_name() {
    let counter = metric(Kind::Counter, "jobs_total");
    let gauge = metric(Kind::Gauge, "jobs");
    assert_eq!(found(&of_metrics([gauge.clone(), counter.clone()])), ["OBS1008 jobs_total"]);
    assert_eq!(found(&of_metrics([counter.clone(), metric(Kind::Gauge, "jobs_waiting")])), NOTHING);
    assert_eq!(found(&of_metrics([counter, elsewhere(gauge)])), ["OBS1009 jobs"]);
}

#[test]
fn the_lines_of_a_histogram_are_its_own() {
    let histogram = metric(Kind::Histogram, "page_wait_seconds");
    let clashing = metric(Kind::Gauge, "page_wait_seconds_count");
    assert_eq!(found(&of_metrics([histogram.clone(), clashing])), ["OBS1008 page_wait_seconds_count"]);
    let summary = elsewhere(metric(Kind::Gauge, "page_wait_seconds_sum"));
    assert_eq!(found(&of_metrics([histogram, summary])), ["OBS1009 page_wait_seconds_sum"]);
}

#[test]
fn names_of_others_are_left_to_them() {
    for name in ["up", "process_jobs", "observe_jobs", "scrape_jobs", "tokio_jobs"] {
        assert_eq!(found(&of_metrics([metric(Kind::Gauge, name)])), [format!("OBS1010 {name}")]);
    }
    for name in ["uptime_of_pump_seconds", "processing_jobs", "library_up"] {
        assert_eq!(found(&of_metrics([metric(Kind::Gauge, name)])), NOTHING, "{name}");
    }
    let of_observe = Metric { scope: Scope::System, ..metric(Kind::Gauge, "process_threads") };
    assert_eq!(found(&of_metrics([of_observe])), NOTHING);
}

#[test]
fn help_says_more_than_the_name() {
    let with = |help: &str| {
        found(&of_metrics([Metric { help: help.to_owned(), ..metric(Kind::Counter, "cache_hits_total") }]))
    };
    for help in ["", "  ", "cache_hits_total", "Cache hits total.", "Hits"] {
        assert_eq!(with(help), ["OBS1011 cache_hits_total"], "{help}");
    }
    assert_eq!(with("Answers that the cache had"), NOTHING);
}

#[test]
fn help_is_not_copied() {
    let copied = |name: &str| Metric { help: "Files of a user".to_owned(), ..metric(Kind::Counter, name) };
    let pair = [copied("pages_lost_total"), copied("pages_read_total")];
    assert_eq!(found(&of_metrics(pair.clone())), ["OBS1012 pages_read_total"]);
    let of_one_function = pair.map(|metric| Metric { base: Some("page".to_owned()), ..metric });
    assert_eq!(found(&of_metrics(of_one_function)), NOTHING);
    assert_eq!(found(&of_metrics([copied("pages_lost_total"), elsewhere(copied("pages_read_total"))])), NOTHING);
}

#[test]
fn one_thing_has_one_name() {
    let hit = metric(Kind::Counter, "page_hit_total");
    let hits = elsewhere(metric(Kind::Counter, "page_hits_total"));
    assert_eq!(found(&of_metrics([hit.clone(), hits])), ["OBS1013 page_hits_total"]);
    let queries = elsewhere(metric(Kind::Counter, "page_queries_total"));
    let query = metric(Kind::Counter, "page_query_total");
    assert_eq!(found(&of_metrics([queries, query])), ["OBS1013 page_query_total"]);
    let other_kind = elsewhere(metric(Kind::Gauge, "page_hits"));
    assert_eq!(found(&of_metrics([hit.clone(), other_kind])), NOTHING);
    for word in ["status", "process", "analysis"] {
        assert_eq!(super::super::names::singular(word), word);
    }
}

#[test]
fn one_metric_of_two_namespaces_is_one_metric() {
    let named = |namespace: &str| Metric {
        name: format!("{namespace}_page_hits_total"),
        ..metric(Kind::Counter, "page_hits_total")
    };
    assert_eq!(found(&of_metrics([named("one"), elsewhere(named("two"))])), NOTHING);
}

#[test]
fn events_are_counted() {
    assert_eq!(found(&of_metrics([metric(Kind::Gauge, "print_failures")])), ["OBS1014 print_failures"]);
    for (kind, name) in [
        (Kind::Counter, "print_failures_total"),
        (Kind::Gauge, "active_retries"),
        (Kind::Gauge, "errors_in_report_ratio"),
        (Kind::Gauge, "last_run_failures"),
    ] {
        assert_eq!(found(&of_metrics([metric(kind, name)])), NOTHING, "{name}");
    }
}

#[test]
fn states_are_measured() {
    for name in ["active_users_total", "users_in_flight_total", "jobs_pending_total"] {
        assert_eq!(found(&of_metrics([metric(Kind::Counter, name)])), [format!("OBS1015 {name}")]);
    }
    for name in ["activations_total", "files_opened_total", "reactive_jobs_total"] {
        assert_eq!(found(&of_metrics([metric(Kind::Counter, name)])), NOTHING, "{name}");
    }
    assert_eq!(found(&of_metrics([metric(Kind::Gauge, "active_users")])), NOTHING);
}

#[test]
fn a_name_is_right_with_its_namespace() {
    let named =
        |namespace: &str| Metric { name: format!("{namespace}_queue_depth"), ..metric(Kind::Gauge, "queue_depth") };
    assert_eq!(found(&of_metrics([named("seconds")])), ["OBS1016 seconds_queue_depth"]);
    assert_eq!(found(&of_metrics([named("stopwatch")])), NOTHING);
}
