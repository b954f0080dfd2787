//! What a thread has of its own: the spans that it is in, free slots, its way to the export, random
//! numbers.

use super::super::SpanKind;
use super::super::hand_over::{Queue, Writer};
use super::super::layout;
use super::pool;
use super::slot::{Flags, Slot};
use std::cell::{Cell, RefCell};
use std::hash::{BuildHasher as _, RandomState};
use std::mem::ManuallyDrop;
use std::sync::Arc;

thread_local! {
    /// Not dropped with the thread: so an access is no more than an address. [`CLEANUP`] empties it.
    static LOCAL: ManuallyDrop<RefCell<Spans>> = const { ManuallyDrop::new(RefCell::new(Spans::new())) };

    /// One more than the number of the recorder whose silent span is the innermost one, or 0.
    static SILENT: Cell<u32> = const { Cell::new(0) };

    static CLEANUP: Cleanup = const { Cleanup };
}

/// Dropped when the thread ends: its free slots are for others then, and its writer hands on what it has.
struct Cleanup;

impl Drop for Cleanup {
    fn drop(&mut self) {
        let left = LOCAL.with(|spans| spans.replace(Spans { is_over: true, ..Spans::new() }));
        pool::give_back(left.free.into_iter());
    }
}

/// The spans of a thread.
pub(crate) struct Spans {
    entered: Vec<Entered>,
    free: Vec<&'static Slot>,
    writer: Option<Writer>,
    /// How many of the entered spans are silent.
    silent: usize,
    /// Whether the thread is about to end.
    is_over: bool,
    /// Of the random numbers; 0 before the first.
    seed: u64,
    salt: u64,
}

/// A span that the thread is in, and whose it is: several recorders may be at work, as in tests.
#[derive(Clone, Copy, Debug)]
struct Entered {
    slot: &'static Slot,
    /// Which of the slot's spans.
    generation: u32,
    /// The recorder's number, times two; and one more where the span is silent.
    whose: u32,
}

impl Entered {
    #[inline]
    fn recorder(self) -> u32 {
        self.whose >> 1
    }

    fn is_silent(self) -> bool {
        self.whose & 1 != 0
    }

    #[inline]
    fn is_open(self) -> bool {
        self.slot.generation() == self.generation
    }
}

impl Spans {
    const fn new() -> Self {
        Self { entered: Vec::new(), free: Vec::new(), writer: None, silent: 0, is_over: false, seed: 0, salt: 0 }
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
        let is_open = |entered: &&Entered| entered.recorder() == recorder && entered.is_open();
        let last = self.entered.last()?;
        let found = if is_open(&last) { Some(last) } else { self.entered.iter().rev().find(is_open) };
        found.map(|entered| entered.slot)
    }

    /// The spans that this thread is in, from this one out to that of its request. Only this one where there is no
    /// request around it: what else a thread is in may see several requests.
    pub(crate) fn up_to_request(&self, recorder: u32, slot: &'static Slot) -> Vec<&'static Slot> {
        let trace = |slot: &Slot| [slot.get(layout::TRACE), slot.get(layout::TRACE + 1)];
        let own = self.entered.iter().rev().filter(|entered| entered.recorder() == recorder && entered.is_open());
        let outwards = own.map(|entered| entered.slot).skip_while(|entered| !std::ptr::eq(*entered, slot));
        let mut found = Vec::new();
        for around in outwards.take_while(|around| trace(around) == trace(slot)) {
            found.push(around);
            let kind = around.flags.get() >> Flags::KIND_SHIFT & 7;
            if [SpanKind::Server, SpanKind::Consumer].iter().any(|known| known.number() == kind) {
                return found;
            }
        }
        vec![slot]
    }

    /// A free slot; `None` where too many spans are open.
    #[inline]
    pub(crate) fn take(&mut self) -> Option<&'static Slot> {
        if self.free.is_empty() {
            self.take_more();
        }
        self.free.pop()
    }

    #[cold]
    fn take_more(&mut self) {
        if !self.is_over && CLEANUP.try_with(|_| ()).is_ok() {
            pool::take(&mut self.free);
        }
    }

    #[inline]
    pub(crate) fn give_back(&mut self, slot: &'static Slot) {
        if self.free.len() >= 2 * pool::SHARE {
            pool::give_back(self.free.drain(..pool::SHARE));
        }
        self.free.push(slot);
    }

    #[inline]
    pub(crate) fn enter(&mut self, recorder: u32, slot: &'static Slot) {
        let is_silent = slot.flags.has(Flags::SILENT);
        self.entered.push(Entered { slot, generation: slot.generation(), whose: recorder << 1 | u32::from(is_silent) });
        if is_silent {
            self.silent += 1;
            SILENT.set(recorder + 1);
        } else if self.silent != 0 {
            self.tell_silence();
        }
    }

    /// Leaves a span: the innermost, but for those that are left in another order.
    #[inline]
    pub(crate) fn exit(&mut self, slot: &'static Slot) {
        if !self.exit_innermost(slot) {
            self.exit_outer(slot);
        }
    }

    /// Leaves a span if it is the innermost.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "on the way of every span, where each call is a tenth of it")]
    pub(crate) fn exit_innermost(&mut self, slot: &'static Slot) -> bool {
        let Some(left) = self.entered.pop_if(|entered| std::ptr::eq(entered.slot, slot)) else { return false };
        if self.silent != 0 {
            self.silent -= usize::from(left.is_silent());
            if self.silent == 0 {
                SILENT.set(0);
            } else {
                self.tell_silence();
            }
        }
        true
    }

    #[cold]
    fn exit_outer(&mut self, slot: &'static Slot) {
        let generation = slot.generation();
        let is_it = |entered: &Entered| std::ptr::eq(entered.slot, slot) && entered.generation == generation;
        if let Some(place) = self.entered.iter().rposition(is_it) {
            let left = self.entered.remove(place);
            self.silent -= usize::from(left.is_silent());
            self.tell_silence();
        }
    }

    #[cold]
    fn tell_silence(&self) {
        let silent = self.entered.last().filter(|entered| entered.is_silent() && entered.is_open());
        SILENT.set(silent.map_or(0, |entered| entered.recorder() + 1));
    }

    /// The thread's way to this queue.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "on the way of every span, where each call is a tenth of it")]
    pub(crate) fn writer(&mut self, queue: &Arc<Queue>) -> &mut Writer {
        if self.writer.as_ref().is_none_or(|writer| !writer.is_of(queue)) {
            self.take_writer(queue);
        }
        self.writer.get_or_insert_with(|| Writer::new(queue))
    }

    #[cold]
    #[inline(never)]
    fn take_writer(&mut self, queue: &Arc<Queue>) {
        self.writer = Some(Writer::new(queue));
    }
}

/// Calls `run` with the spans of this thread; `None` where the thread is about to end, or in the midst
/// of another such call.
#[inline]
pub(crate) fn with_spans<T>(run: impl FnOnce(&mut Spans) -> T) -> Option<T> {
    LOCAL.with(|spans| {
        let mut spans = spans.try_borrow_mut().ok()?;
        if spans.is_over { None } else { Some(run(&mut spans)) }
    })
}

/// The number of the recorder that records nothing here, as its innermost span is silent.
#[inline]
pub(crate) fn silent_recorder() -> Option<u32> {
    SILENT.get().checked_sub(1)
}

#[cold]
fn seed_of_thread() -> u64 {
    // Keys of the operating system's, new for every call.
    RandomState::new().hash_one(std::thread::current().id()) | 1
}
