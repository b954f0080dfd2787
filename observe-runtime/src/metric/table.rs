//! Numbers that many threads add to, and that a scrape reads now and then.
//!
//! All tables lie in one row of slots, in pages of [`PAGE`]. Each thread has pages of its own, taken
//! when it first adds to them, so that an addition is a load and a store and no two threads write to
//! one cell. A scrape adds the pages up. The block of a thread that ends keeps its numbers, and the
//! next thread that comes goes on with it: the lock of the list that it passes through makes the last
//! store of the one visible to the first load of the other.
//!
//! Memory is bounded: a thread takes [`THREAD_BYTES`] at most, and only [`MAX_THREADS`] threads at a
//! time have blocks. What doesn't fit adds to cells that all threads share, with atomic additions.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// Slots of a page, a power of two: 4 KiB.
const PAGE: usize = 512;

/// The most that one thread takes: its directory, and pages.
const THREAD_BYTES: usize = 64 * 1024;

/// The most pages of one thread.
const PAGES: usize = (THREAD_BYTES - size_of::<Block>()) / size_of::<Page>();

/// Pages that a thread can address; what lies behind is shared.
const DIRECTORY: usize = 256;

/// The most threads that have blocks at the same time.
const MAX_THREADS: usize = 64;

/// A place that no page has: of a table that nobody has added to yet.
const NOWHERE: usize = usize::MAX / 2;

type Page = [AtomicU64; PAGE];

/// A table of rows. Counts wrap around; the last numbers of a row may be sums of floats.
#[derive(Debug)]
pub(crate) struct Table {
    /// The slot of the first row, so that an addition reads one word; [`NOWHERE`] until the first.
    base: AtomicUsize,
    rows: usize,
    /// Rows lie this many bits apart, a power of two up to a page: none crosses a page.
    shift: u32,
    /// Numbers in a row.
    row: usize,
    /// The first number of a row that is a float.
    floats: usize,
    cells: OnceLock<&'static Cells>,
}

/// Where a table's numbers are. Equal declarations of several crates have one of these together.
#[derive(Debug)]
pub(crate) struct Cells {
    base: usize,
    slots: usize,
    /// For threads without a page of their own.
    shared: OnceLock<Box<[AtomicU64]>>,
}

/// One row of the calling thread's page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    page: &'static Page,
    at: usize,
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

impl Table {
    /// A table of `rows` rows of `row` numbers each, all zero; from `floats` on they are floats.
    pub(crate) const fn new(rows: usize, row: usize, floats: usize) -> Self {
        let shift = row.next_power_of_two().trailing_zeros();
        Self { base: AtomicUsize::new(NOWHERE), rows, shift, row, floats, cells: OnceLock::new() }
    }

    /// The row, where the calling thread has the page that it lies in. An index has to be one of
    /// the table's.
    #[inline]
    pub(crate) fn row(&self, row: usize) -> Option<Row> {
        let at = self.base.load(Relaxed) + (row << self.shift);
        let page = BLOCK.get()?.pages.get(at / PAGE)?.get()?;
        Some(Row { page, at })
    }

    /// Adds to a number of a row, whichever thread this is. A row beyond the table is left out.
    #[cold]
    pub(crate) fn add(&self, place: impl FnOnce() -> &'static Cells, row: usize, number: usize, by: u64) {
        match self.claim(place, row) {
            Claimed::Own(row) => row.add(number, by),
            Claimed::Shared(cells) => {
                if let Some(cell) = cells.get(number) {
                    cell.fetch_add(by, Relaxed);
                }
            }
            Claimed::Nothing => {}
        }
    }

    /// The same for a float.
    #[cold]
    pub(crate) fn add_float(&self, place: impl FnOnce() -> &'static Cells, row: usize, number: usize, by: f64) {
        match self.claim(place, row) {
            Claimed::Own(row) => row.add_float(number, by),
            Claimed::Shared(cells) => {
                if let Some(cell) = cells.get(number) {
                    let add = |bits| Some((f64::from_bits(bits) + by).to_bits());
                    // Always `Ok`, because there always is a sum.
                    let _ = cell.fetch_update(Relaxed, Relaxed, add);
                }
            }
            Claimed::Nothing => {}
        }
    }

