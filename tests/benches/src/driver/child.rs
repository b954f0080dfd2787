//! One subject as a process, and the conversation with it.

use super::Bench;
use crate::subject::{Entry, Exports};
use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child as Process, ChildStdin, ChildStdout, Command, Stdio};

/// A subject that waits for requests. It is ended when this is dropped.
pub(super) struct Child {
    process: Process,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    path: String,
    log: PathBuf,
    /// Where it listens, if it is a server.
    pub(super) address: Option<SocketAddr>,
}

/// What a subject says of itself.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct State {
    /// CPU nanoseconds of the whole process.
    pub(super) cpu: u64,
    pub(super) operations: u64,
    pub(super) exports: Option<Exports>,
}

impl Bench {
    /// A command whose environment is ours: whatever this machine sets must not matter.
    pub(super) fn command(&self, program: &Path, entry: &Entry) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", self.sink.url())
            // Large enough that no span is dropped: throwing away is not what is measured.
            .env("OTEL_BSP_MAX_QUEUE_SIZE", "262144")
            .envs(entry.variables.iter().copied());
        command
    }

    /// A file below the bench's build folder, named after a subject.
    pub(super) fn file_of(&self, folder: &str, entry: &Entry) -> Result<PathBuf, String> {
        let folder = self.target.join(folder);
        std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(folder.join(entry.path().replace('/', "-")))
    }
}

impl Child {
    /// Starts the subject and waits until it is ready. What it says goes to `log`, or nowhere for a
    /// subject whose log lines are part of the work.
    pub(super) fn start(bench: &Bench, program: &Path, entry: &Entry, keep_log: bool) -> Result<Self, String> {
        let path = entry.path();
        let log = bench.file_of("logs", entry)?;
        let failed = |error: std::io::Error| format!("{path} can't be started: {error}");
        let errors = if keep_log { Stdio::from(File::create(&log).map_err(failed)?) } else { Stdio::null() };
        let mut process = bench
            .command(program, entry)
            .args(["--subject", &path])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .map_err(failed)?;
        let (Some(input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(format!("{path} has no pipes"));
        };
        let mut child = Self { process, input, output: BufReader::new(output), path, log, address: None };
        let ready = child.hear()?;
        child.address = ready.strip_prefix("ready ").and_then(|address| address.parse().ok());
        Ok(child)
    }

    /// CPU nanoseconds of the subject's thread for so many operations.
    pub(super) fn run(&mut self, operations: u64) -> Result<u64, String> {
        let answer = self.ask(&format!("run {operations}"))?;
        numbers(&answer).first().copied().ok_or_else(|| self.nonsense(&answer))
    }

    /// Has the subject send all that waits, and asks what it has done so far.
    pub(super) fn state(&mut self) -> Result<State, String> {
        let answer = self.ask("state")?;
        match numbers(&answer)[..] {
            [cpu, operations] => Ok(State { cpu, operations, exports: None }),
            [cpu, operations, expected, exported, lost] => {
                Ok(State { cpu, operations, exports: Some(Exports { expected, exported, lost }) })
            }
            _ => Err(self.nonsense(&answer)),
        }
    }

    /// Allocations and bytes of so many operations.
    pub(super) fn allocations(&mut self, operations: u64) -> Result<(u64, u64), String> {
        let answer = self.ask(&format!("allocations {operations}"))?;
        match numbers(&answer)[..] {
            [allocations, bytes] => Ok((allocations, bytes)),
            _ => Err(self.nonsense(&answer)),
        }
    }

    /// Whether the subject's own numbers are those of the operations that were asked for.
    pub(super) fn check(&mut self) -> Result<(), String> {
        let answer = self.ask("check")?;
        if answer == "ok" { Ok(()) } else { Err(self.nonsense(&answer)) }
    }

    fn ask(&mut self, request: &str) -> Result<String, String> {
        // A subject that is gone says why in its log, and nothing here.
        let _ = writeln!(self.input, "{request}").and_then(|()| self.input.flush());
        self.hear()
    }

    fn hear(&mut self) -> Result<String, String> {
        let mut line = String::new();
        match self.output.read_line(&mut line) {
            Ok(length) if length > 0 => Ok(line.trim_end().to_owned()),
            _ => Err(format!("{} ended; its last words are in {}", self.path, self.log.display())),
        }
    }

    fn nonsense(&self, answer: &str) -> String {
        format!("{} answered `{answer}`", self.path)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // Ended by its id. It may be gone already, and that is as good.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn numbers(text: &str) -> Vec<u64> {
    text.split(' ').filter_map(|word| word.parse().ok()).collect()
}
