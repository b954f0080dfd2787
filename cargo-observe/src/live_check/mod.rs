//! `cargo observe live-check`: what a running service emits, against the catalogue.
//!
//! ```text
//! server.rs, otlp.rs         OTLP over gRPC and HTTP, and out of files
//! exposition.rs              scrapes
//! tracker.rs, names.rs       what came, found in the catalogue by its name
//! finding.rs, coverage.rs    what is unknown, and what never came
//! report.rs                  both, for people and for CI
//! ```

mod coverage;
#[cfg(test)]
mod example;
pub(crate) mod exposition;
mod finding;
mod names;
mod otlp;
mod report;
mod server;
mod tracker;

use crate::catalogue::Catalogue;
use crate::context::Context;
use crate::end;
use crate::error::{Error, FOUND, Result};
use crate::http;
use crate::source::Source;
use crate::terminal;
use coverage::Coverage;
use exposition::Exposition;
use report::{Format, Report};
use server::{Receiver, serve};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tracker::Tracker;

/// How often it is asked whether everything has come.
const LOOK: Duration = Duration::from_millis(100);

/// Listen to a running service, and say what it emits that is not in the catalogue, and what of the catalogue never came
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo observe live-check --for 30s
      listens for OTLP on ports 4318 and 4317 of this machine
  cargo observe live-check --scrape http://127.0.0.1:8000/metrics --until-covered --for 60s
  cargo observe live-check --otlp-json recorded.jsonl --fail-on unknown,uncovered

Exit codes: 0 all is well, 1 the check failed, 2 it could not be made.")]
pub(crate) struct Args {
    /// Where OTLP over HTTP is taken
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4318")]
    http: SocketAddr,
    /// Where OTLP over gRPC is taken
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4317")]
    grpc: SocketAddr,
    /// Scrape this URL; OTLP is then listened for only with --listen
    #[arg(long, value_name = "URL")]
    scrape: Vec<String>,
    /// How long from one scrape to the next
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = humantime::parse_duration)]
    interval: Duration,
    /// Read requests of OTLP from a file: JSON, one on each line
    #[arg(long, value_name = "FILE")]
    otlp_json: Vec<PathBuf>,
    /// Listen for OTLP beside scrapes and files
    #[arg(long)]
    listen: bool,
    /// For how long; else until Ctrl-C
    #[arg(long = "for", value_name = "TIME", value_parser = humantime::parse_duration)]
    duration: Option<Duration>,
    /// End as soon as everything in the catalogue has come
    #[arg(long)]
    until_covered: bool,
    /// Only what these programs declare; else what all do
    #[arg(long, value_name = "NAME")]
    program: Vec<String>,
    /// Fail where less than this percentage of the metrics, or of the spans, came
    #[arg(long, value_name = "PERCENT", default_value_t = 0.0)]
    min_coverage: f64,
    /// What the check fails for
    #[arg(long, value_enum, value_delimiter = ',', default_value = "unknown")]
    fail_on: Vec<FailOn>,
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    source: Source,
}

/// What makes a check fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum FailOn {
    /// Something came that is not in the catalogue
    Unknown,
    /// Something of the catalogue never came
    Uncovered,
    /// Neither
    Nothing,
}

pub(crate) fn run(args: &Args, context: &Context) -> Result<ExitCode> {
    let catalogue = of_programs(args.source.catalogue(context)?, &args.program)?;
    let listens = args.listen || (args.scrape.is_empty() && args.otlp_json.is_empty());
    let tracker = Arc::new(Mutex::new(Tracker::new(catalogue, listens || !args.otlp_json.is_empty())));
    for file in &args.otlp_json {
        let text = std::fs::read_to_string(file).map_err(|error| Error::of(file, error))?;
        otlp::read_json(&text, &file.display().to_string(), &mut locked(&tracker));
    }
    if listens || !args.scrape.is_empty() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Error::new(error.to_string()))?;
        runtime.block_on(watch(args, listens, &tracker, context.is_quiet))?;
        // A scrape that is under way is not waited for.
        runtime.shutdown_background();
    }
    let tracker = locked(&tracker);
    let coverage = Coverage::of(&tracker);
    let failures = failures(args, &tracker, &coverage);
    let report = Report { tracker: &tracker, coverage: &coverage, failures: &failures };
    terminal::print(&report.written(args.format));
    Ok(if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(FOUND) })
}