    /// Takes the page of a row for this thread, or else the shared cells.
    fn claim(&self, place: impl FnOnce() -> &'static Cells, row: usize) -> Claimed {
        if row >= self.rows {
            return Claimed::Nothing;
        }
        let cells = self.cells.get_or_init(place);
        self.base.store(cells.base, Relaxed);
        let offset = row << self.shift;
        let at = cells.base + offset;
        match claim_page(at / PAGE) {
            Some(page) => Claimed::Own(Row { page, at }),
            None => {
                let shared = cells.shared.get_or_init(|| (0..cells.slots).map(|_| AtomicU64::new(0)).collect());
                Claimed::Shared(&shared[offset..offset + self.row])
            }
        }
    }

    /// New cells for the table, at the end of all.
    pub(crate) fn new_cells(&self) -> &'static Cells {
        static NEXT: Mutex<usize> = Mutex::new(0);
        let mut next = NEXT.lock().unwrap_or_else(PoisonError::into_inner);
        let slots = self.rows << self.shift;
        // Rows are as far apart as they are aligned, so that none crosses a page.
        let base = next.next_multiple_of(1 << self.shift);
        *next = base.saturating_add(slots);
        Box::leak(Box::new(Cells { base, slots, shared: OnceLock::new() }))
    }

    /// The table's cells, made now where nobody has added to it yet.
    pub(crate) fn cells_or_new(&self) -> &'static Cells {
        self.cells.get_or_init(|| self.new_cells())
    }

    /// Whether anybody has added to it, or to an equal one.
    pub(crate) fn is_used(&self) -> bool {
        self.cells.get().is_some()
    }

    /// Numbers of a row.
    pub(crate) const fn row_length(&self) -> usize {
        self.row
    }

    /// Adds to `numbers` those of all rows, each the sum of all threads; floats as their bits.
    pub(crate) fn read(&self, numbers: &mut Vec<u64>) {
        let start = numbers.len();
        numbers.resize(start + self.rows * self.row, 0);
        let Some(cells) = self.cells.get() else { return };
        let sums = &mut numbers[start..];
        if let Some(shared) = cells.shared.get() {
            self.sum(sums, shared);
        }
        let end = cells.base.saturating_add(cells.slots);
        for block in &blocks().all {
            let pages = block.pages.iter().enumerate().take(end.div_ceil(PAGE)).skip(cells.base / PAGE);
            for (at, page) in pages.filter_map(|(at, page)| Some((at * PAGE, page.get()?))) {
                let from = cells.base.max(at);
                let row = (from - cells.base) >> self.shift;
                self.sum(&mut sums[row * self.row..], &page[from - at..PAGE.min(end - at)]);
            }
        }
    }

    /// Adds cells to the sums, row by row.
    fn sum(&self, sums: &mut [u64], cells: &[AtomicU64]) {
        let (mut row, mut distance, mut floats) = (self.row.max(1), 1 << self.shift, self.floats.min(self.row));
        // Rows of one kind of number without gaps between them are one long row.
        if row == distance && (floats == row || floats == 0) {
            (row, distance) = (sums.len().max(1), cells.len().max(1));
            floats = if floats == 0 { 0 } else { row };
        }
        for (sums, cells) in sums.chunks_mut(row).zip(cells.chunks(distance)) {
            let (counts, sums) = sums.split_at_mut(floats.min(sums.len()));
            for (sum, cell) in counts.iter_mut().zip(cells) {
                *sum = sum.wrapping_add(cell.load(Relaxed));
            }
            for (sum, cell) in sums.iter_mut().zip(cells.get(floats..).unwrap_or_default()) {
                *sum = (f64::from_bits(*sum) + f64::from_bits(cell.load(Relaxed))).to_bits();
            }
        }
    }

    /// What the table takes beside the threads' blocks, in bytes.
    pub(crate) fn shared_bytes(&self) -> usize {
        let shared = self.cells.get().and_then(|cells| cells.shared.get());
        shared.map_or(0, |shared| size_of_val::<[AtomicU64]>(shared))
    }
}

enum Claimed {
    Own(Row),
    Shared(&'static [AtomicU64]),
    Nothing,
}

/// One thread's pages, and after it those of the next.
struct Block {
    pages: [OnceLock<Box<Page>>; DIRECTORY],
    pages_left: AtomicUsize,
}

impl Block {
    fn new() -> Self {
        Self { pages: [const { OnceLock::new() }; DIRECTORY], pages_left: AtomicUsize::new(PAGES) }
    }

