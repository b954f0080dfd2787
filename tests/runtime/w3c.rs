//! The 41 cases of W3C's validation suite for Trace Context, against a service behind the axum layer: what it would
//! send on, for headers as they stand on the wire.
//!
//! Each row is a case of the suite, by its name there, in our own words; most send several requests.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]
#![expect(clippy::print_stdout, reason = "which cases there are is to be seen")]

use axum::Router;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::routing::get;
use observe::traced;
use std::collections::HashSet;
use std::fmt::Write as _;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const TRACE: &str = "12345678901234567890123456789012";
const SPAN: &str = "1234567890123456";
const SAMPLED: &str = "00-12345678901234567890123456789012-1234567890123456-01";
const UNSAMPLED: &str = "00-12345678901234567890123456789012-1234567890123456-00";

type Headers = Vec<(&'static str, String)>;

/// What a case is about.
struct Case {
    name: &'static str,
    /// Requests, each with what is to be sent on for it.
    requests: Vec<(Headers, Expected)>,
    /// How many calls the service makes for each of them.
    calls: usize,
}

enum Expected {
    /// A trace of its own, with nothing of what was sent.
    NewTrace,
    /// The caller's trace, another span, and the caller's flags.
    Trace,
    /// The same, and a tracestate of these members, in this order.
    State(Vec<String>),
}

use Expected::{NewTrace, Trace};

fn state(members: &[&str]) -> Expected {
    Expected::State(members.iter().map(|member| (*member).to_owned()).collect())
}

fn case(name: &'static str, requests: Vec<(Headers, Expected)>) -> Case {
    Case { name, requests, calls: 1 }
}

fn parent(value: impl Into<String>) -> Headers {
    vec![("traceparent", value.into())]
}

/// A caller that does not sample, with these further headers.
fn with(more: &[(&'static str, &str)]) -> Headers {
    let more = more.iter().map(|(name, value)| (*name, (*value).to_owned()));
    parent(UNSAMPLED).into_iter().chain(more).collect()
}

/// The headers of that caller with one tracestate.
fn stated(value: &str) -> Headers {
    with(&[("tracestate", value)])
}

/// A case in which each of these is no traceparent.
fn refused(name: &'static str, values: &[&str]) -> Case {
    case(name, values.iter().map(|value| (parent(*value), NewTrace)).collect())
}

/// A case in which each of these is the caller's span.
fn followed(name: &'static str, requests: Vec<Headers>) -> Case {
    case(name, requests.into_iter().map(|headers| (headers, Trace)).collect())
}

fn of_traceparent() -> Vec<Case> {
    let named = |name| (vec![(name, SAMPLED.to_owned())], NewTrace);
    let two = vec![("traceparent", SAMPLED.replace("9012-", "9011-")), ("traceparent", SAMPLED.to_owned())];
    let future = SAMPLED.replacen("00", "cc", 1);
    vec![
        case("both traceparent and tracestate missing", vec![(vec![], NewTrace)]),
        followed("traceparent included, tracestate missing", vec![parent(SAMPLED)]),
        case("traceparent duplicated", vec![(two, NewTrace)]),
        case("traceparent header name", vec![named("trace-parent"), named("trace.parent")]),
        followed(
            "traceparent header name, valid casing",
            ["TraceParent", "TrAcEpArEnT", "TRACEPARENT"].map(|name| vec![(name, SAMPLED.to_owned())]).into(),
        ),
        refused(
            "traceparent version 00",
            &[&format!("{SAMPLED}."), &format!("{SAMPLED}-what-the-future-will-be-like")],
        ),
        case(
            "traceparent version cc",
            vec![
                (parent(&*future), Trace),
                (parent(format!("{future}-what-the-future-will-be-like")), Trace),
                (parent(format!("{future}.what-the-future-will-be-like")), NewTrace),
            ],
        ),
        refused("traceparent version ff", &[&SAMPLED.replacen("00", "ff", 1)]),
        refused(
            "traceparent version, illegal characters",
            &[&SAMPLED.replacen("00", ".0", 1), &SAMPLED.replacen("00", "0.", 1)],
        ),
        refused(
            "traceparent version too long",
            &[&SAMPLED.replacen("00", "000", 1), &SAMPLED.replacen("00", "0000", 1)],
        ),
        refused("traceparent version too short", &[&SAMPLED[1..]]),
        refused("traceparent trace-id all zero", &[&SAMPLED.replace(TRACE, &"0".repeat(32))]),
        refused(
            "traceparent trace-id, illegal characters",
            &[&SAMPLED.replace("-12", "-.2"), &SAMPLED.replace("9012-", "901.-")],
        ),
        refused("traceparent trace-id too long", &[&SAMPLED.replace("9012-", "90123-")]),
        refused("traceparent trace-id too short", &[&SAMPLED.replace("9012-", "901-")]),
        refused("traceparent parent-id all zero", &[&SAMPLED.replace(&format!("-{SPAN}-"), "-0000000000000000-")]),
        refused(
            "traceparent parent-id, illegal characters",
            &[
                &SAMPLED.replace(&format!("-{SPAN}-"), "-.234567890123456-"),
                &SAMPLED.replace(&format!("-{SPAN}-"), "-123456789012345.-"),
            ],
        ),
        refused("traceparent parent-id too long", &[&SAMPLED.replace("3456-01", "34567-01")]),
        refused("traceparent parent-id too short", &[&SAMPLED.replace("3456-01", "345-01")]),
        refused(
            "traceparent trace-flags, illegal characters",
            &[&SAMPLED.replace("-01", "-.0"), &SAMPLED.replace("-01", "-0.")],
        ),
        refused("traceparent trace-flags too long", &[&SAMPLED.replace("-01", "-001")]),
        refused("traceparent trace-flags too short", &[&SAMPLED.replace("-01", "-1")]),
        followed(
            "traceparent OWS handling",
            [(" ", ""), ("\t", ""), ("", " "), ("", "\t"), ("\t ", " \t")]
                .map(|(before, after)| parent(format!("{before}{SAMPLED}{after}")))
                .into(),
        ),
    ]
}

fn of_tracestate() -> Vec<Case> {
    let lower: String = ('a'..='z').collect();
    let key = format!("{lower}0123456789_-*/");
    let value: String = (' '..='~').filter(|sign| !",=".contains(*sign)).collect();
    let all = format!("{key}={value}");
    let all_of_vendor = format!("{key}@a-z0-9_-*/={value}");
    vec![
        case(
            "tracestate included, traceparent missing",
            ["foo=1", "foo=1,bar=2"].map(|value| (vec![("tracestate", value.to_owned())], NewTrace)).into(),
        ),
        case("tracestate included, traceparent included", vec![(stated("foo=1,bar=2"), state(&["foo=1", "bar=2"]))]),
        case(
            "tracestate header name",
            vec![(with(&[("trace-state", "foo=1")]), state(&[])), (with(&[("trace.state", "foo=1")]), state(&[]))],
        ),
        case(
            "tracestate header name, valid casing",
            ["TraceState", "TrAcEsTaTe", "TRACESTATE"].map(|name| (with(&[(name, "foo=1")]), state(&["foo=1"]))).into(),
        ),
        case(
            "tracestate, empty header",
            vec![
                (stated(""), state(&[])),
                (with(&[("tracestate", "foo=1"), ("tracestate", "")]), state(&["foo=1"])),
                (with(&[("tracestate", ""), ("tracestate", "foo=1")]), state(&["foo=1"])),
            ],
        ),
        case(
            "tracestate, multiple headers with different keys",
            vec![(
                with(&[("tracestate", "foo=1,bar=2"), ("tracestate", "rojo=1,congo=2"), ("tracestate", "baz=3")]),
                state(&["foo=1", "bar=2", "rojo=1", "congo=2", "baz=3"]),
            )],
        ),
        case(
            "tracestate, duplicated keys",
            vec![
                (stated("foo=1,foo=1"), state(&["foo=1", "foo=1"])),
                (stated("foo=1,foo=2"), state(&["foo=1", "foo=2"])),
                (with(&[("tracestate", "foo=1"), ("tracestate", "foo=1")]), state(&["foo=1", "foo=1"])),
                (with(&[("tracestate", "foo=1"), ("tracestate", "foo=2")]), state(&["foo=1", "foo=2"])),
            ],
        ),
        case(
            "tracestate, all allowed characters",
            vec![(stated(&all), state(&[&all])), (stated(&all_of_vendor), state(&[&all_of_vendor]))],
        ),
        case(
            "tracestate OWS handling",
            vec![
                (stated("foo=1 \t , \t bar=2, \t baz=3"), state(&["foo=1", "bar=2", "baz=3"])),
                (stated("foo=1\t \t,\t \tbar=2,\t \tbaz=3"), state(&["foo=1", "bar=2", "baz=3"])),
                (stated(" foo=1"), state(&["foo=1"])),
                (stated("\tfoo=1"), state(&["foo=1"])),
                (stated("foo=1 "), state(&["foo=1"])),
                (stated("foo=1\t"), state(&["foo=1"])),
                (stated("\t foo=1 \t"), state(&["foo=1"])),
            ],
        ),
        case(
            "tracestate key, illegal characters",
            ["foo =1", "FOO=1", "foo.bar=1"].map(|value| (stated(value), state(&[]))).into(),
        ),
        case(
            "tracestate key, vendor format",
            vec![
                (stated("foo@=1,bar=2"), state(&["foo@=1", "bar=2"])),
                (stated("@foo=1,bar=2"), state(&[])),
                (stated("foo@@bar=1,bar=2"), state(&["foo@@bar=1", "bar=2"])),
                (stated("foo@bar@baz=1,bar=2"), state(&["foo@bar@baz=1", "bar=2"])),
            ],
        ),
        of_member_count(),
        case(
            "tracestate key length limit",
            vec![
                key_of_length("z".repeat(256), true),
                key_of_length("z".repeat(257), false),
                key_of_length(format!("{}@{}", "t".repeat(241), "v".repeat(14)), true),
                key_of_length(format!("{}@v", "t".repeat(242)), true),
                key_of_length(format!("t@{}", "v".repeat(15)), true),
            ],
        ),
        case(
            "tracestate value, illegal characters",
            ["foo=bar=baz", "foo=,bar=3"].map(|value| (stated(value), state(&[]))).into(),
        ),
    ]
}

/// A key in a header of its own, behind another one.
fn key_of_length(key: String, is_passed_on: bool) -> (Headers, Expected) {
    let member = key + "=1";
    let expected = if is_passed_on { state(&["foo=1", &member]) } else { state(&[]) };
    (with(&[("tracestate", "foo=1"), ("tracestate", &member)]), expected)
}

fn of_member_count() -> Case {
    let members: Vec<String> = (1..=33).map(|at| format!("bar{at:02}={at:02}")).collect();
    let request = |count: usize, expected| {
        let headers = members[..count].chunks(10).map(|members| ("tracestate", members.join(",")));
        (parent(UNSAMPLED).into_iter().chain(headers).collect(), expected)
    };
    let most: Vec<&str> = members[..32].iter().map(String::as_str).collect();
    case("tracestate member count limit", vec![request(32, state(&most)), request(33, state(&[]))])
}

fn of_several_calls() -> Vec<Case> {
    let illegal = SAMPLED.replace(TRACE, &"0".repeat(32));
    let three = |name, request| Case { name, requests: vec![request], calls: 3 };
    vec![
        three("multiple requests with a valid traceparent", (parent(SAMPLED), Trace)),
        three("multiple requests without traceparent", (vec![], NewTrace)),
        three("multiple requests with an illegal traceparent", (parent(illegal), NewTrace)),
    ]
}

fn of_level_2() -> Vec<Case> {
    vec![followed("random flag is propagated", vec![parent(UNSAMPLED.replace("-00", "-02"))])]
}

/// What the service sent on in one call.
struct Call {
    traceparent: String,
    tracestate: Option<String>,
}

impl Call {
    fn trace(&self) -> &str {
        &self.traceparent[3..35]
    }

    fn span(&self) -> &str {
        &self.traceparent[36..52]
    }

    fn flags(&self) -> &str {
        &self.traceparent[53..]
    }

    fn members(&self) -> Vec<&str> {
        self.tracestate.iter().flat_map(|state| state.split(',')).collect()
    }

    /// That it is a valid traceparent, of version 00.
    fn check(&self, context: &str) {
        let lengths: Vec<usize> = self.traceparent.split('-').map(str::len).collect();
        assert_eq!(lengths, [2, 32, 16, 2], "{context}");
        assert!(self.traceparent.starts_with("00-"), "{context}");
        assert!(self.traceparent.bytes().all(|byte| b"0123456789abcdef-".contains(&byte)), "{context}");
        assert!(self.trace() != "0".repeat(32) && self.span() != "0".repeat(16), "{context}");
    }
}

#[traced(kind = client)]
async fn call() -> String {
    let mut headers = HeaderMap::new();
    observe::inject(&mut headers);
    let lines: Vec<_> = headers.iter().map(|(name, value)| format!("{name}={}", value.to_str().unwrap())).collect();
    lines.join("\n") + "\n"
}

/// Answers with the headers of its calls, an empty line behind each.
async fn answer(Path(calls): Path<usize>) -> String {
    let mut all = String::new();
    for _ in 0..calls {
        all += &(call().await + "\n");
    }
    all
}

async fn send(address: SocketAddr, headers: &Headers, calls: usize) -> Vec<Call> {
    let mut request = format!("GET /{calls} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n");
    for (name, value) in headers {
        write!(request, "{name}:{value}\r\n").unwrap();
    }
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all((request + "\r\n").as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{answer}");
    let made: Vec<Call> = body.split_terminator("\n\n").map(read).collect();
    assert_eq!(made.len(), calls, "{answer}");
    made
}

fn read(headers: &str) -> Call {
    let of = |name: &str| {
        let mut values = headers.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        let value = values.next().map(str::to_owned);
        assert_eq!(values.next(), None, "{name} twice");
        value
    };
    Call { traceparent: of("traceparent").expect("a traceparent"), tracestate: of("tracestate") }
}

fn check(headers: &Headers, expected: &Expected, calls: &[Call], name: &str) {
    let spans: HashSet<&str> = calls.iter().map(Call::span).collect();
    assert_eq!(spans.len(), calls.len(), "{name}: each call is another span");
    for call in calls {
        let context = format!("{name}: {headers:?} became {:?}, {:?}", call.traceparent, call.tracestate);
        call.check(&context);
        assert_ne!(call.span(), SPAN, "{context}");
        if matches!(expected, NewTrace) {
            assert!(headers.iter().all(|(_, value)| !value.contains(call.trace())), "{context}");
            // What is begun here is sampled and random, and says so.
            assert_eq!((call.flags(), &*call.members()), ("03", &["ot=th:0"][..]), "{context}");
            continue;
        }
        let sent = &headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("traceparent")).unwrap().1;
        assert_eq!((call.trace(), call.flags()), (TRACE, &sent.trim()[53..55]), "{context}");
        let state: &[String] = if let Expected::State(state) = expected { state } else { &[] };
        assert_eq!(call.members(), state, "{context}");
        assert_eq!(call.tracestate.is_some(), !state.is_empty(), "{context}");
    }
}

#[tokio::test]
async fn all_cases_of_the_suite_pass() {
    let _guard = observe::init!("w3c").unwrap();
    let app = Router::new().route("/{calls}", get(answer)).layer(observe::axum::layer());
    let server = observe::axum::bind("127.0.0.1:0").await.unwrap();
    let address = server.address();
    tokio::spawn(server.serve(app));

    let cases: Vec<Case> =
        [of_traceparent(), of_tracestate(), of_several_calls(), of_level_2()].into_iter().flatten().collect();
    for Case { name, requests, calls } in &cases {
        for (headers, expected) in requests {
            check(headers, expected, &send(address, headers, *calls).await, name);
        }
        println!("passed: {name}");
    }
    let names: HashSet<&str> = cases.iter().map(|case| case.name).collect();
    println!("{} cases of 41", names.len());
    assert_eq!((names.len(), cases.len()), (41, 41));
}
