//! Finished spans that the page can show: the latest, in memory that is never more than so much.
//!
//! They are kept as they come from the threads that ended them, in segments, oldest first; what is made of them is made
//! when somebody asks. So a span costs a copy of its words, and a segment is forgotten as a whole.

use crate::span::{Batch, Finished, Flags};
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tracing::Metadata;

/// The most traces that began here: as many as anybody scrolls through.
const MOST_TRACES: usize = 1_000;

/// A segment takes spans until it has so many words, or so many roots: 32 KiB, and 32 traces that are forgotten together.
const SEGMENT_WORDS: usize = 4_096;
const SEGMENT_ROOTS: usize = 32;

/// The most call sites that are remembered as seen. A program has fewer.
const MOST_SITES: usize = 16_384;

/// The latest finished spans.
pub(super) struct Spans {
    state: Mutex<State>,
    /// The most memory, in bytes.
    capacity: usize,
}

struct State {
    segments: VecDeque<Segment>,
    /// What the segments take.
    bytes: usize,
    /// How many local roots are in them.
    roots: usize,
    /// The number of the next span.
    next: u64,
    /// Call sites of which a span has ended, by where their metadata lies.
    sites: HashMap<usize, &'static Metadata<'static>, BuildHasherDefault<ByAddress>>,
    /// That of the latest span: the next one is often of the same.
    latest_site: usize,
}

struct Segment {
    batch: Batch,
    /// The number of its first span.
    first: u64,
    roots: usize,
    /// What single spans have in memory of their own.
    extra_bytes: usize,
}

impl Segment {
    fn new(first: u64) -> Self {
        Self { batch: Batch::with_room(SEGMENT_WORDS), first, roots: 0, extra_bytes: 0 }
    }

    fn bytes(&self) -> usize {
        self.batch.reserved_bytes() + self.extra_bytes
    }

    fn has_room(&self, span: Finished<'_>) -> bool {
        // One that is larger than a segment has one to itself.
        self.roots < SEGMENT_ROOTS && (self.batch.is_empty() || self.batch.has_room(span))
    }
}

/// How much is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    /// The number of the oldest that is kept.
    pub(super) first: u64,
    /// The number that the next will have.
    pub(super) next: u64,
    pub(super) bytes: usize,
}

impl Spans {
    pub(super) fn new(capacity: usize) -> Self {
        // Numbers begin with 1, so that 0 is before all of them.
        let state =
            State { segments: VecDeque::new(), bytes: 0, roots: 0, next: 1, sites: HashMap::default(), latest_site: 0 };
        Self { state: Mutex::new(state), capacity }
    }

    /// Keeps copies of these, and forgets the oldest for them.
    pub(super) fn add(&self, batch: &Batch) {
        let mut state = self.state();
        for span in batch.iter() {
            state.add(span);
            state.forget(self.capacity);
        }
    }

    /// Calls `see` with every span of this number or a later one, oldest first. Nothing is added meanwhile.
    pub(super) fn each(&self, from: u64, mut see: impl FnMut(u64, Finished<'_>)) {
        let state = self.state();
        for segment in &state.segments {
            let end = segment.first + segment.batch.len() as u64;
            if end > from {
                let numbered = (segment.first..).zip(segment.batch.iter());
                numbered.filter(|(number, _)| *number >= from).for_each(|(number, span)| see(number, span));
            }
        }
    }

    pub(super) fn range(&self) -> Range {
        let state = self.state();
        let first = state.segments.front().map_or(state.next, |segment| segment.first);
        Range { first, next: state.next, bytes: state.bytes }
    }

    /// Forgets all of them; their numbers are not used again.
    pub(super) fn clear(&self) {
        let mut state = self.state();
        state.segments.clear();
        (state.bytes, state.roots) = (0, 0);
    }

    /// Whether a span has ended that this place in the code began: one of this name, or at this line, of a file.
    pub(super) fn has_seen(&self, name: &str, file: &str, line: u32) -> bool {
        let is_it =
            |site: &Metadata<'_>| site.file() == Some(file) && (site.name() == name || site.line() == Some(line));
        self.state().sites.values().any(|site| is_it(site))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn add(&mut self, span: Finished<'_>) {
        if self.segments.back().is_none_or(|last| !last.has_room(span)) {
            let segment = Segment::new(self.next);
            self.bytes += segment.bytes();
            self.segments.push_back(segment);
        }
        if let Some(last) = self.segments.back_mut() {
            let before = last.bytes();
            last.batch.push_copy(span);
            if span.extra.is_some() {
                last.extra_bytes += span.extra_bytes();
            }
            self.bytes += last.bytes() - before;
            let is_root = usize::from(span.has(Flags::LOCAL_ROOT));
            last.roots += is_root;
            self.roots += is_root;
            self.next += 1;
        }
        let address = std::ptr::from_ref(span.metadata).addr();
        if address != self.latest_site {
            self.latest_site = address;
            if self.sites.len() < MOST_SITES {
                self.sites.insert(address, span.metadata);
            }
        }
    }

    fn forget(&mut self, capacity: usize) {
        while self.bytes > capacity || self.roots > MOST_TRACES {
            let Some(oldest) = self.segments.pop_front() else { return };
            self.bytes -= oldest.bytes();
            self.roots -= oldest.roots;
        }
    }
}

/// Addresses are different from each other as they are; the factor of Fibonacci hashing spreads them.
#[derive(Default)]
struct ByAddress(u64);

impl Hasher for ByAddress {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_usize(usize::from(*byte));
        }
    }

    fn write_usize(&mut self, address: usize) {
        self.0 = (self.0 ^ address as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(32);
    }
}

#[cfg(test)]
#[path = "spans_tests.rs"]
mod tests;
