//! The thread that takes finished spans out of their queue and exports them in batches.

use super::{ExportError, Exporter, counters};
use crate::sampling::{self, COUNTS, Judge, JudgeSettings, Verdict};
use crate::span::{Batch, Finished, Flags, Owned, Queue};
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// The sizes and times of the export of spans.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SpanSettings {
    /// The most spans that wait in full blocks; what comes on top is lost, and counted.
    pub(crate) capacity: usize,
    /// The most spans in one export.
    pub(crate) batch: usize,
    /// How long a span waits for others.
    pub(crate) delay: Duration,
    /// How long one export may take.
    pub(crate) timeout: Duration,
    /// For traces whose end decides whether they are kept.
    pub(crate) judge: JudgeSettings,
}

/// The export of spans. What goes in goes into its queue.
pub(crate) struct SpanExport {
    queue: Arc<Queue>,
    shared: Arc<Shared>,
}

struct Shared {
    settings: SpanSettings,
    state: Mutex<State>,
    /// Wakes whoever waits for a flush.
    done: Condvar,
}

#[derive(Default)]
struct State {
    /// Flushes that were asked for, and those that are done.
    asked: u64,
    done: u64,
    /// Spans that are with the exporter.
    exporting: usize,
    stop: bool,
}

impl SpanExport {
    /// Starts the export thread. Spans that `exporter` can't hand over go to `fallback`.
    pub(crate) fn start(
        exporter: Box<dyn Exporter>,
        fallback: Option<Box<dyn Exporter>>,
        mut settings: SpanSettings,
    ) -> io::Result<Self> {
        // A batch that the queue has no room for would never be full.
        settings.batch = settings.batch.min(settings.capacity);
        let queue = Queue::new(settings.capacity, settings.batch, &counters::QUEUE_FULL);
        let shared = Arc::new(Shared { settings, state: Mutex::default(), done: Condvar::new() });
        let worker = Worker {
            queue: Arc::clone(&queue),
            shared: Arc::clone(&shared),
            exporter,
            fallback,
            failing: false,
            judge: Judge::new(settings.judge, &COUNTS),
        };
        let thread = thread::Builder::new().name("observe-export".to_owned()).spawn(move || worker.run())?;
        queue.set_reader(thread.thread().clone());
        Ok(Self { queue, shared })
    }

    /// Where finished spans go.
    pub(crate) fn queue(&self) -> &Arc<Queue> {
        &self.queue
    }

    /// Has everything exported that has ended by now, and waits for that; `false` where the time was too
    /// short.
    pub(crate) fn flush(&self, timeout: Duration) -> bool {
        let mut state = self.shared.lock();
        state.asked += 1;
        let number = state.asked;
        self.queue.wake_reader();
        let is_busy = |state: &mut State| state.done < number && !state.stop;
        match self.shared.done.wait_timeout_while(state, timeout, is_busy) {
            Ok((_, result)) => !result.timed_out(),
            Err(_) => false,
        }
    }

    /// Takes no more spans, and flushes. What is not gone by then is lost, counted and said: also what
    /// is with the exporter, because nobody waits for it any more.
    pub(crate) fn shutdown(&self, timeout: Duration) {
        self.queue.close();
        self.flush(timeout);
        let mut state = self.shared.lock();
        state.stop = true;
        let lost = self.queue.waiting() + std::mem::take(&mut state.exporting);
        drop(state);
        self.queue.wake_reader();
        if lost > 0 {
            counters::SHUTDOWN.add(lost);
            tracing::warn!(target: "observe", lost, "shut down before all spans were exported");
        }
    }
}

impl Shared {
    /// Says that so many spans are with the exporter; `false` where it is too late for that.
    fn begin_export(&self, spans: usize) -> bool {
        let mut state = self.lock();
        if !state.stop {
            state.exporting = spans;
        }
        !state.stop
    }

    /// A thread that panicked while it held the lock left nothing half-written.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What runs on the export thread.
struct Worker {
    queue: Arc<Queue>,
    shared: Arc<Shared>,
    exporter: Box<dyn Exporter>,
    fallback: Option<Box<dyn Exporter>>,
    /// Whether the last export failed: only a change is worth a line.
    failing: bool,
    judge: Judge<Owned>,
}

/// Why the export thread goes to work.
enum Due {
    /// There is a batch.
    Full,
    /// Spans have waited long enough, or a flush of this number was asked for.
    Everything(u64),
}

impl Worker {
    fn run(mut self) {
        let mut batch = Batch::default();
        while let Some(due) = self.wait() {
            match due {
                Due::Full => self.take_full(&mut batch),
                Due::Everything(number) => {
                    // Full blocks before and after the others: a block may become full in between.
                    self.take_full(&mut batch);
                    self.queue.read_open(&mut batch);
                    self.export_all(&mut batch);
                    self.take_full(&mut batch);
                    self.judge_rest(&mut batch);
                    self.export_all(&mut batch);
                    let mut state = self.shared.lock();
                    state.done = state.done.max(number);
                    self.shared.done.notify_all();
                }
            }
        }
        // Sampled spans that still waited for the end of their trace.
        self.judge.flush(&mut |_, _| counters::SHUTDOWN.add(1));
    }

