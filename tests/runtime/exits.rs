//! The ends of whole processes: what was recorded arrives, and the program ends as it would without us.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod collector;

use collector::{Collector, Received};
use std::collections::HashSet;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

const SIGINT: i32 = 2;
const SIGTERM: i32 = 15;

const ENDS: &str = env!("CARGO_BIN_EXE_ends");
const FORKS: &str = env!("CARGO_BIN_EXE_forks");

/// So long that no slow machine needs it, and that whoever waits for all of it is found out.
const BUDGET: &str = "1h";

/// After that, a program that says nothing or does not end is the test's failure, and is ended.
const HANGS: Duration = Duration::from_mins(1);

/// A program under test. Its input is open until it is dropped.
struct Program {
    child: Child,
    stdin: ChildStdin,
    lines: mpsc::Receiver<String>,
    started: Instant,
}

/// How a program ended, and what it wrote to standard error.
struct End {
    status: ExitStatus,
    stderr: String,
}

impl Program {
    fn start(command: &mut Command, url: &str, budget: &str) -> Self {
        let mut child = command
            .env_clear()
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", url)
            // Nothing but the end sends anything.
            .env("OTEL_BSP_SCHEDULE_DELAY", "3600000")
            .env("OBSERVE_SHUTDOWN_TIMEOUT", budget)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (line, lines) = mpsc::channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|text| line.send(text)));
        Self { stdin: child.stdin.take().unwrap(), child, lines, started: Instant::now() }
    }

    fn ends(how: &str, url: &str) -> Self {
        Self::start(Command::new(ENDS).arg(how), url, BUDGET)
    }

    fn line(&mut self) -> String {
        let line = self.lines.recv_timeout(HANGS);
        line.unwrap_or_else(|error| panic!("it says nothing, {error}: {}", self.stderr()))
    }

    fn expect(&mut self, expected: &str) {
        assert_eq!(self.line(), expected);
    }

    fn say(&mut self, line: &str) {
        writeln!(self.stdin, "{line}").unwrap();
    }

    /// Sends each of the signals, without a pause.
    fn signal(&self, signals: &[&str]) {
        for signal in signals {
            let status = Command::new("kill").args([&format!("-{signal}"), &self.child.id().to_string()]).status();
            assert!(status.unwrap().success());
        }
    }

    /// Waits for something that happens while the program runs.
    fn runs_until(&mut self, happened: impl Fn() -> bool) {
        let begun = Instant::now();
        while !happened() {
            assert!(self.is_running() && begun.elapsed() < HANGS, "it does not happen: {}", self.stderr());
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    fn end(mut self) -> End {
        let begun = Instant::now();
        while self.is_running() {
            assert!(begun.elapsed() < HANGS, "it does not end: {}", self.stderr());
            thread::sleep(Duration::from_millis(5));
        }
        let status = self.child.wait().unwrap();
        // Past the test harness, which keeps what a passing test prints to itself.
        let _ = writeln!(io::stdout(), "{:?}: {status} after {:?}", thread::current().name(), self.started.elapsed());
        End { status, stderr: self.stderr() }
    }

    /// Ends the program where that was not done.
    fn stderr(&mut self) -> String {
        let _ = self.child.kill();
        let mut stderr = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        stderr
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl End {
    #[track_caller]
    fn with_code(&self, code: i32) {
        assert_eq!(self.status.code(), Some(code), "{}: {}", self.status, self.stderr);
    }

    #[track_caller]
    fn by_signal(&self, signal: i32) {
        assert_eq!(self.status.signal(), Some(signal), "{}: {}", self.status, self.stderr);
    }

    /// Whether the time for the end was too short.
    fn is_cut_short(&self) -> bool {
        self.stderr.contains("shut down before")
    }
}

/// The number of spans of `work`, each of which came once.
#[track_caller]
fn spans(received: &Received) -> usize {
    let resources = received.traces.iter().flat_map(|request| &request.resource_spans);
    let spans = resources.flat_map(|resource| &resource.scope_spans).flat_map(|scope| &scope.spans);
    let ids: Vec<_> = spans.filter(|span| span.name == "work").map(|span| &span.span_id).collect();
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len(), "a span came twice");
    ids.len()
}

/// Has a program end by itself, and returns how it did and how many spans arrived.
fn run(how: &str) -> (End, usize) {
    let collector = Collector::start();
    let end = Program::ends(how, &collector.url()).end();
    let received = collector.stop();
    assert!(!received.metrics.is_empty(), "the last metrics are sent too: {}", end.stderr);
    assert!(!end.is_cut_short(), "{}", end.stderr);
    (end, spans(&received))
}

/// Has a program end by these signals, once it waits.
fn run_until_signal(how: &str, signals: &[&str]) -> (End, usize) {
    let collector = Collector::start();
    let mut program = Program::ends(how, &collector.url());
    program.expect("ready");
    program.signal(signals);
    let end = program.end();
    let received = collector.stop();
    assert!(!end.is_cut_short(), "{}", end.stderr);
    (end, spans(&received))
}

/// One that takes connections and answers nothing.
fn hanging_collector() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

#[test]
fn main_returns_and_the_guard_is_dropped() {
    let (end, spans) = run("return");
    end.with_code(0);
    assert_eq!(spans, 300);
}

#[test]
fn main_returns_and_the_guard_was_forgotten() {
    let (end, spans) = run("forget");
    end.with_code(0);
    assert_eq!(spans, 300);
}

#[test]
fn main_returns_and_the_guard_is_in_a_static() {
    let (end, spans) = run("static");
    end.with_code(0);
    assert_eq!(spans, 300);
}

#[test]
fn the_program_exits_with_its_own_code() {
    let (end, spans) = run("exit");
    end.with_code(3);
    assert_eq!(spans, 300);
}

#[test]
fn another_thread_exits() {
    let (end, spans) = run("exit-on-thread");
    end.with_code(3);
    assert_eq!(spans, 300);
}

#[test]
fn main_panics() {
    let (end, spans) = run("panic");
    end.with_code(101);
    assert_eq!(spans, 300);
}

#[test]
fn main_panics_and_the_guard_was_forgotten() {
    let (end, spans) = run("panic-forgotten");
    end.with_code(101);
    assert_eq!(spans, 300);
}

#[test]
fn the_runtime_is_gone_before_the_guard() {
    let (end, spans) = run("runtime-gone");
    end.with_code(0);
    assert_eq!(spans, 350);
}

#[test]
fn the_guard_is_in_a_task_that_never_ends() {
    let (end, spans) = run("runtime-leaked");
    end.with_code(0);
    assert_eq!(spans, 350);
}

#[test]
fn threads_that_wait_hold_nothing_back() {
    let collector = Collector::start();
    let mut program = Program::ends("threads", &collector.url());
    program.expect("ready");
    program.say("end");
    program.expect("read end");
    program.end().with_code(0);
    assert_eq!(spans(&collector.stop()), 300);
}

#[test]
fn threads_that_wait_hold_nothing_back_from_a_signal() {
    let (end, spans) = run_until_signal("threads", &["TERM"]);
    end.by_signal(SIGTERM);
    assert_eq!(spans, 300);
}

#[test]
fn a_signal_that_nobody_handles_ends_the_program() {
    for (name, number) in [("TERM", SIGTERM), ("INT", SIGINT)] {
        let (end, spans) = run_until_signal("wait", &[name]);
        end.by_signal(number);
        assert_eq!(spans, 300);
    }
}

/// Some senders send to a process and to its group: a moment later, the same signal comes again.
#[test]
fn a_signal_that_comes_twice_at_once_is_one() {
    let collector = Collector::start();
    let mut program = Program::ends("wait", &collector.url());
    program.expect("ready");
    let pid = program.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid, &pid]).status().unwrap().success());
    program.end().by_signal(SIGTERM);
    assert_eq!(spans(&collector.stop()), 300);
}

