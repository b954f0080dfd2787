//! Which traces arrive: what the sampler keeps, and what is kept because it failed or was slow.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod collector;

use collector::Collector;
use opentelemetry_proto::tonic::trace::v1::Span;
use std::collections::{BTreeMap, HashMap};
use std::process::Command;

/// Spans that arrive from a scenario of the probe, and what it prints at its end.
fn run(scenario: &str, variables: &[(&str, &str)]) -> (Vec<Span>, String) {
    let collector = Collector::start();
    let mut command = Command::new(env!("CARGO_BIN_EXE_probe"));
    // Only the named variables: whatever this machine sets must not matter. The queue has room for all.
    command.arg(scenario).env_clear().env("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url());
    let output = command.env("OTEL_BSP_MAX_QUEUE_SIZE", "100000").envs(variables.iter().copied()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let requests = collector.stop().traces;
    let scopes = requests.into_iter().flat_map(|request| request.resource_spans).flat_map(|spans| spans.scope_spans);
    (scopes.flat_map(|scope| scope.spans).collect(), String::from_utf8(output.stdout).unwrap())
}

/// The traces, each with the names of its spans, in order.
fn traces(spans: &[Span]) -> HashMap<&[u8], Vec<&str>> {
    let mut traces: HashMap<&[u8], Vec<&str>> = HashMap::new();
    for span in spans {
        traces.entry(&span.trace_id).or_default().push(&span.name);
    }
    for names in traces.values_mut() {
        names.sort_unstable();
    }
    traces
}

/// How many traces look like this.
fn shapes(spans: &[Span]) -> BTreeMap<Vec<&str>, usize> {
    let mut shapes = BTreeMap::new();
    for names in traces(spans).into_values() {
        *shapes.entry(names).or_default() += 1;
    }
    shapes
}

const WHOLE: [&str; 3] = ["fine", "query", "request"];

#[test]
fn everything_arrives_by_default() {
    let (spans, _) = run("requests", &[]);
    assert_eq!(shapes(&spans), BTreeMap::from([(WHOLE.to_vec(), 1_000)]));
    assert!(spans.iter().all(|span| span.trace_state == "ot=th:0"));
}

#[test]
fn nothing_arrives_where_nothing_is_kept() {
    for sampler in ["always_off", "parentbased_always_off"] {
        let (spans, stdout) = run("requests", &[("OTEL_TRACES_SAMPLER", sampler)]);
        assert_eq!(spans, []);
        assert!(stdout.contains("observe_spans_lost_total{reason=\"queue_full\"} 0\n"), "what is not kept is not lost");
    }
}

#[test]
fn traces_that_failed_arrive_whole_whatever_the_ratio() {
    let (spans, _) = run("requests", &[("OTEL_TRACES_SAMPLER", "traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "0")]);
    assert_eq!(shapes(&spans), BTreeMap::from([(WHOLE.to_vec(), 20)]));
    assert!(spans.iter().all(|span| span.trace_state == "ot=th:0"), "each counts once");
    assert_eq!(spans.iter().filter(|span| span.status.is_some()).count(), 20);
}

#[test]
fn a_tenth_arrives_in_production_and_counts_for_ten() {
    let (spans, _) = run("requests", &[("OBSERVE_ENVIRONMENT", "production"), ("RUST_LOG", "off")]);
    let roots: Vec<&Span> = spans.iter().filter(|span| span.name == "request").collect();
    let failed: Vec<&[u8]> = spans.iter().filter(|span| span.status.is_some()).map(|span| &*span.trace_id).collect();
    assert_eq!(failed.len(), 20);
    let (once, sampled): (Vec<&Span>, Vec<&Span>) = roots.into_iter().partition(|span| span.trace_state == "ot=th:0");
    assert_eq!(once.len(), 20, "what failed counts once, sampled or not");
    assert!(once.iter().all(|span| failed.contains(&&*span.trace_id)));
    // Of 980 traces a tenth is 98, with a deviation of 9.4; eight of them are hardly ever reached.
    assert!((23..=173).contains(&sampled.len()), "{}", sampled.len());
    assert!(sampled.iter().all(|span| span.trace_state == "ot=th:e666"), "{:?}", sampled.first());
    assert!(traces(&spans).values().all(|names| *names == WHOLE), "a trace is whole");
}

#[test]
fn a_path_has_what_failed_and_what_it_is_in_without_fields() {
    let variables = [("OTEL_TRACES_SAMPLER", "traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "0")];
    let (spans, _) = run("requests", &[variables[0], variables[1], ("OBSERVE_TRACES_KEEP", "path")]);
    assert_eq!(shapes(&spans), BTreeMap::from([(vec!["query", "request"], 20)]));
    let keys: Vec<&str> = spans.iter().flat_map(|span| &span.attributes).map(|attribute| &*attribute.key).collect();
    assert!(keys.iter().all(|key| ["outcome", "error.type"].contains(key)), "{keys:?}");
    let status = spans.iter().find_map(|span| span.status.as_ref()).unwrap();
    assert_eq!(status.message, "no bed for [REDACTED:ssn]");
}

#[test]
fn nothing_but_what_is_sampled_arrives_where_that_is_asked_for() {
    let variables = [("OTEL_TRACES_SAMPLER", "traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "0")];
    let (spans, _) = run("requests", &[variables[0], variables[1], ("OBSERVE_TRACES_KEEP", "none")]);
    assert_eq!(spans, []);
}

/// A trace that comes in is followed also inside of one that is not kept: with its name, kind and fields.
#[test]
fn a_callers_trace_arrives_whatever_is_around_it() {
    let (spans, _) = run(
        "elsewhere",
        &[
            ("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"),
            ("OTEL_TRACES_SAMPLER_ARG", "0"),
            ("OBSERVE_TRACES_KEEP", "none"),
        ],
    );
    assert_eq!(shapes(&spans), BTreeMap::from([(vec!["GET /beds", "called", "called", "fine", "fine", "fine"], 1)]));
    let one = |name: &str| spans.iter().find(|span| span.name == name).unwrap();
    let keys = |span: &Span| span.attributes.iter().map(|attribute| attribute.key.clone()).collect::<Vec<_>>();
    assert_eq!(keys(one("called")), ["rows"]);
    assert_eq!(keys(one("GET /beds")), ["http.request.method", "http.route", "http.response.status_code"]);
    assert_eq!(one("GET /beds").kind(), opentelemetry_proto::tonic::trace::v1::span::SpanKind::Server);
}

#[test]
fn a_slow_trace_arrives() {
    let variables = [("OTEL_TRACES_SAMPLER", "traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "0")];
    for (keep, names) in [("trace", vec!["fine", "slow"]), ("path", vec!["slow"])] {
        let slow = [("OBSERVE_TRACES_SLOW", "20ms"), ("OBSERVE_TRACES_KEEP", keep)];
        let (spans, _) = run("slow", &[variables[0], variables[1], slow[0], slow[1]]);
        assert_eq!(shapes(&spans), BTreeMap::from([(names, 1)]));
    }
}

/// A trace is kept although more of its spans have ended than are held back; those that went are counted.
#[test]
fn a_buffer_that_is_too_small_is_counted() {
    let variables = [
        ("OTEL_TRACES_SAMPLER", "traceidratio"),
        ("OTEL_TRACES_SAMPLER_ARG", "0"),
        ("OBSERVE_TRACES_BUFFER", "1"),
        ("OBSERVE_TRACES_SLOW", "20ms"),
    ];
    let (spans, stdout) = run("long", &variables);
    assert!(stdout.contains("observe_spans_let_go_total 2\n"), "{stdout}");
    assert_eq!(shapes(&spans), BTreeMap::from([(vec!["fine", "long"], 1)]));
}
