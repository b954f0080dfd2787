//! A loop with a second thread that does the same: what is shared shows what sharing costs.

use crate::subject::Subject;
use rustix::thread::{CpuSet, sched_setaffinity};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// Calls between two looks at whether the measured thread is done: a whole tree of spans.
const STRETCH: u64 = super::spans::TREE;

/// Runs on the calling thread while the helper runs too.
struct Beside<F> {
    /// Does so many operations.
    batch: F,
    running: Arc<AtomicBool>,
    /// Wakes the helper. Dropped, it ends it.
    begin: SyncSender<()>,
    /// The helper has begun (0), or has ended with so many operations.
    report: Receiver<u64>,
    extra: u64,
}

/// The subject of an operation that is repeated as it is.
pub(super) fn beside(operation: impl Fn(u64) + Copy + Send + 'static) -> Result<Box<dyn Subject>, String> {
    batches_beside(move |operations| (0..operations).for_each(operation))
}

/// The subject of what does so many operations; the second thread is there from the start and
/// sleeps between batches.
pub(super) fn batches_beside(batch: impl Fn(u64) + Copy + Send + 'static) -> Result<Box<dyn Subject>, String> {
    // Left to itself, a thread that is woken runs where its waker runs, and both take turns.
    pin(0)?;
    let running = Arc::new(AtomicBool::new(false));
    let (begin, wake) = sync_channel(0);
    let (tell, report) = sync_channel(0);
    let flag = Arc::clone(&running);
    thread::Builder::new()
        .name("beside".to_owned())
        .spawn(move || match pin(1) {
            Ok(()) => help(batch, &flag, &wake, &tell),
            Err(error) => eprintln!("{error}"),
        })
        .map_err(|error| format!("no second thread: {error}"))?;
    Ok(Box::new(Beside { batch, running, begin, report, extra: 0 }))
}

/// Keeps the calling thread on one processor.
fn pin(processor: usize) -> Result<(), String> {
    let mut set = CpuSet::new();
    set.set(processor);
    sched_setaffinity(None, &set).map_err(|error| format!("processor {processor} can't be had: {error}"))
}

fn help(batch: impl Fn(u64), running: &AtomicBool, wake: &Receiver<()>, tell: &SyncSender<u64>) {
    while wake.recv().is_ok() && tell.send(0).is_ok() {
        let mut done = 0;
        while running.load(Relaxed) {
            batch(STRETCH);
            done += STRETCH;
        }
        if tell.send(done).is_err() {
            break;
        }
    }
}

impl<F: Fn(u64) + Copy> Subject for Beside<F> {
    fn run(&mut self, operations: u64) {
        self.running.store(true, Relaxed);
        // Both block rather than spin: a wait must not look like work.
        let begun = self.begin.send(()).is_ok() && self.report.recv().is_ok();
        (self.batch)(operations);
        self.running.store(false, Relaxed);
        if begun {
            self.extra += self.report.recv().unwrap_or_default();
        }
    }

    fn extra_operations(&self) -> u64 {
        self.extra
    }
}