    fn bytes(&self) -> usize {
        size_of::<Self>() + (PAGES - self.pages_left.load(Relaxed)) * size_of::<Page>()
    }
}

/// All blocks there are, and those of threads that have ended.
struct Blocks {
    all: Vec<&'static Block>,
    free: Vec<&'static Block>,
}

/// A thread that panicked while it held the lock left nothing half-written.
fn blocks() -> MutexGuard<'static, Blocks> {
    static BLOCKS: Mutex<Blocks> = Mutex::new(Blocks { all: Vec::new(), free: Vec::new() });
    BLOCKS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What all threads' blocks take, in bytes.
pub(crate) fn block_bytes() -> usize {
    blocks().all.iter().map(|block| block.bytes()).sum()
}

thread_local! {
    /// This thread's block. No destructor, so that reading it is one load.
    static BLOCK: Cell<Option<&'static Block>> = const { Cell::new(None) };
    /// Gives the block back when the thread ends.
    static LEASE: Lease = const { Lease { refused: Cell::new(false) } };
}

struct Lease {
    /// There were threads enough: this one is not asked again.
    refused: Cell<bool>,
}

impl Drop for Lease {
    fn drop(&mut self) {
        // Not to be written to any more, from here on: destructors that run later share.
        if let Some(block) = BLOCK.take() {
            blocks().free.push(block);
        }
    }
}

/// The page of this thread, taken now where it has none; `None` where it shares.
fn claim_page(page: usize) -> Option<&'static Page> {
    let block = match BLOCK.get() {
        Some(block) => block,
        // An error once the lease has ended, and with it the thread.
        None => LEASE.try_with(claim_block).ok().flatten()?,
    };
    let own = block.pages.get(page)?;
    if own.get().is_none() {
        block.pages_left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1)).ok()?;
    }
    Some(own.get_or_init(|| Box::new([const { AtomicU64::new(0) }; PAGE])))
}

fn claim_block(lease: &Lease) -> Option<&'static Block> {
    if lease.refused.get() {
        return None;
    }
    let mut blocks = blocks();
    let block = match blocks.free.pop() {
        Some(block) => block,
        None if blocks.all.len() < MAX_THREADS => {
            let block: &'static Block = Box::leak(Box::new(Block::new()));
            blocks.all.push(block);
            block
        }
        None => {
            lease.refused.set(true);
            return None;
        }
    };
    BLOCK.set(Some(block));
    Some(block)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Adds to each number of each row, from some threads at once, and reads the sums.
    #[track_caller]
    fn sums_are_exact(rows: usize, row: usize, floats: usize) {
        let table = Table::new(rows, row, floats);
        // A row further, so that the table begins within a page.
        Table::new(1, row, floats).new_cells();
        let add = |by: u32| {
            for at in 0..rows {
                for number in 0..row {
                    let by = by as usize + at * row + number;
                    if number < floats {
                        table.add(|| table.new_cells(), at, number, by as u64);
                    } else {
                        #[expect(clippy::cast_precision_loss, reason = "small")]
                        table.add_float(|| table.new_cells(), at, number, by as f64);
                    }
                }
            }
        };
        let add = &add;
        std::thread::scope(|scope| {
            for by in [1, 10, 100] {
                scope.spawn(move || add(by));
            }
        });
        // What was read before stays there.
        let mut numbers = vec![7];
        table.read(&mut numbers);
        assert_eq!(numbers.len(), 1 + rows * row);
        for (at, found) in numbers[1..].iter().enumerate() {
            let expected = 111 + 3 * at;
            #[expect(clippy::cast_precision_loss, reason = "small")]
            let expected = if at % row < floats { expected as u64 } else { (expected as f64).to_bits() };
            assert_eq!(*found, expected, "number {at} of {rows} rows of {row}, floats from {floats}");
        }
    }

    #[test]
    fn sums_are_exact_whatever_the_rows() {
        for (row, floats) in [(1, usize::MAX), (1, 1), (1, 0), (2, 2), (2, 1), (3, 3), (13, 12), (13, 0), (16, 16)] {
            for rows in [1, 3, 700] {
                sums_are_exact(rows, row, floats);
            }
        }
    }

    #[test]
    fn a_table_that_fits_into_no_block_is_shared_and_exact() {
        sums_are_exact(20_000, 2, 1);
    }

    #[test]
    fn a_table_that_nobody_added_to_is_zero() {
        let mut numbers = Vec::new();
        Table::new(3, 2, 2).read(&mut numbers);
        assert_eq!(numbers, [0; 6]);
    }
}
