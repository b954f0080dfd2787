//! A small program that logs, for tests that need a whole process: what it does is its first argument.

#![expect(clippy::print_stdout, reason = "the tests read it")]

use observe::traced;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Someone else's logger, which prints what it gets.
struct Other;

impl log::Log for Other {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        println!("other: {}", record.args());
    }

    fn flush(&self) {}
}

/// Remembers that it was asked for its text.
struct Text;

static ASKED: AtomicBool = AtomicBool::new(false);

impl std::fmt::Display for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        ASKED.store(true, Ordering::Relaxed);
        f.write_str("text")
    }
}

#[traced]
fn admit(patient: &str) {
    log::info!("admitted {patient}");
    tracing::info!(beds = 2, ward = %"mail a@b.example", "beds are left");
}

fn records() {
    log::warn!("outside of any span");
    admit("jane@example.org");
    log::info!(target: "billing::invoices", "billed to 123-45-6789");
    log::debug!(target: "billing::invoices", "a detail");
    log::debug!("mostly unwanted: {Text}");
    log::error!(target: "two\nlines", "no\nlies");
    println!("asked for a text: {}", ASKED.load(Ordering::Relaxed));
}

fn main() -> observe::Result<()> {
    let scenario = std::env::args().nth(1).unwrap_or_default();
    if scenario == "taken" && log::set_logger(&Other).is_ok() {
        log::set_max_level(log::LevelFilter::Info);
    }
    if scenario == "tracer" && tracing_log::LogTracer::init().is_err() {
        println!("no tracer");
    }
    let guard = observe::init!("probe")?;
    match scenario.as_str() {
        "records" | "tracer" => records(),
        "taken" => log::info!("still there"),
        // So many events of each kind, which are sent in many exports.
        "many" => {
            for number in 0..50 {
                log::trace!("record {number}");
                tracing::trace!(number, "event {number}");
                println!("flushed {}", guard.flush(Duration::from_secs(30)));
            }
        }
        "burst" => (0..20_000).for_each(|number| tracing::info!(number, "event {number}")),
        other => println!("no scenario `{other}`"),
    }
    println!("{}", observe::exposition());
    Ok(())
}
