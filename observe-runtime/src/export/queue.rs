//! The bounded queue between the program and an exporter, and the thread that empties it.

use super::{ExportError, Exporter, counters};
use crate::span::{SpanRecord, SpanSink};
use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// The sizes and times of a queue.
#[derive(Clone, Copy, Debug)]
pub(crate) struct QueueSettings {
    /// The most spans that wait; what comes on top is lost, and counted.
    pub(crate) capacity: usize,
    /// The most spans in one export.
    pub(crate) batch: usize,
    /// How long a span waits for others.
    pub(crate) delay: Duration,
    /// How long one export may take.
    pub(crate) timeout: Duration,
}

/// A queue with its thread. Spans of any thread go in; the export thread takes them out.
pub(crate) struct Queue {
    shared: Arc<Shared>,
}

struct Shared {
    settings: QueueSettings,
    state: Mutex<State>,
    /// Wakes the export thread.
    work: Condvar,
    /// Wakes whoever waits for a flush.
    empty: Condvar,
}

#[derive(Default)]
struct State {
    pending: VecDeque<SpanRecord>,
    /// Spans that are with the exporter.
    exporting: usize,
    flush: bool,
    stop: bool,
}

impl Queue {
    /// Starts the export thread. Spans that `exporter` can't hand over go to `fallback`.
    pub(crate) fn start(
        exporter: Box<dyn Exporter>,
        fallback: Option<Box<dyn Exporter>>,
        mut settings: QueueSettings,
    ) -> io::Result<Self> {
        // A batch that the queue has no room for would never be full.
        settings.batch = settings.batch.min(settings.capacity);
        let (work, empty) = (Condvar::new(), Condvar::new());
        let shared = Arc::new(Shared { settings, state: Mutex::default(), work, empty });
        let worker = Worker { shared: Arc::clone(&shared), exporter, fallback, failing: false };
        thread::Builder::new().name("observe-export".to_owned()).spawn(move || worker.run())?;
        Ok(Self { shared })
    }

    /// Has everything queued exported, and waits for that; `false` where the time was too short.
    pub(crate) fn flush(&self, timeout: Duration) -> bool {
        let mut state = self.shared.lock();
        state.flush = true;
        self.shared.work.notify_one();
        let is_busy = |state: &mut State| state.exporting > 0 || !state.pending.is_empty();
        match self.shared.empty.wait_timeout_while(state, timeout, is_busy) {
            Ok((_, result)) => !result.timed_out(),
            Err(_) => false,
        }
    }

    /// Flushes, and takes no more spans. What is not gone by then is lost, counted and said: also
    /// what is with the exporter, because nobody waits for it any more.
    pub(crate) fn shutdown(&self, timeout: Duration) {
        self.flush(timeout);
        let mut state = self.shared.lock();
        state.stop = true;
        let lost = state.pending.len() + std::mem::take(&mut state.exporting);
        state.pending.clear();
        drop(state);
        self.shared.work.notify_one();
        if lost > 0 {
            counters::SHUTDOWN.add(lost);
            tracing::warn!(target: "observe", lost, "shut down before all spans were exported");
        }
    }
}

impl SpanSink for Queue {
    fn finished(&self, span: SpanRecord) {
        let mut state = self.shared.lock();
        if state.stop {
            counters::SHUTDOWN.add(1);
        } else if state.pending.len() >= self.shared.settings.capacity {
            counters::QUEUE_FULL.add(1);
        } else {
            state.pending.push_back(span);
            if state.pending.len() == self.shared.settings.batch {
                self.shared.work.notify_one();
            }
        }
    }
}

impl Shared {
    /// A thread that panicked while it held the lock left nothing half-written.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What runs on the export thread.
struct Worker {
    shared: Arc<Shared>,
    exporter: Box<dyn Exporter>,
    fallback: Option<Box<dyn Exporter>>,
    /// Whether the last export failed: only a change is worth a line.
    failing: bool,
}

impl Worker {
    fn run(mut self) {
        while let Some(batch) = self.next_batch() {
            let error = if batch.is_empty() { None } else { self.export(&batch) };
            let mut state = self.shared.lock();
            // Taken away where a shutdown has counted the batch as lost.
            let spans = std::mem::take(&mut state.exporting);
            if error.is_some() { &counters::EXPORT_FAILED } else { &counters::EXPORTED }.add(spans);
            if state.pending.is_empty() {
                state.flush = false;
                self.shared.empty.notify_all();
            }
        }
    }

