//! A service that may show itself on its dev page: the driver says by variables whether it does, tells it what to do a
//! line each, and reads what that took.

use crate::clock::process_cpu;
use axum::Router;
use axum::routing::get;
use observe::traced;
use std::io::Write as _;
use std::thread;
use std::time::{Duration, Instant};

/// The pause between two bursts of spans.
const BURST: Duration = Duration::from_millis(1);

/// So long after the last span all of them have been taken: they wait for a second at most.
const TAKEN: Duration = Duration::from_millis(1_500);

/// Serves until the input ends; prints where, and answers `spans NUMBER RATE` and `cpu`.
///
/// # Errors
///
/// Telemetry that can't be switched on, or an address that can't be listened on.
pub fn run() -> Result<(), String> {
    let _guard = observe::init!("page").map_err(|error| error.to_string())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.map_err(|error| format!("no runtime: {error}"))?;
    let server = runtime.block_on(observe::axum::bind("127.0.0.1:0")).map_err(|error| error.to_string())?;
    tell(&server.address().to_string())?;
    let app = Router::new().route("/answers/{id}", get(|| async { "answer" })).layer(observe::axum::layer());
    runtime.spawn(server.serve(app));
    for line in std::io::stdin().lines() {
        let line = line.map_err(|error| error.to_string())?;
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["spans", number, rate] => {
                let (number, rate) = (number.parse().unwrap_or(0), rate.parse().unwrap_or(1));
                let before = process_cpu();
                spans(number, rate);
                thread::sleep(TAKEN);
                tell(&format!("{} {}", process_cpu() - before, resident()?))?;
            }
            ["cpu"] => tell(&format!("{} {}", process_cpu(), resident()?))?,
            _ => return Err(format!("`{line}` is not understood")),
        }
    }
    Ok(())
}

/// So many spans, of which so many begin a second; those of a millisecond are one trace.
fn spans(number: u64, rate: u64) {
    let burst = (rate / 1_000).max(1);
    let begun = Instant::now();
    let mut made = 0;
    let mut bursts = 0;
    while made < number {
        trace(burst.min(number - made) - 1);
        made += burst;
        bursts += 1;
        thread::sleep((BURST * bursts).saturating_sub(begun.elapsed()));
    }
}

#[traced]
fn trace(children: u64) {
    for number in 0..children {
        work(number, number % 2 == 0, 0.5);
    }
}

#[traced(fields(number, is_even, share, name = fixed("a name")))]
fn work(number: u64, is_even: bool, share: f64) {
    std::hint::black_box((number, is_even, share));
}

/// The memory of this process, in KiB.
fn resident() -> Result<u64, String> {
    let status = std::fs::read_to_string("/proc/self/status").map_err(|error| error.to_string())?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).ok_or_else(|| "no VmRSS".to_owned())
}

fn tell(line: &str) -> Result<(), String> {
    let mut output = std::io::stdout().lock();
    writeln!(output, "{line}").and_then(|()| output.flush()).map_err(|error| format!("the driver is gone: {error}"))
}
