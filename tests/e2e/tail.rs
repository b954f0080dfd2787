//! `cargo observe tail` and the data of a service's page, beside a service that runs.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[path = "../cargo/mod.rs"]
mod cargo;
#[allow(dead_code, reason = "the live check has tests of its own")]
#[path = "live_check/process.rs"]
mod process;

use process::Service;
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

const PATIENT: &str = r#"{"patient_id":"p-4711-planted","features":{"age_years":24,"months_on_treatment":3,"missed_visits":6,"days_late":45,"distance_km":38,"suppressed":false}}"#;
const TOKEN: &str = "a token of some length";

/// Long enough for any machine: what takes longer hangs.
const LONG: Duration = Duration::from_mins(1);

struct Tail {
    child: Child,
    out: Receiver<String>,
    beside: Receiver<String>,
}

fn lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (say, said) = channel();
    thread::spawn(move || {
        let lines = BufReader::new(stream).lines().map_while(Result::ok);
        lines.take_while(|line| say.send(line.clone()).is_ok()).for_each(drop);
    });
    said
}

impl Tail {
    fn start(address: SocketAddr, words: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-observe"));
        command.args(["observe", "tail", &address.to_string()]).args(words).env_remove("OBSERVE_DEV_PAGE_TOKEN");
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (out, beside) = (lines(child.stdout.take().unwrap()), lines(child.stderr.take().unwrap()));
        Self { child, out, beside }
    }

    /// The next line that has this in it, and all that came before it.
    fn until(&self, part: &str) -> Vec<String> {
        let mut seen = Vec::new();
        loop {
            seen.push(self.out.recv_timeout(LONG).unwrap_or_else(|_| panic!("no {part:?} after {seen:?}")));
            if seen.last().unwrap().contains(part) {
                return seen;
            }
        }
    }
}

