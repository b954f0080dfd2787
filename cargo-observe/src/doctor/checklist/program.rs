//! A program that is started with a collector that is not there: it has to work all the same, and to end when it is told.

use super::super::finding::Finding;
use super::scratch;
use super::service::{PLANTED, Service, shows};
use crate::error::{Error, Result};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const ITEM: &str = "starts without a collector";
/// How long it may take to end: requests are drained, and what is queued is given up on after three seconds.
const END_WITHIN: Duration = Duration::from_secs(30);
const LOOK: Duration = Duration::from_millis(50);

/// A program that runs.
#[derive(Debug)]
pub(super) struct Program {
    child: Child,
    name: String,
    /// Where its lines go.
    output: PathBuf,
}

impl Program {
    pub(super) fn start(file: &Path, args: &[String]) -> Result<Self> {
        // A port that was free a moment ago: nobody answers there.
        let nobody = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let nobody = nobody.map_err(|error| Error::new(error.to_string()))?;
        let (output, lines) = scratch("log")?;
        let same = lines.try_clone().map_err(|error| Error::of(&output, error))?;
        let child = Command::new(file)
            .args(args)
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{nobody}"))
            .stdin(Stdio::null())
            .stdout(lines)
            .stderr(same)
            .spawn()
            .map_err(|error| Error::of(file, error))?;
        Ok(Self { child, name: file.display().to_string(), output })
    }

    /// It answers within the time, where it is known where; else it is still there when the time is over, or is done.
    pub(super) fn runs_without_collector(&mut self, service: Option<&Service>, time: Duration) -> Finding {
        let begun = Instant::now();
        while begun.elapsed() < time {
            if service.is_some_and(Service::is_alive) {
                return Finding::ok(ITEM, format!("{} answers /health/live", self.name));
            }
            if self.has_ended() {
                let what = format!("{} ended before {} s were over", self.name, time.as_secs());
                return Finding::failed(ITEM, what).help(self.last_lines());
            }
            std::thread::sleep(LOOK);
        }
        match service {
            Some(_) => Finding::failed(ITEM, format!("{} does not answer /health/live", self.name))
                .help("--run-for gives it longer; --service says where it answers"),
            None => Finding::ok(ITEM, format!("{} runs since {} s", self.name, time.as_secs())),
        }
    }

    fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    fn lines(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.output).unwrap_or_default()).into_owned()
    }

    fn last_lines(&self) -> String {
        let lines = self.lines();
        let last: Vec<_> = lines.lines().rev().take(3).collect();
        if last.is_empty() {
            "it said nothing".to_owned()
        } else {
            last.into_iter().rev().collect::<Vec<_>>().join(" | ")
        }
    }

    /// Ends it as an operator does; its lines have none of the planted values.
    pub(super) fn end(mut self) -> Vec<Finding> {
        let begun = Instant::now();
        terminate(&self.child);
        while !self.has_ended() && begun.elapsed() < END_WITHIN {
            std::thread::sleep(LOOK);
        }
        let ended = if self.has_ended() {
            Finding::ok("ends when told", format!("after {} ms, without a collector", begun.elapsed().as_millis()))
        } else {
            Finding::failed("ends when told", format!("{} still runs after {} s", self.name, END_WITHIN.as_secs()))
                .help("`observe::axum::serve` ends on SIGTERM; without it, OBSERVE_SIGNALS must not be off")
        };
        let lines = self.lines();
        let leaks: Vec<_> = PLANTED.iter().filter(|(_, value)| shows(&lines, value)).map(|(what, _)| *what).collect();
        let count = lines.lines().count();
        let clean = if leaks.is_empty() {
            Finding::ok("redaction in lines", format!("{count} lines, and no planted value in them"))
        } else {
            Finding::failed("redaction in lines", format!("there is {}", leaks.join(", ")))
                .help("write through tracing, and not to standard output")
        };
        vec![ended, clean]
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_file(&self.output);
    }
}

#[cfg(unix)]
fn terminate(child: &Child) {
    let id = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw);
    if let Some(id) = id {
        let _ = rustix::process::kill_process(id, rustix::process::Signal::TERM);
    }
}

#[cfg(not(unix))]
fn terminate(_child: &Child) {}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::super::super::finding::State;
    use super::*;

    fn shell(script: &str) -> Program {
        Program::start(Path::new("/bin/sh"), &["-c".to_owned(), script.to_owned()]).unwrap()
    }

    #[test]
    fn a_program_that_gives_up_without_a_collector_fails_with_what_it_said() {
        let mut program = shell("echo no collector; exit 1");
        let found = program.runs_without_collector(None, Duration::from_secs(20));
        assert_eq!(found.state, State::Failed);
        assert_eq!(found.help.as_deref(), Some("no collector"));
    }

    #[test]
    fn a_program_that_goes_on_passes_and_is_ended() {
        let mut program = shell("exec sleep 1000");
        assert_eq!(program.runs_without_collector(None, Duration::from_millis(200)).state, State::Ok);
        let states: Vec<_> = program.end().iter().map(|finding| finding.state).collect();
        assert_eq!(states, [State::Ok, State::Ok]);
    }

    #[test]
    fn a_planted_value_in_a_line_fails() {
        let program = shell("echo login of planted.person@example.com; exec sleep 1000");
        while program.lines().is_empty() {
            std::thread::sleep(LOOK);
        }
        assert_eq!(program.end()[1].state, State::Failed);
    }
}
