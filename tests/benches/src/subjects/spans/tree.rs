//! Calls below a root: spans are children in real programs, and a tree without end is none.

use crate::subject::{Exports, Subject};
use crate::subjects::telemetry::Arrived;

/// Calls below one root. fastrace keeps at most 10,240 spans of a tree; its cost grows with the
/// size of one, and the root's own is spread over so many calls.
const CHILDREN: u64 = 256;

/// Runs its operations in trees.
pub(super) struct Tree<R> {
    /// Makes a root with so many calls below it.
    root: R,
    made: u64,
    arrived: Option<Arrived>,
}

impl<R: FnMut(u64) + 'static> Tree<R> {
    /// A tree whose spans arrive somewhere.
    pub(super) fn exported(arrived: Arrived, root: R) -> Box<dyn Subject> {
        Box::new(Self { root, made: 0, arrived: Some(arrived) })
    }

    /// A tree whose spans are dropped.
    pub(super) fn kept(root: R) -> Box<dyn Subject> {
        Box::new(Self { root, made: 0, arrived: None })
    }
}

impl<R: FnMut(u64)> Subject for Tree<R> {
    fn run(&mut self, operations: u64) {
        let mut left = operations;
        while left > 0 {
            let children = left.min(CHILDREN);
            (self.root)(children);
            self.made += children + 1;
            left -= children;
        }
    }

    fn settle(&mut self) -> Option<Exports> {
        let (exported, lost) = self.arrived.as_mut()?();
        Some(Exports { expected: self.made, exported, lost })
    }
}
