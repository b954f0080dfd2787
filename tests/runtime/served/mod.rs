//! The program `serves`, as a test starts, asks and stops it.

#![allow(dead_code, reason = "not every test uses all of it")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

/// After that, a program that says nothing is the test's failure.
const HANGS: Duration = Duration::from_mins(1);

pub(crate) struct Program {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: Receiver<String>,
    stderr: Receiver<String>,
    /// All that it wrote to standard error by now.
    pub(crate) said: String,
}

/// What a server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Program {
    /// Starts it with these variables and no others.
    pub(crate) fn start(scenario: &str, variables: &[(&str, &str)]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_serves"))
            .arg(scenario)
            .env_clear()
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = lines(child.stdout.take().unwrap());
        let stderr = lines(child.stderr.take().unwrap());
        Self { stdin: child.stdin.take(), child, stdout, stderr, said: String::new() }
    }

    /// The next line on standard output.
    pub(crate) fn line(&mut self) -> String {
        self.stdout.recv_timeout(HANGS).unwrap_or_else(|error| panic!("{error}: {}", self.said_by_now()))
    }

    /// The first line on standard error with this text in it, from where the last search ended.
    pub(crate) fn said(&mut self, part: &str) -> String {
        loop {
            let line = self.stderr.recv_timeout(HANGS);
            let line = line.unwrap_or_else(|error| panic!("{error} before `{part}`: {}", self.said));
            self.said += &line;
            self.said.push('\n');
            if line.contains(part) {
                return line;
            }
        }
    }

    fn said_by_now(&mut self) -> &str {
        while let Ok(line) = self.stderr.try_recv() {
            self.said += &line;
            self.said.push('\n');
        }
        &self.said
    }

    /// Where its own listener for metrics is.
    pub(crate) fn metrics_address(&mut self) -> String {
        let line = self.said("metrics are at http://");
        let (_, behind) = line.split_once("http://").unwrap();
        behind.split_once("/metrics").unwrap().0.to_owned()
    }

    /// Its number in the system.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Lets it go on.
    pub(crate) fn answer(&mut self) {
        writeln!(self.stdin.as_mut().unwrap()).unwrap();
    }

    /// SIGTERM.
    pub(crate) fn tell_to_stop(&self) {
        let kill = format!("kill -TERM {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    }

    /// Waits for its end; everything that it said is in `said`.
    pub(crate) fn end(&mut self) -> ExitStatus {
        self.stdin.take();
        // The stream ends with the program.
        loop {
            match self.stderr.recv_timeout(HANGS) {
                Ok(line) => self.said += &(line + "\n"),
                Err(mpsc::RecvTimeoutError::Disconnected) => return self.child.wait().unwrap(),
                Err(error) => panic!("{error}: {}", self.said),
            }
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Where a test fails it is still there.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lines(stream: impl std::io::Read + Send + 'static) -> Receiver<String> {
    let (line, lines) = mpsc::channel();
    thread::spawn(move || BufReader::new(stream).lines().map_while(Result::ok).try_for_each(|text| line.send(text)));
    lines
}

/// Asks with these headers, each with its line's end.
pub(crate) fn ask(address: &str, request: &str, headers: &str) -> Answer {
    let mut stream = begin(address, request, headers);
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer:?}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head: head.to_lowercase(), body: body.to_owned() }
}

pub(crate) fn get(address: &str, path: &str) -> Answer {
    ask(address, &format!("GET {path}"), "")
}

/// Sends a request, and does not wait for what it is answered.
pub(crate) fn begin(address: &str, request: &str, headers: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(HANGS)).unwrap();
    write!(stream, "{request} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n{headers}\r\n").unwrap();
    stream
}