impl Drop for Tail {
    fn drop(&mut self) {
        // One that has ended is none to be ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What is answered at a path of the page: status and JSON.
fn ask(address: SocketAddr, path: &str) -> (u16, Value) {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET /observe/api/{path} HTTP/1.0\r\nhost: {address}\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {body}")))
}

/// The same, as soon as it is as wanted.
fn ask_until(address: SocketAddr, path: &str, is_wanted: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let answer = ask(address, path).1;
        if is_wanted(&answer) {
            return answer;
        }
        assert!(begun.elapsed() < LONG, "{answer:#}");
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn requests_and_lines_of_a_service_are_shown_as_they_come_and_nobody_is_in_them() {
    let service = Service::start(&[("OBSERVE_DEV_PAGE", "on"), ("RUST_LOG", "info")]);
    assert_eq!(service.post("/v1/predict", PATIENT), 200);
    let past = ask_until(service.address, "requests?text=predict", |answer| answer["requests"][0].is_object());
    let trace = past["requests"][0]["trace_id"].as_str().unwrap().to_owned();
    let tail = Tail::start(service.address, &["--logs", "--lines", "100"]);
    let first = tail.until(" 200 ");
    let line = first.iter().find(|line| line.contains(" POST /v1/predict ")).unwrap_or_else(|| panic!("{first:?}"));
    assert!(line.contains(&trace), "{line}");
    assert_eq!(service.post("/v1/predict", "{}"), 400);
    let then = tail.until(" 400 ");
    assert!(first.iter().chain(&then).any(|line| line.contains(" INFO  observe::http: request done")), "{then:?}");
    let all = [first, then].concat().join("\n");
    assert!(!all.contains("4711"), "{all}");
    let failed = Tail::start(service.address, &["--lines", "100", "--json", "--text", &trace]);
    let only: Value = serde_json::from_str(&failed.until("{")[0]).unwrap();
    assert_eq!(only["request"]["trace_id"], trace.as_str());
}

#[test]
fn a_service_that_is_started_anew_is_followed_on() {
    let first = Service::start(&[("OBSERVE_DEV_PAGE", "on")]);
    let address = first.address;
    let tail = Tail::start(address, &["--lines", "1", "--route", "/v1/predict"]);
    assert_eq!(first.post("/v1/predict", PATIENT), 200);
    tail.until(" 200 ");
    first.end();
    assert_eq!(tail.beside.recv_timeout(LONG).unwrap(), "lost: iit-ml does not answer; waiting for it");
    let text = address.to_string();
    let second = Service::start(&[("OBSERVE_DEV_PAGE", "on"), ("IIT_ML_ADDR", &text)]);
    assert_eq!(second.post("/v1/predict", PATIENT), 200);
    tail.until(" 200 ");
    assert_eq!(tail.beside.recv_timeout(LONG).unwrap(), "back: iit-ml has started anew");
}

#[test]
fn a_token_is_wanted_where_there_is_one_and_no_page_is_there_where_it_is_off() {
    let service = Service::start(&[("OBSERVE_DEV_PAGE", "on"), ("OBSERVE_DEV_PAGE_TOKEN", TOKEN)]);
    let mut without = Tail::start(service.address, &[]);
    assert_eq!(without.child.wait().unwrap().code(), Some(2));
    assert!(without.beside.recv_timeout(LONG).unwrap().contains("wants a token"));
    let with = Tail::start(service.address, &["--token", TOKEN]);
    // It follows from when it has begun to: as soon as one is shown, all is well.
    let begun = Instant::now();
    while with.out.recv_timeout(Duration::from_millis(200)).is_err() {
        assert!(begun.elapsed() < LONG);
        assert_eq!(service.post("/v1/predict", PATIENT), 200);
    }
    let off = Service::start(&[("OBSERVE_DEV_PAGE", "off")]);
    let mut nobody = Tail::start(off.address, &[]);
    assert_eq!(nobody.child.wait().unwrap().code(), Some(2));
    assert!(nobody.beside.recv_timeout(LONG).unwrap().contains("has no page at /observe"));
}

#[test]
fn a_collector_that_is_gone_is_told_of_and_no_secret_is() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let endpoint = format!("http://{gone}/hidden-path?key=hidden-key");
    let service = Service::start(&[
        ("OBSERVE_DEV_PAGE", "on"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint),
        ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20hidden-token"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "200"),
        ("OBSERVE_ALERT_WEBHOOK", &endpoint),
    ]);
    assert_eq!(service.post("/v1/predict", PATIENT), 200);
    let answer = ask_until(service.address, "exporters", |answer| {
        let of = |at: usize| &answer["exporters"][at];
        of(0)["failing"] == true && of(1)["failing"] == true && of(0)["waiting"].as_u64() > Some(0)
    });
    let exporters = answer["exporters"].as_array().unwrap();
    let signals: Vec<_> = exporters.iter().map(|one| one["signal"].as_str().unwrap()).collect();
    assert_eq!(signals, ["spans", "metrics", "logs", "alerts"]);
    for one in &exporters[..2] {
        assert_eq!(one["destination"], format!("otlp to http://{gone}"), "{one:#}");
        assert_eq!(one["sent"], 0);
        assert!(one["last_error"]["text"].as_str().unwrap().contains("refused"), "{one:#}");
        assert!(one["last_error"]["time"].as_f64() > Some(1.7e12), "{one:#}");
    }
    assert!(exporters[1]["lost"]["export_failed"].as_u64() > Some(0), "{answer:#}");
    assert_eq!(exporters[3]["destination"], "webhook", "{answer:#}");
    assert!(!answer.to_string().contains("hidden"), "{answer:#}");
}

#[test]
fn health_and_map_tell_how_it_is_and_who_calls() {
    let service = Service::start(&[("OBSERVE_DEV_PAGE", "on")]);
    let (status, health) = ask(service.address, "health");
    assert_eq!((status, &health["phase"]), (200, &Value::from("serving")), "{health:#}");
    let components = health["components"].as_array().unwrap();
    assert!(!components.is_empty(), "{health:#}");
    for one in components {
        assert!(one["checked"].as_f64() >= one["changed"].as_f64(), "{one:#}");
        assert!(one["critical"].is_boolean() && one["kind"].is_string() && one["elapsed_ms"].is_number(), "{one:#}");
    }
    for _ in 0..3 {
        assert_eq!(service.post("/v1/predict", PATIENT), 200);
    }
    // Who calls stands first.
    let are_there = |edge: &Value| edge["from"] == "callers" && edge["calls"].as_u64() >= Some(3);
    let map = ask_until(service.address, "map", |map| are_there(&map["edges"][0]));
    let edge = &map["edges"][0];
    assert_eq!((&map["service"], &edge["from"], &edge["to"]), (&"iit-ml".into(), &"callers".into(), &"iit-ml".into()));
    assert_eq!((&edge["kind"], &edge["failed"]), (&"server".into(), &0.into()), "{map:#}");
    assert!(edge["mean_ms"].as_f64() > Some(0.0) && edge["p95_ms"].as_f64() > Some(0.0), "{map:#}");
}