    /// Exports full blocks, oldest first, until there are none.
    fn take_full(&mut self, batch: &mut Batch) {
        loop {
            self.queue.read_full(batch);
            if batch.is_empty() {
                return;
            }
            self.export_all(batch);
        }
    }

    /// Waits for a batch, for the end of the delay, or for a flush; `None` at the end.
    fn wait(&self) -> Option<Due> {
        let delay = self.shared.settings.delay;
        // A delay beyond all clocks is one without an end.
        let deadline = Instant::now().checked_add(delay);
        loop {
            let asked = {
                let state = self.shared.lock();
                if state.stop {
                    return None;
                }
                (state.asked > state.done).then_some(state.asked)
            };
            if let Some(asked) = asked {
                return Some(Due::Everything(asked));
            }
            if self.queue.is_due() {
                return Some(Due::Full);
            }
            let left = deadline.map_or(delay, |deadline| deadline.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return Some(Due::Everything(0));
            }
            thread::park_timeout(left);
        }
    }

    /// Replaces the spans that are judged late by those whose trace has been judged by that, and is kept.
    fn judge(&mut self, batch: &mut Batch) {
        if !batch.iter().any(|span| span.has(Flags::JUDGED)) {
            return;
        }
        let (now, mut kept) = (Instant::now(), Vec::new());
        batch.take_if(
            |span| span.has(Flags::JUDGED),
            |span| {
                if let Some(facts) = span.view().map(facts) {
                    self.judge.offer(facts, span, now, &mut |span, verdict| kept.push((span, verdict)));
                }
            },
        );
        put_back(batch, kept);
    }

    /// Judges the traces that have been waited for too long; at the end of the process, all.
    fn judge_rest(&mut self, batch: &mut Batch) {
        let mut kept = Vec::new();
        let mut keep = |span, verdict| kept.push((span, verdict));
        if self.queue.is_closed() {
            self.judge.flush(&mut keep);
        } else {
            self.judge.expire(Instant::now(), &mut keep);
        }
        put_back(batch, kept);
    }

    /// Exports what is in the batch and is to be kept, and empties it.
    fn export_all(&mut self, batch: &mut Batch) {
        self.judge(batch);
        let spans: Vec<Finished<'_>> = batch.iter().collect();
        let mut left = spans.len();
        if !self.shared.begin_export(left) {
            counters::SHUTDOWN.add(left);
            drop(spans);
            batch.clear();
            return;
        }
        for part in spans.chunks(self.shared.settings.batch.max(1)) {
            let error = self.export(part);
            left -= part.len();
            let mut state = self.shared.lock();
            // Taken away where a shutdown has counted them as lost.
            if std::mem::take(&mut state.exporting) == 0 {
                break;
            }
            if error.is_some() { &counters::EXPORT_FAILED } else { &counters::EXPORTED }.add(part.len());
            state.exporting = left;
        }
        drop(spans);
        batch.clear();
    }

    /// Sends a batch, says where that begins to fail or works again, and returns why it failed.
    fn export(&mut self, spans: &[Finished<'_>]) -> Option<ExportError> {
        match self.exporter.export(spans, self.shared.settings.timeout) {
            Ok(()) => {
                if self.failing {
                    tracing::info!(target: "observe", "spans are exported again");
                }
                self.failing = false;
                None
            }
            Err(error) => {
                if !self.failing {
                    tracing::warn!(
                        target: "observe",
                        "spans can't be exported: {error}; the service goes on, lost spans are counted in \
                         observe_spans_lost_total, and a line says when it works again"
                    );
                }
                self.failing = true;
                if let Some(fallback) = &mut self.fallback {
                    // The console is the last resort: there is nowhere to say that it failed too.
                    let _ = fallback.export(spans, self.shared.settings.timeout);
                }
                Some(error)
            }
        }
    }
}

/// What is to be known about a span in order to judge.
fn facts(span: Finished<'_>) -> sampling::Finished {
    sampling::Finished {
        trace_id: span.trace_id().bits(),
        local_root: span.local_root(),
        is_local_root: span.has(Flags::LOCAL_ROOT),
        has_failed: span.has(Flags::FAILED),
        sampled: span.has(Flags::SAMPLED),
        nanos: span.nanos(),
        bytes: span.bytes(),
    }
}

fn put_back(batch: &mut Batch, kept: Vec<(Owned, Verdict)>) {
    for (mut span, verdict) in kept {
        if verdict == Verdict::Always {
            span.count_once();
        }
        // What has been judged is not judged again.
        span.set_judged();
        batch.push(span);
    }
}

#[cfg(test)]
#[path = "spans_tests.rs"]
mod tests;
