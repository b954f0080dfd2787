//! How programs start and stop: what they say, what arrives, and which requests are finished.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod served;

use served::{Program, begin, get};
use std::io::Read as _;

const CONSOLE: (&str, &str) = ("OTEL_TRACES_EXPORTER", "console");

/// Row VA-L4.
#[test]
fn three_to_five_lines_say_what_is_on_and_where() {
    let mut program = Program::start("server", &[]);
    let address = program.line();
    program.said("listens on");
    let lines: Vec<&str> = program.said.lines().collect();
    assert!((3..=5).contains(&lines.len()), "{}", program.said);
    for part in ["care runs in development", "name_from=the program", "metrics=on", "traces=kept", "redaction=on"] {
        assert!(lines[0].contains(part), "{part}: {}", lines[0]);
    }
    assert!(lines[1].contains("/metrics is answered by observe::axum::serve"), "{}", lines[1]);
    assert!(lines[1].contains("allowed=this machine and private networks"), "{}", lines[1]);
    assert!(lines[2].contains("log lines are text, as the environment is development"), "{}", lines[2]);
    let last = ["listens on http://{}", "metrics=http://{}/metrics", "health=http://{}/health", "checks=0"];
    assert!(last.iter().all(|part| lines[3].contains(&part.replace("{}", &address))), "{}", lines[3]);
}

/// Everything that can be said is said in no more lines.
#[test]
fn five_lines_are_the_most() {
    let secret = "k3J9x2Qq7LwT5vB8nM4z";
    let hook = format!("http://127.0.0.1:9/hooks/{secret}");
    let variables = [
        ("OBSERVE_METRICS_ENDPOINT", "127.0.0.1:0"),
        ("OBSERVE_METRICS_TOKEN", secret),
        ("OBSERVE_SLACK_WEBHOOK", &hook),
        ("OBSERVE_ALERT_WEBHOOK", &hook),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9"),
        ("OBSERVE_ENVIRONMENT", "staging"),
        ("OBSERVE_LOG_FORMAT", "text"),
        ("RUST_LOG", "info"),
    ];
    let mut program = Program::start("whole", &variables);
    program.line();
    program.said("listens on");
    let lines: Vec<&str> = program.said.lines().collect();
    assert!((3..=5).contains(&lines.len()), "{}", program.said);
    assert!(lines[0].contains("alerts=slack, webhook") && lines[0].contains("health=no checks yet"), "{}", lines[0]);
    let said = |part: &str| lines.iter().any(|line| line.contains(part));
    assert!(said("settings=8 from the environment") && said("checks=3"), "{}", program.said);
    assert!(!program.said.contains(secret), "{}", program.said);
}

#[test]
fn a_signal_between_bind_and_serve_stops_the_server() {
    for variables in [&[][..], &[CONSOLE]] {
        let mut program = Program::start("bound", variables);
        program.line();
        program.tell_to_stop();
        program.answer();
        assert!(program.end().success(), "{}", program.said);
        assert!(program.said.contains("no more requests: shutting down"), "{}", program.said);
    }
}

/// Whichever of the handlers hears of it, the program ends: by the signal, or as the server does.
#[test]
fn a_signal_right_after_the_greeting_ends_the_program() {
    use std::os::unix::process::ExitStatusExt as _;
    for variables in [&[][..], &[CONSOLE]].repeat(10) {
        let mut program = Program::start("server", variables);
        program.said("log lines are");
        program.tell_to_stop();
        let status = program.end();
        assert!(status.success() || status.signal() == Some(15), "{status}: {}", program.said);
    }
}

#[test]
fn a_name_and_a_format_say_where_they_come_from() {
    let variables = [("OTEL_SERVICE_NAME", "ward"), ("OBSERVE_LOG_FORMAT", "JSON"), ("RUST_LOG", "info,hyper=warn")];
    let mut program = Program::start("listener", &variables);
    let line = program.said("ward runs in development");
    assert!(line.contains("\"name_from\":\"OTEL_SERVICE_NAME\""), "{line}");
    let line = program.said("log lines are json, as OBSERVE_LOG_FORMAT says so");
    assert!(line.contains("hyper=warn"), "{line}");
}

