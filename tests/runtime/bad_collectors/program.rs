//! The program whose telemetry is sent, and what it says of it at its end.

use crate::HANGS;
use crate::books::Books;
use crate::server::Protocol;
use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

/// What observe says at its start.
pub(crate) const START_LINES: usize = 3;

/// What must be in no line, and in no record that is sent.
const SECRETS: [&str; 4] = ["header-secret-1", "url-secret-1", "jane@example.org", "123-45-6789"];

/// Who waits for all of it is found out.
const AN_HOUR: &str = "3600000";

/// A program that does what it is told, see `parcels.rs`.
pub(crate) struct Program {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: mpsc::Receiver<String>,
    stderr: Option<JoinHandle<String>>,
    made: usize,
}

/// What a program said until its end.
pub(crate) struct End {
    status: ExitStatus,
    stdout: Vec<String>,
    pub(crate) stderr: String,
    made: usize,
}

impl Program {
    /// Sends nothing until it is told to, and has an hour for that, unless the variables say something else.
    pub(crate) fn start(protocol: Protocol, origin: &str, variables: &[(&str, &str)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_parcels"));
        // Only the named variables: whatever this machine sets must not matter.
        command.env_clear();
        for (signal, path) in [("TRACES", "traces"), ("METRICS", "metrics"), ("LOGS", "logs")] {
            let url = format!("{origin}/v1/{path}?key=url-secret-1");
            command.env(format!("OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"), url);
        }
        let name = if protocol == Protocol::Http { "http/protobuf" } else { "grpc" };
        command.env("OTEL_EXPORTER_OTLP_PROTOCOL", name);
        command.env("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20header-secret-1");
        for variable in [
            "OTEL_EXPORTER_OTLP_TIMEOUT",
            "OTEL_BSP_EXPORT_TIMEOUT",
            "OTEL_BSP_SCHEDULE_DELAY",
            "OTEL_BLRP_EXPORT_TIMEOUT",
            "OTEL_BLRP_SCHEDULE_DELAY",
            "OTEL_METRIC_EXPORT_INTERVAL",
            "OTEL_METRIC_EXPORT_TIMEOUT",
        ] {
            command.env(variable, AN_HOUR);
        }
        command.env("OBSERVE_SHUTDOWN_TIMEOUT", "1h").envs(variables.iter().copied());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (line, lines) = mpsc::channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|text| line.send(text)));
        let mut pipe = child.stderr.take().unwrap();
        let stderr = thread::spawn(move || {
            let mut text = String::new();
            pipe.read_to_string(&mut text).unwrap();
            text
        });
        Self { stdin: child.stdin.take(), child, lines, stderr: Some(stderr), made: 0 }
    }

    /// Has spans, log records and calls made, as many of each.
    pub(crate) fn work(&mut self, count: usize) {
        self.say(&format!("work {count}"));
        self.expect(&format!("worked {count}"));
        self.made += count;
    }

    pub(crate) fn say(&mut self, line: &str) {
        writeln!(self.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    #[track_caller]
    pub(crate) fn expect(&mut self, expected: &str) {
        assert_eq!(self.any_line(), expected);
    }

    #[track_caller]
    pub(crate) fn flush(&mut self, arrives: bool) {
        self.say("flush");
        self.expect(&format!("flushed {arrives}"));
    }

    /// Takes whatever it says.
    #[track_caller]
    pub(crate) fn any_line(&mut self) -> String {
        self.line().unwrap_or_else(|| panic!("it is gone: {}", self.kill()))
    }

    /// Tells it that there is nothing more to do, and waits for its end.
    pub(crate) fn end(mut self) -> End {
        self.stdin = None;
        let stdout = std::iter::from_fn(|| self.line()).collect();
        let stderr = self.stderr.take().unwrap().join().unwrap();
        End { status: self.child.wait().unwrap(), stdout, stderr, made: self.made }
    }

    /// `None` at the end.
    fn line(&mut self) -> Option<String> {
        match self.lines.recv_timeout(HANGS) {
            Ok(line) => Some(line),
            Err(mpsc::RecvTimeoutError::Disconnected) => None,
            Err(mpsc::RecvTimeoutError::Timeout) => panic!("it hangs: {}", self.kill()),
        }
    }

    fn kill(&mut self) -> String {
        let _ = self.child.kill();
        self.stderr.take().map(|stderr| stderr.join().unwrap()).unwrap_or_default()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl End {
    /// Holds what the program says against what the server has: nothing is missing, nothing is twice, and
    /// nothing was given up but what the server refused.
    #[track_caller]
    pub(crate) fn agrees_with(&self, books: &Books) {
        self.has_no_duplicates(books);
        self.agrees_but_for_duplicates(books);
    }

    #[track_caller]
    pub(crate) fn has_no_duplicates(&self, books: &Books) {
        let (spans, logs): (BTreeSet<_>, BTreeSet<_>) = (books.spans.iter().collect(), books.logs.iter().collect());
        assert_eq!(spans.len(), books.spans.len(), "a span came twice: {:?}", books.spans);
        assert_eq!(logs.len(), books.logs.len(), "a record came twice: {:?}", books.logs);
        assert_eq!((self.exported("spans"), self.exported("logs")), (spans.len(), logs.len()), "{}", self.stderr);
    }

    /// The same where the server took something and its answer was lost: the program has to send that again.
    #[track_caller]
    pub(crate) fn agrees_but_for_duplicates(&self, books: &Books) {
        self.adds_up(books);
        let given_up = (self.lost("spans", "export_failed"), self.lost("logs", "export_failed"));
        assert_eq!(given_up, (books.refused_spans, books.refused_logs), "{}", self.stderr);
    }

    /// The program was not disturbed, and each piece has arrived or is counted as lost.
    #[track_caller]
    pub(crate) fn adds_up(&self, books: &Books) {
        let Self { stderr, stdout, made, .. } = self;
        assert!(self.status.success(), "{}: {stderr}", self.status);
        assert_eq!(stdout.last().map(String::as_str), Some("the end"), "{stdout:?}");
        let (spans, logs): (BTreeSet<_>, BTreeSet<_>) = (books.spans.iter().collect(), books.logs.iter().collect());
        assert_eq!(*made, spans.len() + self.lost("spans", ""), "{stderr}");
        // All that is logged is a line too, also what observe says itself.
        assert_eq!(stderr.lines().count(), logs.len() + self.lost("logs", ""), "{stderr}");
        assert_eq!(self.value("work_total"), *made, "{stdout:?}");
        assert!(self.own_lines().len() <= 2, "too much is said of it: {stderr}");
        for secret in SECRETS {
            let all = [stdout.join("\n"), stderr.clone(), books.logs.join("\n")].join("\n");
            let found = all.lines().find(|line| line.contains(secret));
            assert_eq!(found, None, "{secret}");
        }
    }

    /// Nothing of the program's was lost. What observe says when the last records are on their way is a line only.
    #[track_caller]
    pub(crate) fn lost_nothing(&self, books: &Books) {
        assert_eq!(self.lost("spans", ""), 0, "{}", self.stderr);
        let of_the_program = books.logs.iter().filter(|body| body.starts_with("record ")).collect::<BTreeSet<_>>();
        assert_eq!(of_the_program.len(), self.made, "{}", self.stderr);
        assert_eq!(books.totals.last().copied(), i64::try_from(self.made).ok(), "the last total is that of all");
    }

    /// What observe says after its start.
    pub(crate) fn own_lines(&self) -> Vec<&str> {
        self.stderr.lines().skip(START_LINES).filter(|line| line.contains(" observe ")).collect()
    }

    pub(crate) fn exported(&self, signal: &str) -> usize {
        self.value(&format!("observe_{signal}_exported_total"))
    }

    /// What is lost of a signal for this reason, or for all.
    pub(crate) fn lost(&self, signal: &str, reason: &str) -> usize {
        self.value(&format!("observe_{signal}_lost_total{{reason=\"{reason}"))
    }

    /// The sum of all series that begin like that.
    #[track_caller]
    fn value(&self, series: &str) -> usize {
        let series: Vec<_> = self.stdout.iter().filter(|line| line.starts_with(series)).collect();
        assert!(!series.is_empty(), "{:#?}", self.stdout);
        series.iter().map(|line| line.rsplit(' ').next().unwrap().parse::<usize>().unwrap()).sum()
    }
}
