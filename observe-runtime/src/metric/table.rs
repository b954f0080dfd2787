//! Numbers that many threads add to, and that a scrape reads now and then.
//!
//! Each thread has a block of its own in each table that it adds to, so that an addition is a load
//! and a store and no two threads write to one cell. A scrape adds the blocks up. The block of a
//! thread that ends keeps its numbers, and the next thread that comes goes on with it: the lock of
//! the list that it passes through makes the last store of the one visible to the first load of the
//! other.
//!
//! Memory is bounded: a thread takes [`THREAD_BYTES`] at most, and only [`MAX_THREADS`] threads at
//! a time have blocks. What doesn't fit adds to one shared block, with atomic additions.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The most that one thread's blocks take together.
const THREAD_BYTES: usize = 64 * 1024;

/// The most threads that have blocks at the same time.
const MAX_THREADS: usize = 64;

type Block = Arc<[AtomicU64]>;

/// A table of numbers; they wrap around, so that what is subtracted is an addition too.
#[derive(Debug)]
pub(super) struct Table {
    /// Its place in every thread's list of blocks.
    id: usize,
    shared: Block,
    blocks: Arc<Blocks>,
}

/// The blocks of one table, behind an `Arc`: a thread that ends may outlive whoever made the table.
#[derive(Debug, Default)]
struct Blocks(Mutex<Lists>);

#[derive(Debug, Default)]
struct Lists {
    all: Vec<Block>,
    /// Those of threads that have ended.
    free: Vec<Block>,
}

impl Table {
    /// A table of this many numbers, all of them zero.
    pub(super) fn new(length: usize) -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        Self { id: NEXT.fetch_add(1, Relaxed), shared: block(length), blocks: Arc::default() }
    }

    /// Adds to some of the numbers. An index beyond the table is left out.
    pub(super) fn add(&self, additions: &[(usize, u64)]) {
        // Neither an ending thread nor a signal handler may borrow the list: then it is the shared block.
        let added = THREAD.try_with(|thread| {
            let Ok(mut thread) = thread.try_borrow_mut() else { return false };
            let Some(block) = thread.block(self) else { return false };
            for (index, by) in additions {
                if let Some(cell) = block.get(*index) {
                    cell.store(cell.load(Relaxed).wrapping_add(*by), Relaxed);
                }
            }
            true
        });
        if !matches!(added, Ok(true)) {
            for (index, by) in additions {
                if let Some(cell) = self.shared.get(*index) {
                    cell.fetch_add(*by, Relaxed);
                }
            }
        }
    }

    /// The sums of all threads, for every number of the table.
    pub(super) fn sums(&self) -> Vec<u64> {
        let mut sums: Vec<u64> = self.shared.iter().map(|cell| cell.load(Relaxed)).collect();
        for block in &self.blocks.lists().all {
            for (sum, cell) in sums.iter_mut().zip(block.iter()) {
                *sum = sum.wrapping_add(cell.load(Relaxed));
            }
        }
        sums
    }
}

impl Blocks {
    /// A thread that panicked while it held the lock left nothing half-written.
    fn lists(&self) -> MutexGuard<'_, Lists> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, length: usize) -> Block {
        let mut lists = self.lists();
        if let Some(block) = lists.free.pop() {
            return block;
        }
        let block = block(length);
        lists.all.push(Arc::clone(&block));
        block
    }
}

fn block(length: usize) -> Block {
    (0..length).map(|_| AtomicU64::new(0)).collect()
}

thread_local! {
    static THREAD: RefCell<Thread> = RefCell::new(Thread::new());
}

/// The threads that have blocks now.
static THREADS: AtomicUsize = AtomicUsize::new(0);

/// One thread's blocks, by the tables' ids.
struct Thread {
    slots: Vec<Slot>,
    bytes_left: usize,
}

enum Slot {
    /// Nothing was added to this table yet.
    Untouched,
    Own(Block, Arc<Blocks>),
    /// There was no room for a block.
    Shared,
}

impl Thread {
    fn new() -> Self {
        let has_blocks = THREADS.fetch_add(1, Relaxed) < MAX_THREADS;
        Self { slots: Vec::new(), bytes_left: if has_blocks { THREAD_BYTES } else { 0 } }
    }

