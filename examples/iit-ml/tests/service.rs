//! The service from outside: it predicts, refuses, counts, and goes on without a model.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "../../azora/tests/process/mod.rs"]
mod process;
mod serving;

use serde_json::Value;
use serving::{File, PROGRAM, patient, serve};
use std::process::Command;

// ML-M1
#[test]
fn predictions_are_answered_and_counted() {
    let model = File::trained("counted");
    let service = serve(&model, &[]);
    for _ in 0..3 {
        let reply = service.send("POST /v1/predict", "", &patient("60"));
        assert_eq!(reply.status, 200, "{}", reply.body);
        let answer: Value = serde_json::from_str(&reply.body).unwrap();
        assert_eq!((&answer["outcome"], &answer["risk"]), (&"interrupts".into(), &"high".into()));
        assert!(answer["probability"].as_f64().unwrap() > 0.8);
    }
    let punctual = patient("0").replace("\"missed_visits\":7", "\"missed_visits\":0").replace("55.4375", "1");
    let punctual = punctual.replace("false", "true").replace(":22", ":60");
    let reply = service.send("POST /v1/predict", "", &punctual);
    assert!(
        reply.body.contains(r#""outcome":"continues""#) && reply.body.contains(r#""risk":"low""#),
        "{}",
        reply.body
    );

    for (series, value) in [
        (r#"predictions_total{model="iit-logistic",outcome="interrupts"}"#, 3.0),
        (r#"predictions_total{model="iit-logistic",outcome="continues"}"#, 1.0),
        (r#"high_risk_predictions_total{model="iit-logistic"}"#, 3.0),
        (r#"prediction_duration_seconds_count{status="ok"}"#, 4.0),
        (r#"model_load_failures_total{reason="missing"}"#, 0.0),
        (r#"http_requests_total{method="POST",endpoint="/v1/predict",status="200"}"#, 4.0),
    ] {
        assert!((service.metric(series) - value).abs() < f64::EPSILON, "{series}");
    }
    service.stop();
}

#[test]
fn the_model_says_what_it_takes() {
    let model = File::trained("described");
    let service = serve(&model, &[]);
    let reply = service.send("GET /v1/model", "", "");
    let answer: Value = serde_json::from_str(&reply.body).unwrap();
    assert_eq!((reply.status, &answer["name"], &answer["version"]), (200, &"iit-logistic".into(), &"1".into()));
    assert_eq!(answer["features"].as_array().unwrap().len(), 6);
    assert_eq!(answer["features"][3]["most"], 365.0);
    service.stop();
}

#[test]
fn training_writes_the_same_file_each_time() {
    let (one, other) = (File::trained("one"), File::trained("other"));
    let read = |file: &File| std::fs::read_to_string(&file.0).unwrap();
    assert_eq!(read(&one), read(&other));
}

#[test]
fn bad_input_is_refused_in_words_that_repeat_nothing_of_it() {
    let model = File::trained("refused");
    let service = serve(&model, &[("OTEL_TRACES_EXPORTER", "console"), ("OTEL_TRACES_SAMPLER", "always_on")]);
    for (body, said) in [
        (patient("366"), "features: days_late must be from 0 to 365"),
        (patient("-1"), "features: days_late must be from 0 to 365"),
        (patient("\"zylquist\""), "expected an object with patient_id and features"),
        (patient("1").replace("age_years", "zylquist"), "expected an object with patient_id and features"),
        (patient("1").replace("pat-quorn-77", ""), "patient_id must have 1 to 64 bytes"),
        (patient("1").replace("pat-quorn-77", &"zylquist".repeat(10)), "patient_id must have 1 to 64 bytes"),
        ("{\"patient_id\":\"zylquist".to_owned(), "the body is not valid JSON"),
        (format!("{{\"patient_id\":\"{}\"}}", "zylquist".repeat(1000)), "the body is too large"),
    ] {
        let reply = service.send("POST /v1/predict", "", &body);
        assert!(reply.status == 400 && reply.body.contains(said), "{body}: {}", reply.body);
        assert!(!reply.body.contains("zylquist"), "{}", reply.body);
    }
    assert_eq!(service.send("GET /v1/predictions", "", "").status, 404);
    // Those that are no request at all never come to the model.
    let refused = service.metric(r#"predictions_total{model="iit-logistic",outcome="refused"}"#);
    assert!((refused - 4.0).abs() < f64::EPSILON, "{refused}");

    assert_eq!(service.send("POST /v1/predict", "", &patient("60")).status, 200);
    let metrics = service.metrics();
    let (out, err) = service.stop();
    assert!(out.contains("request.patient_id=h:") && out.contains("request.features=[REDACTED]"), "{out}");
    for secret in ["zylquist", "pat-quorn-77", "55.4375"] {
        assert!(![&out, &err, &metrics].into_iter().any(|text| text.contains(secret)), "{secret}: {out}{err}");
    }
}

// ML-M1
#[test]
fn without_a_good_model_the_service_starts_and_says_so() {
    let good = File::trained("good");
    let text = std::fs::read_to_string(&good.0).unwrap();
    for (reason, text) in [
        ("missing", None),
        ("corrupt", Some(text.replace("\"version\": \"1\"", "\"version\": \"2\""))),
        ("format", Some(text.replace("\"format\": 1", "\"format\": 7"))),
    ] {
        let file = File::named(reason);
        if let Some(text) = text {
            std::fs::write(&file.0, text).unwrap();
        }
        let service = serve(&file, &[]);
        assert!(service.greeting.contains("model none: the model's file "), "{}", service.greeting);
        let reply = service.send("POST /v1/predict", "", &patient("60"));
        assert_eq!((reply.status, reply.body.as_str()), (503, r#"{"error":"no model is loaded"}"#));
        assert_eq!(service.send("GET /v1/model", "", "").status, 503);
        assert_eq!(service.send("GET /health/live", "", "").status, 200);
        let failures = service.metric(&format!("model_load_failures_total{{reason=\"{reason}\"}}"));
        let failed = service.metric(r#"predictions_total{model="none",outcome="failed"}"#);
        assert!((failures - 1.0).abs() < f64::EPSILON && (failed - 1.0).abs() < f64::EPSILON, "{failures} {failed}");
        let (_, err) = service.stop();
        assert!(err.contains("no predictions until there is a model"), "{err}");
    }
}

#[test]
fn a_wrong_command_ends_the_program_with_a_sentence() {
    let run = |args: &[&str]| Command::new(PROGRAM).args(args).env_clear().output().unwrap();
    for args in [&["predict"][..], &["train"], &["train", "a", "b"]] {
        let output = run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("see iit-ml --help"));
    }
    let output = run(&["train", "/no/such/folder/model.json"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && said.contains("/no/such/folder/model.json can't be written"), "{said}");
    assert!(run(&["--help"]).status.success());
}
