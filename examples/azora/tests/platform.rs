//! The platform from outside: who may do what, what is refused, what is counted, and how it ends.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod four;
mod process;

use four::{DECLINED, Four, GOOD, PROGRAM, card};
use process::Process;
use serde_json::json;
use std::net::TcpStream;
use std::process::Command;

// AZ-M2
#[test]
fn log_ins_are_counted_by_outcome_and_a_token_is_needed() {
    let four = Four::start(&[]);
    let authorization = four.authorization("grace");
    for (user, password) in [("ada", "a wrong password"), ("mallory", "a wrong password"), ("", "x")] {
        let reply = four.log_in(user, password);
        assert_eq!(reply.status, if user.is_empty() { 400 } else { 401 }, "{}", reply.body);
    }
    let course = r#"{"course":"rust"}"#;
    for headers in ["", "authorization: Bearer none\r\n", "x-azora-user: ada\r\n"] {
        assert_eq!(four.gateway.send("POST /v1/enrolments", headers, course).status, 401, "{headers}");
    }
    assert_eq!(four.gateway.send("GET /v1/courses", "", "").status, 200);
    assert_eq!(four.gateway.send("POST /v1/enrolments", &authorization, course).status, 201);
    for (labels, count) in [(r#"{outcome="ok"}"#, 1.0), (r#"{outcome="error"}"#, 3.0)] {
        let counted = four.auth.metric(&format!("authentication_attempts_total{labels}"));
        assert!((counted - count).abs() < f64::EPSILON, "{labels} {counted}");
    }
    four.stop();
}

// AZ-M2
#[test]
fn enrolments_and_payments_are_counted_by_outcome_and_no_card_is_shown() {
    let four = Four::start(&[("OTEL_TRACES_EXPORTER", "console"), ("OTEL_TRACES_SAMPLER", "always_on")]);
    let (ada, grace) = (four.authorization("ada"), four.authorization("grace"));
    let enrol = |who: &str, course: &str, number: &str| {
        let body = json!({"course": course, "card": card(number)}).to_string();
        four.gateway.send("POST /v1/enrolments", who, &body)
    };
    // There is one place: who can't pay does not keep it.
    for (who, course, number, status, said) in [
        (&ada, "latin", DECLINED, 402, "the card was refused"),
        (&ada, "latin", "4242424242424241", 400, "the card's data is wrong"),
        (&ada, "latin", "4000000000000119", 502, "the course could not be paid"),
        (&ada, "latin", GOOD, 201, "1250"),
        (&ada, "latin", GOOD, 409, "the course is full"),
        (&grace, "latin", GOOD, 409, "the course is full"),
        (&grace, "greek", GOOD, 404, "no such course"),
    ] {
        let reply = enrol(who, course, number);
        assert!(reply.status == status && reply.body.contains(said), "{course} {number}: {}", reply.body);
    }
    let reply = four.gateway.send("POST /v1/enrolments", &grace, r#"{"course":"traces"}"#);
    assert!(reply.status == 400 && reply.body.contains("send a card"), "{}", reply.body);

    let (ok, refused) = (r#"{outcome="ok",error_type="none"}"#, r#"{outcome="error",error_type="payment_refused"}"#);
    for (process, name, labels, count) in [
        (&four.education, "enrollments_total", ok, 1.0),
        (&four.education, "enrollments_total", refused, 1.0),
        (&four.education, "enrollments_total", r#"{outcome="error",error_type="conflict"}"#, 2.0),
        (&four.education, "enrollments_total", r#"{outcome="error",error_type="unavailable"}"#, 1.0),
        (&four.pay, "payments_total", ok, 1.0),
        (&four.pay, "payments_total", refused, 1.0),
        (&four.pay, "payments_total", r#"{outcome="error",error_type="bad_input"}"#, 1.0),
        (&four.pay, "payments_cents_total", "", 1250.0),
        // The pool has one connection, as the database is in memory.
        (&four.education, "database_connections_max", "", 1.0),
        (&four.education, "database_connections_active", "", 0.0),
    ] {
        let counted = process.metric(&format!("{name}{labels}"));
        assert!((counted - count).abs() < f64::EPSILON, "{name}{labels} {counted}");
    }
    let metrics = four.education.metrics() + &four.pay.metrics();
    let written = four.stop();
    assert!(written.contains("payment.card.number=***4242"), "{written}");
    assert!(written.contains("student.user=h:"), "{written}");
    // AZ-A1: the bank that did not answer.
    assert!(written.contains("alert: bank is down"), "{written}");
    let token = ada.trim_end().rsplit(' ').next().unwrap();
    for secret in [GOOD, DECLINED, "Quorn", "the password of this test", token] {
        assert!(![&written, &metrics].into_iter().any(|text| text.contains(secret)), "{secret}: {written}");
    }
}

#[test]
fn a_service_that_is_away_is_said_and_the_others_go_on() {
    let mut four = Four::start(&[]);
    let authorization = four.authorization("ada");
    // Nobody listens there any more.
    let replacement = Process::start(PROGRAM, &["pay"], &[("AZORA_ADDR", "127.0.0.1:0")]);
    drop(std::mem::replace(&mut four.pay, replacement));
    let body = json!({"course": "traces", "card": card(GOOD)}).to_string();
    let reply = four.gateway.send("POST /v1/enrolments", &authorization, &body);
    assert!(reply.status == 502 && reply.body.contains("nothing can be paid at the moment"), "{}", reply.body);
    assert_eq!(four.gateway.send("POST /v1/enrolments", &authorization, r#"{"course":"rust"}"#).status, 201);
    four.stop();
}

#[test]
fn all_four_end_with_the_one_that_started_them() {
    let all = Process::start(PROGRAM, &["all"], &[("AZORA_ADDR", "127.0.0.1:0")]);
    let greeting = all.lines_until("metrics ");
    let addresses: Vec<&str> = greeting
        .lines()
        .filter_map(|line| line.split_once(" serves at http://"))
        .map(|(_, rest)| rest.split(' ').next().unwrap())
        .collect();
    assert_eq!(addresses.len(), 4, "{greeting}");
    assert!(addresses.iter().all(|address| TcpStream::connect(address).is_ok()));
    all.stop();
    assert!(addresses.iter().all(|address| TcpStream::connect(address).is_err()), "{greeting}");
}

#[test]
fn the_demo_ends_by_itself_and_shows_what_was_counted() {
    let output = Command::new(PROGRAM).args(["demo", "--seconds", "1"]).env_clear().output().unwrap();
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(output.status.success(), "{err}");
    for (service, counted) in [
        ("azora-auth", "authentication_attempts_total{outcome=\"ok\"} 1"),
        ("azora-education", "enrollments_total{outcome=\"ok\",error_type=\"none\"} "),
        ("azora-pay", "payments_total{outcome=\"error\",error_type=\"payment_refused\"} "),
        ("azora-gateway", "http_requests_total{method=\"POST\",endpoint=\"/v1/enrolments\",status=\"201\"} "),
    ] {
        assert!(out.lines().any(|line| line.contains(service) && line.contains(counted)), "{counted}: {out}");
    }
}

#[test]
fn a_wrong_setting_ends_the_program_with_a_sentence() {
    for (args, variable, said) in [
        (&["gateways"][..], ("AZORA_ADDR", ""), "see azora --help"),
        (&["demo", "--seconds", "0"], ("AZORA_ADDR", ""), "a whole number from 1 to 3600"),
        (&["auth"], ("AZORA_DEMO_PASSWORD", "short"), "AZORA_DEMO_PASSWORD must have 8 to 200 bytes"),
        (&["gateway"], ("AZORA_PAY_URL", "ftp://pay"), "AZORA_PAY_URL must be a URL"),
        (&["education"], ("AZORA_DB", ""), "AZORA_DB is empty"),
        (&["pay"], ("AZORA_ADDR", "nowhere"), "can't be listened on"),
    ] {
        let output = Command::new(PROGRAM).args(args).env_clear().env(variable.0, variable.1).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && err.lines().last().unwrap().contains(said), "{args:?}: {err}");
    }
}
