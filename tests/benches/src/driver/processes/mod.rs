//! Whole programs: what they print, and how they end.

mod ends;
mod loss;
mod outage;

use super::bars::{self, Bar};
use super::{Bench, costs, say};
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

pub(super) use ends::End;
pub(super) use loss::Loss;
pub(super) use outage::{Flood, Lines};

/// After that, a program that says nothing or does not end is ended, and the bench with it.
const PATIENCE: Duration = Duration::from_mins(2);

/// How often the end is looked for: the precision of what is said of it.
const TICK: Duration = Duration::from_millis(1);

/// Measures the export beside the calls: its cost, and what becomes of spans in bad times.
pub(super) fn run(bench: &Bench) -> Result<Vec<Bar>, String> {
    let costs = costs::measure(bench)?;
    say(&costs.to_string());
    let losses = loss::measure(bench)?;
    let ends = ends::measure(bench)?;
    let lines = outage::lines(bench)?;
    let flood = outage::flood(bench)?;
    say(&outage::table(&lines, &flood).to_string());
    Ok([bars::costs(&costs), bars::losses(&losses), bars::ends(&ends), bars::outage(&lines, &flood)].concat())
}

/// A program that runs. Its input is open until it is told to end.
struct Process {
    name: String,
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<String>,
    log: PathBuf,
}

impl Process {
    /// Starts the program of this name, which exports to an address, with its defaults but for these variables.
    fn start(
        bench: &Bench,
        [library, process]: [&str; 2],
        number: u64,
        collector: SocketAddr,
        variables: &[(&str, &str)],
    ) -> Result<Self, String> {
        let name = format!("{library} {process}");
        let failed = |error: std::io::Error| format!("{name} can't be started: {error}");
        let folder = bench.target.join("logs");
        fs::create_dir_all(&folder).map_err(failed)?;
        let log = folder.join(format!("process-{library}-{process}"));
        let mut child = Command::new(&bench.program)
            .args(["--process", library, process, &number.to_string()])
            .env_clear()
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{collector}"))
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(File::create(&log).map_err(failed)?)
            .spawn()
            .map_err(failed)?;
        let output = child.stdout.take().map(BufReader::new);
        let (tell, lines) = mpsc::channel();
        // Its own thread, so that a program that hangs is found out.
        thread::spawn(move || {
            output.into_iter().flat_map(BufReader::lines).map_while(Result::ok).try_for_each(|line| tell.send(line))
        });
        Ok(Self { name, input: child.stdin.take(), child, lines, log })
    }

    /// The number that the program prints next, and is to say this of.
    fn hear(&mut self, what: &str) -> Result<u64, String> {
        let said = self.lines.recv_timeout(PATIENCE);
        let said = said.map_err(|error| format!("{}: no `{what}`, {error}; see {}", self.name, self.log.display()))?;
        let number = said.strip_prefix(what).and_then(|number| number.trim().parse().ok());
        number.ok_or_else(|| format!("{} said `{said}` and not `{what}`", self.name))
    }

    /// Closes the program's input.
    fn tell_to_end(&mut self) {
        self.input = None;
    }

    /// Sends SIGTERM.
    fn terminate(&self) -> Result<(), String> {
        use rustix::process::{Pid, Signal, kill_process};
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).ok_or("no process has this id")?;
        kill_process(pid, Signal::TERM).map_err(|error| format!("{} can't be signalled: {error}", self.name))
    }

    /// Waits for the end: how it was, and how long after this call.
    fn end(&mut self) -> Result<(ExitStatus, Duration), String> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().map_err(|error| format!("{}: {error}", self.name))? {
                return Ok((status, begun.elapsed()));
            }
            thread::sleep(TICK);
        }
        Err(format!("{} does not end; see {}", self.name, self.log.display()))
    }

    /// What it wrote to standard error.
    fn log(&self) -> Result<String, String> {
        fs::read_to_string(&self.log).map_err(|error| format!("{}: {error}", self.log.display()))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Ended by its id. It may be gone already, and that is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
