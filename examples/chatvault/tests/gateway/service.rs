//! The program under test as a process of its own, and models to ask in the test's.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread::{self, JoinHandle};

use reqwest::{Client, Response};
use serde_json::{Value, json};

/// Keys of a user who pays and of one who does not.
pub(crate) const PRO: &str = "pro-key-0123456789";
pub(crate) const FREE: &str = "free-key-0123456789";

/// What is asked everywhere. Nothing of it may be seen in what the program says.
#[allow(dead_code, reason = "not every test asks")]
pub(crate) const PROMPT: &str = "Write to Ilda Quorn at quorn@example.org about penicillin";

/// A model server in this process, with this fault; its URL.
pub(crate) async fn models(fault: &'static str) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(model_server::serve(listener));
    let set = Client::new().put(format!("{url}/fault")).body(fault).send().await.unwrap();
    assert_eq!(set.status(), 204);
    url
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
        let mut child = Command::new(env!("CARGO_BIN_EXE_chatvault"))
            .env_clear()
            .env("CHATVAULT_ADDR", "127.0.0.1:0")
            .env("CHATVAULT_KEYS", format!("ada.quorn:pro:{PRO},bob.quorn:free:{FREE}"))
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
            out.read_to_string(&mut text).unwrap();
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

    /// Asks `model` as the owner of `key`.
    #[allow(dead_code, reason = "not every test asks")]
    pub(crate) async fn ask(&self, key: &str, model: &str, stream: bool) -> Response {
        let body = json!({"model": model, "stream": stream, "messages": [{"role": "user", "content": PROMPT}]});
        let request = self.client.post(format!("{}/v1/chat", self.url)).body(body.to_string());
        let request =
            request.header("content-type", "application/json").header("authorization", format!("Bearer {key}"));
        request.send().await.unwrap()
    }

    /// Gets JSON.
    pub(crate) async fn get(&self, path: &str, key: &str) -> (u16, Value) {
        let request = self.client.get(format!("{}{path}", self.url)).header("authorization", format!("Bearer {key}"));
        let response = request.send().await.unwrap();
        (response.status().as_u16(), serde_json::from_str(&response.text().await.unwrap()).unwrap())
    }

    /// The exposition.
    #[allow(dead_code, reason = "not every test asks")]
    pub(crate) async fn metrics(&self) -> String {
        self.client.get(format!("{}/metrics", self.url)).send().await.unwrap().text().await.unwrap()
    }

    /// The exposition, once it has all these lines: some are written when the answer has long been read.
    #[allow(dead_code, reason = "not every test asks")]
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
        for secret in ["Ilda", "Quorn", "quorn", "penicillin", PRO, FREE] {
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
