//! Numbers that many threads add to, and that a scrape reads now and then.
//!
//! All tables lie in one row of slots, in pages of [`PAGE`]. Each thread has pages of its own, taken
//! when it first adds to them, so that an addition is a load and a store and no two threads write to
//! one cell. A scrape adds the pages up. The block of a thread that ends keeps its numbers, and the
//! next thread that comes goes on with it: the lock of the list that it passes through makes the last
//! store of the one visible to the first load of the other.
//!
//! Memory is bounded: a thread takes 64 KiB at most, and only 64 threads at a time have blocks. What
//! doesn't fit adds to cells that all threads share, with atomic additions.

use super::basis::{AtomicU64, AtomicUsize, DIRECTORY, Mutex, MutexGuard, OnceLock, PAGE};
use super::pages::{Base, Blocks, Claimed, Directory, Lease, NOWHERE, Page};
use std::cell::Cell;
use std::sync::PoisonError;
use std::sync::atomic::Ordering::Relaxed;

pub(crate) use super::pages::{Cells, Row};

/// A table of rows. Counts wrap around; the last numbers of a row may be sums of floats.
#[derive(Debug)]
pub(crate) struct Table {
    /// The slot of the first row, so that an addition reads one word; [`NOWHERE`] until the first.
    base: Base,
    rows: usize,
    /// Slots from one row to the next, a power of two up to a page: no row crosses a page.
    stride: usize,
    /// Numbers in a row.
    row: usize,
    /// The first number of a row that is a float.
    floats: usize,
    cells: OnceLock<&'static Cells>,
}

impl Table {
    /// A table of `rows` rows of `row` numbers each, all zero; from `floats` on they are floats.
    pub(crate) const fn new(rows: usize, row: usize, floats: usize) -> Self {
        let stride = row.next_power_of_two();
        Self { base: Base(AtomicUsize::new(NOWHERE)), rows, stride, row, floats, cells: OnceLock::new() }
    }

    /// The row, where the calling thread has the page that it lies in. An index beyond the table is
    /// some other table's row.
    #[inline]
    pub(crate) fn row(&self, row: usize) -> Option<Row> {
        let at = self.base.get() + row * self.stride;
        let page = PAGES.with(|pages| pages.get(at / PAGE)?.get())?;
        Some(Row { page, at })
    }

    /// The same in a table whose rows have one number each.
    #[inline]
    pub(crate) fn single(&self, row: usize) -> Option<Row> {
        let at = self.base.get() + row;
        let page = PAGES.with(|pages| pages.get(at / PAGE)?.get())?;
        Some(Row { page, at })
    }

    /// Adds to a number of a row, whichever thread this is. A row beyond the table is left out.
    #[cold]
    pub(crate) fn add(&self, place: impl FnOnce() -> &'static Cells, row: usize, number: usize, by: u64) {
        self.claim(place, row).add(number, by);
    }

    /// The same for a float.
    #[cold]
    pub(crate) fn add_float(&self, place: impl FnOnce() -> &'static Cells, row: usize, number: usize, by: f64) {
        self.claim(place, row).add_float(number, by);
    }

    /// Takes the page of a row for this thread, or else the shared cells.
    fn claim(&self, place: impl FnOnce() -> &'static Cells, row: usize) -> Claimed {
        if row >= self.rows {
            return Claimed::Nothing;
        }
        let cells = self.cells.get_or_init(place);
        if self.stride <= PAGE {
            self.base.open(cells.base, &super::ENABLED);
        }
        let offset = row * self.stride;
        let at = cells.base + offset;
        // A row that no page can hold is shared.
        let page = if self.stride <= PAGE { claim_page(at / PAGE) } else { None };
        match page {
            Some(page) => Claimed::Own(Row { page, at }),
            None => Claimed::Shared(&cells.shared()[offset..offset + self.row]),
        }
    }