/// What these programs declare; of all of them, where none is named.
fn of_programs(mut catalogue: Catalogue, programs: &[String]) -> Result<Catalogue> {
    if let Some(unknown) = programs.iter().find(|name| catalogue.programs.iter().all(|program| program.name != **name))
    {
        let known: Vec<_> = catalogue.programs.iter().map(|program| program.name.as_str()).collect();
        return Err(Error::new(format!("the catalogue has no program `{unknown}`"))
            .help(format!("it has {}", known.join(", "))));
    }
    if !programs.is_empty() {
        let is_asked = |names: &[String]| names.iter().any(|name| programs.contains(name));
        catalogue.metrics.retain(|metric| is_asked(&metric.programs));
        catalogue.spans.retain(|span| is_asked(&span.programs));
    }
    Ok(catalogue)
}

fn locked(tracker: &Mutex<Tracker>) -> MutexGuard<'_, Tracker> {
    tracker.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Listens and scrapes until the time is over, everything has come, or somebody ends it.
async fn watch(args: &Args, listens: bool, tracker: &Arc<Mutex<Tracker>>, is_quiet: bool) -> Result<()> {
    if listens {
        for (address, what) in [(args.http, "HTTP"), (args.grpc, "gRPC")] {
            let listener = TcpListener::bind(address).await.map_err(|error| {
                Error::new(format!("{address} can't be listened on: {error}"))
                    .help("end what listens there, or name another address with --http and --grpc")
            })?;
            if let (false, Ok(address)) = (is_quiet, listener.local_addr()) {
                anstream::eprintln!("listening for OTLP over {what} on http://{address}");
            }
            tokio::spawn(serve(listener, Receiver(Arc::clone(tracker))));
        }
    }
    for url in &args.scrape {
        // Once at least, however short the time is.
        scrape(url, tracker).await;
        let (url, interval, tracker) = (url.clone(), args.interval.max(LOOK), Arc::clone(tracker));
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(interval).await;
                scrape(&url, &tracker).await;
            }
        });
    }
    tokio::select! {
        () = end::asked() => {}
        () = covered(tracker), if args.until_covered => {}
        () = tokio::time::sleep(args.duration.unwrap_or_default()), if args.duration.is_some() => {}
    }
    Ok(())
}

async fn covered(tracker: &Mutex<Tracker>) {
    while !Coverage::of(&locked(tracker)).is_complete() {
        tokio::time::sleep(LOOK).await;
    }
}

/// Asks a service for its metrics.
async fn scrape(url: &str, tracker: &Arc<Mutex<Tracker>>) {
    let (url, tracker) = (url.to_owned(), Arc::clone(tracker));
    // The client blocks its thread.
    let scraped = tokio::task::spawn_blocking(move || match http::get(&url, &[]) {
        Ok(answer) if answer.status == 200 => locked(&tracker).exposition(&url, &Exposition::read(&answer.text())),
        Ok(answer) => locked(&tracker).malformed(&url, &format!("answered {}", answer.status)),
        Err(error) => locked(&tracker).malformed(&url, &error),
    });
    let _ = scraped.await;
}

fn failures(args: &Args, tracker: &Tracker, coverage: &Coverage) -> Vec<String> {
    let mut failures = Vec::new();
    let unknown = tracker.findings.iter().count();
    if args.fail_on.contains(&FailOn::Unknown) && unknown > 0 {
        failures.push(format!("{unknown} things came that are not in the catalogue"));
    }
    if args.fail_on.contains(&FailOn::Uncovered) && !coverage.missing.is_empty() {
        failures.push(format!("{} things of the catalogue never came", coverage.missing.len()));
    }
    if coverage.least() < args.min_coverage {
        failures.push(format!("{:.1} % came, and {} % were asked for", coverage.least(), args.min_coverage));
    }
    // Where nothing came, nothing was checked.
    if tracker.received == 0 {
        failures.push("nothing was received".to_owned());
    }
    failures
}
