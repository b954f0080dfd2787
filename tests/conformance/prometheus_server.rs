//! The real Prometheus, as `tests/servers` fetches it.

use crate::http;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

/// How long Prometheus may take to start and to scrape once: with two busy cores it takes two seconds.
const PATIENCE: Duration = Duration::from_mins(2);

/// The job that the service is scraped as.
pub(crate) const JOB: &str = "service";

/// One of the programs; `None`, and a loud line, where they weren't fetched.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let path = target.join("servers/prometheus/usr/bin").join(name);
    if path.is_file() {
        return Some(path);
    }
    let missing = format!("{} is missing: run tests/servers", path.display());
    assert!(std::env::var("OBSERVE_REQUIRE_SERVERS").as_deref() != Ok("1"), "{missing}");
    // Past the test harness, which keeps what a passing test prints to itself.
    let _ = writeln!(std::io::stderr(), "SKIPPED: {missing}");
    None
}

/// `promtool check metrics` on this text: 0 is fine, 1 can't be read, 3 is bad style.
pub(crate) fn check_metrics(promtool: &Path, text: &str) -> Output {
    let mut command = Command::new(promtool);
    command.args(["check", "metrics"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// A server that scrapes one service each second. It ends with its owner, also where a test fails.
pub(crate) struct Prometheus {
    child: Child,
    address: SocketAddr,
    log: Arc<Mutex<String>>,
    folder: PathBuf,
}

impl Prometheus {
    /// Starts it on a free port; the log says which.
    pub(crate) fn start(program: &Path, service: SocketAddr) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("prometheus-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        // JSON is YAML.
        let config = json!({
            "global": { "scrape_interval": "1s", "scrape_timeout": "1s" },
            "scrape_configs": [{ "job_name": JOB, "static_configs": [{ "targets": [service.to_string()] }] }],
        });
        std::fs::write(folder.join("prometheus.yml"), config.to_string()).unwrap();
        let mut child = Command::new(program)
            .arg(format!("--config.file={}", folder.join("prometheus.yml").display()))
            .arg(format!("--storage.tsdb.path={}", folder.join("data").display()))
            .args(["--web.listen-address=127.0.0.1:0", "--enable-feature=exemplar-storage"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, receiver) = mpsc::channel();
        let log = Arc::new(Mutex::new(String::new()));
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        thread::spawn({
            let log = Arc::clone(&log);
            move || {
                for line in lines.map_while(Result::ok) {
                    if line.contains("msg=\"Listening on\"") {
                        let address = line.split_once("address=").unwrap().1;
                        let _ = sender.send(address.split(' ').next().unwrap().parse().unwrap());
                    }
                    *log.lock().unwrap() += &(line + "\n");
                }
            }
        });
        // Owned before anything may fail.
        let unknown = SocketAddr::from(([0, 0, 0, 0], 0));
        let mut server = Self { child, address: unknown, log, folder };
        server.address =
            receiver.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("it never listened\n{}", server.log()));
        server
    }

    /// Waits for the end of a scrape, whatever came of it.
    pub(crate) fn wait_for_scrape(&self) {
        let start = Instant::now();
        while self.query(&format!("up{{job=\"{JOB}\"}}")).is_empty() {
            assert!(start.elapsed() < PATIENCE, "it never scraped\n{}", self.log());
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// The series that a query finds: their labels, and their values.
    pub(crate) fn query(&self, query: &str) -> Vec<(Value, f64)> {
        let data = self.api(&format!("query?query={}", encoded(query)));
        let series = data["result"].as_array().map_or(&[][..], Vec::as_slice).iter();
        series.map(|one| (one["metric"].clone(), one["value"][1].as_str().unwrap().parse().unwrap())).collect()
    }

    /// What the API answers; nothing while the server is not ready.
    pub(crate) fn api(&self, call: &str) -> Value {
        let answer = http::get(self.address, &format!("/api/v1/{call}"), "");
        let answer = answer.unwrap_or_else(|error| panic!("it doesn't answer: {error}\n{}", self.log()));
        if answer.status == 503 {
            return Value::Null;
        }
        assert_eq!(answer.status, 200, "{call}: {}", answer.body);
        let mut answer: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(answer["status"], "success", "{call}: {answer}");
        answer["data"].take()
    }

    /// What it wrote to its log.
    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A text as part of a query.
fn encoded(text: &str) -> String {
    let byte = |byte: u8| {
        if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    text.bytes().map(byte).collect()
}
