//! Programs that are measured as a whole: what they lose, how they end, and what they need meanwhile.
//!
//! The driver starts them, reads what they print, and tells `steady` to end by closing its input.

use super::{spans, telemetry};
use observe::metered;
use std::any::Any;
use std::io::{Read as _, Write as _};
use std::sync::mpsc;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Spans of a burst, which begins every millisecond.
const BURST: u64 = 200;

/// Spans of a tree, where nothing else is said.
const TREE: u64 = spans::TREE + 1;

/// Trees of each thread that does nothing after them.
const FEW: u64 = 10;

/// What a blocked thread waits for in vain.
static LOCKED: Mutex<()> = Mutex::new(());

/// A library under test.
struct Library {
    /// Switches it on, until the result is dropped.
    start: fn() -> Result<Box<dyn Any>, String>,
    /// A call with so many inside, and something else before it ends.
    tree: fn(u64, &dyn Fn()),
    /// Spans that it says it lost, if it counts them.
    lost: fn() -> Option<u64>,
}

const OURS: Library = Library {
    start: || Ok(Box::new(telemetry::observe_until_dropped()?)),
    tree: spans::tree_of_ours,
    lost: || Some(telemetry::observe_lost()),
};

const TRACING_OTEL: Library = Library {
    start: || Ok(Box::new(telemetry::tracing_opentelemetry_until_dropped()?)),
    tree: spans::tree_of_instrument,
    lost: || None,
};

/// Runs the program of this name.
///
/// # Errors
///
/// Unknown names, and a library that can't be switched on.
///
/// # Panics
///
/// The program `panic` does, because that is how it ends.
pub fn run(library: &str, process: &str, number: u64) -> Result<(), String> {
    let library = match library {
        "ours" => OURS,
        "tracing-otel" => TRACING_OTEL,
        _ => return Err(format!("no library is called `{library}`")),
    };
    let running = (library.start)()?;
    match process {
        "exit" => paced(&library, number),
        "sigterm" => {
            paced(&library, number);
            loop {
                thread::park();
            }
        }
        "panic" => {
            paced(&library, number);
            panic!("as programs do that have a mistake");
        }
        "tight" => tight(&library, Duration::from_secs(number)),
        "steady" => steady(&library),
        "flood" => flood(&library, number)?,
        _ => return Err(format!("no program is called `{process}`")),
    }
    drop(running);
    // What shutting down lost is in it, too.
    if let Some(lost) = (library.lost)() {
        tell("lost", lost);
    }
    Ok(())
}

/// So many spans at 200,000 a second, with some more on threads that are silent since.
fn paced(library: &Library, spans: u64) {
    let mut made = on_threads(library);
    let begun = Instant::now();
    let mut bursts = 0;
    while made < spans {
        tree(library, BURST);
        made += BURST;
        bursts += 1;
        thread::sleep(Duration::from_millis(bursts).saturating_sub(begun.elapsed()));
    }
    tell("made", made);
}

/// Four threads that are idle, and one that is blocked below a span which does not end. Returns the spans
/// that have ended.
fn on_threads(library: &Library) -> u64 {
    let (done, ended) = mpsc::channel();
    let call = library.tree;
    for _ in 0..4 {
        let done = done.clone();
        thread::spawn(move || {
            for _ in 0..FEW {
                call(TREE - 1, &|| ());
            }
            let _ = done.send(FEW * TREE);
            loop {
                thread::park();
            }
        });
    }
    // Locked for ever.
    std::mem::forget(LOCKED.lock());
    thread::spawn(move || {
        call(FEW, &|| {
            let _ = done.send(FEW);
            drop(LOCKED.lock().unwrap_or_else(PoisonError::into_inner));
        });
    });
    ended.iter().take(5).sum()
}

/// As many spans as there can be.
fn tight(library: &Library, time: Duration) {
    let begun = Instant::now();
    let mut made = 0;
    while begun.elapsed() < time {
        tree(library, TREE);
        made += TREE;
    }
    tell("made", made);
}

#[metered(name = "beats")]
fn beat() {}

/// Spans, a metric and log lines, a hundred a second, until the input ends.
fn steady(library: &Library) {
    let (end, ended) = mpsc::channel::<()>();
    thread::spawn(move || {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        drop(end);
    });
    let mut made = 0;
    tell("ready", 0);
    while ended.recv_timeout(Duration::from_millis(10)) == Err(mpsc::RecvTimeoutError::Timeout) {
        (library.tree)(1, &|| tracing::info!("steady"));
        beat();
        made += 2;
    }
    tell("made", made);
}

/// So many spans as fast as possible, and the memory that this takes in KiB: before, and at its most.
fn flood(library: &Library, spans: u64) -> Result<(), String> {
    tree(library, TREE);
    let mut made = TREE;
    let before = memory("VmRSS:")?;
    while made < spans {
        tree(library, TREE);
        made += TREE;
    }
    tell("made", made);
    tell("before", before);
    tell("most", memory("VmHWM:")?);
    Ok(())
}

fn tree(library: &Library, spans: u64) {
    (library.tree)(spans - 1, &|| ());
}

/// A line of this process's status, in KiB.
fn memory(name: &str) -> Result<u64, String> {
    let status = std::fs::read_to_string("/proc/self/status").map_err(|error| error.to_string())?;
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).ok_or_else(|| format!("no {name}"))
}

/// A line for the driver. One that is gone hears nothing, and reads nothing either.
fn tell(what: &str, number: u64) {
    let mut output = std::io::stdout().lock();
    let _ = writeln!(output, "{what} {number}").and_then(|()| output.flush());
}
