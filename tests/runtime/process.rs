//! Whole processes: what is said, what arrives, and that nothing stops the program.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod collector;

use collector::Collector;
use regex::Regex;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};

fn probe(scenario: &str, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_probe"));
    // Only the named variables: whatever this machine sets must not matter.
    command.arg(scenario).env_clear().envs(variables.iter().copied());
    command
}

fn run(scenario: &str, variables: &[(&str, &str)]) -> (Output, String, String) {
    let output = probe(scenario, variables).output().unwrap();
    let stdout = String::from_utf8(output.stdout.clone()).unwrap();
    let stderr = String::from_utf8(output.stderr.clone()).unwrap();
    (output, stdout, stderr)
}

fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

#[test]
fn nothing_set_says_what_is_on_in_three_lines() {
    let (output, stdout, stderr) = run("spans", &[]);
    assert!(output.status.success());
    assert_eq!(stderr.lines().count(), 3, "{stderr}");
    for part in ["probe runs in development", "metrics=on", "traces=kept for log lines", "logs=text", "redaction=on"] {
        assert!(stderr.contains(part), "{part}: {stderr}");
    }
    assert!(!stderr.contains('\x1b'), "colour is for terminals: {stderr}");
    assert!(stdout.contains("work_total{status=\"error\"} 30"), "{stdout}");
}

#[test]
fn production_writes_json_lines_with_all_columns() {
    let (_, stdout, stderr) = run("lines", &[("OBSERVE_ENVIRONMENT", "production")]);
    let lines: Vec<serde_json::Value> = stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 6, "{stderr}");
    for line in &lines {
        for column in
            ["timestamp", "level", "target", "message", "service", "environment", "trace_id", "span_id", "request_id"]
        {
            assert!(line.get(column).is_some(), "{column}: {line}");
        }
        assert_eq!((&line["service"], &line["environment"]), (&"probe".into(), &"production".into()));
    }
    assert_eq!(lines[3]["user_id"], "[REDACTED]");
    assert_eq!(lines[3]["note"], "mail [REDACTED:email]");
    assert_eq!(lines[4]["message"], "a warning\nof two lines");
    assert_eq!(lines[5]["error"], "disk of [REDACTED:phone]");
    for (kind, hidden) in [("email", 1), ("phone", 1), ("field", 1), ("ssn", 0)] {
        let line = format!("observe_redactions_total{{kind=\"{kind}\"}} {hidden}\n");
        assert!(stdout.contains(&line), "{line}{stdout}");
    }
}

#[test]
fn logs_are_filtered_and_spans_are_not() {
    let (_, stdout, stderr) = run("spans", &[("RUST_LOG", "warn"), ("OTEL_TRACES_EXPORTER", "console")]);
    assert_eq!(stderr, "");
    assert_eq!(count(&stdout, " SPAN "), 300);
    assert_eq!(count(&stdout, "status=error: no bed for [REDACTED:ssn]"), 30, "{stdout}");
}

#[test]
fn each_wrong_variable_is_named_once() {
    let (output, _, stderr) = run(
        "spans",
        &[("OTEL_TRACES_EXPORTER", "zipkin"), ("OBSERVE_LOG_FORMAT", "xml"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "")],
    );
    assert!(output.status.success());
    assert_eq!(count(&stderr, "OTEL_TRACES_EXPORTER=`zipkin`"), 1, "{stderr}");
    assert_eq!(count(&stderr, "OBSERVE_LOG_FORMAT=`xml` is not understood; accepted: json, text; using text"), 1);
}

/// A wrong endpoint must not keep a service from starting.
#[test]
fn a_wrong_endpoint_is_a_warning() {
    let (output, _, stderr) = run("spans", &[("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318")]);
    assert!(output.status.success(), "{stderr}");
    assert_eq!(count(&stderr, "OTEL_EXPORTER_OTLP"), 1, "{stderr}");
    assert!(stderr.contains("WARN"), "{stderr}");
}

#[test]
fn a_second_init_says_so() {
    let (_, stdout, _) = run("twice", &[]);
    assert!(stdout.starts_with("observe is initialised already; call `observe::init!` once"), "{stdout}");
}

#[test]
fn a_panic_is_a_scrubbed_line_and_loses_no_span() {
    let (output, stdout, stderr) = run("panic", &[("OTEL_TRACES_EXPORTER", "console"), ("OBSERVE_LOG_FORMAT", "json")]);
    assert_eq!(output.status.code(), Some(101));
    assert!(!format!("{stdout}{stderr}").contains("jane"), "{stderr}");
    let line: serde_json::Value = serde_json::from_str(stderr.lines().last().unwrap()).unwrap();
    assert_eq!(line["message"], "panicked: patient [REDACTED:email] is gone");
    assert!(line["location"].as_str().unwrap().contains("probe.rs:"));
    assert_eq!(count(&stdout, " SPAN "), 1);
}

#[test]
fn a_value_that_logs_while_it_is_formatted_finds_nothing_locked() {
    let (output, stdout, stderr) = run("chatty", &[("OTEL_TRACES_EXPORTER", "console")]);
    assert!(output.status.success(), "{stderr}");
    assert!(stdout.contains("foreign trace_id=") && stdout.contains(" value=chatty seen=true"), "{stdout}");
    assert!(stdout.contains(" value.inner=chatty"), "{stdout}");
    assert!(count(&stderr, "formatting") >= 3, "{stderr}");
}

#[test]
fn a_panic_is_said_even_where_logs_are_off() {
    let (_, _, stderr) = run("panic", &[("RUST_LOG", "off")]);
    assert!(stderr.starts_with("panicked at ") && stderr.ends_with(": patient [REDACTED:email] is gone\n"), "{stderr}");
}

