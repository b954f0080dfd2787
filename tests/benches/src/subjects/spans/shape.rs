//! How calls follow each other: below roots, as roots, on two threads.

use super::annotated::Annotated;
use crate::subject::{Exports, Subject, batch};
use crate::subjects::beside::batches_beside;
use crate::subjects::telemetry::Arrived;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Calls below one root. fastrace keeps at most 10,240 spans of a tree; its cost grows with the
/// size of one, and the root's own is spread over so many calls.
pub const TREE: u64 = 256;

/// Of so many traces one has an error, see [`failing`].
const ONE_FAILS: u64 = 16;

/// The id that the work refuses.
const REFUSED: u64 = u64::MAX;

/// Spans that should arrive if all are sampled. A subject is a process, and may have two threads.
static EXPECTED: AtomicU64 = AtomicU64::new(0);

fn expect(spans: u64) {
    EXPECTED.fetch_add(spans, Relaxed);
}

type Made = Result<Box<dyn Subject>, String>;

/// Calls below roots: spans are children in real programs, and a tree without end is none.
pub(super) fn tree<A: Annotated>(arrived: impl Into<Option<Arrived>>, call: impl Fn(u64) + Copy + 'static) -> Made {
    exported(arrived, batch(move |operations| trees::<A>(operations, call)))
}

/// The same on two threads at once.
pub(super) fn two_threads<A: Annotated>(
    arrived: impl Into<Option<Arrived>>,
    call: impl Fn(u64) + Copy + Send + 'static,
) -> Made {
    exported(arrived, batches_beside(move |operations| trees::<A>(operations, call)))
}

/// Trees of eleven spans, each of which is one operation.
pub(super) fn eleven<A: Annotated>(arrived: impl Into<Option<Arrived>>, call: impl Fn(u64) + Copy + 'static) -> Made {
    let calls = batch(move |operations| {
        (0..operations).for_each(|_| A::root(10, call));
        expect(11 * operations);
    });
    exported(arrived, calls)
}

/// Calls without a span around them: roots, or nothing at all.
pub(super) fn alone(arrived: impl Into<Option<Arrived>>, call: impl Fn(u64) + Copy + 'static) -> Made {
    let calls = batch(move |operations| {
        (0..operations).for_each(call);
        expect(operations);
    });
    exported(arrived, calls)
}

/// Trees of which one in sixteen ends with an error, and which are sampled for nothing else.
pub(super) fn failing<A: Annotated>(arrived: impl Into<Option<Arrived>>, call: impl Fn(u64) + Copy + 'static) -> Made {
    let mut number = 0;
    let calls = batch(move |operations| {
        in_trees(operations, |children| {
            number += 1;
            if number % ONE_FAILS == 0 {
                A::root(children, |id| call(if id + 1 == children { REFUSED } else { id }));
                expect(children + 1);
            } else {
                A::root(children, call);
            }
        });
    });
    exported(arrived, calls)
}

fn trees<A: Annotated>(operations: u64, call: impl Fn(u64) + Copy) {
    in_trees(operations, |children| A::root(children, call));
    expect(operations + operations.div_ceil(TREE));
}

fn in_trees(operations: u64, mut tree: impl FnMut(u64)) {
    let mut left = operations;
    while left > 0 {
        let children = left.min(TREE);
        tree(children);
        left -= children;
    }
}

/// The same calls, whose spans arrive somewhere.
fn exported(arrived: impl Into<Option<Arrived>>, calls: Made) -> Made {
    let calls = calls?;
    Ok(match arrived.into() {
        Some(arrived) => Box::new(Exported { calls, arrived }),
        None => calls,
    })
}

struct Exported {
    calls: Box<dyn Subject>,
    arrived: Arrived,
}

impl Subject for Exported {
    fn run(&mut self, operations: u64) {
        self.calls.run(operations);
    }

    fn settle(&mut self) -> Option<Exports> {
        let (exported, lost) = (self.arrived)();
        Some(Exports { expected: EXPECTED.load(Relaxed), exported, lost })
    }

    fn extra_operations(&self) -> u64 {
        self.calls.extra_operations()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_tree_is_as_large_as_what_is_left() {
        let mut sizes = Vec::new();
        in_trees(2 * TREE + 3, |children| sizes.push(children));
        assert_eq!(sizes, [TREE, TREE, 3]);
    }
}