#[test]
fn a_second_signal_ends_the_program_at_once() {
    let (_collector, url) = hanging_collector();
    let mut program = Program::ends("wait", &url);
    program.expect("ready");
    while program.is_running() {
        program.signal(&["TERM"]);
        thread::sleep(Duration::from_millis(20));
        // A process that has ended and was not waited for takes signals.
        assert!(program.started.elapsed() < HANGS, "no signal ends it");
    }
    let end = program.end();
    end.by_signal(SIGTERM);
    assert!(!end.is_cut_short(), "it waited for the end of its time: {}", end.stderr);
}

#[test]
fn a_collector_that_hangs_holds_a_signal_up_for_the_time_of_the_end_only() {
    let (_collector, url) = hanging_collector();
    let mut program = Program::start(Command::new(ENDS).arg("wait"), &url, "500ms");
    program.expect("ready");
    program.signal(&["TERM"]);
    let end = program.end();
    end.by_signal(SIGTERM);
    assert!(end.stderr.contains("shut down before all was exported: spans=300"), "{}", end.stderr);
}

/// The guard takes all of the time, and what comes after it finds nothing left to do: it is said once.
#[test]
fn a_collector_that_hangs_holds_an_exit_up_once() {
    for how in ["return", "forget", "exit", "panic"] {
        let (_collector, url) = hanging_collector();
        let end = Program::start(Command::new(ENDS).arg(how), &url, "500ms").end();
        assert_eq!(end.stderr.matches("shut down before all was exported: spans=").count(), 1, "{how}: {}", end.stderr);
    }
}

#[test]
fn a_program_that_handles_a_signal_ends_when_it_likes() {
    let (end, spans) = run_until_signal("handler", &["TERM"]);
    end.with_code(7);
    assert_eq!(spans, 350, "what it did after the signal as well");
}

