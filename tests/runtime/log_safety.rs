//! Whatever way a value takes into a log line or onto a span, nothing personal and nothing that misleads comes out.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use observe::http::{Headers, Url};
use observe::testing::{self, Capture};
use observe::traced;
use serde_json::Value;
use std::backtrace::Backtrace;
use std::error::Error;
use std::fmt;
use std::process::{Command, Output};

/// What must be found nowhere.
const PLANTED: &[&str] = &["jane", "hunter2", "123-45-6789", "4111111111111111", "k3J9", "192.0.2.7"];

fn line(capture: &Capture) -> Value {
    let lines = capture.log_lines();
    assert_eq!(lines.len(), 1, "{lines:?}");
    serde_json::from_str(&lines[0]).unwrap()
}

#[track_caller]
fn assert_nothing_planted(capture: &Capture) {
    let everything = format!("{:?} {:?}", capture.log_lines(), capture.spans());
    for planted in PLANTED {
        assert!(!everything.contains(planted), "{planted}: {everything}");
    }
}

/// Written in pieces, as a derived `Debug` does.
#[derive(Clone)]
struct InPieces;

impl fmt::Display for InPieces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in ["ja", "ne", "@", "example", ".", "org"] {
            f.write_str(piece)?;
        }
        Ok(())
    }
}

impl fmt::Debug for InPieces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[derive(Debug)]
struct Refused(std::io::Error);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refused for jane@example.org")
    }
}

