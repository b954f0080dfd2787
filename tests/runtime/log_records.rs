//! Records of the crate `log`: lines and spans' events like those of `tracing`.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use observe::{AttributeValue, Builder, testing, traced};
use std::process::Command;
use std::sync::{Arc, Mutex};
use tracing_subscriber::layer::SubscriberExt as _;

/// What the program writes to standard output and to standard error.
fn run(scenario: &str, variables: &[(&str, &str)]) -> (String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_log_probe"));
    // Only the named variables: whatever this machine sets must not matter.
    let output = command.arg(scenario).env_clear().envs(variables.iter().copied()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

fn lines(variables: &[(&str, &str)]) -> Vec<serde_json::Value> {
    lines_of("records", variables)
}

fn lines_of(scenario: &str, variables: &[(&str, &str)]) -> Vec<serde_json::Value> {
    let variables: Vec<_> = variables.iter().copied().chain([("OBSERVE_LOG_FORMAT", "json")]).collect();
    let stderr = run(scenario, &variables).1;
    let lines = stderr.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    lines.filter(|line| line["target"] != "observe").collect()
}

fn shown(lines: &[serde_json::Value]) -> Vec<String> {
    lines.iter().map(|line| format!("{} {} {}", line["level"], line["target"], line["message"])).collect()
}

#[test]
fn records_are_lines_under_their_own_target_and_scrubbed() {
    let lines = lines(&[]);
    assert_eq!(
        shown(&lines),
        [
            r#""WARN" "log_probe" "outside of any span""#,
            r#""INFO" "log_probe" "admitted [REDACTED:email]""#,
            r#""INFO" "log_probe" "beds are left""#,
            r#""INFO" "billing::invoices" "billed to [REDACTED:ssn]""#,
            r#""ERROR" "two\nlines" "no\nlies""#,
        ]
    );
    assert!(lines[0]["trace_id"].is_null());
    assert!(lines[1]["trace_id"].is_string());
    for id in ["trace_id", "span_id"] {
        assert_eq!(lines[1][id], lines[2][id], "a record and an event of one span");
    }
}

#[test]
fn each_record_is_filtered_by_its_own_target() {
    let lines = lines(&[("RUST_LOG", "warn,billing=debug")]);
    assert_eq!(
        shown(&lines),
        [
            r#""WARN" "log_probe" "outside of any span""#,
            r#""INFO" "billing::invoices" "billed to [REDACTED:ssn]""#,
            r#""DEBUG" "billing::invoices" "a detail""#,
            r#""ERROR" "two\nlines" "no\nlies""#,
        ]
    );
}

#[test]
fn a_record_that_nobody_wants_is_not_even_formatted() {
    for filter in ["info", "info,billing=debug"] {
        assert!(run("records", &[("RUST_LOG", filter)]).0.contains("asked for a text: false"), "{filter}");
    }
    assert!(run("records", &[("RUST_LOG", "debug")]).0.contains("asked for a text: true"));
    assert_eq!(run("records", &[("RUST_LOG", "off")]).1, "");
}

/// In text too, where a target of the program's making could begin a line.
#[test]
fn a_target_does_not_end_its_line() {
    let stderr = run("records", &[("OBSERVE_LOG_FORMAT", "text")]).1;
    assert!(stderr.contains(r"ERROR two\nlines no\nlies"), "{stderr}");
    assert_eq!(stderr.lines().count(), 8, "{stderr}");
}

#[test]
fn another_logger_is_named_in_one_warning_and_stays() {
    let (stdout, stderr) = run("taken", &[]);
    assert!(stdout.contains("other: still there"), "{stdout}");
    let warnings: Vec<&str> = stderr.lines().filter(|line| line.contains("WARN")).collect();
    let [warning] = warnings.as_slice() else { panic!("{stderr}") };
    assert!(warning.contains("another logger for the crate `log` is installed already"), "{warning}");
    assert!(warning.contains("take it out, or build observe-runtime without its feature `log`"), "{warning}");
    assert!(!stderr.contains("still there"), "{stderr}");
}

/// Then records come as events of `tracing`, in the form that it gives them.
#[test]
fn with_the_logger_of_tracing_log_the_lines_are_the_same() {
    for filter in ["info", "warn,billing=debug"] {
        let mut sorts = ["records", "tracer"].map(|scenario| lines_of(scenario, &[("RUST_LOG", filter)]));
        for line in sorts.iter_mut().flatten() {
            for own in ["timestamp", "trace_id", "span_id"] {
                line.as_object_mut().unwrap().remove(own);
            }
        }
        assert!(sorts[0].len() >= 4);
        assert_eq!(sorts[0], sorts[1], "{filter}");
    }
}

#[traced]
fn admit() {
    log::warn!("bed 4 of jane@example.org");
}

#[test]
fn a_capture_has_records_as_lines_and_as_events_of_their_span() {
    let capture = testing::capture();
    admit();
    let line: serde_json::Value = serde_json::from_str(&capture.log_lines()[0]).unwrap();
    let span = capture.span("admit");
    assert_eq!(line["message"], "bed 4 of [REDACTED:email]");
    assert_eq!(line["target"], "log_records");
    assert_eq!(
        (&line["trace_id"], &line["span_id"]),
        (&span.trace_id.to_string().into(), &span.span_id.to_string().into())
    );
    assert_eq!(span.events[0].name, "bed 4 of [REDACTED:email]");
    assert_eq!(span.events[0].attributes, [("level".into(), AttributeValue::Text("WARN".into()))]);
}

/// Logs while it is formatted.
struct Chatty;

impl std::fmt::Display for Chatty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        log::info!("inner");
        f.write_str("outer")
    }
}

#[test]
fn a_record_that_logs_while_it_is_formatted_finds_nothing_locked() {
    let capture = testing::capture();
    log::info!("{Chatty}");
    let lines = capture.log_lines();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].contains("\"inner\"") && lines[1].contains("\"outer\""), "{lines:?}");
}

/// Who composes a subscriber has the bridge of `tracing-log`, which `tracing-subscriber` installs.
#[test]
fn records_that_come_through_another_bridge_look_the_same() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let keep = Arc::clone(&seen);
    let see = move |span: &observe::SpanRecord| keep.lock().unwrap().push(span.clone());
    let (layer, _guard) = Builder::new("app", "1.0.0").on_span_end(see).layer().unwrap();
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
        tracing::info_span!("work").in_scope(|| {
            let args = format_args!("bed of jane@example.org");
            let record = log::Record::builder().args(args).target("ward").file(Some("a.rs")).line(Some(1)).build();
            tracing_log::format_trace(&record).unwrap();
        });
    });
    let [span] = <[_; 1]>::try_from(std::mem::take(&mut *seen.lock().unwrap())).unwrap();
    assert_eq!(span.events[0].name, "bed of [REDACTED:email]");
    assert_eq!(span.events[0].attributes, [("level".into(), AttributeValue::Text("INFO".into()))]);
}
