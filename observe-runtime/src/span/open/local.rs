//! What a thread has of its own: the spans that it is in, free slots, random numbers.

use super::pool;
use super::slot::{Slot, SlotId};
use std::cell::RefCell;
use std::hash::{BuildHasher as _, RandomState};

thread_local! {
    static LOCAL: RefCell<Spans> = const { RefCell::new(Spans::new()) };
}

/// The spans of a thread.
pub(crate) struct Spans {
    entered: Vec<Entered>,
    free: Vec<&'static Slot>,
    /// Of the random numbers; 0 before the first.
    seed: u64,
    salt: u64,
}

/// A span that the thread is in, and whose it is: several recorders may be at work, as in tests.
#[derive(Clone, Copy, Debug)]
struct Entered {
    recorder: u32,
    id: SlotId,
    slot: &'static Slot,
}

impl Spans {
    const fn new() -> Self {
        Self { entered: Vec::new(), free: Vec::new(), seed: 0, salt: 0 }
    }

    /// A random number that is not zero, for ids: unguessable it need not be.
    ///
    /// The generator is wyrand, as the crate fastrand has it; each thread begins somewhere else.
    #[inline]
    pub(crate) fn random(&mut self) -> u64 {
        if self.seed == 0 {
            (self.seed, self.salt) = (seed_of_thread(), seed_of_thread());
        }
        let mut generator = fastrand::Rng::with_seed(self.seed);
        let number = generator.u64(..).max(1);
        self.seed = generator.get_seed();
        number
    }

    /// A random trace id, in two halves. Two threads whose generators meet make different ones all the
    /// same.
    #[inline]
    pub(crate) fn random_trace(&mut self) -> [u64; 2] {
        [self.random(), self.random() ^ self.salt]
    }

    /// The innermost span of a recorder.
    #[inline]
    pub(crate) fn current(&self, recorder: u32) -> Option<&'static Slot> {
        let open = |entered: &&Entered| entered.recorder == recorder && entered.slot.is(entered.id);
        self.entered.iter().rev().find(open).map(|entered| entered.slot)
    }

    #[inline]
    pub(crate) fn take(&mut self) -> Option<&'static Slot> {
        if self.free.is_empty() {
            pool::take(&mut self.free);
        }
        self.free.pop()
    }

    #[inline]
    fn give_back(&mut self, slot: &'static Slot) {
        self.free.push(slot);
        if self.free.len() > 2 * pool::SHARE {
            pool::give_back(self.free.drain(..pool::SHARE));
        }
    }

    fn exit(&mut self, id: SlotId) {
        // The last one, but for spans that are left in another order.
        if let Some(place) = self.entered.iter().rposition(|entered| entered.id == id) {
            self.entered.remove(place);
        }
    }
}

/// The thread is over: its free slots are for others.
impl Drop for Spans {
    fn drop(&mut self) {
        pool::give_back(self.free.drain(..));
    }
}

/// Calls `run` with the spans of this thread; `None` where the thread is about to end, or in the midst
/// of another such call.
#[inline]
pub(crate) fn with_spans<T>(run: impl FnOnce(&mut Spans) -> T) -> Option<T> {
    LOCAL.try_with(|spans| spans.try_borrow_mut().ok().map(|mut spans| run(&mut spans))).ok().flatten()
}

#[inline]
pub(crate) fn enter(recorder: u32, slot: &'static Slot) {
    let id = slot.id();
    with_spans(|spans| spans.entered.push(Entered { recorder, id, slot }));
}

#[inline]
pub(crate) fn exit(id: SlotId) {
    with_spans(|spans| {
        if spans.entered.last().is_some_and(|entered| entered.id == id) {
            spans.entered.pop();
        } else {
            spans.exit(id);
        }
    });
}

/// Puts a slot that is free among those of this thread.
#[inline]
pub(crate) fn give_back(slot: &'static Slot) {
    if with_spans(|spans| spans.give_back(slot)).is_none() {
        pool::give_back(std::iter::once(slot));
    }
}

#[cold]
fn seed_of_thread() -> u64 {
    // Keys of the operating system's, new for every call.
    RandomState::new().hash_one(std::thread::current().id()) | 1
}