    /// This thread's block of the table; `None` where it adds to the shared one.
    #[inline]
    fn block(&mut self, table: &Table) -> Option<&Block> {
        if matches!(self.slots.get(table.id), None | Some(Slot::Untouched)) {
            self.touch(table);
        }
        match self.slots.get(table.id) {
            Some(Slot::Own(block, _)) => Some(block),
            _ => None,
        }
    }

    #[cold]
    fn touch(&mut self, table: &Table) {
        let bytes = table.shared.len() * size_of::<AtomicU64>();
        let slot = if bytes <= self.bytes_left {
            self.bytes_left -= bytes;
            Slot::Own(table.blocks.take(table.shared.len()), Arc::clone(&table.blocks))
        } else {
            Slot::Shared
        };
        if self.slots.len() <= table.id {
            self.slots.resize_with(table.id + 1, || Slot::Untouched);
        }
        self.slots[table.id] = slot;
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        for slot in self.slots.drain(..) {
            if let Slot::Own(block, blocks) = slot {
                blocks.lists().free.push(block);
            }
        }
        THREADS.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Barrier;
    use std::thread;

    /// The lists of blocks that were made, and of those that are free.
    fn blocks(table: &Table) -> (usize, usize) {
        let lists = table.blocks.lists();
        (lists.all.len(), lists.free.len())
    }

    /// Threads that start, end and panic at any point, and more of them than have blocks.
    #[test]
    fn nothing_is_lost_whatever_threads_do() {
        for seed in 0..20 {
            let mut random = fastrand::Rng::with_seed(seed);
            let (table, expected) = (Table::new(8), AtomicU64::new(0));
            thread::scope(|scope| {
                let mut running = Vec::new();
                for _ in 0..random.usize(1..2 * MAX_THREADS) {
                    let (table, expected, mut random_here) = (&table, &expected, random.fork());
                    running.push(scope.spawn(move || {
                        for _ in 0..random_here.usize(..200) {
                            let by = random_here.u64(..1000);
                            table.add(&[(random_here.usize(..8), by), (7, 0)]);
                            expected.fetch_add(by, Relaxed);
                            if random_here.u8(..) == 0 {
                                std::panic::resume_unwind(Box::new("at any point"));
                            }
                        }
                    }));
                    if random.bool() {
                        let one = running.swap_remove(random.usize(..running.len()));
                        let _ = one.join();
                    }
                }
                for handle in running {
                    let _ = handle.join();
                }
            });
            assert_eq!(table.sums().iter().sum::<u64>(), expected.load(Relaxed), "seed {seed}");
        }
    }

    #[test]
    fn a_thread_goes_on_with_the_block_of_one_that_ended() {
        let table = Table::new(1);
        for number in 1..=10 {
            // Joined, and not only out of its scope: a thread gives its blocks back at its very end.
            thread::scope(|scope| scope.spawn(|| table.add(&[(0, 1)])).join()).unwrap();
            assert_eq!(table.sums()[0], number);
        }
        // Other tests' threads may take all blocks there are; then all of it was shared.
        let (all, free) = blocks(&table);
        assert!(all <= 1 && all == free, "{all} {free}");
    }

    #[test]
    fn memory_is_bounded_in_threads() {
        let table = Table::new(1);
        let barrier = Barrier::new(3 * MAX_THREADS);
        thread::scope(|scope| {
            for _ in 0..3 * MAX_THREADS {
                scope.spawn(|| {
                    table.add(&[(0, 1)]);
                    barrier.wait();
                });
            }
        });
        assert!(blocks(&table).0 <= MAX_THREADS);
        assert_eq!(table.sums()[0], 3 * MAX_THREADS as u64);
    }

    #[test]
    fn a_table_that_does_not_fit_is_shared() {
        let table = Table::new(THREAD_BYTES / 8 + 1);
        table.add(&[(3, 2), (THREAD_BYTES, 1)]);
        assert_eq!((table.sums()[3], blocks(&table).0), (2, 0));
    }

    #[test]
    fn what_is_subtracted_elsewhere_is_subtracted() {
        let table = Table::new(1);
        table.add(&[(0, 1)]);
        thread::scope(|scope| {
            scope.spawn(|| table.add(&[(0, u64::MAX)]));
        });
        assert_eq!(table.sums()[0], 0);
    }
}
