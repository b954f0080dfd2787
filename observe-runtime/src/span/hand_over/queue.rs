//! The full blocks of all threads, and those that threads still write to.

use super::basis::{Arc, AtomicBool, Count, FIRST_BLOCKS, Mutex, MutexGuard, OnceLock, SPANS, Thread};
use super::batch::Batch;
use super::block::Block;
use super::writer::{Source, lock};
use std::collections::VecDeque;
use std::sync::PoisonError;
use std::sync::atomic::Ordering::Relaxed;

/// The blocks of one recorder, between the threads that write and the one that exports.
#[derive(Debug)]
pub(crate) struct Queue {
    state: Mutex<State>,
    /// What comes on top is lost, and counted.
    capacity: Capacity,
    /// So many spans wake the reader.
    batch: usize,
    /// The most blocks that are kept for later: what the queue may take, it may keep.
    most_spare: usize,
    /// The thread that reads.
    reader: OnceLock<Thread>,
    closed: AtomicBool,
    /// Spans that were lost.
    lost: &'static Count,
}

/// The most that waits: in full blocks, and with the reader.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Capacity {
    pub(crate) spans: usize,
    pub(crate) bytes: usize,
}

/// So much waits.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Held {
    pub(crate) items: usize,
    pub(crate) bytes: usize,
}

impl Capacity {
    fn has_room(self, held: &[Held; 3]) -> bool {
        let sum = |of: fn(&Held) -> usize| held.iter().map(of).fold(0, usize::saturating_add);
        sum(|held| held.items) <= self.spans && sum(|held| held.bytes) <= self.bytes
    }
}

/// A full block, and what was in it when it was queued.
#[derive(Debug)]
struct Full {
    source: Source,
    held: Held,
}

#[derive(Debug, Default)]
struct State {
    full: VecDeque<Full>,
    /// What is in `full`.
    waiting: Held,
    /// What the reader has taken and not given away yet.
    reader: Held,
    writers: Vec<Arc<Mutex<Source>>>,
    spare: Vec<Arc<Block>>,
}

impl Queue {
    /// A queue that is read in batches of at most `batch` spans.
    pub(crate) fn new(capacity: Capacity, batch: usize, lost: &'static Count) -> Arc<Self> {
        // So that the first spans wait for no memory.
        let spare = (0..FIRST_BLOCKS).map(|_| Arc::new(Block::new())).collect();
        Arc::new(Self {
            state: Mutex::new(State { spare, ..State::default() }),
            capacity,
            batch,
            // Enough for a few batches: a full block has more than 64 spans. Not for all that may wait, which
            // is much after an outage, and seldom.
            most_spare: FIRST_BLOCKS.max(batch.min(capacity.spans) / 16),
            reader: OnceLock::new(),
            closed: AtomicBool::new(false),
            lost,
        })
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

    /// Whether there is a batch.
    pub(crate) fn is_due(&self) -> bool {
        self.has_batch(&self.state())
    }

    /// How many spans are in full blocks.
    pub(crate) fn full(&self) -> usize {
        self.state().waiting.items
    }

    /// Large spans must not fill the queue before there are enough of them.
    fn has_batch(&self, state: &State) -> bool {
        let Held { items, bytes } = state.waiting;
        items >= self.batch || items > 0 && bytes >= self.capacity.bytes / 2
    }

    /// Takes no spans any more.
    pub(crate) fn close(&self) {
        self.closed.store(true, Relaxed);
    }

    #[inline]
    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Relaxed)
    }

    /// Moves full blocks into `batch`, oldest first, until it has no room for the next or there are no more.
    pub(crate) fn read_full(&self, batch: &mut Batch) {
        loop {
            let source = {
                let mut state = self.state();
                let Some(next) = state.full.front() else { return };
                if batch.len() + next.held.items > self.batch {
                    return;
                }
                let Some(Full { source, held }) = state.full.pop_front() else { return };
                state.waiting.items -= held.items;
                state.waiting.bytes -= held.bytes;
                source
            };
            let Source { block, read } = source;
            block.read(read, &mut batch.words, |metadata, extra| batch.rest.push((metadata, extra)));
            self.put_spare(block);
        }
    }

    /// Moves into `batch` what threads have written to blocks that are not full yet. What was written
    /// before the call is found here, or by [`read_full`](Self::read_full) after it. Nobody has looked yet
    /// whether there is room for it.
    pub(crate) fn read_open(&self, batch: &mut Batch) {
        let writers = self.state().writers.clone();
        for writer in writers {
            let mut source = lock(&writer);
            let (block, from) = (Arc::clone(&source.block), source.read);
            source.read = block.read(from, &mut batch.words, |metadata, extra| batch.rest.push((metadata, extra)));
        }
    }

    /// Whether there is room for more beside full blocks and what the reader holds now.
    pub(crate) fn has_room(&self, held: Held, more: Held) -> bool {
        self.capacity.has_room(&[self.state().waiting, held, more])
    }

    /// Counts spans that were read, and that there is no room for.
    pub(crate) fn lose(&self, spans: usize) {
        self.lost.add(spans);
    }

    /// Says how much the reader holds: it counts as waiting.
    pub(crate) fn set_held(&self, held: Held) {
        self.state().reader = held;
    }

    /// Spans that nobody has read, in full blocks and in others.
    pub(crate) fn waiting(&self) -> usize {
        let (full, writers) = {
            let state = self.state();
            (state.waiting.items, state.writers.clone())
        };
        full + writers.iter().map(|writer| lock(writer).waiting()).sum::<usize>()
    }

    /// The same with those that the reader holds.
    #[cfg(feature = "dev-page")]
    pub(crate) fn load(&self) -> usize {
        let held = self.state().reader.items;
        self.waiting() + held
    }

    /// The most spans of one block.
    pub(super) fn block_spans(&self) -> usize {
        SPANS.min(self.batch).min(self.capacity.spans)
    }

    pub(super) fn empty_block(&self) -> Arc<Block> {
        let spare = self.state().spare.pop();
        spare.unwrap_or_else(|| Arc::new(Block::new()))
    }

    fn put_spare(&self, block: Arc<Block>) {
        let mut state = self.state();
        if state.spare.len() < self.most_spare {
            block.clear();
            state.spare.push(block);
        }
    }

    /// Queues a block that is full. Called with its writer's source locked, so nothing here waits for
    /// one.
    pub(super) fn push(&self, full: Source) {
        let held = Held { items: full.waiting(), bytes: full.bytes() };
        let mut state = self.state();
        if held.items == 0 || !self.capacity.has_room(&[state.waiting, state.reader, held]) {
            drop(state);
            self.lost.add(held.items);
            self.put_spare(full.block);
            return;
        }
        state.full.push_back(Full { source: full, held });
        state.waiting.items += held.items;
        state.waiting.bytes += held.bytes;
        let is_due = self.has_batch(&state);
        drop(state);
        if is_due {
            self.wake_reader();
        }
    }

    pub(super) fn add_writer(&self, source: &Arc<Mutex<Source>>) {
        self.state().writers.push(Arc::clone(source));
    }

    pub(super) fn remove_writer(&self, source: &Arc<Mutex<Source>>) {
        self.state().writers.retain(|writer| !Arc::ptr_eq(writer, source));
    }

    /// A thread that panicked while it held the lock left nothing half-written.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
