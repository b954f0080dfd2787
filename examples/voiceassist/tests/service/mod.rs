//! The program under test, as a process of its own.

#![allow(dead_code, reason = "not every test asks for everything")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// After that, what does not happen is the test's failure.
const PATIENCE: Duration = Duration::from_mins(2);

/// The program, serving on a free port; killed with the test that started it.
pub(crate) struct Service {
    child: Child,
    pub(crate) address: String,
    pub(crate) greeting: Vec<String>,
    /// Both outputs are read as they come: a full pipe would stop the program.
    stdout: Receiver<String>,
    stderr: Option<JoinHandle<String>>,
}

impl Service {
    /// Starts it with these variables, and no others of this machine.
    pub(crate) fn start(variables: &[(&str, &str)]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_voiceassist"))
            .env_clear()
            .env("VOICEASSIST_ADDR", "127.0.0.1:0")
            .env("VOICEASSIST_HASH_MEMORY_KIB", "64")
            .env("OBSERVE_HASH_KEY", "a key for this test only")
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, stdout) = mpsc::channel();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let mut errors = child.stderr.take().unwrap();
        let stderr = thread::spawn(move || {
            let mut text = String::new();
            errors.read_to_string(&mut text).unwrap();
            text
        });
        let mut greeting: Vec<String> = Vec::new();
        while greeting.last().is_none_or(|line| !line.starts_with("traces")) {
            greeting.push(stdout.recv().unwrap_or_else(|_| panic!("the program ended: {greeting:?}")));
        }
        let address = greeting[0].split("http://").nth(1).unwrap().split(' ').next().unwrap().to_owned();
        Self { child, address, greeting, stdout, stderr: Some(stderr) }
    }

    /// Sends one request; status, head and body of the answer.
    pub(crate) fn send(&self, request: &str, headers: &str, body: &str) -> (u16, String, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        let head = format!("{request} HTTP/1.1\r\nhost: test\r\nconnection: close\r\ncontent-length: {length}\r\n");
        write!(stream, "{head}content-type: application/json\r\n{headers}\r\n{body}").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head[9..12].parse().unwrap(), head.to_owned(), body.to_owned())
    }

    /// The demo users' password, as the greeting says it, once.
    pub(crate) fn password(&self) -> String {
        let greeting = self.greeting.concat();
        let mut parts = greeting.split(r#""password":""#);
        let password = parts.nth(1).unwrap().split('"').next().unwrap();
        assert!(password.len() > 12 && greeting.matches(password).count() == 1, "{greeting}");
        password.to_owned()
    }

    /// Tries to log in; status and answer.
    pub(crate) fn log_in(&self, user: &str, password: &str) -> (u16, Value) {
        let (status, _, body) = self.send("POST /login", "", &json!({"user": user, "password": password}).to_string());
        (status, serde_json::from_str(&body).unwrap())
    }

    /// The header of a user who has logged in.
    pub(crate) fn authorization(&self, user: &str) -> String {
        let (status, answer) = self.log_in(user, &self.password());
        assert_eq!(status, 200, "{answer}");
        format!("authorization: Bearer {}\r\n", answer["token"].as_str().unwrap())
    }

    /// All metrics.
    pub(crate) fn metrics(&self) -> String {
        let (status, _, text) = self.send("GET /metrics", "", "");
        assert_eq!(status, 200, "{text}");
        text
    }

    /// The value of a series; `None` where it is not there.
    pub(crate) fn metric(&self, series: &str) -> Option<f64> {
        let text = self.metrics();
        text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' ')?.parse().ok())
    }

    /// Waits until a series has a value above this one.
    pub(crate) fn wait_above(&self, series: &str, value: f64) {
        let start = Instant::now();
        while self.metric(series).is_none_or(|now| now <= value) {
            assert!(start.elapsed() < PATIENCE, "{series} is not above {value}: {}", self.metrics());
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits until a path is answered with this status: what a health check has said counts for a second.
    pub(crate) fn wait_for(&self, request: &str, status: u16) {
        let start = Instant::now();
        while self.send(request, "", "").0 != status {
            assert!(start.elapsed() < PATIENCE, "{request} is not answered with {status}");
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Asks the program to end, as an orchestrator does; what it wrote to both outputs.
    #[cfg(unix)]
    pub(crate) fn stop(mut self) -> (String, String) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let status = self.child.wait().unwrap();
        let out = self.stdout.iter().map(|line| line + "\n").collect();
        let err = self.stderr.take().unwrap().join().unwrap();
        assert!(status.success(), "{err}");
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
