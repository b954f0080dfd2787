//! The Collector's redaction, replayed: `rotel` runs what was generated, on what is sent through it.

use crate::generated::STACK;
use crate::skipped;
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// How long it may take until everything has arrived: a guard against hanging, far beyond what it takes.
const PATIENCE: Duration = Duration::from_mins(2);

/// Values under names that say nothing: their forms have to tell.
const PLANTED_FORMS: &[&str] = &[
    "jane.roe@example.org",
    "+1 202 555 0143",
    "(202) 555-0143",
    "078-05-1120",
    "4111 1111 1111 1111",
    "5555-5555-5555-4444",
    "DE89 3704 0044 0532 0130 00",
    "203.0.113.77",
    "2001:db8:85a3::8a2e:370:7334",
    "00:1B:44:11:3A:B7",
    "Bearer abcdefgh12345678",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "ghp_0123456789abcdefghijABCDEFGHIJ0123",
    "MRN: 00412398",
    "1EG4-TE5-MK73",
    "12 Maple Street",
    "born on 1970-01-31",
];

/// Names that have to tell, with values that say nothing.
const PLANTED_NAMES: &[(&str, &str)] = &[
    ("user.password", "hunter2"),
    ("patientEmail", "nobody knows"),
    ("X-Api-Key", "k3J9x2"),
    ("date_of_birth", "a day in May"),
    ("lastCaseNumber", "C 17"),
    // A field that the fixture's type hides.
    ("question.text", "what was asked"),
    ("text", "asked again"),
];

const HARMLESS: &[(&str, &str)] = &[
    ("http.route", "/v1/notes/{id}"),
    ("deployment.environment.name", "production"),
    ("token_expiry_minutes", "thirty"),
    ("error.type", "TimeoutError"),
    ("code.function.name", "voiceassist::answer::dead::beef"),
    ("url.path", "/beds/7"),
    ("question.mrn", "h:0123456789abcdef0123456789abcdef"),
    ("user.phone", "***0143"),
    ("duration", "0.4283749283749283"),
    ("server.address", "127.0.0.1"),
];

#[test]
fn planted_values_are_gone_and_harmless_ones_stay() {
    let Some(program) = program() else { return };
    let sink = Sink::start();
    let rotel = Rotel::start(&program, sink.address);
    rotel.send("/v1/traces", &message(&traces()));
    rotel.send("/v1/logs", &message(&logs()));
    sink.wait_for(&["the last span", "the last record"]);
    let received = String::from_utf8_lossy(&sink.bytes()).into_owned();
    drop(rotel);
    for value in PLANTED_FORMS.iter().chain(PLANTED_NAMES.iter().map(|(_, value)| value)) {
        assert!(!received.contains(value), "{value} came through");
    }
    assert!(!received.contains("4012888888881881"), "the card's number that was an integer");
    for (name, value) in HARMLESS {
        assert!(received.contains(name) && received.contains(value), "{name}={value} is gone");
    }
    for text in ["about **** in a span", "because of ****", "about **** in a line", "about **** in an event"] {
        assert!(received.contains(text), "{text}");
    }
}

/// Spans with each planted value: as an attribute, in a name, in a status, in an event, in the resource.
fn traces() -> Vec<Vec<u8>> {
    let mut spans: Vec<Vec<u8>> = PLANTED_FORMS.iter().map(|value| span(value, &[("note", value)])).collect();
    spans.extend(PLANTED_NAMES.iter().map(|pair| span("work", &[*pair])));
    spans.push(span("work", HARMLESS));
    // A number: the third field of a value.
    let number = [bytes(1, b"note"), bytes(2, &[vec![3 << 3], varint(4_012_888_888_881_881)].concat())].concat();
    spans.push([identity("the last span"), bytes(9, &number)].concat());
    let spans: Vec<Vec<u8>> = spans.iter().map(|span| bytes(2, span)).collect();
    vec![bytes(1, &resource()), bytes(2, &spans.concat())]
}

fn span(value: &str, attributes: &[(&str, &str)]) -> Vec<u8> {
    let about = |place: &str| format!("about {value} in {place}");
    let event = [fixed(1, 1), bytes(2, about("an event").as_bytes()), pair(3, "note", value)].concat();
    let status = [bytes(2, format!("because of {value}").as_bytes()), vec![3 << 3, 2]].concat();
    let attributes: Vec<u8> = attributes.iter().flat_map(|(name, value)| pair(9, name, value)).collect();
    [identity(&about("a span")), attributes, bytes(11, &event), bytes(15, &status)].concat()
}

fn identity(name: &str) -> Vec<u8> {
    let times = [fixed(7, 1_700_000_000_000_000_000), fixed(8, 1_700_000_000_000_000_001)].concat();
    [bytes(1, &[7; 16]), bytes(2, &[8; 8]), bytes(5, name.as_bytes()), vec![6 << 3, 1], times].concat()
}

/// Records with each planted value, in the text and as an attribute.
fn logs() -> Vec<Vec<u8>> {
    let mut records: Vec<Vec<u8>> =
        PLANTED_FORMS.iter().map(|value| record(&format!("about {value} in a line"), &[("note", value)])).collect();
    records.extend(PLANTED_NAMES.iter().map(|pair| record("a line", &[*pair])));
    records.push(record("the last record", HARMLESS));
    let records: Vec<Vec<u8>> = records.iter().map(|record| bytes(2, record)).collect();
    vec![bytes(1, &resource()), bytes(2, &records.concat())]
}

