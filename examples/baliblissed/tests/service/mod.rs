//! The program under test as a process of its own, and models to ask in the test's.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread::{self, JoinHandle};

use reqwest::{Client, Response};
use serde_json::Value;

/// Who writes and what they wish. Nothing of it may be seen in what the program says.
const SECRETS: [&str; 6] = ["Ilda", "Quorn", "quorn@", "example.org", "202 555", "honeymoon"];

/// A model server in this process, with this fault; its URL.
pub(crate) async fn models(fault: &'static str) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(model_server::serve(listener));
    set_fault(&url, fault).await;
    url
}

/// Says what the model server does wrong from now on.
pub(crate) async fn set_fault(url: &str, fault: &'static str) {
    let set = Client::new().put(format!("{url}/fault")).body(fault).send().await.unwrap();
    assert_eq!(set.status(), 204);
}

/// The program, serving on a free port; killed with the test that started it.
pub(crate) struct Service {
    child: Child,
    pub(crate) url: String,
    client: Client,
    stdout: Option<JoinHandle<String>>,
    lines: Receiver<String>,
    seen: Vec<String>,
}

impl Service {
    /// Starts it with these variables, and no others of this machine.
    pub(crate) fn start(variables: &[(&str, &str)]) -> Self {
        Self::start_with(variables, true)
    }

    /// The same; where nobody reads it, its standard output is a broken pipe.
    pub(crate) fn start_with(variables: &[(&str, &str)], is_read: bool) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_baliblissed"))
            .env_clear()
            .env("BALIBLISSED_ADDR", "127.0.0.1:0")
            .env("OBSERVE_HASH_KEY", "a key for this test only")
            .env("OBSERVE_ENVIRONMENT", "production")
            .env("OTEL_TRACES_EXPORTER", "console")
            .env("OTEL_TRACES_SAMPLER", "always_on")
            .env("OBSERVE_DRAIN_DELAY", "0s")
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = child.stdout.take().unwrap();
        let stdout = thread::spawn(move || {
            let mut text = String::new();
            if is_read {
                out.read_to_string(&mut text).unwrap();
            }
            text
        });
        let (sender, lines) = mpsc::channel();
        let read = BufReader::new(child.stderr.take().unwrap()).lines();
        thread::spawn(move || read.map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let mut seen: Vec<String> = Vec::new();
        while !seen.last().is_some_and(|line| line.contains("listens on http://")) {
            seen.push(lines.recv().unwrap_or_else(|_| panic!("the program ended: {seen:?}")));
        }
        let address = seen.last().unwrap().split("listens on http://").nth(1).unwrap();
        let end = address.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ':').unwrap_or(address.len());
        let url = format!("http://{}", &address[..end]);
        Self { child, url, client: Client::new(), stdout: Some(stdout), lines, seen }
    }

    /// Sends a request without a body.
    pub(crate) async fn send(&self, method: &str, path: &str) -> Response {
        let request = self.client.request(method.parse().unwrap(), format!("{}{path}", self.url));
        request.send().await.unwrap()
    }

    /// Sends JSON, and gets the status and JSON.
    pub(crate) async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        let request = self.client.post(format!("{}{path}", self.url)).header("content-type", "application/json");
        let response = request.body(body.to_string()).send().await.unwrap();
        (response.status().as_u16(), serde_json::from_str(&response.text().await.unwrap()).unwrap())
    }

    /// Gets JSON.
    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        let response = self.send("GET", path).await;
        (response.status().as_u16(), serde_json::from_str(&response.text().await.unwrap()).unwrap())
    }

    /// The exposition.
    pub(crate) async fn metrics(&self) -> String {
        self.client.get(format!("{}/metrics", self.url)).send().await.unwrap().text().await.unwrap()
    }

    /// The exposition, once it has all these lines: some are written when the answer has long been read.
    pub(crate) async fn metrics_with(&self, lines: &[&str]) -> String {
        let mut metrics = String::new();
        for _ in 0..200 {
            metrics = self.metrics().await;
            if lines.iter().all(|line| metrics.lines().any(|known| known == *line)) {
                return metrics;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        panic!("{lines:#?} are not in {metrics}");
    }

    /// Asks the program to end; its spans and its log lines, in which nothing personal may be.
    pub(crate) fn stop(mut self) -> (String, String) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success());
        let out = self.stdout.take().unwrap().join().unwrap();
        let err = self.seen.drain(..).chain(self.lines.iter()).collect::<Vec<_>>().join("\n");
        for secret in SECRETS {
            assert!(!out.contains(secret) && !err.contains(secret), "{secret}: {out}{err}");
        }
        (out, err)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Ended already where the test went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
