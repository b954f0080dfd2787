//! The real servers, as `tests/servers` fetches them.

use crate::sink::Sink;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// How long a server may take to start: two busy cores are slow.
const PATIENCE: Duration = Duration::from_mins(2);

/// The folders of Prometheus and of Alertmanager, the older major first.
pub(crate) const MAJORS: [(&str, &str); 2] =
    [("prometheus", "prometheus-alertmanager"), ("prometheus-3", "alertmanager-next")];

/// Debian's build of Alertmanager reads this file, wherever else the program is.
const TEMPLATE: &str = "/usr/share/prometheus/alertmanager/default.tmpl";
/// Runs the rest of its arguments where the first one stands in the place of `/usr/share`, for itself alone.
const INSIDE: &str = "mount --bind \"$0\" /usr/share && exec \"$@\"";

fn place(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("servers").join(name)
}

/// A program of a server; `None`, and a loud line, where it is missing.
pub(crate) fn server(name: &str, program: &str) -> Option<PathBuf> {
    let path = place(name).join("usr/bin").join(program);
    if path.is_file() { Some(path) } else { skipped(&format!("{} is missing: run tests/servers", path.display())) }
}

fn skipped<T>(why: &str) -> Option<T> {
    assert!(std::env::var("OBSERVE_REQUIRE_SERVERS").as_deref() != Ok("1"), "{why}");
    // Past the test harness, which keeps what a passing test prints to itself.
    let _ = writeln!(std::io::stderr(), "SKIPPED: {why}");
    None
}

/// Runs a command that has to end well, and returns what it said.
#[track_caller]
pub(crate) fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
    said
}

/// A folder that goes away with its owner.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("alerts-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Deref for Folder {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A server that ends with its owner.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a server on a free port; its log says which. `Err` is its log.
fn start(command: &mut Command) -> Result<(Server, SocketAddr), String> {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let (sender, receiver) = mpsc::channel();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    thread::spawn(move || lines.map_while(Result::ok).for_each(|line| drop(sender.send(line))));
    let server = Server(child);
    let mut log = String::new();
    // Until it listens, or has ended.
    while let Ok(line) = receiver.recv_timeout(PATIENCE) {
        if line.contains("msg=\"Listening on\"") {
            let address = line.split_once("address=").unwrap().1.split(' ').next().unwrap();
            return Ok((server, address.trim_matches('"').parse().unwrap()));
        }
        log += &(line + "\n");
    }
    Err(log)
}

pub(crate) struct Alertmanager {
    _server: Server,
    pub(crate) address: SocketAddr,
}

impl Alertmanager {
    /// Starts it with the generated configuration, in which only the folder of secrets is another one.
    pub(crate) fn start(name: &str, folder: &Path, sink: &Sink) -> Option<Self> {
        let program = server(name, "prometheus-alertmanager")?;
        let secrets = folder.join("secrets");
        std::fs::create_dir_all(&secrets).unwrap();
        let slack = format!("http://{}/slack", sink.address);
        let key = "0123456789abcdef0123456789abcdef";
        for (file, text) in
            [("slack_url", &*slack), ("pagerduty_key", key), ("webhook_token", "the-token"), ("smtp_password", "-")]
        {
            std::fs::write(secrets.join(file), text).unwrap();
        }
        let config = folder.join("made/alertmanager/alertmanager.yml");
        let text = std::fs::read_to_string(&config).unwrap();
        std::fs::write(&config, text.replace("/etc/alertmanager/secrets", &secrets.display().to_string())).unwrap();
        let mut command = if Path::new(TEMPLATE).is_file() {
            Command::new(&program)
        } else {
            let mut command = Command::new("unshare");
            let share = place(name).join("usr/share");
            command.args(["--map-root-user", "--mount", "sh", "-c", INSIDE]).arg(share).arg(&program);
            command
        };
        command
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.path={}", folder.join("alertmanager-data").display()))
            .args(["--data.retention=120h", "--web.listen-address=127.0.0.1:0", "--cluster.listen-address="]);
        match start(&mut command) {
            Ok((server, address)) => Some(Self { _server: server, address }),
            Err(log) => skipped(&format!("Alertmanager does not run here: {log}")),
        }
    }
}

pub(crate) struct Prometheus {
    _server: Server,
    address: SocketAddr,
}

impl Prometheus {
    /// Starts it on the folder's `data` and `rules.yml`.
    pub(crate) fn start(name: &str, folder: &Path, alertmanager: SocketAddr) -> Option<Self> {
        let program = server(name, "prometheus")?;
        // JSON is YAML.
        let config = json!({
            "global": { "evaluation_interval": "1s" },
            "rule_files": ["rules.yml"],
            "alerting": { "alertmanagers": [{ "static_configs": [{ "targets": [alertmanager.to_string()] }] }] },
        });
        std::fs::write(folder.join("prometheus.yml"), config.to_string()).unwrap();
        let mut command = Command::new(program);
        command
            .arg(format!("--config.file={}", folder.join("prometheus.yml").display()))
            .arg(format!("--storage.tsdb.path={}", folder.join("data").display()))
            // The first alert is sent before Alertmanager was found; the second one is not to wait for a minute.
            .args(["--web.listen-address=127.0.0.1:0", "--rules.alert.resend-delay=1s"]);
        let (server, address) = start(&mut command).unwrap_or_else(|log| panic!("Prometheus never listened: {log}"));
        Some(Self { _server: server, address })
    }

    /// The alerts that fire or wait.
    pub(crate) fn alerts(&self) -> Vec<Value> {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        write!(stream, "GET /api/v1/alerts HTTP/1.0\r\nhost: {}\r\n\r\n", self.address).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(" 200 "), "{answer}");
        let answer: Value = serde_json::from_str(body).unwrap();
        answer["data"]["alerts"].as_array().unwrap().clone()
    }
}