    /// Waits for a full batch, for the end of the delay, or for a flush; `None` at the end.
    fn next_batch(&self) -> Option<Vec<SpanRecord>> {
        let QueueSettings { batch, delay, .. } = self.shared.settings;
        // A delay beyond all clocks is one without an end.
        let deadline = Instant::now().checked_add(delay);
        let mut state = self.shared.lock();
        while state.pending.len() < batch && !state.flush && !state.stop {
            let left = deadline.map_or(delay, |deadline| deadline.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                break;
            }
            state = match self.shared.work.wait_timeout(state, left) {
                Ok((state, _)) => state,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
        if state.stop && state.pending.is_empty() {
            return None;
        }
        let size = batch.min(state.pending.len());
        state.exporting = size;
        Some(state.pending.drain(..size).collect())
    }

    /// Sends a batch, says where that begins to fail or works again, and returns why it failed.
    fn export(&mut self, batch: &[SpanRecord]) -> Option<ExportError> {
        match self.exporter.export(batch, self.shared.settings.timeout) {
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
                    let _ = fallback.export(batch, self.shared.settings.timeout);
                }
                Some(error)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::{SpanId, SpanKind, Status, TraceId};
    use std::sync::mpsc;
    use std::time::SystemTime;

    struct Channel(mpsc::Sender<usize>, Option<mpsc::Receiver<()>>);

    impl Exporter for Channel {
        fn export(&mut self, batch: &[SpanRecord], _: Duration) -> Result<(), ExportError> {
            if let Some(gate) = &self.1 {
                let _ = gate.recv();
            }
            let _ = self.0.send(batch.len());
            Ok(())
        }
    }

    const SETTINGS: QueueSettings =
        QueueSettings { capacity: 4, batch: 2, delay: Duration::from_hours(1), timeout: Duration::from_secs(1) };

    fn span() -> SpanRecord {
        SpanRecord {
            trace_id: TraceId::random(),
            span_id: SpanId::random(),
            parent_id: None,
            name: "s".into(),
            kind: SpanKind::Internal,
            target: "t",
            start: SystemTime::UNIX_EPOCH,
            duration: Duration::ZERO,
            status: Status::Unset,
            attributes: Vec::new(),
            links: Vec::new(),
        }
    }

    fn channel_queue(gate: Option<mpsc::Receiver<()>>) -> (Queue, mpsc::Receiver<usize>) {
        channel_queue_of(SETTINGS, gate)
    }

    fn channel_queue_of(settings: QueueSettings, gate: Option<mpsc::Receiver<()>>) -> (Queue, mpsc::Receiver<usize>) {
        let (sender, receiver) = mpsc::channel();
        (Queue::start(Box::new(Channel(sender, gate)), None, settings).unwrap(), receiver)
    }

    #[test]
    fn a_batch_larger_than_the_queue_and_a_delay_beyond_all_clocks_do_no_harm() {
        let (queue, batches) = channel_queue_of(QueueSettings { batch: 99, delay: Duration::MAX, ..SETTINGS }, None);
        for _ in 0..SETTINGS.capacity {
            queue.finished(span());
        }
        assert_eq!(batches.recv(), Ok(SETTINGS.capacity));
    }

    #[test]
    fn a_full_batch_goes_without_waiting() {
        let (queue, batches) = channel_queue(None);
        queue.finished(span());
        queue.finished(span());
        assert_eq!(batches.recv().unwrap(), 2);
    }

    #[test]
    fn a_flush_sends_what_there_is() {
        let (queue, batches) = channel_queue(None);
        queue.finished(span());
        assert!(queue.flush(Duration::from_mins(1)));
        assert_eq!(batches.try_recv(), Ok(1));
        assert!(queue.flush(Duration::from_mins(1)), "an empty queue is flushed already");
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let (gate, closed) = mpsc::channel();
        let (queue, batches) = channel_queue(Some(closed));
        let before = counters::QUEUE_FULL.load();
        queue.finished(span());
        queue.finished(span());
        // Two may be with the exporter, which stands at the gate; four wait; the rest is lost.
        for _ in 0..8 {
            queue.finished(span());
        }
        let lost = counters::QUEUE_FULL.load() - before;
        assert!((4..=6).contains(&lost), "{lost}");
        drop(gate);
        assert!(queue.flush(Duration::from_mins(1)));
        assert_eq!(batches.try_iter().sum::<usize>() as u64, 10 - lost);
    }

    #[test]
    fn after_the_end_spans_are_counted_as_lost() {
        let (queue, batches) = channel_queue(None);
        queue.finished(span());
        queue.shutdown(Duration::from_mins(1));
        assert_eq!(batches.recv(), Ok(1));
        let before = counters::SHUTDOWN.load();
        queue.finished(span());
        assert!(counters::SHUTDOWN.load() > before);
    }
}