/// The span of `work`, which the console exporter prints at the end.
fn is_sent(line: &str) -> bool {
    line.contains(" SPAN ") && line.contains("work")
}

#[test]
fn a_main_that_fails_has_everything_sent() {
    let mut program = Program::start("fails", &[CONSOLE]);
    assert!(is_sent(&program.line()), "{}", program.said);
    assert_eq!(program.end().code(), Some(1));
    assert!(program.said.contains("serves: no bed"), "{}", program.said);
}

#[test]
fn a_main_that_panics_has_everything_sent() {
    let mut program = Program::start("panics", &[CONSOLE]);
    assert!(is_sent(&program.line()), "{}", program.said);
    assert_eq!(program.end().code(), Some(101));
}

#[test]
fn a_plain_main_has_everything_sent() {
    let mut program = Program::start("listener", &[CONSOLE, ("OTEL_BSP_SCHEDULE_DELAY", "3600000")]);
    assert_eq!(program.line(), "ready");
    program.answer();
    assert!(is_sent(&program.line()));
    assert_eq!(program.line(), "ended");
}

#[test]
fn a_second_init_is_a_clear_error() {
    let mut program = Program::start("twice", &[]);
    assert!(program.line().starts_with("observe is initialised already; call `observe::init!` once"));
    assert!(program.end().success());
}

#[test]
fn a_server_without_init_serves_and_says_once_that_nothing_is_logged() {
    let mut program = Program::start("uninitialised", &[]);
    let address = program.line();
    assert_eq!(get(&address, "/hello").body, "hello");
    assert_eq!(get(&address, "/metrics").status, 200);
    program.tell_to_stop();
    assert!(program.end().success());
    assert_eq!(program.said.lines().count(), 1, "{}", program.said);
    assert!(program.said.starts_with("observe: `observe::init!` was not called"), "{}", program.said);
}

#[test]
fn a_server_that_is_told_to_stop_finishes_what_it_has_begun() {
    let mut program = Program::start("server", &[CONSOLE, ("OTEL_BSP_SCHEDULE_DELAY", "3600000")]);
    let address = program.line();
    let mut slow = begin(&address, "GET /slow", "");
    assert_eq!(program.line(), "slow");
    program.tell_to_stop();
    program.said("takes no more connections");
    program.answer();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).unwrap();
    assert!(answer.ends_with("\r\n\r\nslow"), "{answer}");
    assert!(is_sent(&program.line()));
    assert!(program.end().success(), "{}", program.said);
    assert!(program.said.contains("no more requests: shutting down"), "{}", program.said);
}

#[test]
fn while_balancers_look_away_requests_are_answered() {
    let mut program = Program::start("server", &[("OBSERVE_DRAIN_DELAY", "1h")]);
    let address = program.line();
    program.said("listens on");
    program.tell_to_stop();
    program.said("told to stop: not ready");
    assert_eq!(get(&address, "/hello").body, "hello");
    // Whoever asks again does not want to wait. A second signal within a moment is taken for the first.
    std::thread::sleep(std::time::Duration::from_millis(200));
    program.tell_to_stop();
    program.said("told to stop again");
    assert!(program.end().success());
}

#[test]
fn a_request_that_never_ends_does_not_keep_the_server() {
    let mut program = Program::start("server", &[("OBSERVE_DRAIN_TIMEOUT", "50ms")]);
    let address = program.line();
    let _slow = begin(&address, "GET /slow", "");
    assert_eq!(program.line(), "slow");
    program.tell_to_stop();
    program.said("requests were not finished within 50ms");
    // Its blocking work is what the runtime waits for.
    program.answer();
    assert!(program.end().success());
}
