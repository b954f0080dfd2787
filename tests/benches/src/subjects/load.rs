//! A service whose metrics are scraped while all its threads count. The driver does the asking.

use super::metrics::Of;
use crate::subject::{Entry, Exports, Section, Subject};
use axum::Router;
use observe::metered;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::{self, JoinHandle};
use tokio::runtime::Runtime;

/// The table.
pub const ENTRIES: &[Entry] = &[Entry::new(
    Section::Load,
    "scrape-under-load",
    "scrapes of about 1,000 series over HTTP, 2 threads counting",
    under_load,
)];

/// The metric that the driver adds up.
pub const METRIC: &str = "loaded";

/// Label values in use: each has a counter, a gauge, and the 13 series of a histogram.
const ROWS: usize = 67;

/// Threads that call.
const WRITERS: usize = 2;

/// Works, and is counted.
#[metered(
    name = "loaded",
    labels(row: Of<ROWS> = row),
    buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0]
)]
fn work(row: Of<ROWS>) {}

/// The server, and the threads that call until somebody asks what they did.
struct UnderLoad {
    address: SocketAddr,
    is_over: Arc<AtomicBool>,
    writers: Vec<JoinHandle<u64>>,
    /// Calls of the start, and of the writers that have ended.
    made: u64,
    _runtime: Runtime,
}

fn under_load() -> Result<Box<dyn Subject>, String> {
    let failed = |error: std::io::Error| format!("the server can't be started: {error}");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().map_err(failed)?;
    let server = runtime.block_on(observe::axum::bind("127.0.0.1:0")).map_err(|error| error.to_string())?;
    let address = server.address();
    runtime.spawn(async move {
        if let Err(error) = server.serve(Router::new()).await {
            eprintln!("the server ended: {error}");
        }
    });
    // Series appear with their first call: the first scrape has them all.
    call_all();
    let is_over = Arc::<AtomicBool>::default();
    let start = |_| {
        let is_over = Arc::clone(&is_over);
        thread::Builder::new().name("writer".to_owned()).spawn(move || write(&is_over)).map_err(failed)
    };
    let writers = (0..WRITERS).map(start).collect::<Result<_, _>>()?;
    Ok(Box::new(UnderLoad { address, is_over, writers, made: ROWS as u64, _runtime: runtime }))
}

/// Calls each row in turn until it is over; how many calls that were.
fn write(is_over: &AtomicBool) -> u64 {
    let mut made = 0;
    while !is_over.load(Relaxed) {
        call_all();
        made += ROWS as u64;
    }
    made
}

fn call_all() {
    (0..ROWS).for_each(|row| work(Of(row)));
}

impl Subject for UnderLoad {
    /// Nothing: the writers have been at it from the start.
    fn run(&mut self, _: u64) {}

    /// Ends the writers, so that the counts stand still.
    fn settle(&mut self) -> Option<Exports> {
        self.is_over.store(true, Relaxed);
        for writer in self.writers.drain(..) {
            match writer.join() {
                Ok(made) => self.made += made,
                Err(_) => eprintln!("a writer panicked: its calls are missing"),
            }
        }
        None
    }

    fn address(&self) -> Option<SocketAddr> {
        Some(self.address)
    }

    fn extra_operations(&self) -> u64 {
        self.made
    }
}
