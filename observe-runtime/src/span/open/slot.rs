//! What is known of a span while it is open, in memory that is used again for the next.
//!
//! All of it is atomics, read and written without an order of their own: a span's opener is alone
//! with its slot, and hands it on by ways that order what it wrote. Whatever changes a span after
//! that holds the slot's lock.

#![expect(clippy::cast_possible_truncation, reason = "halves of a word, and lengths below a span's")]

use super::super::layout;
use super::basis::{AtomicU32, AtomicU64, Metadata, Mutex, MutexGuard, Threshold, fence};
use super::said::Said;
use super::static_ref::StaticRef;
use std::array;
use std::sync::PoisonError;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

pub(crate) use super::extra::Extra;

/// One open span.
#[derive(Debug)]
#[repr(align(64))]
pub(crate) struct Slot {
    /// Its place among all slots.
    index: u32,
    /// How many spans have had the slot before.
    generation: AtomicU32,
    /// Handles of the span. The last one that goes frees the slot.
    handles: AtomicU32,
    pub(crate) flags: Flags,
    /// How many of the words are used.
    used: AtomicU32,
    pub(crate) metadata: StaticRef<Metadata>,
    words: [AtomicU64; layout::MAX],
    /// The parent's [`SlotId`], where somebody will ask for it.
    above: AtomicU64,
    pub(crate) said: Said,
    extra: Mutex<Option<Box<Extra>>>,
}

