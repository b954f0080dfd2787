//! Rows for combinations of labels, in the order in which they are first met.
//!
//! A combination is a number. Its row is found in a hash table that only grows, so that readers need no lock.

use std::sync::atomic::{AtomicU64, Ordering::Acquire, Ordering::Release};
use std::sync::{Mutex, PoisonError};

/// See the module.
#[derive(Debug)]
pub(super) struct Combinations {
    /// The combination in the upper half, one more than its row in the lower; 0 where there is none. Twice as many as
    /// rows at least.
    slots: Box<[AtomicU64]>,
    /// By row: the combination, and whether it was met first over TLS.
    known: Mutex<Vec<(u32, bool)>>,
    most: usize,
}

impl Combinations {
    pub(super) fn new(most: usize) -> Self {
        let slots = (2 * most).next_power_of_two();
        Self { slots: (0..slots).map(|_| AtomicU64::new(0)).collect(), known: Mutex::default(), most }
    }

    /// The row of a combination, a new one where it is met first; `None` where there is no room for it.
    pub(super) fn row(&self, combination: u32, is_https: bool) -> Option<usize> {
        self.row_but(0, combination, is_https)
    }

    /// The same, where the last so many rows are not for this one.
    pub(super) fn row_but(&self, reserved: usize, combination: u32, is_https: bool) -> Option<usize> {
        self.find(combination).ok().or_else(|| self.add(self.most.saturating_sub(reserved), combination, is_https))
    }

    /// All rows, in order.
    pub(super) fn all(&self) -> Vec<(u32, bool)> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The row, else the free slot where the combination belongs.
    fn find(&self, combination: u32) -> Result<usize, usize> {
        let mask = self.slots.len() - 1;
        // Any odd constant with bits all over will do: what clients choose is in no combination.
        let mut slot = (combination.wrapping_mul(0x9e37_79b1) >> 8) as usize & mask;
        loop {
            let found = self.slots[slot].load(Acquire);
            if found == 0 {
                return Err(slot);
            }
            if found >> 32 == u64::from(combination) {
                #[expect(clippy::cast_possible_truncation, reason = "the lower half, which is a row")]
                return Ok((found as u32) as usize - 1);
            }
            slot = (slot + 1) & mask;
        }
    }

    #[cold]
    fn add(&self, most: usize, combination: u32, is_https: bool) -> Option<usize> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = match self.find(combination) {
            Ok(row) => return Some(row),
            Err(slot) => slot,
        };
        if known.len() >= most {
            return None;
        }
        known.push((combination, is_https));
        self.slots[slot].store(u64::from(combination) << 32 | known.len() as u64, Release);
        Some(known.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_combination_has_a_row_until_there_are_no_more() {
        let combinations = Combinations::new(100);
        let rows: Vec<_> = (0..150).map(|at| combinations.row(at * 1024, at % 2 == 0)).collect();
        assert_eq!(rows[..100], (0..100).map(Some).collect::<Vec<_>>());
        assert_eq!(rows[100..], [None; 50]);
        // Met again, they stay where they are, and as they were first.
        assert_eq!((combinations.row(7 * 1024, true), combinations.all()[7]), (Some(7), (7 * 1024, false)));
    }

    #[test]
    fn threads_that_meet_one_at_once_agree_on_its_row() {
        let combinations = Combinations::new(64);
        let rows = |combinations: &Combinations| (0..64).map(|at| combinations.row(at, false)).collect::<Vec<_>>();
        let all: Vec<Vec<_>> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| rows(&combinations))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(all.iter().all(|rows| *rows == all[0] && rows.iter().all(Option::is_some)), "{all:?}");
    }
}