impl Error for Refused {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

fn refused() -> Refused {
    Refused(std::io::Error::other("password=hunter2 of 123-45-6789"))
}

#[test]
fn every_way_into_a_field_of_an_event_is_guarded() {
    let capture = testing::capture();
    let (text, error, bytes) = ("mail jane@example.org", refused(), &b"mail jane@example.org"[..]);
    tracing::info!(
        text,
        display = %text,
        debug = ?text,
        pieces = %InPieces,
        listed = ?[Some(InPieces)],
        error = &error as &dyn Error,
        bytes,
        wide = 4_111_111_111_111_111_i128,
        unsigned = 4_111_111_111_111_111_u64,
        signed = 4_111_111_111_111_111_i64,
        float = 4_111_111_111_111_111.0_f64,
        ssn = 123_456_789,
        patient.email = true,
        "user.password" = ?Some("hunter2"),
        json = r#"{"password":"hunter2","inner":[{"first_name":"jane"}]}"#,
        kept = 7,
        "said to {} and {text}",
        InPieces,
    );
    assert_nothing_planted(&capture);
    let line = line(&capture);
    assert_eq!(line["message"], "said to [REDACTED:email] and mail [REDACTED:email]");
    assert_eq!(line["error"].as_str().unwrap().matches("refused for").count(), 1);
    for (name, expected) in [
        ("text", "mail [REDACTED:email]"),
        ("listed", "[Some([REDACTED:email])]"),
        ("bytes", "mail [REDACTED:email]"),
        ("unsigned", "[REDACTED:card]"),
        ("signed", "[REDACTED:card]"),
        ("float", "[REDACTED:card]"),
        ("ssn", "[REDACTED]"),
        ("patient.email", "[REDACTED]"),
        ("user.password", "[REDACTED]"),
        ("json", r#"{"password":"[REDACTED:token]","inner":[{"first_name":"[REDACTED:field]"}]}"#),
    ] {
        assert_eq!(line[name], expected, "{name}");
    }
    assert_eq!(line["kept"], 7);
}

#[test]
fn every_way_into_a_field_of_a_span_is_guarded() {
    let capture = testing::capture();
    let (error, bytes) = (refused(), &b"jane@example.org"[..]);
    let span = tracing::info_span!(
        "work",
        text = "mail jane@example.org",
        pieces = ?InPieces,
        error = &error as &dyn Error,
        bytes,
        number = 4_111_111_111_111_111_u64,
        float = 4_111_111_111_111_111.0_f64,
        password = 7,
        json = r#"{"first_name":"jane"}"#,
        otel.status_description = "no bed for jane@example.org",
        later = tracing::field::Empty,
        ssn = tracing::field::Empty,
    );
    span.record("later", tracing::field::display(InPieces));
    span.record("ssn", 123_456_789);
    span.in_scope(|| tracing::warn!(text = ?InPieces, "inside"));
    drop(span);
    assert_nothing_planted(&capture);
    let span = capture.span("work");
    for (name, expected) in [
        ("later", "[REDACTED:email]"),
        ("ssn", "[REDACTED]"),
        ("number", "[REDACTED:card]"),
        ("float", "[REDACTED:card]"),
        ("bytes", "[REDACTED:email]"),
        ("json", r#"{"first_name":"[REDACTED:field]"}"#),
    ] {
        assert_eq!(span.attribute(name).unwrap().to_string(), expected, "{name}");
    }
    assert_eq!(span.status, observe::Status::Error("no bed for [REDACTED:email]".into()));
}

#[test]
fn a_message_may_be_a_json_document() {
    let capture = testing::capture();
    tracing::info!("{}", r#"{"patient":{"first_name":"jane"},"ward":3}"#);
    log::info!("{}", r#"{"password":["hunter2"]}"#);
    assert_nothing_planted(&capture);
    let lines = capture.log_lines();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].contains(r#"\"ward\":3"#), "{lines:?}");
}

#[test]
fn errors_on_spans_are_guarded_with_all_their_causes() {
    let capture = testing::capture();
    tracing::info_span!("work").in_scope(|| {
        observe::current_span().error(&refused()).event("tried", &[("url", &Url::new("/?token=k3J9"))]);
    });
    assert_nothing_planted(&capture);
    let span = capture.span("work");
    let text = span.events[0].attributes[0].1.to_string();
    assert!(text.starts_with("refused for [REDACTED:email]: password="), "{text}");
}

/// A `Debug` or `Display` that returns an error makes `format!` panic.
#[test]
fn a_value_that_cannot_be_formatted_is_nobodys_end() {
    struct Fails;
    impl fmt::Debug for Fails {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            Err(fmt::Error)
        }
    }
    let capture = testing::capture();
    tracing::info_span!("work", value = ?Fails).in_scope(|| tracing::info!(value = ?Fails, "still here"));
    assert_eq!((line(&capture)["message"].as_str(), capture.spans().len()), (Some("still here"), 1));
}

const MISLEADING: &str = "a\r\n\t\0\u{1b}[31m\u{7f}\u{85}\u{9b}\u{61c}\u{200e}\u{200f}\u{2028}\u{2029}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}\u{feff}z";

#[test]
fn nothing_that_misleads_is_in_a_line_and_json_says_what_it_was() {
    let capture = testing::capture();
    tracing::info!(target: "two\nlines", value = MISLEADING, "na\u{202e}me" = 1, "{MISLEADING}");
    let lines = capture.log_lines();
    let is_plain = |letter: char| letter.is_ascii() && !letter.is_control();
    assert!(lines[0].chars().all(is_plain), "{lines:?}");
    let line = line(&capture);
    assert_eq!((&line["message"], &line["value"]), (&MISLEADING.into(), &MISLEADING.into()));
    assert_eq!(line["target"], "two\nlines");
}

/// Row BB-L4: never in a line, never on a span.
#[test]
fn sensitive_headers_and_parameters_are_never_shown() {
    #[traced(fields(headers = Headers::new(headers.iter().copied()), url = Url::new(url)))]
    fn fetch(headers: &[(&str, &str)], url: &str) {
        let shown = Headers::new(headers.iter().copied());
        tracing::info!(headers = %shown, again = ?shown, url = %Url::new(url), "fetched {shown} of {}", Url::new(url));
    }
    let secrets = ["Bearer k3J9", "Basic k3J9", "k3J9", "sid=k3J9; other=k3J9"];
    let names = [
        "authorization",
        "Authorization",
        "COOKIE",
        "Set-Cookie",
        "x-api-key",
        "X-API-Key",
        "proxy-authorization",
        "x-auth-token",
        "x-csrf-token",
    ];
    for name in names {
        for secret in secrets {
            let capture = testing::capture();
            fetch(&[(name, secret), ("accept", "*/*")], "/x");
            assert_nothing_planted(&capture);
            let shown = capture.span("fetch").attribute("headers").unwrap().to_string();
            assert!(shown.starts_with(name) && shown.ends_with("accept: */*"), "{shown}");
        }
    }
    for name in ["token", "access_token", "api_key", "apikey", "key", "password", "secret", "sig", "code", "session_id"]
    {
        for url in [
            format!("https://a.example/x?page=1&{name}=k3J9"),
            format!("/x?{name}=k3J9#{name}=k3J9"),
            format!("/x?{}=k3J9", name.replace('_', "%5F")),
            format!("https://jane:k3J9@a.example/?{}=k3J9", name.to_uppercase()),
        ] {
            let capture = testing::capture();
            fetch(&[], &url);
            assert_nothing_planted(&capture);
            assert!(capture.span("fetch").attribute("url").unwrap().to_string().contains('/'), "{url}");
        }
    }
}

/// Row BB-L2: in every line of the request, before and after the span that learned of it.
#[test]
fn whose_request_it_is_stands_in_all_its_lines_and_in_no_other() {
    #[traced]
    fn sign_in() {
        #[traced]
        fn verify() {
            observe::current_span().set_user("jane").set_client("192.0.2.7:50124");
            tracing::info!("inside");
        }
        verify();
        tracing::info!("behind");
    }
    // The first one in a process is told of its random key, in a line.
    let user = observe::pseudonym("jane");
    let capture = testing::capture();
    tracing::info_span!("server").in_scope(|| {
        let mut request = observe::request("POST", "/login");
        request.in_scope(|| {
            sign_in();
            tracing::info!("later");
            tracing::info_span!("below").in_scope(|| tracing::info!("below"));
        });
        request.finish(200);
        let mut request = observe::request("GET", "/beds");
        request.in_scope(|| tracing::info!("of somebody else"));
        request.finish(200);
        tracing::info!("of nobody");
    });
    assert_nothing_planted(&capture);
    for line in capture.log_lines() {
        let line: Value = serde_json::from_str(&line).unwrap();
        let is_of_nobody = line["message"].as_str().unwrap().starts_with("of ");
        let expected =
            if is_of_nobody { (Value::Null, Value::Null) } else { (user.as_str().into(), "192.0.2.x".into()) };
        assert_eq!((line["user"].clone(), line["client"].clone()), expected, "{line}");
    }
    assert_eq!(capture.log_lines().len(), 6);
    assert_eq!(capture.span("verify").attribute("user.hash").unwrap().to_string(), user);
    assert_eq!(capture.span("verify").attribute("client.address").unwrap().to_string(), "192.0.2.x");
}

#[test]
fn a_filter_that_is_not_understood_changes_nothing() {
    let capture = testing::capture();
    for filter in ["", " ", ",,,", "[", "ward[", "ward=loud", "a=b=c"] {
        let error = observe::set_log_filter(filter).unwrap_err().to_string();
        assert!(error.contains("info,hyper=warn"), "{error}");
    }
    tracing::trace!("still wanted");
    assert_eq!(capture.log_lines().len(), 1);
}

fn run(scenario: &str, variables: &[(&str, &str)]) -> (Output, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_log_probe"));
    // Only the named variables: whatever this machine sets must not matter.
    let output = command.arg(scenario).env_clear().envs(variables.iter().copied()).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    (output, stdout, stderr)
}

#[test]
fn the_filter_can_be_changed_while_the_program_runs() {
    let (_, stdout, stderr) = run("levels", &[("OBSERVE_LOG_FORMAT", "json"), ("RUST_LOG", "info")]);
    let lines: Vec<Value> = stderr.lines().skip(3).map(|line| serde_json::from_str(line).unwrap()).collect();
    let messages: Vec<&str> = lines.iter().map(|line| line["message"].as_str().unwrap()).collect();
    assert_eq!(
        messages,
        [
            "the log filter was changed",
            "an event in detail",
            "a record in detail",
            "an event in detail",
            "a record in detail",
            "the log filter was changed",
            "the log filter was changed",
            "wanted again",
        ]
    );
    assert_eq!((&lines[0]["before"], &lines[0]["now"]), (&"info".into(), &"warn,log_probe=debug".into()));
    assert_eq!(stdout.matches("before: Some(").count(), 3, "{stdout}");
    assert!(stdout.contains("the log filter `log_probe=loud` is not understood"), "{stdout}");
}

#[test]
fn panics_of_all_kinds_are_said_in_one_safe_line_each() {
    // The last one happens while a line is made.
    for (variable, panics, backtrace) in [
        (("OBSERVE_LOG_FORMAT", "json"), 6, "0"),
        (("OBSERVE_LOG_FORMAT", "text"), 6, "0"),
        (("RUST_LOG", "off"), 5, "0"),
        (("OBSERVE_LOG_FORMAT", "json"), 6, "1"),
        (("OBSERVE_LOG_FORMAT", "text"), 6, "1"),
    ] {
        let (output, stdout, stderr) = run("panics", &[variable, ("RUST_BACKTRACE", backtrace)]);
        assert!(output.status.success(), "{stderr}");
        assert_eq!(stdout.matches("caught true").count(), panics, "{stdout}");
        for planted in ["jane", "hunter2", "123-45-6789", "219-45-0187", "\u{202e}"] {
            assert!(!stderr.contains(planted), "{planted}: {stderr}");
        }
        for part in ["no bed\\n for [REDACTED:email]", "the payload is no text", "two numbers"] {
            assert!(stderr.contains(part), "{part}: {stderr}");
        }
        assert_eq!(stderr.contains("making a text for [REDACTED:email]"), panics == 6, "{stderr}");
        let at_the_start = ["probe runs in", "/metrics is answered", "log lines are"];
        let is_of_panic = |line: &&str| !at_the_start.iter().any(|start| line.contains(start));
        assert_eq!(stderr.lines().filter(is_of_panic).count(), panics, "{stderr}");
        // Who called whom, and the text of no argument.
        assert_eq!(stderr.contains("log_probe::panics"), backtrace == "1", "{stderr}");
    }
}

/// Row VA-L1: an error of `anyhow` writes so where it was made.
#[test]
fn a_backtrace_in_an_error_stands_in_its_line() {
    struct TracedBack(Backtrace);
    impl fmt::Debug for TracedBack {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "not admitted\n\nCaused by:\n    no bed for {InPieces}\n\nStack backtrace:\n{}", self.0)
        }
    }
    let capture = testing::capture();
    tracing::error!(error = ?TracedBack(Backtrace::force_capture()), "not done");
    assert_nothing_planted(&capture);
    let error = line(&capture)["error"].as_str().unwrap().to_owned();
    for part in ["not admitted", "no bed for [REDACTED:email]", "a_backtrace_in_an_error_stands_in_its_line"] {
        assert!(error.contains(part), "{part}: {error}");
    }
}

#[test]
fn a_panic_while_a_panic_is_said_shows_nothing() {
    let (output, stdout, stderr) = run("panic_in_panic", &[]);
    assert!(!output.status.success());
    assert!(!format!("{stdout}{stderr}").contains("jane"), "{stderr}");
}

#[test]
fn colours_are_for_terminals_and_where_they_are_forced() {
    for (variables, is_coloured) in [
        (&[][..], false),
        (&[("CLICOLOR_FORCE", "1")], true),
        (&[("CLICOLOR_FORCE", "0")], false),
        (&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
        (&[("CLICOLOR_FORCE", "1"), ("OBSERVE_LOG_FORMAT", "json")], false),
    ] {
        let (_, _, stderr) = run("records", variables);
        assert_eq!(stderr.contains('\x1b'), is_coloured, "{variables:?}: {stderr}");
    }
}
