//! The section `page`: what the dev page costs a service, while nobody looks at it and while somebody does.

use super::bars::{self, Bar};
use super::figures::{Spread, float};
use super::load::Load;
use super::sink::body_length;
use super::{Bench, progress, say};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long an answer of the page may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Spans of a measurement, and how many a second: fewer than the export thread takes, so that none are lost.
const SPANS: u64 = 200_000;
const RATE: u64 = 200_000;

/// Spans of a flood, and how many a second.
const FLOOD: u64 = 250_000;
const FLOOD_RATE: u64 = 50_000;

/// Requests a second to the service whose page is open, and how long a window of them is.
const REQUESTS: u64 = 1_000;
const WINDOW: Duration = Duration::from_secs(4);

/// Requests that are sent at once.
const AT_ONCE: u64 = 16;

/// What was found out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Costs {
    /// CPU of the whole process a span, more than without the page, in nanoseconds.
    pub(super) span: f64,
    /// MiB more than without.
    pub(super) memory: f64,
    /// The most that was kept in a flood, in MiB, and what may be.
    pub(super) kept: f64,
    pub(super) limit: f64,
    /// CPU while somebody looks, more than while nobody does, in percent of a core.
    pub(super) open: f64,
}

/// Measures two services beside each other: one with a page, and one without.
pub(super) fn run(bench: &Bench) -> Result<Vec<Bar>, String> {
    progress("page: spans, with a page and without");
    let (mut on, mut off) = (Service::start(bench, "on")?, Service::start(bench, "off")?);
    let rounds = bench.options.runs.max(3);
    let mut figures = [Vec::new(), Vec::new()];
    let mut memory = [0, 0];
    // The first round is for what is only done once.
    for round in 0..=rounds {
        for (at, service) in [&mut on, &mut off].into_iter().enumerate() {
            let (cpu, resident) = service.spans(SPANS, RATE)?;
            if round > 0 {
                figures[at].push(float(cpu) / float(SPANS));
            }
            memory[at] = resident;
        }
    }
    let seen = on.state()?.next - 1;
    let made = SPANS * (rounds as u64 + 1);
    if seen != made {
        return Err(format!("of {made} spans the page has seen {seen}"));
    }
    let [on_span, off_span] = figures.each_ref().map(|figures| Spread::of(figures));
    progress("page: a flood of spans");
    let (kept, limit) = flood(&mut on)?;
    progress("page: requests, with somebody who looks and without");
    let (busy, idle) = open(bench, &mut on)?;
    let mib = |bytes: u64| float(bytes) / f64::from(1 << 20);
    let costs = Costs {
        span: on_span.median - off_span.median,
        memory: (float(memory[0]) - float(memory[1])) / 1024.0,
        kept: mib(kept),
        limit: mib(limit),
        open: busy.median - idle.median,
    };
    say(&format!(
        "page, CPU of the process a span at {RATE} a second: {on_span} ns with a page, {off_span} ns without; memory \
         {:.1} and {:.1} MiB\n\
         page, CPU at {REQUESTS} requests a second: {busy} % of a core with somebody who looks, {idle} % with nobody\n",
        float(memory[0]) / 1024.0,
        float(memory[1]) / 1024.0,
    ));
    Ok(bars::page(costs))
}

/// The most that is kept while more comes than can be, and what may be kept; in bytes.
fn flood(service: &mut Service) -> Result<(u64, u64), String> {
    let address = service.address;
    let (mut most, mut limit) = (0, 0);
    let watched = thread::scope(|scope| {
        let flood = scope.spawn(|| service.spans(FLOOD, FLOOD_RATE));
        while !flood.is_finished() {
            let state = state(address)?;
            most = most.max(state.bytes);
            limit = state.limit;
            thread::sleep(Duration::from_millis(20));
        }
        flood.join().map_err(|_| "the flood has panicked".to_owned())?
    });
    watched.map(|_| (most, limit))
}

/// CPU in percent of a core, while somebody looks and while nobody does, in turn.
fn open(bench: &Bench, service: &mut Service) -> Result<(Spread, Spread), String> {
    let mut load = Load::connect(service.address)?;
    let mut figures = [Vec::new(), Vec::new()];
    for round in 0..=bench.options.runs.max(3) {
        for (at, is_open) in [true, false].into_iter().enumerate() {
            let percent = window(service, &mut load, is_open)?;
            if round > 0 {
                figures[at].push(percent);
            }
        }
    }
    let [open, closed] = figures.map(|figures| Spread::of(&figures));
    Ok((open, closed))
}