#[test]
fn pseudonyms_are_equal_under_one_key_only() {
    let pseudonym = |key: &[(&str, &str)]| run("pseudonym", key).1.lines().next().unwrap().to_owned();
    let key = [("OBSERVE_HASH_KEY", "sixteen bytes or more")];
    assert_eq!(pseudonym(&key), pseudonym(&key));
    assert_ne!(pseudonym(&key), pseudonym(&[("OBSERVE_HASH_KEY", "another key, as long")]));
    assert_ne!(pseudonym(&[]), pseudonym(&[]));
}

#[test]
fn a_random_key_is_warned_of_once() {
    let (_, _, stderr) = run("pseudonym", &[]);
    assert_eq!(count(&stderr, "pseudonyms have a random key"), 1, "{stderr}");
    assert!(stderr.contains("openssl rand -hex 32"), "{stderr}");
}

#[test]
fn a_key_with_an_id_names_itself_and_is_never_shown() {
    let (_, stdout, stderr) =
        run("pseudonym", &[("OBSERVE_HASH_KEY", "2026:a key of this year,2025:a key of last year")]);
    assert!(stdout.lines().take(2).all(|pseudonym| pseudonym.starts_with("h:2026:")), "{stdout}");
    assert!(!format!("{stdout}{stderr}").contains("year"), "{stderr}");
    assert_eq!(count(&stderr, "random key"), 0, "{stderr}");
}

#[test]
fn spans_arrive_at_a_collector() {
    let collector = Collector::start();
    let (_, stdout, stderr) = run(
        "spans",
        &[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url()),
            ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20t-1"),
            ("OTEL_SERVICE_NAME", "renamed"),
        ],
    );
    let received = collector.stop();
    let (headers, requests) = (received.heads, received.traces);
    assert!(headers.iter().all(|head| head.to_lowercase().contains("authorization: bearer t-1")), "{headers:?}");
    let resources: Vec<_> = requests.iter().flat_map(|request| &request.resource_spans).collect();
    for resource in &resources {
        let attributes = &resource.resource.as_ref().unwrap().attributes;
        let name = attributes.iter().find(|attribute| attribute.key == "service.name").unwrap();
        assert!(format!("{name:?}").contains("renamed"));
    }
    let spans = resources.iter().flat_map(|resource| &resource.scope_spans).flat_map(|scope| &scope.spans);
    assert_eq!(spans.filter(|span| span.name == "work").count(), 300, "{stderr}");
    assert!(!format!("{stdout}{stderr}").contains("t-1"), "a header's value is a secret");
}

#[test]
fn a_collector_that_is_down_is_said_once_and_one_that_is_back_too() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}");
    let mut child = probe("steps", &[("OTEL_EXPORTER_OTLP_ENDPOINT", &url)])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut step = |number: u8, flushed: bool| {
        writeln!(stdin, "{number}").unwrap();
        assert_eq!(stdout.next().unwrap().unwrap(), format!("flushed {flushed}"));
    };
    (0..3).for_each(|number| step(number, false));
    let collector = Collector::start_on(port);
    (3..6).for_each(|number| step(number, true));
    drop(stdin);
    let rest: String = stdout.map_while(Result::ok).map(|line| line + "\n").collect();
    let stderr = String::from_utf8(child.wait_with_output().unwrap().stderr).unwrap();
    assert_eq!(count(&stderr, "can't be exported: connection refused by 127.0.0.1"), 1, "for all signals: {stderr}");
    assert_eq!(count(&stderr, "are exported again"), 1, "{stderr}");
    assert_eq!(stderr.lines().count(), 5, "what is on in three, and two lines of one outage: {stderr}");
    // What was recorded meanwhile is not lost.
    assert!(rest.contains("observe_spans_exported_total 6\n"), "{rest}");
    assert!(!Regex::new(r"observe_(spans|logs)_lost_total\{.*\} [1-9]").unwrap().is_match(&rest), "{rest}");
    let received = collector.stop();
    let spans = received.traces.iter().flat_map(|request| &request.resource_spans).flat_map(|spans| &spans.scope_spans);
    assert_eq!(spans.map(|scope| scope.spans.len()).sum::<usize>(), 6);
    assert!(!received.logs.is_empty() && !received.metrics.is_empty());
}

#[test]
fn spans_fall_back_to_the_console_where_that_is_asked_for() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}");
    let variables = [("OTEL_EXPORTER_OTLP_ENDPOINT", url.as_str()), ("OBSERVE_EXPORT_FALLBACK", "console")];
    assert_eq!(count(&run("spans", &variables).1, " SPAN "), 300);
}

/// Accepts connections and never answers. That the probe ends at all is what is tested.
#[test]
fn a_collector_that_hangs_does_not_hold_the_program() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (output, _, stderr) =
        run("spans", &[("OTEL_EXPORTER_OTLP_ENDPOINT", &url), ("OBSERVE_SHUTDOWN_TIMEOUT", "200ms")]);
    assert!(output.status.success());
    // None arrived, though the exporter had them all in hand.
    let lost = "shut down before all was exported: spans=300, logs=3, the last metrics";
    assert_eq!(count(&stderr, lost), 1, "{stderr}");
}

#[test]
fn a_disabled_sdk_opens_no_connection_and_still_logs() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (_, stdout, stderr) = run("spans", &[("OTEL_EXPORTER_OTLP_ENDPOINT", &url), ("OTEL_SDK_DISABLED", "true")]);
    assert!(stderr.contains("traces=off (OTEL_SDK_DISABLED)"), "{stderr}");
    assert!(stdout.contains("work_total"), "{stdout}");
    assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
}
