//! The models. Here stands what `table.rs` does around the pages, with threads that loom steps through.

use super::basis::{AtomicBool, AtomicUsize, DIRECTORY, Mutex, OnceLock, PAGE};
use super::pages::{self, Base, Blocks, Cells, Claimed, Directory, Lease, NOWHERE, Row};
use crate::model;
use loom::thread;
use std::cell::Cell;
use std::sync::atomic::Ordering::Relaxed;

/// What the process has: a table with two rows of one number each, in two pages.
struct Process {
    blocks: Mutex<Blocks>,
    cells: Cells,
    /// Additions that were begun. Not watched, so it is what has really happened by now.
    begun: std::sync::atomic::AtomicU64,
}

/// The rows' slots, each in a page of its own.
const ROWS: [usize; 2] = [0, PAGE];

impl Process {
    /// One for each run. Leaked as the process's blocks are: a run leaves a few hundred bytes.
    fn new() -> &'static Self {
        let cells = Cells { base: 0, slots: DIRECTORY * PAGE, shared: OnceLock::new() };
        Box::leak(Box::new(Self { blocks: Mutex::new(Blocks::new()), cells, begun: 0.into() }))
    }

    /// The sums of both rows, as `Table::read` makes them.
    fn read(&self) -> [u64; 2] {
        let mut sums = [0; 2];
        for (row, sum) in ROWS.into_iter().zip(&mut sums) {
            if let Some(shared) = self.cells.shared.get() {
                *sum += shared[row].load(Relaxed);
            }
            for block in &Blocks::lock(&self.blocks).all {
                if let Some(page) = block.pages[row / PAGE].get() {
                    *sum += page[row % PAGE].load(Relaxed);
                }
            }
        }
        sums
    }

    /// Two scrapes. No number may fall, and none may be of an addition that nobody has begun.
    fn scrape_twice(&self) {
        let first = self.read();
        let second = self.read();
        assert!(first[0] <= second[0] && first[1] <= second[1], "fell: {first:?} {second:?}");
        let begun = self.begun.load(Relaxed);
        assert!(second[0] + second[1] <= begun, "too many: {second:?} {begun}");
    }

    /// A thread that adds one to each of the rows, and ends.
    fn spawn(&'static self, rows: &'static [usize]) -> thread::JoinHandle<()> {
        thread::spawn(move || {
            let (lease, directory) = (Lease::new(), [const { Cell::new(None) }; DIRECTORY]);
            for row in rows {
                self.begun.fetch_add(1, Relaxed);
                self.claim(&lease, &directory, *row).add(0, 1);
            }
            lease.end(&directory, &self.blocks);
        })
    }

    /// The row of the calling thread's page: as `Table::row` finds it, or else `Table::claim`.
    fn claim(&'static self, lease: &Lease, directory: &Directory, at: usize) -> Claimed {
        let page = directory[at / PAGE].get().or_else(|| lease.page(directory, &self.blocks, at / PAGE));
        match page {
            Some(page) => Claimed::Own(Row { page, at }),
            None => Claimed::Shared(&self.cells.shared()[at..]),
        }
    }
}

fn join<const N: usize>(threads: [thread::JoinHandle<()>; N]) {
    for thread in threads {
        thread.join().expect("ends");
    }
}

/// Two threads, of which the later goes on with the block of the earlier where that has ended.
pub(super) fn hand_over() {
    model(|| {
        let process = Process::new();
        let threads = [process.spawn(&ROWS[..1]), process.spawn(&ROWS[..1])];
        process.scrape_twice();
        join(threads);
        assert_eq!(process.read(), [2, 0], "at the end");
    });
}

/// One thread that takes a block and two pages.
pub(super) fn claim() {
    model(|| {
        let process = Process::new();
        let thread = process.spawn(&[ROWS[0], ROWS[1], ROWS[0]]);
        process.scrape_twice();
        thread.join().expect("ends");
        assert_eq!(process.read(), [2, 1], "at the end");
    });
}

/// Three threads, and two blocks.
pub(super) fn refusal() {
    model(|| {
        let process = Process::new();
        let threads = [(); 3].map(|()| process.spawn(&ROWS[..1]));
        join(threads);
        assert_eq!(process.read(), [3, 0], "at the end");
    });
}

/// Two threads that both have no block: a count each, and a float each.
pub(super) fn shared() {
    model(|| {
        let process = Process::new();
        let add = || {
            process.begun.fetch_add(1, Relaxed);
            Claimed::Shared(process.cells.shared()).add(ROWS[0], 1);
            Claimed::Shared(process.cells.shared()).add_float(1, 0.5);
        };
        let threads = [thread::spawn(add), thread::spawn(add)];
        process.scrape_twice();
        join(threads);
        let float = f64::from_bits(process.cells.shared()[1].load(Relaxed));
        assert_eq!((process.read()[0], float.to_bits()), (2, 1.0_f64.to_bits()), "at the end");
    });
}

/// `set_metrics_enabled(false)` in one thread, somebody switching them on in a second, and a third that
/// adds to a table for the first time: where metrics are off in the end, no addition finds a row.
pub(super) fn switch_off() {
    model(|| {
        struct Switch {
            enabled: AtomicBool,
            base: Base,
        }
        let switch = Switch { enabled: AtomicBool::new(true), base: Base(AtomicUsize::new(NOWHERE)) };
        let switch: &'static Switch = Box::leak(Box::new(switch));
        let threads = [
            thread::spawn(|| switch.base.open(0, &switch.enabled)),
            thread::spawn(|| pages::switch(&switch.enabled, false, || switch.base.close())),
            thread::spawn(|| pages::switch(&switch.enabled, true, || unreachable!("nothing to close"))),
        ];
        join(threads);
        if !switch.enabled.load(Relaxed) {
            assert_eq!(switch.base.get(), NOWHERE, "at the end");
        }
    });
}
