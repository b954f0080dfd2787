//! ML-A1 with the real Alertmanager, as `tests/servers` fetches it.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod receiver;

use receiver::PATIENCE;
use receiver::program::Program;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// Debian's build reads this file, wherever else the program is.
const TEMPLATE: &str = "/usr/share/prometheus/alertmanager/default.tmpl";

/// Runs the rest of its arguments where the first one stands in the place of `/usr/share`, for itself alone.
const INSIDE: &str = "mount --bind \"$0\" /usr/share && exec \"$@\"";

struct Alertmanager {
    child: Child,
    address: SocketAddr,
    folder: PathBuf,
}

impl Alertmanager {
    /// `None`, and a loud line, where it is not there or can't run.
    fn start(name: &str) -> Option<Self> {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        let place = target.join("servers/prometheus-alertmanager");
        let program = place.join("usr/bin/prometheus-alertmanager");
        if !program.is_file() {
            return skipped(&format!("{} is missing: run tests/servers", program.display()));
        }
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("alertmanager-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        // JSON is YAML.
        let config = json!({
            "route": { "receiver": "none", "group_by": ["service"], "group_wait": "1s" },
            "receivers": [{ "name": "none" }],
        });
        std::fs::write(folder.join("config.yml"), config.to_string()).unwrap();
        let mut command = if Path::new(TEMPLATE).is_file() {
            Command::new(&program)
        } else {
            let mut command = Command::new("unshare");
            command.args(["--map-root-user", "--mount", "sh", "-c", INSIDE]).arg(place.join("usr/share")).arg(&program);
            command
        };
        let mut child = command
            .arg(format!("--config.file={}", folder.join("config.yml").display()))
            .arg(format!("--storage.path={}", folder.join("data").display()))
            .args(["--web.listen-address=127.0.0.1:0", "--cluster.listen-address="])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, receiver) = mpsc::channel();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        thread::spawn(move || lines.map_while(Result::ok).for_each(|line| drop(sender.send(line))));
        let mut log = String::new();
        // Until it listens, or has ended.
        while let Ok(line) = receiver.recv_timeout(PATIENCE) {
            if line.contains("msg=\"Listening on\"") {
                let address = line.split_once("address=").unwrap().1.split(' ').next().unwrap().parse().unwrap();
                return Some(Self { child, address, folder });
            }
            log += &(line + "\n");
        }
        let _ = child.kill();
        let _ = child.wait();
        skipped(&format!("Alertmanager does not run here: {log}"))
    }

    /// What it answers to a GET.
    fn get(&self, path: &str) -> Value {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        write!(stream, "GET /api/v2/{path} HTTP/1.0\r\nhost: {}\r\n\r\n", self.address).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(" 200 "), "{answer}");
        serde_json::from_str(body).unwrap()
    }

    /// The active alerts, as soon as there are so many.
    #[track_caller]
    fn wait_for_active(&self, count: usize) -> Vec<Value> {
        let begun = Instant::now();
        loop {
            let alerts = self.get("alerts?active=true");
            let alerts = alerts.as_array().unwrap();
            if alerts.len() == count {
                return alerts.clone();
            }
            assert!(begun.elapsed() < PATIENCE, "{} of {count} are active: {alerts:?}", alerts.len());
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn program(&self) -> Program {
        let url = format!("http://{}", self.address);
        Program::start(&[("OBSERVE_ALERTMANAGER_URL", url), ("OBSERVE_ENVIRONMENT", "staging".to_owned())])
    }
}

impl Drop for Alertmanager {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn skipped(why: &str) -> Option<Alertmanager> {
    assert!(std::env::var("OBSERVE_REQUIRE_SERVERS").as_deref() != Ok("1"), "{why}");
    // Past the test harness, which keeps what a passing test prints to itself.
    let _ = writeln!(std::io::stderr(), "SKIPPED: {why}");
    None
}

#[test]
fn an_alert_is_active_with_its_labels_until_it_is_resolved() {
    let Some(manager) = Alertmanager::start("active") else { return };
    let mut program = manager.program();
    program.ask("send error disk the disk is full");
    let alerts = manager.wait_for_active(1);
    let labels = json!({
        "alertname": "custom", "severity": "error", "service": "alarms", "environment": "staging", "dedup_key": "disk",
    });
    assert_eq!(alerts[0]["labels"], labels);
    let annotations = json!({
        "summary": "the disk is full", "description": "the disk of <ward-7> & others is full", "region": "eu",
        "runbook_url": "https://runbooks.example.org/disk",
    });
    assert_eq!(alerts[0]["annotations"], annotations);
    assert_eq!(program.ask("resolve disk"), "resolved true");
    assert!(program.ask("flush") == "flushed true");
    manager.wait_for_active(0);
    program.end();
}

#[test]
fn alerts_are_grouped_and_one_resolve_ends_both_severities_of_a_key() {
    let Some(manager) = Alertmanager::start("groups") else { return };
    let mut program = manager.program();
    for line in ["send warning disk filling", "send error disk full", "send critical net down"] {
        program.ask(line);
    }
    manager.wait_for_active(3);
    let groups = manager.get("alerts/groups");
    let sizes: Vec<usize> =
        groups.as_array().unwrap().iter().map(|group| group["alerts"].as_array().unwrap().len()).collect();
    assert_eq!(sizes, [3], "one group for the service: {groups}");
    program.ask("resolve disk");
    let left = manager.wait_for_active(1);
    assert_eq!(left[0]["labels"]["dedup_key"], "net");
    // The process ends, and what nobody resolved stays until its time is over.
    program.end();
    assert_eq!(manager.wait_for_active(1), left);
}
