//! A small program that logs, for tests that need a whole process: what it does is its first argument.

#![expect(clippy::print_stdout, reason = "the tests read it")]
#![allow(clippy::unwrap_used, reason = "its panic is what is asked for")]

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

/// Changes the filter while several threads may log.
fn levels() {
    let detail = || {
        tracing::debug!("an event in detail");
        log::debug!("a record in detail");
    };
    detail();
    println!("before: {:?}", observe::set_log_filter("warn,log_probe=debug").ok());
    detail();
    std::thread::spawn(detail).join().ok();
    println!("before: {:?}", observe::set_log_filter("off").ok());
    detail();
    tracing::error!("not wanted");
    println!("{}", observe::set_log_filter("log_probe=loud").map_or_else(|error| error.to_string(), |_| String::new()));
    println!("before: {:?}", observe::set_log_filter("info").ok());
    detail();
    tracing::info!("wanted again");
}

/// A text whose making panics, and says what nobody may see.
struct Panics;

impl std::fmt::Display for Panics {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let patient = std::hint::black_box("jane@example.org");
        panic!("making a text for {patient}")
    }
}

/// What a line costs whoever logs it.
fn timed() {
    const LINES: u32 = 100_000;
    let begin = std::time::Instant::now();
    for number in 0..LINES {
        tracing::info!(number, ward = "oncology", "beds are counted");
    }
    println!("a line takes {:?}", begin.elapsed() / LINES);
}

/// Panics of all kinds, each caught.
fn panics() {
    let caught = |work: fn()| println!("caught {}", std::panic::catch_unwind(work).is_err());
    caught(|| panic!("no bed\n for jane@example.org\u{202e}"));
    caught(|| std::panic::panic_any(7));
    caught(|| panic!("{}", r#"{"password":"hunter2"}"#));
    caught(|| {
        let refused: Result<u8, _> = std::hint::black_box(Err("jane@example.org"));
        let _ = refused.unwrap();
    });
    caught(|| assert_eq!("123-45-6789", "219-45-0187", "two numbers"));
    caught(|| tracing::info!("in the midst of a line: {Panics}"));
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
        "levels" => levels(),
        "panics" => panics(),
        // The standard library ends the process: a panic must not panic while it is said.
        "panic_in_panic" => panic!("{Panics}"),
        // A line each time when there is one on standard input.
        "lines" => {
            for line in std::io::stdin().lines().map_while(Result::ok) {
                tracing::info!("{line}");
                println!("logged");
            }
        }
        "timed" => timed(),
        "burst" => (0..20_000).for_each(|number| tracing::info!(number, "event {number}")),
        other => println!("no scenario `{other}`"),
    }
    println!("{}", observe::exposition());
    Ok(())
}
