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
    /// The most spans in full blocks; what comes on top is lost, and counted.
    capacity: usize,
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

#[derive(Debug, Default)]
struct State {
    full: VecDeque<Source>,
    /// Spans in `full`.
    waiting: usize,
    writers: Vec<Arc<Mutex<Source>>>,
    spare: Vec<Arc<Block>>,
}

impl Queue {
    /// A queue for `capacity` spans in full blocks, read in batches of about `batch`.
    pub(crate) fn new(capacity: usize, batch: usize, lost: &'static Count) -> Arc<Self> {
        // So that the first spans wait for no memory.
        let spare = (0..FIRST_BLOCKS).map(|_| Arc::new(Block::new())).collect();
        Arc::new(Self {
            state: Mutex::new(State { spare, ..State::default() }),
            capacity,
            batch,
            // A full block has more spans than that.
            most_spare: FIRST_BLOCKS.max(capacity / 64),
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
        self.state().waiting >= self.batch
    }

    /// Takes no spans any more.
    pub(crate) fn close(&self) {
        self.closed.store(true, Relaxed);
    }

    #[inline]
    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Relaxed)
    }

    /// Moves full blocks into `batch`, oldest first, until there is a batch or no more of them.
    pub(crate) fn read_full(&self, batch: &mut Batch) {
        while batch.len() < self.batch {
            let source = {
                let mut state = self.state();
                let Some(source) = state.full.pop_front() else { return };
                state.waiting -= source.waiting();
                source
            };
            let Source { block, read } = source;
            block.read(read, &mut batch.words, |metadata, extra| batch.rest.push((metadata, extra)));
            self.put_spare(block);
        }
    }

    /// Moves into `batch` what threads have written to blocks that are not full yet. What was written
    /// before the call is found here, or by [`read_full`](Self::read_full) after it.
    pub(crate) fn read_open(&self, batch: &mut Batch) {
        let writers = self.state().writers.clone();
        for writer in writers {
            let mut source = lock(&writer);
            let (block, from) = (Arc::clone(&source.block), source.read);
            source.read = block.read(from, &mut batch.words, |metadata, extra| batch.rest.push((metadata, extra)));
        }
    }

    /// Spans that nobody has read, in full blocks and in others.
    pub(crate) fn waiting(&self) -> usize {
        let (full, writers) = {
            let state = self.state();
            (state.waiting, state.writers.clone())
        };
        full + writers.iter().map(|writer| lock(writer).waiting()).sum::<usize>()
    }

    /// The most spans of one block.
    pub(super) fn block_spans(&self) -> usize {
        SPANS.min(self.batch).min(self.capacity)
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
        let spans = full.waiting();
        let mut state = self.state();
        if spans == 0 || state.waiting + spans > self.capacity {
            drop(state);
            self.lost.add(spans);
            self.put_spare(full.block);
            return;
        }
        state.full.push_back(full);
        state.waiting += spans;
        let is_due = state.waiting >= self.batch;
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
