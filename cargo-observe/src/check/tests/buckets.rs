use super::*;
use crate::catalogue::{Latency, Objective};

fn histogram(name: &str, buckets: &[f64]) -> Metric {
    Metric { buckets: buckets.to_vec(), ..metric(Kind::Histogram, name) }
}

fn found_in(name: &str, buckets: &[f64]) -> Vec<String> {
    found(&of_metrics([histogram(name, buckets)]))
}

fn promised(success: Option<f64>, latency: Option<(f64, f64)>) -> Objective {
    Objective { success, latency: latency.map(|(target, seconds)| Latency { target, seconds }) }
}

fn calls(success: f64) -> Metric {
    Metric {
        outcome: Some("status".to_owned()),
        objective: Some(promised(Some(success), None)),
        ..labelled("prints_total", "status", &["error", "ok"])
    }
}

fn timed(target: f64, seconds: f64) -> Metric {
    Metric {
        objective: Some(promised(None, Some((target, seconds)))),
        ..histogram("print_duration_seconds", &[0.1, 0.25, 0.5])
    }
}

#[test]
fn bounds_are_at_most_tenfold_apart() {
    assert_eq!(found_in("print_duration_seconds", &[0.01, 5.0, 10.0]), ["OBS1023 print_duration_seconds"]);
    assert_eq!(found_in("print_duration_seconds", &[0.001, 0.01, 0.1, 1.0]), NOTHING);
}

#[test]
fn bounds_are_in_the_unit_of_the_name() {
    for (name, buckets) in [
        ("print_duration_seconds", &[5.0, 10.0, 50.0, 100.0, 500.0, 1000.0][..]),
        ("page_bytes", &[0.5, 1.0, 2.0]),
        ("ink_ratio", &[50.0, 90.0, 99.0]),
    ] {
        assert_eq!(found_in(name, buckets), [format!("OBS1024 {name}")]);
    }
    for (name, buckets) in [
        ("backup_duration_seconds", &[60.0, 300.0, 900.0, 3600.0][..]),
        ("backup_duration_seconds", &[1.0, 10.0, 60.0, 600.0, 3600.0]),
        ("page_bytes", &[256.0, 1024.0]),
        ("ink_ratio", &[0.5, 0.9, 1.0]),
        ("pages_at_once", &[5.0, 50.0, 500.0, 1000.0]),
    ] {
        assert_eq!(found_in(name, buckets), NOTHING, "{name} {buckets:?}");
    }
}

#[test]
fn the_presets_are_fine() {
    use observe_rules::bucket::{AI, API, BYTES};
    for (name, preset) in [("print_duration_seconds", API), ("ask_duration_seconds", AI), ("page_bytes", BYTES)] {
        assert_eq!(found_in(name, preset), NOTHING);
    }
}

#[test]
fn an_objective_is_at_a_bound() {
    assert_eq!(found(&of_metrics([timed(99.0, 0.3)])), ["OBS1025 print_duration_seconds"]);
    assert_eq!(found(&of_metrics([timed(99.0, 0.25)])), NOTHING);
}

#[test]
fn an_alert_that_can_not_fire_is_said() {
    assert_eq!(found(&of_metrics([calls(90.0)])), ["OBS1026 prints_total"]);
    assert_eq!(found(&of_metrics([timed(93.0, 0.25)])), ["OBS1026 print_duration_seconds"]);
    assert_eq!(found(&of_metrics([calls(93.1), timed(99.9, 0.25)])), NOTHING);
}

#[test]
fn nobody_promises_everything() {
    for target in [100.0, 100.5, 0.0, -1.0, f64::NAN] {
        assert_eq!(found(&of_metrics([calls(target)])), ["OBS1027 prints_total"], "{target}");
    }
    assert_eq!(found(&of_metrics([calls(99.999)])), NOTHING);
}

#[test]
fn an_objective_stands_on_what_shows_it() {
    let gauge = Metric { objective: Some(promised(Some(99.9), None)), ..metric(Kind::Gauge, "prints_in_progress") };
    assert_eq!(found(&of_metrics([gauge])), ["OBS1028 prints_in_progress"]);
    let blind = Metric { outcome: None, ..calls(99.9) };
    assert_eq!(found(&of_metrics([blind])), ["OBS1028 prints_total"]);
    let sizes = Metric { objective: Some(promised(None, Some((99.0, 1.0)))), ..histogram("page_bytes", &[1.0, 2.0]) };
    assert_eq!(found(&of_metrics([sizes])), ["OBS1028 page_bytes"]);
    assert_eq!(found(&of_metrics([calls(99.9), timed(99.0, 0.5)])), NOTHING);
}