/// Sends requests for a while, and asks once a second what a page asks.
fn window(service: &mut Service, load: &mut Load, is_open: bool) -> Result<f64, String> {
    let (begun, before) = (Instant::now(), service.cpu()?);
    let (mut sent, mut next, mut asked) = (0, state(service.address)?.next, Duration::ZERO);
    while begun.elapsed() < WINDOW {
        load.send(AT_ONCE)?;
        sent += AT_ONCE;
        if is_open && begun.elapsed() > asked {
            asked += Duration::from_secs(1);
            let answer = get(service.address, &format!("/observe/api/requests?after={next}&limit=500"))?;
            next = number(&answer, "\"next\":")?;
        }
        thread::sleep(Duration::from_millis(1_000 * sent / REQUESTS).saturating_sub(begun.elapsed()));
    }
    let cpu = service.cpu()? - before;
    Ok(100.0 * float(cpu) / 1e9 / begun.elapsed().as_secs_f64())
}

/// What the page says of itself.
#[derive(Clone, Copy)]
struct State {
    next: u64,
    bytes: u64,
    limit: u64,
}

fn state(address: SocketAddr) -> Result<State, String> {
    let answer = get(address, "/observe/api/state")?;
    let spans = answer.split_once("\"spans\":").map_or("", |(_, spans)| spans);
    let bytes = number(&answer, "\"spans_bytes\":")? + number(&answer, "\"logs_bytes\":")?;
    Ok(State { next: number(spans, "\"next\":")?, bytes, limit: number(&answer, "\"limit_bytes\":")? })
}

/// The first number behind a word.
fn number(text: &str, word: &str) -> Result<u64, String> {
    let behind = text.split_once(word).map_or("", |(_, behind)| behind);
    let digits = &behind[..behind.find(|c: char| !c.is_ascii_digit()).unwrap_or(behind.len())];
    digits.parse().map_err(|_| format!("there is no number behind {word} in {text}"))
}

fn get(address: SocketAddr, path: &str) -> Result<String, String> {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
        let mut reader = BufReader::new(stream);
        let length = body_length(&mut reader)?.ok_or(std::io::ErrorKind::UnexpectedEof)?;
        let mut body = String::new();
        reader.take(length).read_to_string(&mut body)?;
        Ok(body)
    };
    ask().map_err(|error| format!("{path} is not answered: {error}"))
}

/// A service of its own process, which ends with this.
struct Service {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    address: SocketAddr,
}

impl Service {
    fn start(bench: &Bench, page: &str) -> Result<Self, String> {
        let failed = |error: std::io::Error| format!("the service can't be started: {error}");
        let mut process = Command::new(&bench.program)
            .arg("--page")
            .env_clear()
            .envs([("OBSERVE_DEV_PAGE", page), ("OBSERVE_HTTP_LOG", "off")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(failed)?;
        let (Some(input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
            return Err("the service has no pipes".to_owned());
        };
        let unknown = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut service = Self { process, input, output: BufReader::new(output), address: unknown };
        let address = service.hear()?;
        service.address = address.parse().map_err(|_| format!("the service said `{address}`"))?;
        Ok(service)
    }

    fn state(&self) -> Result<State, String> {
        state(self.address)
    }

    /// The CPU of so many spans, in nanoseconds, and the memory behind them, in KiB.
    fn spans(&mut self, number: u64, rate: u64) -> Result<(u64, u64), String> {
        self.ask(&format!("spans {number} {rate}"))
    }

    /// The CPU that the process has taken, in nanoseconds.
    fn cpu(&mut self) -> Result<u64, String> {
        Ok(self.ask("cpu")?.0)
    }

    fn ask(&mut self, line: &str) -> Result<(u64, u64), String> {
        writeln!(self.input, "{line}").map_err(|error| format!("the service is gone: {error}"))?;
        let said = self.hear()?;
        let pair = said.split_once(' ').and_then(|(first, second)| Some((first.parse().ok()?, second.parse().ok()?)));
        pair.ok_or_else(|| format!("the service said `{said}` to `{line}`"))
    }

    fn hear(&mut self) -> Result<String, String> {
        let mut line = String::new();
        self.output.read_line(&mut line).map_err(|error| format!("the service is gone: {error}"))?;
        Ok(line.trim_end().to_owned())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Ended by its id. It may be gone already, and that is as good.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
