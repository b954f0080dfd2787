//! Pages of numbers, and how one thread hands its own on to the next.
//!
//! What belongs to the process or to a thread is passed in: [`table`](super::table) has the statics.
//! So `tests/loom` can run this very file in every order that the memory model allows.

use super::basis::{AtomicBool, AtomicU64, AtomicUsize, Mutex, MutexGuard, OnceLock, fence};
use super::basis::{DIRECTORY, MAX_THREADS, PAGE, THREAD_BYTES};
use std::array;
use std::cell::Cell;
use std::sync::PoisonError;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};

pub(super) type Page = [AtomicU64; PAGE];

/// A thread's pages, as its block has them, so that it finds one with a single load.
pub(super) type Directory = [Cell<Option<&'static Page>>; DIRECTORY];

/// A place that no page has: of a table that nobody has added to yet.
pub(super) const NOWHERE: usize = usize::MAX / 2;

/// The slot of a table's first row, or [`NOWHERE`].
#[derive(Debug)]
pub(super) struct Base(pub(super) AtomicUsize);

impl Base {
    #[inline]
    pub(super) fn get(&self) -> usize {
        self.0.load(Relaxed)
    }

    /// Has additions find their rows from now on, unless nothing is to be counted.
    pub(super) fn open(&self, slot: usize, enabled: &AtomicBool) {
        self.0.store(slot, Relaxed);
        // Metrics may be switched off before the line above, and the table closed by then. Of this fence
        // and the one in `switch` one is the first. Were it that one, it is seen here that nothing is
        // to be counted; otherwise the closing comes after the line above.
        fence(SeqCst);
        if !enabled.load(Relaxed) {
            self.close();
        }
    }

    pub(super) fn close(&self) {
        self.0.store(NOWHERE, Relaxed);
    }
}

/// Switches counting on or off, and in the latter case calls what closes all tables.
pub(super) fn switch(enabled: &AtomicBool, on: bool, close: impl FnOnce()) {
    enabled.store(on, Relaxed);
    fence(SeqCst);
    if !on {
        close();
    }
}

/// Where a table's numbers are. Equal declarations of several crates have one of these together.
#[derive(Debug)]
pub(crate) struct Cells {
    pub(super) base: usize,
    pub(super) slots: usize,
    /// For threads without a page of their own.
    pub(super) shared: OnceLock<Box<[AtomicU64]>>,
}

impl Cells {
    pub(super) fn shared(&self) -> &[AtomicU64] {
        self.shared.get_or_init(|| (0..self.slots).map(|_| AtomicU64::new(0)).collect())
    }
}

/// One row of the calling thread's page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(super) page: &'static Page,
    pub(super) at: usize,
}

impl Row {
    /// Adds to a number of the row.
    #[inline]
    pub(crate) fn add(self, number: usize, by: u64) {
        // Masked, so that it is plain to see that the cell is there.
        let cell = &self.page[(self.at + number) % PAGE];
        cell.store(cell.load(Relaxed).wrapping_add(by), Relaxed);
    }

    /// Adds to a number that is a float.
    #[inline]
    pub(crate) fn add_float(self, number: usize, by: f64) {
        let cell = &self.page[(self.at + number) % PAGE];
        cell.store((f64::from_bits(cell.load(Relaxed)) + by).to_bits(), Relaxed);
    }
}

/// Where a row's numbers are for the calling thread.
pub(super) enum Claimed {
    Own(Row),
    Shared(&'static [AtomicU64]),
    Nothing,
}

impl Claimed {
    pub(super) fn add(self, number: usize, by: u64) {
        match self {
            Self::Own(row) => row.add(number, by),
            Self::Shared(cells) => {
                if let Some(cell) = cells.get(number) {
                    cell.fetch_add(by, Relaxed);
                }
            }
            Self::Nothing => {}
        }
    }

    pub(super) fn add_float(self, number: usize, by: f64) {
        match self {
            Self::Own(row) => row.add_float(number, by),
            Self::Shared(cells) => {
                if let Some(cell) = cells.get(number) {
                    let add = |bits| Some((f64::from_bits(bits) + by).to_bits());
                    // Always `Ok`, because there always is a sum.
                    let _ = cell.fetch_update(Relaxed, Relaxed, add);
                }
            }
            Self::Nothing => {}
        }
    }
}

/// One thread's pages, and after it those of the next.
pub(super) struct Block {
    pub(super) pages: [OnceLock<Box<Page>>; DIRECTORY],
    pages_left: AtomicUsize,
}

impl Block {
    fn new() -> Self {
        let pages_left = (THREAD_BYTES - size_of::<Self>()) / size_of::<Page>();
        Self { pages: array::from_fn(|_| OnceLock::new()), pages_left: AtomicUsize::new(pages_left) }
    }

    pub(super) fn bytes(&self) -> usize {
        size_of::<Self>() + self.pages.iter().filter(|page| page.get().is_some()).count() * size_of::<Page>()
    }
}

/// All blocks there are, and those of threads that have ended.
pub(super) struct Blocks {
    pub(super) all: Vec<&'static Block>,
    free: Vec<&'static Block>,
}

impl Blocks {
    pub(super) const fn new() -> Self {
        Self { all: Vec::new(), free: Vec::new() }
    }

    /// A thread that panicked while it held the lock left nothing half-written.
    pub(super) fn lock(blocks: &Mutex<Self>) -> MutexGuard<'_, Self> {
        blocks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A thread's right to its block.
pub(super) struct Lease(Cell<Leased>);

#[derive(Clone, Copy)]
enum Leased {
    NotAsked,
    Block(&'static Block),
    /// There were threads enough: this one is not asked again.
    Refused,
}

impl Lease {
    pub(super) const fn new() -> Self {
        Self(Cell::new(Leased::NotAsked))
    }

    /// The page of this thread, taken now where it has none; `None` where it shares.
    pub(super) fn page(&self, directory: &Directory, blocks: &Mutex<Blocks>, page: usize) -> Option<&'static Page> {
        let block = self.block(blocks)?;
        let own = block.pages.get(page)?;
        if own.get().is_none() {
            block.pages_left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1)).ok()?;
        }
        let own = &**own.get_or_init(|| Box::new(array::from_fn(|_| AtomicU64::new(0))));
        directory[page].set(Some(own));
        Some(own)
    }

    fn block(&self, blocks: &Mutex<Blocks>) -> Option<&'static Block> {
        match self.0.get() {
            Leased::Block(block) => return Some(block),
            Leased::Refused => return None,
            Leased::NotAsked => {}
        }
        let mut blocks = Blocks::lock(blocks);
        let block = match blocks.free.pop() {
            Some(block) => block,
            None if blocks.all.len() < MAX_THREADS => {
                let block: &'static Block = Box::leak(Box::new(Block::new()));
                blocks.all.push(block);
                block
            }
            None => {
                self.0.set(Leased::Refused);
                return None;
            }
        };
        self.0.set(Leased::Block(block));
        Some(block)
    }

    /// Gives the block to the next thread.
    pub(super) fn end(&self, directory: &Directory, blocks: &Mutex<Blocks>) {
        if let Leased::Block(block) = self.0.get() {
            // Not to be written to any more, from here on: destructors that run later share.
            for page in directory {
                page.set(None);
            }
            Blocks::lock(blocks).free.push(block);
        }
    }
}
