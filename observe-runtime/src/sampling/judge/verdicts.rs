//! What was decided about traces lately, for spans that end after their local root.
//!
//! A table of fixed size without a list of what is oldest: a key has four places, and a fifth key
//! there takes the place of the first. So a verdict costs one line of the cache, and is forgotten a
//! little sooner or later than others of its age.

use super::{Key, Verdict};
use std::hash::{BuildHasher, RandomState};

/// Places of a key.
const PLACES: usize = 4;

#[derive(Debug)]
pub(super) struct Verdicts {
    /// The newest of each row stands first.
    rows: Vec<[Option<Judged>; PLACES]>,
    /// With keys of the process, because trace ids come from anybody.
    hasher: RandomState,
}

#[derive(Clone, Copy, Debug)]
struct Judged {
    /// In place of the key: that two are equal by chance is not worth a thought.
    hash: u64,
    verdict: Verdict,
}

impl Verdicts {
    /// Remembers about this many verdicts.
    pub(super) fn new(count: usize) -> Self {
        Self { rows: vec![[None; PLACES]; count.div_ceil(PLACES).max(1)], hasher: RandomState::new() }
    }

    pub(super) fn of(&self, key: Key) -> Option<Verdict> {
        let hash = self.hasher.hash_one(key);
        self.rows[self.row(hash)].iter().flatten().find(|judged| judged.hash == hash).map(|judged| judged.verdict)
    }

    pub(super) fn remember(&mut self, key: Key, verdict: Verdict) {
        let hash = self.hasher.hash_one(key);
        let row = self.row(hash);
        let row = &mut self.rows[row];
        row.rotate_right(1);
        row[0] = Some(Judged { hash, verdict });
    }

    /// Below the number of rows, which is above zero.
    fn row(&self, hash: u64) -> usize {
        usize::try_from(hash % self.rows.len() as u64).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(trace_id: u128) -> Key {
        Key { trace_id, local_root: 7 }
    }

    #[test]
    fn a_verdict_is_remembered_for_its_key_alone() {
        let mut verdicts = Verdicts::new(100);
        verdicts.remember(key(1), Verdict::Always);
        verdicts.remember(key(2), Verdict::AsSampled);
        assert_eq!(verdicts.of(key(1)), Some(Verdict::Always));
        assert_eq!(verdicts.of(key(2)), Some(Verdict::AsSampled));
        assert_eq!(verdicts.of(Key { local_root: 8, ..key(1) }), None);
        assert_eq!(verdicts.of(key(3)), None);
    }

    #[test]
    fn of_five_in_one_row_the_oldest_is_forgotten() {
        let mut verdicts = Verdicts::new(0);
        for trace in 0..5 {
            verdicts.remember(key(trace), Verdict::Always);
        }
        let known: Vec<u128> = (0..5).filter(|trace| verdicts.of(key(*trace)).is_some()).collect();
        assert_eq!(known, [1, 2, 3, 4]);
    }

    #[test]
    fn most_verdicts_outlive_a_quarter_of_the_table() {
        let mut verdicts = Verdicts::new(4000);
        for trace in 0..2000 {
            verdicts.remember(key(trace), Verdict::Always);
        }
        let known = (1000..2000).filter(|trace| verdicts.of(key(*trace)).is_some()).count();
        // One is lost where four of 1,000 others fell onto its row of 1,000: 2 % at most on average.
        assert!(known > 900, "{known}");
    }
}
