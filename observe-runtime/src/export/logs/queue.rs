//! Log events that wait for their export, up to so many bytes.

use crate::export::counters::LOGS;
use crate::log::LogEvent;
use crate::span::Held;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::Thread;

/// About so many bytes make a batch: half of what a collector takes over gRPC unless it is told otherwise.
pub(super) const BATCH_BYTES: usize = 2 << 20;

/// The log events of one process, between the threads that log and the one that exports.
///
/// Bytes are those of the events, see [`LogEvent::bytes`]. The list that they lie in has some room besides,
/// at most as much again as the events take without their texts.
pub(crate) struct LogQueue {
    state: Mutex<State>,
    /// The most events, and the most bytes; what comes on top is lost, and counted.
    most: usize,
    capacity: usize,
    /// So many events wake the reader.
    batch: usize,
    /// The thread that reads.
    reader: OnceLock<Thread>,
}

#[derive(Default)]
struct State {
    events: VecDeque<LogEvent>,
    /// What they take.
    bytes: usize,
    /// What the reader has taken and not given away yet: it counts as waiting.
    reader: Held,
    closed: bool,
}

impl LogQueue {
    /// A queue for `most` events of `bytes` bytes in all, read in batches of `batch`.
    pub(crate) fn new(most: usize, bytes: usize, batch: usize) -> Arc<Self> {
        Arc::new(Self { state: Mutex::default(), most, capacity: bytes, batch, reader: OnceLock::new() })
    }

    /// Says which thread reads: it is unparked when there is a batch.
    pub(crate) fn set_reader(&self, thread: Thread) {
        let _ = self.reader.set(thread);
    }

    pub(crate) fn wake_reader(&self) {
        if let Some(reader) = self.reader.get() {
            reader.unpark();
        }
    }

    /// Queues an event, or counts it as lost.
    pub(crate) fn push(&self, event: LogEvent) {
        let bytes = event.bytes();
        let mut state = self.state();
        let lost = match () {
            () if state.closed => &LOGS.shutdown,
            () if state.events.len() + state.reader.items >= self.most => &LOGS.queue_full,
            () if bytes > self.capacity.saturating_sub(state.bytes + state.reader.bytes) => &LOGS.queue_full,
            () => {
                state.events.push_back(event);
                state.bytes += bytes;
                let is_due = self.has_batch(&state);
                drop(state);
                if is_due {
                    self.wake_reader();
                }
                return;
            }
        };
        drop(state);
        lost.add(1);
    }

    /// Takes the oldest events: `max` at most, and fewer where they are large. None where there are none.
    pub(crate) fn take(&self, max: usize) -> Vec<LogEvent> {
        let mut state = self.state();
        let (mut count, mut bytes) = (0, 0);
        for event in state.events.iter().take(max) {
            let size = event.bytes();
            // The first goes, however large it is: it fits nowhere better.
            if count > 0 && bytes + size > BATCH_BYTES {
                break;
            }
            count += 1;
            bytes += size;
        }
        state.bytes -= bytes;
        state.events.drain(..count).collect()
    }

    /// Says how much the reader holds.
    pub(crate) fn set_held(&self, held: Held) {
        self.state().reader = held;
    }

    /// Events that nobody has taken.
    pub(crate) fn waiting(&self) -> usize {
        self.state().events.len()
    }

    /// The same with those that the reader holds.
    #[cfg(feature = "dev-page")]
    pub(crate) fn load(&self) -> usize {
        let state = self.state();
        state.events.len() + state.reader.items
    }

    /// Whether there is a batch.
    pub(crate) fn is_due(&self) -> bool {
        self.has_batch(&self.state())
    }

    /// Takes no events any more.
    pub(crate) fn close(&self) {
        self.state().closed = true;
    }

    /// Large events must not fill the queue before there are enough of them.
    fn has_batch(&self, state: &State) -> bool {
        let is_full = state.events.len() >= self.batch || state.bytes >= BATCH_BYTES.min(self.capacity / 2);
        is_full && !state.events.is_empty()
    }

    /// A thread that panicked while it held the lock left nothing half-written.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;
    use tracing::Level;

    const SMALL: usize = size_of::<LogEvent>();

