//! Prometheus' files: by its own tool, and by the server itself.

use crate::generated::STACK;
use crate::scripts::certificates;
use crate::skipped;
use serde_json::Value;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// All versions that were fetched: one at least is asked for.
fn versions() -> Vec<PathBuf> {
    let servers = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("servers");
    let places = ["prometheus", "prometheus-3"].map(|name| servers.join(name).join("usr/bin"));
    let found: Vec<PathBuf> = places.into_iter().filter(|place| place.join("promtool").is_file()).collect();
    if found.is_empty() {
        return skipped("promtool is missing: run tests/servers").unwrap_or_default();
    }
    found
}

fn promtool(place: &Path, arguments: &[&str], file: &Path) {
    let output = Command::new(place.join("promtool")).args(arguments).arg(file).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{} {}: {said}", place.display(), file.display());
}

/// The file with another text in it, beside the others of this test.
fn changed(file: &str, from: &str, to: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("stack-prometheus");
    fs::create_dir_all(&folder).unwrap();
    let text = STACK.text(file);
    assert!(text.contains(from), "{file}");
    let path = folder.join(file.replace('/', "-"));
    fs::write(&path, text.replace(from, to)).unwrap();
    path
}

#[test]
fn promtool_accepts_every_configuration() {
    for place in versions() {
        for file in ["prometheus/prometheus.yml", "prometheus/prometheus.docker.yml"] {
            promtool(&place, &["check", "config"], &STACK.folder().join(file));
        }
        // Debian's builds know no Kubernetes: all but the discovery itself is checked, and that by its documentation.
        let from = "kubernetes_sd_configs:\n  - role: pod\n";
        let without = changed("prometheus/prometheus.kubernetes.yml", from, "static_configs: []\n");
        promtool(&place, &["check", "config"], &without);
    }
}

#[test]
fn promtool_accepts_the_hardened_variant() {
    let Some(certificates) = certificates() else { return };
    for place in versions() {
        let here = certificates.to_str().unwrap();
        promtool(&place, &["check", "config"], &changed("tls/prometheus.yml", "/etc/certificates", here));
        promtool(&place, &["check", "web-config"], &changed("tls/web.yml", "/etc/certificates", here));
    }
}

#[test]
fn there_is_a_job_for_each_service_and_part() {
    let config = STACK.yaml("prometheus/prometheus.yml");
    let jobs = config["scrape_configs"].as_array().unwrap();
    let job = |name: &str| jobs.iter().find(|job| job["job_name"] == name).unwrap_or_else(|| panic!("{name}"));
    let targets = |name: &str| job(name)["static_configs"][0]["targets"].to_string();
    assert_eq!(targets("azora"), r#"["azora-gateway:8020","azora-auth:8021"]"#);
    assert_eq!(targets("voiceassist"), r#"["voiceassist:8000"]"#);
    assert_eq!(targets("billing"), r#"["billing:9100"]"#);
    for name in
        ["baliblissed", "chatvault", "iit-ml", "prometheus", "alertmanager", "collector", "jaeger", "loki", "grafana"]
    {
        job(name);
    }
    for name in ["postgres", "redis", "qdrant"] {
        assert!(job(name)["static_configs"].is_null() && job(name)["dns_sd_configs"].is_array(), "{name}");
    }
    assert_eq!(config["global"]["scrape_interval"], "15s");
}

/// The real server, with the flags of the Compose file.
#[test]
fn the_server_starts_with_these_flags_and_keeps_as_long_as_it_should() {
    for place in versions() {
        let server = Server::start(&place);
        let flags = server.ask("/api/v1/status/flags");
        let retention = flags["data"]["storage.tsdb.retention.time"].as_str().unwrap();
        assert!(["30d", "4w2d"].contains(&retention), "{retention}");
        let config = server.ask("/api/v1/status/config")["data"]["yaml"].to_string();
        assert!(config.contains("job_name: voiceassist") && config.contains("alertmanager:9093"), "{config}");
    }
}

/// It ends with its owner, also where a test fails.
struct Server {
    child: std::process::Child,
    address: SocketAddr,
    folder: PathBuf,
}

impl Server {
    fn start(place: &Path) -> Self {
        let name = place.ancestors().nth(2).unwrap().file_name().unwrap().to_string_lossy().into_owned();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("stack-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let compose = STACK.yaml("compose.yaml");
        let flags = compose["services"]["prometheus"]["command"].as_array().unwrap().iter().map(|flag| {
            let here = STACK.folder().join("prometheus");
            let flag = flag.as_str().unwrap().replace("/etc/prometheus", here.to_str().unwrap());
            flag.replace("path=/prometheus", &format!("path={}", folder.join("data").display()))
        });
        let mut child = Command::new(place.join("prometheus"))
            .args(flags)
            .arg("--web.listen-address=127.0.0.1:0")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, receiver) = mpsc::channel();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        thread::spawn(move || lines.map_while(Result::ok).for_each(|line| drop(sender.send(line))));
        // Owned before anything may fail.
        let mut server = Self { child, address: SocketAddr::from(([0, 0, 0, 0], 0)), folder };
        let mut log = String::new();
        while let Ok(line) = receiver.recv_timeout(Duration::from_mins(2)) {
            let line = line.replace('"', "");
            if line.contains("msg=Listening on") {
                server.address = line.split_once("address=").unwrap().1.split(' ').next().unwrap().parse().unwrap();
            }
            // From then on it answers.
            if line.contains("Server is ready to receive web requests") {
                thread::spawn(move || receiver.iter().for_each(drop));
                return server;
            }
            log += &(line + "\n");
        }
        panic!("it never was ready\n{log}");
    }

    fn ask(&self, path: &str) -> Value {
        let mut stream = TcpStream::connect(self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.0\r\nhost: {}\r\n\r\n", self.address).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
