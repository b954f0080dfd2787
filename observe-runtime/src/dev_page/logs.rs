//! Log events that the page can show: the latest, in memory that is never more than so much.
//!
//! They lie in chunks, oldest first, and a chunk is forgotten as a whole: so what is reserved is what is used, and
//! nothing is moved.

use super::spans::Range;
use crate::log::{LogEvent, LogSink};
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many events a chunk has.
const CHUNK: usize = 64;

/// The most chunks, whatever memory they take: 10,000 events.
const MOST_CHUNKS: usize = 10_000 / CHUNK;

/// The latest log events.
pub(super) struct Logs {
    state: Mutex<State>,
    /// The most memory, in bytes.
    capacity: usize,
}

struct State {
    chunks: VecDeque<Chunk>,
    /// What the chunks take.
    bytes: usize,
    /// The number of the next event.
    next: u64,
}

struct Chunk {
    events: Vec<LogEvent>,
    /// The number of its first event.
    first: u64,
    bytes: usize,
}

impl Chunk {
    fn new(first: u64) -> Self {
        Self { events: Vec::with_capacity(CHUNK), first, bytes: CHUNK * size_of::<LogEvent>() }
    }
}

impl Logs {
    pub(super) fn new(capacity: usize) -> Self {
        Self { state: Mutex::new(State { chunks: VecDeque::new(), bytes: 0, next: 1 }), capacity }
    }

    /// Calls `see` with every event of this number or a later one, oldest first. Nothing is added meanwhile.
    pub(super) fn each(&self, from: u64, mut see: impl FnMut(u64, &LogEvent)) {
        let state = self.state();
        for chunk in &state.chunks {
            let numbered = (chunk.first..).zip(&chunk.events);
            numbered.filter(|(number, _)| *number >= from).for_each(|(number, event)| see(number, event));
        }
    }

    pub(super) fn range(&self) -> Range {
        let state = self.state();
        let first = state.chunks.front().map_or(state.next, |chunk| chunk.first);
        Range { first, next: state.next, bytes: state.bytes }
    }

    /// Forgets all of them; their numbers are not used again.
    pub(super) fn clear(&self) {
        let mut state = self.state();
        state.chunks.clear();
        state.bytes = 0;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LogSink for Logs {
    fn write(&self, event: &LogEvent) {
        // Before anybody waits for it.
        let event = event.clone();
        self.state().add(event, self.capacity);
    }
}

impl State {
    fn add(&mut self, event: LogEvent, capacity: usize) {
        if self.chunks.back().is_none_or(|last| last.events.len() == CHUNK) {
            let chunk = Chunk::new(self.next);
            self.bytes += chunk.bytes;
            self.chunks.push_back(chunk);
        }
        if let Some(last) = self.chunks.back_mut() {
            // The event itself has its place already.
            let texts = event.bytes() - size_of::<LogEvent>();
            last.events.push(event);
            last.bytes += texts;
            self.bytes += texts;
            self.next += 1;
        }
        while self.chunks.len() > MOST_CHUNKS || self.bytes > capacity {
            let Some(oldest) = self.chunks.pop_front() else { return };
            self.bytes -= oldest.bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracing::Level;

    fn event(message: &str) -> LogEvent {
        LogEvent::of(Level::INFO, "app", message)
    }

    fn numbers(logs: &Logs, from: u64) -> Vec<u64> {
        let mut numbers = Vec::new();
        logs.each(from, |number, _| numbers.push(number));
        numbers
    }

    #[test]
    fn the_oldest_are_forgotten_for_the_latest() {
        let logs = Logs::new(64 << 20);
        for number in 0..20_000 {
            logs.write(&event(&format!("{number}")));
        }
        let Range { first, next, .. } = logs.range();
        assert_eq!(next, 20_001);
        assert!((9_900..=10_000).contains(&(next - first)), "{first}");
        assert_eq!(numbers(&logs, 0), (first..next).collect::<Vec<_>>());
        assert_eq!(numbers(&logs, next - 2), [next - 2, next - 1]);
        logs.each(next - 1, |_, event| assert_eq!(event.message, "19999"));
    }

    #[test]
    fn memory_is_never_more_than_asked_for() {
        let logs = Logs::new(256 << 10);
        for number in 0..3_000 {
            logs.write(&event(&"x".repeat(number)));
            assert!(logs.range().bytes <= 256 << 10, "{number}");
        }
        // One that has no room alone is not kept, and the next is.
        logs.write(&event(&"x".repeat(1 << 20)));
        assert_eq!(numbers(&logs, 0), [0; 0]);
        logs.write(&event("small"));
        assert_eq!(numbers(&logs, 0), [3_002]);
        logs.clear();
        assert_eq!(logs.range(), Range { first: 3_003, next: 3_003, bytes: 0 });
    }
}
