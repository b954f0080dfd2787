//! The section `http`, of a running platform: what telemetry adds to the work of four services, in percent.

use super::bars::{self, Bar};
use super::figures::{Spread, float};
use super::sink::body_length;
use super::{Bench, progress, say};
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Batches of each platform, in turn.
const BATCHES: usize = 20;

/// Times that a batch goes through all kinds of requests.
const ROUNDS: usize = 10;

const PASSWORD: &str = "a password for figures";

/// With telemetry, everything exported; and without any.
const ON: &[(&str, &str)] = &[("OBSERVE_LOG_FORMAT", "json"), ("OTEL_TRACES_SAMPLER", "always_on")];
const OFF: &[(&str, &str)] =
    &[("OTEL_SDK_DISABLED", "true"), ("OBSERVE_METRICS", "off"), ("OBSERVE_TRACES", "off"), ("RUST_LOG", "off")];

/// Measures both platforms, batch by batch.
pub(super) fn run(bench: &Bench) -> Result<Vec<Bar>, String> {
    progress("http: azora is built, and asked with telemetry and without");
    build(bench)?;
    let url = bench.sink.url();
    let on = [ON, &[("OTEL_EXPORTER_OTLP_ENDPOINT", url.as_str())]].concat();
    let mut platforms = [Measured::start(bench, &on)?, Measured::start(bench, OFF)?];
    // What is only done once is done before.
    for platform in &mut platforms {
        platform.batch(true)?;
        platform.forget();
    }
    // What a request is, log-ins included. Hashing a password moves by more from one process to the next than
    // telemetry costs, so that the difference is taken without it.
    for _ in 0..BATCHES {
        platforms[1].batch(true)?;
    }
    let whole = (Spread::of(&platforms[1].cpu).median, Spread::of(&platforms[1].latency).median);
    platforms[1].forget();
    for number in 0..BATCHES {
        for at in 0..2 {
            platforms[(number + at) % 2].batch(false)?;
        }
    }
    let [on, off] = &platforms;
    let percent = |what, whole: f64, on: &[f64], off: &[f64]| {
        let (on, off) = (Spread::of(on).median, Spread::of(off).median);
        let percent = 100.0 * (on - off) / whole;
        say(&format!(
            "azora, {what} a request: {on:.0} us with telemetry, {off:.0} us without, and {whole:.0} with log-ins among \
             them: {percent:+.2} %\n"
        ));
        percent
    };
    let cpu = percent("CPU", whole.0, &on.cpu, &off.cpu);
    let latency = percent("latency", whole.1, &on.latency, &off.latency);
    Ok(bars::platform(cpu, latency))
}

fn build(bench: &Bench) -> Result<(), String> {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--quiet", "--release", "--locked", "-p", "azora"]).current_dir(&bench.options.root);
    let status = cargo.status().map_err(|error| format!("cargo can't be started: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("azora can't be built: {status}")) }
}

/// The four processes and who asks them, with what each batch took a request, in microseconds.
struct Measured {
    process: Child,
    services: Vec<String>,
    gateway: BufReader<TcpStream>,
    token: String,
    cpu: Vec<f64>,
    latency: Vec<f64>,
}

impl Measured {
    fn start(bench: &Bench, variables: &[(&str, &str)]) -> Result<Self, String> {
        let failed = |error: std::io::Error| format!("azora can't be started: {error}");
        let mut process = Command::new(bench.options.root.join("target/release/azora"))
            .arg("all")
            .env_clear()
            .env("AZORA_ADDR", "127.0.0.1:0")
            .env("AZORA_DEMO_PASSWORD", PASSWORD)
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(failed)?;
        let output = process.stdout.take().ok_or("azora has no output")?;
        let mut lines = BufReader::new(output).lines().map_while(Result::ok);
        let address = lines.find_map(|line| {
            let url = line.split_once("gateway serves at http://")?.1;
            Some(url.split(' ').next()?.to_owned())
        });
        // It may go on saying things.
        std::thread::spawn(move || lines.for_each(drop));
        let address = address.ok_or("azora does not say where it is")?;
        let stream = TcpStream::connect(address).map_err(failed)?;
        stream.set_nodelay(true).and_then(|()| stream.set_read_timeout(Some(PATIENCE))).map_err(failed)?;
        let id = process.id();
        let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).map_err(failed)?;
        let services = children.split_whitespace().map(str::to_owned).collect();
        let (cpu, latency) = (Vec::new(), Vec::new());
        let mut measured =
            Self { process, services, gateway: BufReader::new(stream), token: String::new(), cpu, latency };
        let answer = measured.post("/v1/login", &format!(r#"{{"user":"ada","password":"{PASSWORD}"}}"#))?;
        let token = answer.split_once(r#""token":""#).and_then(|(_, rest)| rest.split('"').next());
        measured.token = token.ok_or_else(|| format!("no log-in: {answer}"))?.to_owned();
        Ok(measured)
    }

    fn forget(&mut self) {
        self.cpu.clear();
        self.latency.clear();
    }

    /// Courses with and without a fee, payments, and log-ins that are refused where they are asked for.
    fn batch(&mut self, has_log_ins: bool) -> Result<(), String> {
        let card = r#"{"number":"4242424242424242","expiry":"11/30","code":"123","holder":"Ilda Quorn"}"#;
        let requests = [
            ("/v1/login", r#"{"user":"grace","password":"a wrong one"}"#.to_owned()),
            ("/v1/enrolments", r#"{"course":"rust"}"#.to_owned()),
            ("/v1/enrolments", format!(r#"{{"course":"latin","card":{card}}}"#)),
            ("/v1/payments", format!(r#"{{"amount_cents":1999,"card":{card}}}"#)),
        ];
        let requests = &requests[usize::from(!has_log_ins)..];
        let (cpu, begun) = (self.cpu_nanos()?, Instant::now());
        for (path, body) in (0..ROUNDS).flat_map(|_| requests) {
            self.post(path, body)?;
        }
        let asked = float((ROUNDS * requests.len()) as u64);
        self.latency.push(begun.elapsed().as_secs_f64() * 1e6 / asked);
        self.cpu.push(float(self.cpu_nanos()? - cpu) / 1e3 / asked);
        Ok(())
    }

    /// What all threads of the services have worked.
    fn cpu_nanos(&self) -> Result<u64, String> {
        let mut sum = 0;
        for service in &self.services {
            let folder = format!("/proc/{service}/task");
            let threads = fs::read_dir(&folder).map_err(|error| format!("{folder}: {error}"))?;
            for thread in threads.flatten() {
                let text = fs::read_to_string(thread.path().join("schedstat")).unwrap_or_default();
                sum += text.split(' ').next().and_then(|nanos| nanos.parse::<u64>().ok()).unwrap_or_default();
            }
        }
        Ok(sum)
    }

    fn post(&mut self, path: &str, body: &str) -> Result<String, String> {
        let mut ask = || -> std::io::Result<String> {
            let (token, length) = (&self.token, body.len());
            write!(
                self.gateway.get_mut(),
                "POST {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n\
                 content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
            )?;
            let length = body_length(&mut self.gateway)?.ok_or(std::io::ErrorKind::UnexpectedEof)?;
            let mut answer = String::new();
            self.gateway.by_ref().take(length).read_to_string(&mut answer)?;
            Ok(answer)
        };
        ask().map_err(|error| format!("azora does not answer {path}: {error}"))
    }
}

impl Drop for Measured {
    fn drop(&mut self) {
        // It ends the four with itself.
        let _ = Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status();
        let _ = self.process.wait();
    }
}