#[test]
fn a_handler_that_was_there_before_stays_in_charge() {
    let (end, spans) = run_until_signal("handler-before", &["TERM"]);
    end.with_code(7);
    assert_eq!(spans, 300);
}

/// What has ended is sent when the signal comes: nobody knows whether the program gets to its end.
#[test]
fn a_handled_signal_sends_what_has_ended() {
    let collector = Collector::start();
    let mut program = Program::ends("handler-dropped", &collector.url());
    program.expect("ready");
    program.signal(&["TERM"]);
    // Its handler is gone, and it has said that it takes the signal itself: it goes on.
    program.runs_until(|| collector.look(spans) == 300);
    program.child.kill().unwrap();
    program.end().by_signal(9);
    assert_eq!(spans(&collector.kill()), 300);
}

#[test]
fn a_signal_that_is_ignored_stays_ignored() {
    let collector = Collector::start();
    let mut shell = Command::new("/bin/sh");
    let mut program =
        Program::start(shell.args(["-c", "trap '' TERM; exec \"$0\" wait", ENDS]), &collector.url(), BUDGET);
    program.expect("ready");
    program.signal(&["TERM", "TERM"]);
    program.say("on");
    program.expect("read on");
    program.end().with_code(0);
    assert_eq!(spans(&collector.stop()), 350, "what it did after the signal as well");
}

/// The system spares it a signal that it does not handle: it was not ended by that without us either.
#[test]
#[cfg(target_os = "linux")]
fn the_first_process_of_a_container_sends_what_has_ended_and_goes_on() {
    let container = ["--pid", "--fork", "--kill-child"];
    if !Command::new("unshare").args(container).arg("true").output().is_ok_and(|output| output.status.success()) {
        let _ = writeln!(io::stdout(), "SKIPPED: `unshare` makes no process namespace here");
        return;
    }
    let collector = Collector::start();
    let mut program =
        Program::start(Command::new("unshare").args(container).args([ENDS, "lines"]), &collector.url(), BUDGET);
    program.expect("ready");
    let outside = program.child.id();
    let first = std::fs::read_to_string(format!("/proc/{outside}/task/{outside}/children")).unwrap();
    for expected in [300, 320, 340] {
        assert!(Command::new("kill").args(["-TERM", first.trim()]).status().unwrap().success());
        program.runs_until(|| collector.look(spans) == expected);
        program.say("20");
        program.expect("read 20");
    }
}

#[test]
fn signals_are_left_alone_where_that_is_asked_for() {
    let collector = Collector::start();
    let mut shell = Command::new("/bin/sh");
    let mut program =
        Program::start(shell.args(["-c", "OBSERVE_SIGNALS=off exec \"$0\" wait", ENDS]), &collector.url(), BUDGET);
    program.expect("ready");
    program.signal(&["TERM"]);
    program.end().by_signal(SIGTERM);
    assert_eq!(spans(&collector.stop()), 0);
}

#[test]
fn what_is_flushed_has_arrived_even_if_the_program_is_killed() {
    let collector = Collector::start();
    let mut program = Program::ends("flush", &collector.url());
    program.say("20");
    program.expect("flushed true");
    program.child.kill().unwrap();
    program.end().by_signal(9);
    assert_eq!(spans(&collector.kill()), 320);
}

#[test]
fn a_flush_after_the_end_waits_for_nothing() {
    let collector = Collector::start();
    let mut program = Program::ends("flush-after", &collector.url());
    program.expect("flushed true");
    program.end().with_code(0);
    assert_eq!(spans(&collector.stop()), 300);
}

#[test]
fn a_server_finishes_its_requests_and_then_sends_all_of_it() {
    let collector = Collector::start();
    let mut program = Program::ends("serve", &collector.url());
    let address = program.line();
    let mut client = TcpStream::connect(&address).unwrap();
    write!(client, "GET /slow HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n").unwrap();
    program.expect("asked");
    program.signal(&["TERM"]);
    let mut answer = String::new();
    client.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("done"), "{answer}");
    program.end().with_code(0);
    assert_eq!(spans(&collector.stop()), 350);
}

#[test]
fn a_forked_child_waits_for_no_export() {
    for how in ["exit", "return", "flush"] {
        let collector = Collector::start();
        // Longer than the test waits, and not so long that a child without its parent stays for ever.
        let mut program = Program::start(Command::new(FORKS).arg(how), &collector.url(), "90s");
        program.expect("child ended with code 5");
        program.end().with_code(0);
        assert_eq!(spans(&collector.stop()), 300, "{how}");
    }
}

#[test]
fn a_signal_to_a_forked_child_is_its_own() {
    let collector = Collector::start();
    let mut program = Program::start(Command::new(FORKS).arg("wait"), &collector.url(), BUDGET);
    program.expect("child ended with signal 15");
    program.end().with_code(0);
    assert_eq!(spans(&collector.stop()), 300);
}
