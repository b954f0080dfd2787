//! A program under test, as a process of its own on a free port. The tests of iit-ml use it too.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread::{self, JoinHandle};

/// A program that serves; killed with the test that started it.
pub(crate) struct Process {
    child: Child,
    /// Where it listens, as its greeting says.
    pub(crate) address: String,
    pub(crate) greeting: String,
    /// Both outputs are read as they come: a full pipe would stop the program.
    stdout: Receiver<String>,
    stderr: Option<JoinHandle<String>>,
}

/// An answer.
pub(crate) struct Reply {
    pub(crate) status: u16,
    #[allow(dead_code, reason = "not every test asks")]
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Process {
    /// Starts `program` with these variables, and no others of this machine; returns once it listens.
    pub(crate) fn start(program: &str, args: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut child = Command::new(program)
            .args(args)
            .env_clear()
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
        let mut greeting = String::new();
        let address = loop {
            let Ok(line) = stdout.recv() else {
                let _ = child.wait();
                panic!("the program ended: {greeting}{}", stderr.join().unwrap());
            };
            greeting = greeting + &line + "\n";
            if let Some((_, rest)) = line.split_once("http://") {
                let end = rest.find(|character: char| character != '.' && character != ':' && !character.is_numeric());
                break rest[..end.unwrap_or(rest.len())].trim_end_matches([':', '.']).to_owned();
            }
        };
        Self { child, address, greeting, stdout, stderr: Some(stderr) }
    }

    /// Sends a request, with `headers` of which each ends in a line break.
    pub(crate) fn send(&self, request: &str, headers: &str, body: &str) -> Reply {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        let head = format!("{request} HTTP/1.1\r\nhost: test\r\nconnection: close\r\ncontent-length: {length}\r\n");
        write!(stream, "{head}content-type: application/json\r\n{headers}\r\n{body}").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        Reply { status: head[9..12].parse().unwrap(), head: head.to_owned(), body: body.to_owned() }
    }

    /// What `/metrics` says.
    #[allow(dead_code, reason = "not every test asks")]
    pub(crate) fn metrics(&self) -> String {
        let reply = self.send("GET /metrics", "", "");
        assert_eq!(reply.status, 200);
        reply.body
    }

    /// The value of a series, which is there.
    #[track_caller]
    #[allow(dead_code, reason = "not every test asks")]
    pub(crate) fn metric(&self, series: &str) -> f64 {
        let metrics = self.metrics();
        let value = metrics.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' ')?.parse().ok());
        value.unwrap_or_else(|| panic!("no {series} in {metrics}"))
    }

    /// What it has written when it writes a line that begins so.
    #[allow(dead_code, reason = "not every test asks")]
    pub(crate) fn lines_until(&self, start: &str) -> String {
        let mut text = self.greeting.clone();
        while !text.lines().last().is_some_and(|line| line.starts_with(start)) {
            text = text + &self.stdout.recv().unwrap() + "\n";
        }
        text
    }

    /// Asks the program to end, as an orchestrator does; what it wrote to both outputs.
    pub(crate) fn stop(mut self) -> (String, String) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let status = self.child.wait().unwrap();
        let out: String = self.stdout.iter().map(|line| line + "\n").collect();
        let err = self.stderr.take().unwrap().join().unwrap();
        assert!(status.success(), "{err}");
        (self.greeting.clone() + &out, err)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Ended already where the test went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