    /// Sends every addition the slow way, where it is asked whether metrics are counted at all: so
    /// nobody asks while they are.
    pub(crate) fn close(&self) {
        self.base.close();
    }

    /// New cells for the table, at the end of all.
    pub(crate) fn new_cells(&self) -> &'static Cells {
        static NEXT: Mutex<usize> = Mutex::new(0);
        let mut next = NEXT.lock().unwrap_or_else(PoisonError::into_inner);
        let slots = self.rows * self.stride;
        // Rows are as far apart as they are aligned, so that none crosses a page.
        let base = next.next_multiple_of(self.stride);
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

    /// How many rows there are.
    pub(crate) const fn rows(&self) -> usize {
        self.rows
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
        // Rows that no page can hold are nowhere else.
        if self.stride > PAGE {
            return;
        }
        let end = cells.base.saturating_add(cells.slots);
        for block in &blocks().all {
            let pages = block.pages.iter().enumerate().take(end.div_ceil(PAGE)).skip(cells.base / PAGE);
            for (at, page) in pages.filter_map(|(at, page)| Some((at * PAGE, page.get()?))) {
                let from = cells.base.max(at);
                let row = (from - cells.base) / self.stride;
                self.sum(&mut sums[row * self.row..], &page[from - at..PAGE.min(end - at)]);
            }
        }
    }