/// A copy of an open span: its call site, its words, and what few spans have.
pub(crate) type Copied = (&'static Metadata, Box<[u64]>, Option<Box<Extra>>);

/// What is true of a span, a bit each.
#[derive(Debug)]
pub(crate) struct Flags(AtomicU32);

impl Flags {
    /// The decision at the root was to keep the trace.
    pub(crate) const SAMPLED: u32 = 1;
    /// The decision is made once the trace's end is known.
    pub(crate) const JUDGED: u32 = 1 << 1;
    /// If it fails, it is kept for that, and the spans that it is in.
    pub(crate) const PATH: u32 = 1 << 2;
    /// Nothing of it is recorded: it only has ids.
    pub(crate) const SILENT: u32 = 1 << 3;
    /// No field is read for it.
    pub(crate) const FIELDLESS: u32 = 1 << 4;
    /// Its parent is not of this process, or it has none.
    pub(crate) const LOCAL_ROOT: u32 = 1 << 5;
    pub(crate) const REMOTE_PARENT: u32 = 1 << 6;
    /// Its status is an error.
    pub(crate) const FAILED: u32 = 1 << 7;
    /// A span below it is kept because it failed.
    pub(crate) const FAILED_BELOW: u32 = 1 << 8;
    /// It is over, and what is recorded now comes too late.
    pub(crate) const ENDED: u32 = 1 << 9;
    /// There is something in [`Extra`].
    pub(crate) const EXTRA: u32 = 1 << 10;
    /// A key may be there more than once.
    pub(crate) const REPEATED: u32 = 1 << 11;
    /// There is something in [`Extra`] that children have too.
    pub(crate) const CARRIES: u32 = 1 << 12;
    /// Nobody says that the trace's id is random.
    pub(crate) const NOT_RANDOM: u32 = 1 << 13;
    /// It is none itself, but stands for one that may have ended.
    pub(crate) const STAND_IN: u32 = 1 << 14;
    /// It has begun, and its slot has not been cleared.
    pub(crate) const OPEN: u32 = 1 << 15;
    /// What is not so of nearly all spans, once they end.
    pub(crate) const SPECIAL: u32 = Self::PATH | Self::ENDED | Self::EXTRA;
    /// What children have too.
    pub(crate) const INHERITED: u32 =
        Self::SAMPLED | Self::JUDGED | Self::PATH | Self::SILENT | Self::FIELDLESS | Self::CARRIES | Self::NOT_RANDOM;
    /// What is decided where a trace begins or comes in; all else is the span's own.
    pub(crate) const OF_TRACE: u32 = Self::INHERITED | Self::LOCAL_ROOT | Self::REMOTE_PARENT;
    /// Where the number of the span's kind begins.
    pub(crate) const KIND_SHIFT: u32 = 16;

    pub(crate) fn get(&self) -> u32 {
        self.0.load(Relaxed)
    }

    pub(crate) fn has(&self, flags: u32) -> bool {
        self.get() & flags != 0
    }

    /// For who is alone with the slot.
    #[inline]
    pub(crate) fn put(&self, flags: u32) {
        self.0.store(flags, Relaxed);
    }

    /// The same for a span that begins: who sees these flags sees all that was written before.
    #[inline]
    pub(crate) fn begin(&self, flags: u32) {
        self.0.store(flags | Self::OPEN, Release);
    }

    pub(crate) fn add(&self, flags: u32) {
        self.0.fetch_or(flags, Relaxed);
    }

    pub(crate) fn remove(&self, flags: u32) {
        self.0.fetch_and(!flags, Relaxed);
    }
}

/// A span's slot, and which of its spans is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SlotId(u64);

impl SlotId {
    /// No slot's.
    pub(crate) const NONE: Self = Self(0);

    pub(crate) fn from_raw(raw: u64) -> Self {
        Self(raw)
    }

    pub(crate) fn raw(self) -> u64 {
        self.0
    }

    /// The slot's place; `None` of an id that no slot has.
    pub(crate) fn index(self) -> Option<u32> {
        (self.0 as u32).checked_sub(1)
    }

    fn generation(self) -> u32 {
        (self.0 >> 32) as u32
    }
}

impl Slot {
    pub(crate) fn new(index: u32) -> Self {
        Self {
            index,
            generation: AtomicU32::new(0),
            handles: AtomicU32::new(1),
            flags: Flags(AtomicU32::new(0)),
            used: AtomicU32::new(0),
            metadata: StaticRef::none(),
            words: array::from_fn(|_| AtomicU64::new(0)),
            above: AtomicU64::new(0),
            said: Said::new(),
            extra: Mutex::new(None),
        }
    }

    pub(crate) fn id(&self) -> SlotId {
        SlotId(u64::from(self.generation.load(Relaxed)) << 32 | u64::from(self.index + 1))
    }

    /// Which of its spans the slot has now.
    #[inline]
    pub(crate) fn generation(&self) -> u32 {
        self.generation.load(Relaxed)
    }

    /// Whether the slot still is that of this span.
    #[inline]
    pub(crate) fn is(&self, id: SlotId) -> bool {
        self.generation() == id.generation()
    }

    #[inline]
    pub(crate) fn get(&self, word: usize) -> u64 {
        self.words[word].load(Relaxed)
    }

    #[inline]
    pub(crate) fn set(&self, word: usize, value: u64) {
        self.words[word].store(value, Relaxed);
    }

    /// The words for attributes, and how many of them are used.
    #[inline]
    pub(crate) fn attributes(&self) -> (&[AtomicU64], usize) {
        (&self.words[layout::HEAD..], self.used.load(Relaxed) as usize)
    }

    #[inline]
    pub(crate) fn set_used(&self, used: usize) {
        self.used.store(used as u32, Release);
    }

    /// All words of the span, which ended at `end`.
    #[inline]
    pub(crate) fn seal(&self, flags: u32, end: u64) -> &[AtomicU64] {
        let length = layout::HEAD + self.used.load(Relaxed) as usize;
        self.set(layout::LENGTH, length as u64 | u64::from(flags) << 32);
        self.set(layout::END, end);
        self.words.get(..length).unwrap_or(&self.words)
    }

    pub(crate) fn add_handle(&self) {
        self.handles.fetch_add(1, Relaxed);
    }

    /// Whether there is one handle only: then its holder is alone with the slot.
    #[inline]
    pub(crate) fn is_alone(&self) -> bool {
        self.handles.load(Acquire) == 1
    }

    /// Gives a handle back; whether it was the last.
    #[inline]
    pub(crate) fn drop_handle(&self) -> bool {
        // Whoever is alone stays alone: only who has a handle makes another.
        if self.is_alone() || self.handles.fetch_sub(1, AcqRel) == 1 {
            self.handles.store(1, Relaxed);
            return true;
        }
        false
    }

    /// Makes the slot ready for another span, with one handle; ids of this one mean none from now on.
    #[inline]
    pub(crate) fn clear(&self) {
        if self.flags.has(Flags::EXTRA) {
            self.drop_extra();
        }
        self.handles.store(1, Relaxed);
        self.used.store(0, Relaxed);
        self.flags.put(0);
        self.generation.store(self.generation.load(Relaxed).wrapping_add(1), Release);
        // Before anything of the next span: see `copy`.
        fence(Release);
    }

    /// What the span is by now; `None` where there is none that is open and recorded, or where it ends meanwhile.
    ///
    /// Nothing stops whoever works with the slot, so the words may be those of two spans: then the generation has
    /// changed, and they are dropped.
    #[allow(dead_code, reason = "for the dev page, which is a feature")]
    pub(crate) fn copy(&self, now: u64) -> Option<Copied> {
        let generation = self.generation.load(Acquire);
        let flags = self.flags.0.load(Acquire);
        if flags & Flags::OPEN == 0 || flags & (Flags::ENDED | Flags::SILENT) != 0 {
            return None;
        }
        let metadata = self.metadata.get()?;
        let length = (layout::HEAD + self.used.load(Acquire) as usize).min(layout::MAX);
        let mut words: Box<[u64]> = self.words[..length].iter().map(|word| word.load(Relaxed)).collect();
        words[layout::LENGTH] = length as u64 | u64::from(flags) << 32;
        words[layout::END] = now;
        let extra = if flags & Flags::EXTRA == 0 { None } else { self.extra().clone() };
        fence(Acquire);
        (self.generation.load(Relaxed) == generation).then_some((metadata, words, extra))
    }

    #[cold]
    #[inline(never)]
    fn drop_extra(&self) {
        *self.extra() = None;
    }

    /// A thread that panicked while it held the lock left nothing half-written.
    pub(crate) fn extra(&self) -> MutexGuard<'_, Option<Box<Extra>>> {
        self.extra.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes over from the parent what a whole trace has, and returns its flags.
    #[inline]
    pub(crate) fn inherit(&self, parent: &Self) -> u32 {
        for word in [layout::TRACE, layout::TRACE + 1, layout::THRESHOLD, layout::LOCAL_ROOT] {
            self.set(word, parent.get(word));
        }
        self.set(layout::PARENT, parent.get(layout::SPAN));
        self.said.inherit(&parent.said);
        let flags = parent.flags.get() & Flags::INHERITED;
        if flags & (Flags::PATH | Flags::CARRIES) != 0 {
            return self.inherit_more(parent, flags);
        }
        flags
    }

    /// The same of what few traces have.
    #[cold]
    fn inherit_more(&self, parent: &Self, flags: u32) -> u32 {
        if flags & Flags::PATH != 0 {
            self.stand_below(parent);
        }
        if flags & Flags::CARRIES == 0 {
            return flags;
        }
        // In a statement of its own: never two locks at a time.
        let carried = parent.extra().as_deref().map(Extra::for_child);
        *self.extra() = carried.map(Box::new);
        flags | Flags::EXTRA
    }

    /// Makes the slot, whose span is to begin, stand for another one, which is its parent for a moment; returns its
    /// flags.
    pub(crate) fn stand_in(&self, other: &Self) -> u32 {
        let flags = self.inherit(other) | Flags::STAND_IN | Flags::ENDED;
        for word in [layout::SPAN, layout::PARENT] {
            self.set(word, other.get(word));
        }
        self.stand_below(other);
        flags
    }

    /// Takes over what is decided for a trace that begins here, or comes in from elsewhere.
    pub(crate) fn begin_trace(&self, [upper, lower]: [u64; 2], parent: u64, threshold: Option<Threshold>) {
        self.set(layout::TRACE, upper);
        self.set(layout::TRACE + 1, lower);
        self.set(layout::PARENT, parent);
        self.set(layout::THRESHOLD, threshold.map_or(layout::UNKNOWN, Threshold::to_bits));
        self.above.store(0, Relaxed);
        self.said.clear();
    }

    /// Remembers where the parent is found: it itself, not what stands for it.
    fn stand_below(&self, parent: &Self) {
        let parent = if parent.flags.has(Flags::STAND_IN) { parent.parent_slot() } else { parent.id() };
        self.above.store(parent.0, Relaxed);
    }

    pub(crate) fn parent_slot(&self) -> SlotId {
        SlotId(self.above.load(Relaxed))
    }
}
