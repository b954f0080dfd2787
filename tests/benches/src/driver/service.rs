//! The section `http`, of a whole service: what operators and strangers do to it.

use super::bars::{self, Bar};
use super::sink::body_length;
use super::{Bench, progress};
use crate::subjects::http::ROUTE;
use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Times that readiness is asked for.
const ASKED: usize = 20;

/// Connections with a request under way at the same time.
const CONNECTIONS: usize = 16;

/// Requests of strangers.
const INVENTED: usize = 100_000;

/// Requests like them before that: what there is of each kind is there then.
const BEFORE: usize = 5_000;

/// What was found out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Watched {
    /// The slowest answer of readiness, in seconds.
    pub(super) ready: f64,
    /// How many series more there are.
    pub(super) series: f64,
}

/// Asks for readiness, and then as a scanner does.
pub(super) fn run(bench: &Bench) -> Result<Vec<Bar>, String> {
    progress("http: readiness, and scanners");
    let service = Service::start(bench)?;
    let failed = |error: std::io::Error| format!("the service does not answer: {error}");
    let mut ready = Duration::ZERO;
    for _ in 0..ASKED {
        let begun = Instant::now();
        let (head, _) = service.get("/health/ready").map_err(failed)?;
        ready = ready.max(begun.elapsed());
        if !head.starts_with("HTTP/1.1 503 ") {
            return Err(format!("half of the checks hang, and readiness says {head}"));
        }
    }
    let mut scanner = Scanner::new(&service).map_err(failed)?;
    scanner.send(BEFORE).map_err(failed)?;
    let before = service.series().map_err(failed)?;
    scanner.send(INVENTED).map_err(failed)?;
    let after = service.series().map_err(failed)?;
    let counted = |series: &HashMap<String, f64>| -> f64 {
        series.iter().filter(|(series, _)| series.starts_with("http_requests_total{")).map(|(_, count)| count).sum()
    };
    let asked = counted(&after) - counted(&before);
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    if asked < INVENTED as f64 {
        return Err(format!("of {INVENTED} requests {asked} were counted"));
    }
    let more: Vec<&String> = after.keys().filter(|series| !before.contains_key(*series)).collect();
    if let Some(series) = more.first() {
        progress(&format!("http: {} series more, such as {series}", more.len()));
    }
    #[expect(clippy::cast_precision_loss, reason = "nobody has so many series")]
    let series = more.len() as f64;
    Ok(bars::service(Watched { ready: ready.as_secs_f64(), series }))
}

/// The service as a process. Its input ends with this, and so does it.
struct Service {
    process: Child,
    _input: ChildStdin,
    address: String,
}

impl Service {
    fn start(bench: &Bench) -> Result<Self, String> {
        let failed = |error: std::io::Error| format!("the service can't be started: {error}");
        let mut process = Command::new(&bench.program)
            .arg("--service")
            .env_clear()
            .env("OBSERVE_HTTP_LOG", "off")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(failed)?;
        let (Some(input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
            return Err("the service has no pipes".to_owned());
        };
        let mut service = Self { process, _input: input, address: String::new() };
        BufReader::new(output).read_line(&mut service.address).map_err(failed)?;
        service.address.truncate(service.address.trim_end().len());
        if service.address.is_empty() { Err("the service ended at once".to_owned()) } else { Ok(service) }
    }

    fn connect(&self) -> std::io::Result<BufReader<TcpStream>> {
        let stream = TcpStream::connect(&self.address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(BufReader::new(stream))
    }

    /// The head and the body.
    fn get(&self, path: &str) -> std::io::Result<(String, String)> {
        let mut connection = self.connect()?;
        write!(connection.get_mut(), "GET {path} HTTP/1.1\r\nhost: bench\r\nconnection: close\r\n\r\n")?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        Ok((head.to_owned(), body.to_owned()))
    }

    /// All series that a scrape shows, with their values.
    fn series(&self) -> std::io::Result<HashMap<String, f64>> {
        let (_, text) = self.get("/metrics")?;
        let samples = text.lines().filter(|line| !line.starts_with('#'));
        let sample = |line: &str| {
            let (series, value) = line.rsplit_once(' ')?;
            Some((series.to_owned(), value.parse().ok()?))
        };
        Ok(samples.filter_map(sample).collect())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Ended by its id. It may be gone already, and that is as good.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Who tries paths, methods, hosts and headers at random.
struct Scanner {
    connections: Vec<BufReader<TcpStream>>,
    random: fastrand::Rng,
}

impl Scanner {
    fn new(service: &Service) -> std::io::Result<Self> {
        let connections: std::io::Result<_> = (0..CONNECTIONS).map(|_| service.connect()).collect();
        Ok(Self { connections: connections?, random: fastrand::Rng::with_seed(8) })
    }

    fn send(&mut self, requests: usize) -> std::io::Result<()> {
        for _ in 0..requests / CONNECTIONS {
            for connection in &mut self.connections {
                connection.get_mut().write_all(invent(&mut self.random).as_bytes())?;
            }
            for connection in &mut self.connections {
                let length = body_length(connection)?.ok_or(std::io::ErrorKind::UnexpectedEof)?;
                std::io::copy(&mut connection.by_ref().take(length), &mut std::io::sink())?;
            }
        }
        Ok(())
    }
}

/// A request as nobody needs it. Never by HEAD, whose answer has a length and no body.
fn invent(random: &mut fastrand::Rng) -> String {
    const METHODS: [&str; 7] = ["GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"];
    let word: String = (0..random.usize(1..12)).map(|_| random.alphanumeric()).collect();
    let method = if random.bool() { METHODS[random.usize(..METHODS.len())].to_owned() } else { format!("X{word}") };
    let path = match random.u8(..4) {
        0 => ROUTE.replace("{id}", &word),
        1 => format!("/{word}.php?{word}={word}"),
        2 => format!("/{word}/../{word}"),
        _ => format!("/{word}"),
    };
    format!(
        "{method} {path} HTTP/1.1\r\nhost: {word}.example.org\r\nuser-agent: {word}\r\nx-request-id: {word}\r\n\
         x-{word}: {word}\r\nx-forwarded-for: {word}\r\ncontent-length: 0\r\n\r\n"
    )
}
