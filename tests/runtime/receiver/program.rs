//! The program `alarms`, and what it says.

use super::PATIENCE;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;

/// Runs until it is dropped.
pub(crate) struct Program {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: mpsc::Receiver<String>,
    errors: Option<thread::JoinHandle<String>>,
}

impl Program {
    pub(crate) fn start(variables: &[(&str, String)]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_alarms"))
            .env_clear()
            // Long enough for every machine; a test that waits for all of it says so.
            .env("OBSERVE_SHUTDOWN_TIMEOUT", "60s")
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (line, lines) = mpsc::channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|text| line.send(text)));
        let mut stderr = child.stderr.take().unwrap();
        let errors = thread::spawn(move || {
            let mut text = String::new();
            stderr.read_to_string(&mut text).unwrap();
            text
        });
        let mut program = Self { stdin: child.stdin.take(), child, lines, errors: Some(errors) };
        assert_eq!(program.line(), "ready");
        program
    }

    fn line(&mut self) -> String {
        self.lines.recv_timeout(PATIENCE).expect("it says nothing")
    }

    /// Its answer to a line.
    pub(crate) fn ask(&mut self, line: &str) -> String {
        self.say(line);
        self.line()
    }

    /// Says something that it does not answer.
    pub(crate) fn say(&mut self, line: &str) {
        writeln!(self.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for its end.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// Its exposition, asked for or at the end.
    fn exposition(&mut self) -> String {
        let mut text = String::new();
        loop {
            match self.line().as_str() {
                "the end" => return text,
                line => text.extend([line, "\n"]),
            }
        }
    }

    /// Lets it end: its last exposition and its lines.
    pub(crate) fn end(mut self) -> (String, String) {
        drop(self.stdin.take());
        let metrics = self.exposition();
        assert!(self.child.wait().unwrap().success());
        (metrics, self.errors.take().unwrap().join().unwrap())
    }

    pub(crate) fn metrics(&mut self) -> String {
        self.say("metrics");
        self.exposition()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