    /// Adds cells to the sums, row by row.
    fn sum(&self, sums: &mut [u64], cells: &[AtomicU64]) {
        let (mut row, mut stride, mut floats) = (self.row.max(1), self.stride, self.floats.min(self.row));
        // Rows of one kind of number without gaps between them are one long row.
        if row == stride && (floats == row || floats == 0) {
            (row, stride) = (sums.len().max(1), cells.len().max(1));
            floats = if floats == 0 { 0 } else { row };
        }
        for (sums, cells) in sums.chunks_mut(row).zip(cells.chunks(stride)) {
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

static BLOCKS: Mutex<Blocks> = Mutex::new(Blocks::new());

fn blocks() -> MutexGuard<'static, Blocks> {
    Blocks::lock(&BLOCKS)
}

/// What all threads' blocks take, in bytes.
pub(crate) fn block_bytes() -> usize {
    blocks().all.iter().map(|block| block.bytes()).sum()
}

thread_local! {
    /// This thread's pages. No destructor, so that reading one is one load.
    static PAGES: Directory = const { [const { Cell::new(None) }; DIRECTORY] };
    /// Gives the block back when the thread ends.
    static LEASE: ThreadLease = const { ThreadLease(Lease::new()) };
}

struct ThreadLease(Lease);

impl Drop for ThreadLease {
    fn drop(&mut self) {
        PAGES.with(|pages| self.0.end(pages, &BLOCKS));
    }
}

/// The page of this thread, taken now where it has none; `None` where it shares.
fn claim_page(page: usize) -> Option<&'static Page> {
    // An error once the lease has ended, and with it the thread.
    LEASE.try_with(|lease| PAGES.with(|pages| lease.0.page(pages, &BLOCKS, page))).ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::super::basis::{MAX_THREADS, THREAD_BYTES};
    use super::*;
    use std::sync::Barrier;
    use std::thread;

    /// Adds as a metric does: the quick way where there is one.
    fn add(table: &Table, row: usize, number: usize, by: u64) {
        match table.row(row) {
            Some(own) => own.add(number, by),
            None => table.add(|| table.new_cells(), row, number, by),
        }
    }

    fn sums(table: &Table) -> Vec<u64> {
        let mut sums = Vec::new();
        table.read(&mut sums);
        sums
    }

    /// Threads that start, end and panic at any point, and more of them than have blocks.
    #[test]
    fn nothing_is_lost_whatever_threads_do() {
        for seed in 0..20 {
            let mut random = fastrand::Rng::with_seed(seed);
            let (table, expected) = (Table::new(300, 3, 2), AtomicU64::new(0));
            thread::scope(|scope| {
                let mut running = Vec::new();
                for _ in 0..random.usize(1..2 * MAX_THREADS) {
                    let (table, expected, mut random_here) = (&table, &expected, random.fork());
                    running.push(scope.spawn(move || {
                        for _ in 0..random_here.usize(..200) {
                            let by = random_here.u64(..1000);
                            add(table, random_here.usize(..300), random_here.usize(..2), by);
                            table.add_float(|| table.new_cells(), random_here.usize(..300), 2, 0.5);
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
            let sums = sums(&table);
            let counted: u64 = sums.chunks(3).map(|row| row[0] + row[1]).sum();
            assert_eq!(counted, expected.load(Relaxed), "seed {seed}");
            let floats: f64 = sums.chunks(3).map(|row| f64::from_bits(row[2])).sum();
            assert!(floats > 0.0 && (floats * 2.0).fract() == 0.0, "seed {seed}: {floats}");
        }
    }

    #[test]
    fn a_thread_goes_on_with_the_block_of_one_that_ended() {
        let table = Table::new(1, 1, usize::MAX);
        for number in 1..=2 * MAX_THREADS as u64 {
            // Joined, and not only out of its scope: a thread gives its block back at its very end.
            thread::scope(|scope| scope.spawn(|| add(&table, 0, 0, 1)).join()).unwrap();
            assert_eq!(sums(&table), [number]);
        }
    }

    #[test]
    fn memory_is_bounded_in_threads() {
        let table = Table::new(1, 1, usize::MAX);
        let barrier = Barrier::new(3 * MAX_THREADS);
        thread::scope(|scope| {
            for _ in 0..3 * MAX_THREADS {
                scope.spawn(|| {
                    add(&table, 0, 0, 1);
                    barrier.wait();
                });
            }
        });
        assert!(blocks().all.len() <= MAX_THREADS);
        assert_eq!(sums(&table), [3 * MAX_THREADS as u64]);
    }

    /// More pages than a thread may take.
    #[test]
    fn what_a_thread_has_no_page_for_is_shared() {
        let rows = 20 * PAGE;
        let table = Table::new(rows, 1, usize::MAX);
        thread::scope(|scope| {
            scope.spawn(|| (0..rows).for_each(|row| add(&table, row, 0, row as u64)));
        });
        assert_eq!(sums(&table), (0..rows as u64).collect::<Vec<_>>());
        assert!(table.shared_bytes() > 0);
        assert!(block_bytes() <= MAX_THREADS * THREAD_BYTES);
    }

    #[test]
    fn a_row_longer_than_a_page_is_shared() {
        let table = Table::new(2, PAGE + 1, usize::MAX);
        add(&table, 1, PAGE, 7);
        add(&table, 1, PAGE, 7);
        assert_eq!((sums(&table)[2 * PAGE + 1], table.row(1).is_none()), (14, true));
    }

    #[test]
    fn what_is_not_in_the_table_is_left_out() {
        let table = Table::new(1, 1, usize::MAX);
        add(&table, 1, 0, 1);
        add(&table, 0, 0, 1);
        assert_eq!(sums(&table), [1]);
    }

    #[test]
    fn an_addition_in_the_last_destructor_of_a_thread_counts() {
        static TABLE: Table = Table::new(1, 1, usize::MAX);
        struct Last;
        impl Drop for Last {
            fn drop(&mut self) {
                add(&TABLE, 0, 0, 1);
            }
        }
        thread_local!(static LAST: Last = const { Last });
        thread::scope(|scope| {
            let first = scope.spawn(|| {
                LAST.with(|_| add(&TABLE, 0, 0, 1));
            });
            first.join().unwrap();
            let second = scope.spawn(|| {
                add(&TABLE, 0, 0, 1);
                LAST.with(|_| {});
            });
            second.join().unwrap();
        });
        assert_eq!(sums(&TABLE), [4]);
    }

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
        thread::scope(|scope| {
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