fn record(text: &str, attributes: &[(&str, &str)]) -> Vec<u8> {
    let attributes: Vec<u8> = attributes.iter().flat_map(|(name, value)| pair(6, name, value)).collect();
    [fixed(1, 1_700_000_000_000_000_000), vec![2 << 3, 9], bytes(5, &bytes(1, text.as_bytes())), attributes].concat()
}

fn resource() -> Vec<u8> {
    [pair(1, "service.name", "ward"), pair(1, "contact", "jane.roe@example.org")].concat()
}

/// A whole request: one resource with all that is its own.
fn message(fields: &[Vec<u8>]) -> Vec<u8> {
    bytes(1, &fields.concat())
}

/// A field of protobuf that has a length.
fn bytes(field: u64, content: &[u8]) -> Vec<u8> {
    [varint(field << 3 | 2), varint(content.len() as u64), content.to_vec()].concat()
}

fn fixed(field: u64, number: u64) -> Vec<u8> {
    [varint(field << 3 | 1), number.to_le_bytes().to_vec()].concat()
}

fn pair(field: u64, name: &str, value: &str) -> Vec<u8> {
    bytes(field, &[bytes(1, name.as_bytes()), bytes(2, &bytes(1, value.as_bytes()))].concat())
}

fn varint(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 0x7F {
        bytes.push((number & 0x7F) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

/// The program; `None`, and a loud line, where it is not there.
fn program() -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let path = target.join("servers/rotel/rotel/rotel-agent");
    if path.is_file() { Some(path) } else { skipped(&format!("{} is missing: run tests/servers", path.display())) }
}

/// It ends with its owner, also where a test fails.
struct Rotel {
    child: Child,
    port: u16,
}

impl Rotel {
    fn start(program: &Path, next: SocketAddr) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("rotel-redaction-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let config = STACK.yaml("collector/config.yaml");
        let policy: &Value = &config["processors"]["redaction"];
        assert!(policy["allow_all_keys"] == json!(true) && policy["redact_all_types"] == json!(true), "{policy}");
        fs::write(folder.join("policy.json"), policy.to_string()).unwrap();
        let processor = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/e2e/stack/redaction.py");
        let [http, grpc] = [free_port(), free_port()];
        let mut command = Command::new(program);
        command.env_clear().env("POLICY", folder.join("policy.json"));
        command.args(["start", "--exporter", "otlp", "--otlp-exporter-protocol", "http"]);
        command.args(["--otlp-exporter-endpoint", &format!("http://{next}")]);
        command.args(["--otlp-http-endpoint", &format!("127.0.0.1:{http}")]);
        command.args(["--otlp-grpc-endpoint", &format!("127.0.0.1:{grpc}")]);
        command.arg("--otlp-with-trace-processor").arg(&processor).arg("--otlp-with-logs-processor").arg(&processor);
        command.arg("--pid-file").arg(folder.join("pid")).arg("--log-file").arg(folder.join("log"));
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let rotel = Self { child, port: http };
        wait_for("rotel listens", || TcpStream::connect((Ipv4Addr::LOCALHOST, http)).is_ok());
        rotel
    }

    fn send(&self, path: &str, body: &[u8]) {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/x-protobuf\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
        let mut answer = String::new();
        BufReader::new(stream).read_line(&mut answer).unwrap();
        assert!(answer.contains(" 200 "), "{path}: {answer}");
    }
}

impl Drop for Rotel {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Takes what is exported, and keeps the bytes.
struct Sink {
    address: SocketAddr,
    bytes: Arc<Mutex<Vec<u8>>>,
}

impl Sink {
    fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let bytes = Arc::new(Mutex::default());
        let kept = Arc::clone(&bytes);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let kept = Arc::clone(&kept);
                thread::spawn(move || serve(stream, &kept));
            }
        });
        Self { address, bytes }
    }

    fn bytes(&self) -> Vec<u8> {
        self.bytes.lock().unwrap().clone()
    }

    fn wait_for(&self, texts: &[&str]) {
        wait_for("all has arrived", || {
            let received = self.bytes();
            texts.iter().all(|text| received.windows(text.len()).any(|window| window == text.as_bytes()))
        });
    }
}

/// Answers every request on a connection.
fn serve(stream: TcpStream, kept: &Mutex<Vec<u8>>) {
    let mut reader = BufReader::new(stream);
    loop {
        let (mut length, mut is_packed, mut line) = (0, false, String::new());
        loop {
            line.clear();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            let head = line.to_ascii_lowercase();
            is_packed |= head.starts_with("content-encoding: gzip");
            if let Some(value) = head.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if line == "\r\n" {
                break;
            }
        }
        let mut body = vec![0; length];
        if reader.read_exact(&mut body).is_err() {
            return;
        }
        if is_packed {
            let mut unpacked = Vec::new();
            flate2::read::GzDecoder::new(&body[..]).read_to_end(&mut unpacked).unwrap();
            body = unpacked;
        }
        kept.lock().unwrap().extend(body);
        let answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
        if reader.get_mut().write_all(answer).is_err() {
            return;
        }
    }
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

fn wait_for(what: &str, mut is_true: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_true() {
        assert!(begun.elapsed() < PATIENCE, "{what} not yet");
        thread::sleep(Duration::from_millis(20));
    }
}
