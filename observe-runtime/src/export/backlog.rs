//! Batches that have been taken out of their queue and have not been exported yet.

use crate::span::Held;
use std::collections::VecDeque;

/// After so many failures in a row a batch lets the others pass: it may be what a collector fails at.
const PATIENCE: u32 = 5;

/// So often it lets them pass, with others taken in between each time, before it is given up: a collector that
/// takes only some requests fails at any batch now and then.
const PASSES: u32 = 3;

/// Batches in the order in which they were taken, and how much there is in them.
#[derive(Debug)]
pub(crate) struct Backlog<B> {
    batches: VecDeque<Entry<B>>,
    held: Held,
    /// How many batches were taken by somebody.
    delivered: u64,
}

#[derive(Debug)]
struct Entry<B> {
    batch: B,
    held: Held,
    /// Failures in a row.
    failures: u32,
    /// How often it let others pass of which some were taken.
    passes: u32,
    /// How many others were delivered when it let them pass.
    passed_at: Option<u64>,
}

impl<B> Default for Backlog<B> {
    fn default() -> Self {
        Self { batches: VecDeque::new(), held: Held::default(), delivered: 0 }
    }
}

impl<B> Backlog<B> {
    /// Adds a batch of that many items and bytes.
    pub(crate) fn push(&mut self, batch: B, held: Held) {
        self.held.items += held.items;
        self.held.bytes += held.bytes;
        self.batches.push_back(Entry { batch, held, failures: 0, passes: 0, passed_at: None });
    }

    /// The same, or joins it to the batch that came last, if that has room for it: in an outage, what comes in
    /// small pieces is to go out in large ones.
    pub(crate) fn push_or_join(&mut self, batch: B, held: Held, most: Held, join: impl FnOnce(&mut B, B)) {
        match self.batches.back_mut() {
            Some(last) if last.held.items + held.items <= most.items && last.held.bytes + held.bytes <= most.bytes => {
                join(&mut last.batch, batch);
                for sum in [&mut last.held, &mut self.held] {
                    sum.items += held.items;
                    sum.bytes += held.bytes;
                }
            }
            _ => self.push(batch, held),
        }
    }

    /// The batch that is next, and how many items are in it.
    pub(super) fn front(&self) -> Option<(&B, usize)> {
        self.batches.front().map(|entry| (&entry.batch, entry.held.items))
    }

    /// Takes that batch out: somebody took it, or refused it.
    pub(super) fn pop(&mut self) -> Option<B> {
        let Entry { batch, held, .. } = self.batches.pop_front()?;
        self.held.items -= held.items;
        self.held.bytes -= held.bytes;
        self.delivered += 1;
        Some(batch)
    }

    /// Remembers that nobody took that batch. `true` where others were taken each time that it let them pass:
    /// then nobody ever will.
    pub(super) fn failed(&mut self) -> bool {
        let delivered = self.delivered;
        let Some(entry) = self.batches.front_mut() else { return false };
        entry.failures += 1;
        if entry.failures < PATIENCE {
            return false;
        }
        entry.passes += u32::from(entry.passed_at.is_some_and(|passed_at| passed_at < delivered));
        if entry.passes >= PASSES {
            return true;
        }
        entry.passed_at = Some(delivered);
        entry.failures = 0;
        self.batches.rotate_left(1);
        false
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }

    /// How much there is.
    pub(super) fn held(&self) -> Held {
        self.held
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn backlog(batches: &[u8]) -> Backlog<u8> {
        let mut backlog = Backlog::default();
        for batch in batches {
            backlog.push(*batch, Held { items: 2, bytes: 10 });
        }
        backlog
    }

    fn fail(backlog: &mut Backlog<u8>) -> Vec<bool> {
        (0..PATIENCE).map(|_| backlog.failed()).collect()
    }

    #[test]
    fn batches_keep_their_order_and_their_size() {
        let mut backlog = backlog(&[1, 2]);
        assert_eq!((backlog.held().items, backlog.held().bytes), (4, 20));
        assert_eq!((backlog.pop(), backlog.front()), (Some(1), Some((&2, 2))));
        assert_eq!((backlog.pop(), backlog.pop()), (Some(2), None));
        assert!(backlog.is_empty() && backlog.held().bytes == 0);
    }

    #[test]
    fn small_batches_become_large_ones() {
        let (one, most) = (Held { items: 1, bytes: 10 }, Held { items: 4, bytes: 30 });
        let mut backlog = backlog(&[]);
        for batch in [1, 2, 3, 4] {
            backlog.push_or_join(batch, one, most, |last, batch| *last += batch);
        }
        assert_eq!((backlog.held().items, backlog.front()), (4, Some((&6, 3))), "three have all of the bytes");
        assert_eq!((backlog.pop(), backlog.pop(), backlog.held().bytes), (Some(6), Some(4), 0));
    }

    #[test]
    fn in_an_outage_none_is_given_up() {
        let mut backlog = backlog(&[1, 2]);
        for _ in 0..10 {
            assert!(!fail(&mut backlog).contains(&true));
        }
        assert_eq!(backlog.held().items, 4);
    }

    #[test]
    fn one_that_alone_fails_is_given_up() {
        let mut backlog = backlog(&[1]);
        for _ in 0..PASSES {
            assert!(!fail(&mut backlog).contains(&true));
            backlog.batches.push_front(Entry {
                batch: 2,
                held: Held::default(),
                failures: 0,
                passes: 0,
                passed_at: None,
            });
            assert_eq!(backlog.pop(), Some(2), "another is taken");
        }
        assert_eq!(backlog.front(), Some((&1, 2)));
        let given_up = fail(&mut backlog);
        assert_eq!(given_up.iter().position(|given_up| *given_up), Some(given_up.len() - 1));
    }
}
