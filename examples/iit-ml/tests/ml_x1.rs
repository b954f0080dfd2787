//! ML-X1: exporters, sample rates, a tracer that is there after `init`, failed calls.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "../../../tests/runtime/collector/mod.rs"]
mod collector;
#[path = "../../azora/tests/process/mod.rs"]
mod process;
mod serving;

use collector::{Collector, Received};
use opentelemetry_proto::tonic::trace::v1::Span;
use process::Process;
use serving::{File, patient, serve};

/// All spans of this name.
fn spans<'a>(received: &'a Received, name: &str) -> Vec<&'a Span> {
    let resources = received.traces.iter().flat_map(|request| &request.resource_spans);
    let spans = resources.flat_map(|resource| &resource.scope_spans).flat_map(|scope| &scope.spans);
    spans.filter(|span| span.name == name).collect()
}

/// What a collector gets of a service that `work` is done with.
fn exported(file: &File, variables: &[(&str, &str)], work: impl FnOnce(&Process)) -> Received {
    let collector = Collector::start();
    let url = collector.url();
    let service = serve(file, &[variables, &[("OTEL_EXPORTER_OTLP_ENDPOINT", &url)]].concat());
    work(&service);
    service.stop();
    collector.stop()
}

fn predict(service: &Process) {
    assert_eq!(service.send("POST /v1/predict", "", &patient("60")).status, 200);
}

// ML-X1
#[test]
fn the_console_shows_spans() {
    let model = File::trained("console");
    let service = serve(&model, &[("OTEL_TRACES_EXPORTER", "console")]);
    predict(&service);
    let (out, _) = service.stop();
    for name in [" server POST /v1/predict ", " predict ", " feature_extraction ", " inference "] {
        assert!(out.lines().any(|line| line.contains(" SPAN ") && line.contains(name)), "{name}: {out}");
    }
}

// ML-X1
#[test]
fn otlp_brings_spans_and_metrics_to_a_collector() {
    let model = File::trained("otlp");
    let received = exported(&model, &[], predict);
    let [server] = spans(&received, "POST /v1/predict")[..] else { panic!("no span, or more than one") };
    let [predicted] = spans(&received, "predict")[..] else { panic!("no span, or more than one") };
    assert_eq!((&predicted.trace_id, &predicted.parent_span_id), (&server.trace_id, &server.span_id));
    assert_eq!(spans(&received, "inference")[0].parent_span_id, predicted.span_id);
    let metrics = format!("{:?}", received.metrics);
    for name in ["predictions_total", "prediction_duration_seconds", "high_risk_predictions_total"] {
        assert!(metrics.contains(&format!("name: \"{name}\"")), "{name}");
    }
    let resource = format!("{:?}", received.traces[0].resource_spans[0].resource);
    assert!(resource.contains("service.name") && resource.contains("iit-ml"), "{resource}");
}

// ML-X1
#[test]
fn the_tracer_is_there_after_init() {
    // What the program does first is in a span already, and no request was counted.
    let model = File::trained("init");
    let received = exported(&model, &[], |service| assert_eq!(service.send("GET /health/live", "", "").status, 200));
    assert_eq!(spans(&received, "load model").len(), 1);
}

// ML-X1
#[test]
fn the_sample_rate_decides_what_is_kept() {
    let model = File::trained("sampled");
    let kept = |rate: &str| {
        let variables = [
            ("OTEL_TRACES_SAMPLER", "traceidratio"),
            ("OTEL_TRACES_SAMPLER_ARG", rate),
            ("OBSERVE_TRACES_KEEP", "none"),
        ];
        let received = exported(&model, &variables, |service| {
            // The end of a trace's id decides, so that all services decide alike.
            for end in ["10000000000000", "50000000000000", "b0000000000000", "f0000000000000"] {
                let caller = format!("traceparent: 00-4bf92f3577b34da6a3{end}-00f067aa0ba902b7-00\r\n");
                assert_eq!(service.send("POST /v1/predict", &caller, &patient("60")).status, 200);
            }
            assert!((service.metric(r#"prediction_duration_seconds_count{status="ok"}"#) - 4.0).abs() < f64::EPSILON);
        });
        spans(&received, "predict").len()
    };
    assert_eq!([kept("1.0"), kept("0.5"), kept("0.25"), kept("0.0")], [4, 2, 1, 0]);
}

// ML-X1, ML-T2
#[test]
fn traces_can_be_switched_off_and_metrics_stay() {
    let model = File::trained("off");
    let received = exported(&model, &[("OBSERVE_TRACES", "off")], predict);
    assert!(received.traces.is_empty());
    assert!(format!("{:?}", received.metrics).contains("predictions_total"));
}

// ML-X1
#[test]
fn failed_calls_are_traced_and_counted() {
    let nothing = File::named("nothing");
    // Of what succeeds no trace would be kept.
    let rare = [("OTEL_TRACES_SAMPLER", "traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "0.0")];
    let received = exported(&nothing, &rare, |service| {
        assert_eq!(service.send("POST /v1/predict", "", &patient("60")).status, 503);
        let failed = service.metric(r#"prediction_duration_seconds_count{status="error"}"#);
        assert!((failed - 1.0).abs() < f64::EPSILON);
    });
    for (name, message) in [("load model", "the model's file is missing"), ("predict", "no model is loaded")] {
        let [span] = spans(&received, name)[..] else { panic!("no span `{name}`, or more than one") };
        let status = span.status.as_ref().unwrap();
        assert_eq!((status.code, status.message.as_str()), (2, message));
    }
}