    fn event(message: &str) -> LogEvent {
        LogEvent::of(Level::INFO, "app", message)
    }

    fn messages(events: Vec<LogEvent>) -> Vec<String> {
        events.into_iter().map(|event| event.message).collect()
    }

    /// In one test, as the counters are the process's.
    #[test]
    fn what_does_not_fit_or_comes_too_late_is_counted() {
        let queue = LogQueue::new(usize::MAX, 3 * SMALL + 3, usize::MAX);
        let lost = || (LOGS.queue_full.load(), LOGS.shutdown.load());
        let (full, shutdown) = lost();
        for message in ["1", "22", "", "3", ""] {
            queue.push(event(message));
        }
        assert_eq!(lost(), (full + 2, shutdown), "three fill it to the last byte");
        assert_eq!(messages(queue.take(2)), ["1", "22"]);
        queue.push(event(&"x".repeat(2 * SMALL)));
        assert_eq!(lost(), (full + 3, shutdown), "too large for what is left");
        queue.push(event("4"));
        queue.close();
        queue.push(event(""));
        assert_eq!(lost(), (full + 3, shutdown + 1));
        assert_eq!(queue.waiting(), 2);
        assert_eq!(messages(queue.take(9)), ["", "4"]);
        assert_eq!((queue.waiting(), queue.state().bytes), (0, 0));
        assert!(queue.take(9).is_empty());
    }

    #[test]
    fn a_batch_is_so_many_events_or_so_many_bytes() {
        let queue = LogQueue::new(usize::MAX, 100 * SMALL, 2);
        queue.push(event(""));
        assert!(!queue.is_due());
        queue.push(event(""));
        assert!(queue.is_due());
        let queue = LogQueue::new(usize::MAX, 100 * SMALL, 20);
        queue.push(event(&"x".repeat(50 * SMALL)));
        assert!(queue.is_due(), "half of the queue is full");
    }

    #[test]
    fn of_nothing_there_is_no_batch_however_small_the_queue_is() {
        assert!(!LogQueue::new(usize::MAX, 1, 512).is_due());
    }

    #[test]
    fn large_events_go_in_small_batches() {
        let queue = LogQueue::new(usize::MAX, usize::MAX, 512);
        for size in [BATCH_BYTES, 1, BATCH_BYTES / 2, BATCH_BYTES / 2, 1] {
            queue.push(event(&"x".repeat(size)));
        }
        let batches = std::iter::from_fn(|| Some(queue.take(512)).filter(|batch| !batch.is_empty()));
        assert_eq!(batches.map(|batch| batch.len()).collect::<Vec<_>>(), [1, 2, 2]);
    }

    #[test]
    fn a_batch_wakes_the_reader() {
        let queue = LogQueue::new(usize::MAX, usize::MAX, 3);
        let (tell, told) = mpsc::channel();
        let reader = thread::spawn({
            let queue = Arc::clone(&queue);
            move || {
                tell.send(()).unwrap();
                while !queue.is_due() {
                    thread::park();
                }
                queue.take(9).len()
            }
        });
        queue.set_reader(reader.thread().clone());
        told.recv_timeout(Duration::from_mins(1)).unwrap();
        for _ in 0..3 {
            queue.push(event(""));
        }
        assert_eq!(reader.join().unwrap(), 3);
    }

    #[test]
    fn threads_that_log_at_once_lose_and_double_nothing() {
        const THREADS: usize = 4;
        const EVENTS: usize = 2_000;
        let queue = LogQueue::new(usize::MAX, usize::MAX, 64);
        let mut seen: Vec<String> = thread::scope(|scope| {
            let queue = &queue;
            for thread in 0..THREADS {
                scope.spawn(move || (0..EVENTS).for_each(|number| queue.push(event(&format!("{thread} {number}")))));
            }
            let mut seen = Vec::new();
            while seen.len() < THREADS * EVENTS {
                seen.extend(messages(queue.take(64)));
                thread::yield_now();
            }
            seen
        });
        seen.sort_unstable();
        seen.dedup();
        assert_eq!((seen.len(), queue.waiting()), (THREADS * EVENTS, 0));
    }
}
