//! Threads that have handles of one span. Here stands what `open_span.rs` does around a slot.

use super::super::basis::AtomicU64;
use super::super::layout;
use super::super::open::{Metadata, StaticRef};
use super::super::open::said::{Said, Saying};
use super::super::open::slot::{self, Slot};
use crate::model;
use loom::sync::atomic;
use loom::thread;
use std::sync::Mutex;
use std::sync::atomic::Ordering::{self, Relaxed, Release};

/// A span that two threads have a handle of each, and what became of it.
struct Span {
    slot: Slot,
    /// Flags and attributes, each time that it ended. Not watched.
    exported: Mutex<Vec<(u32, Vec<u64>)>>,
}

impl Span {
    /// One for each run. Leaked, as the process's slots are.
    fn new() -> &'static Self {
        let span = Self { slot: Slot::new(0), exported: Mutex::new(Vec::new()) };
        span.slot.add_handle();
        Box::leak(Box::new(span))
    }

    /// `OpenSpan::put`: whether it was in time.
    fn record(&self, value: u64) -> bool {
        let _extra = self.slot.extra();
        if self.slot.flags.has(slot::Flags::ENDED) {
            return false;
        }
        self.slot.flags.add(slot::Flags::REPEATED);
        let (words, used) = self.slot.attributes();
        words[used].store(value, Relaxed);
        self.slot.set_used(used + 1);
        true
    }

    /// `OpenSpan::end_at_once`, or else `OpenSpan::end_slowly`.
    fn end(&self, order: Flags) {
        let early = self.slot.flags.get();
        if self.slot.is_alone() {
            let flags = match order {
                Flags::AfterHandles => self.slot.flags.get(),
                Flags::BeforeHandles => early,
            };
            self.export(flags);
            self.slot.clear();
            return;
        }
        {
            let _extra = self.slot.extra();
            self.export(self.slot.flags.get());
            self.slot.flags.add(slot::Flags::ENDED);
        }
        self.drop_handle();
    }

    /// `OpenSpan::drop_handle`, with `finish_alone`.
    fn drop_handle(&self) {
        if self.slot.drop_handle() {
            if !self.slot.flags.has(slot::Flags::ENDED) {
                let _extra = self.slot.extra();
                self.export(self.slot.flags.get());
            }
            self.slot.clear();
        }
    }

    /// `Recorder::hand_over`.
    fn export(&self, flags: u32) {
        let words = self.slot.seal(flags, 0).iter().map(|word| word.load(Relaxed));
        let attributes = words.skip(layout::HEAD).collect();
        self.exported.lock().expect("nobody panicked").push((flags, attributes));
    }

    /// What was exported, once.
    fn exported(&self) -> (u32, Vec<u64>) {
        let mut exported = self.exported.lock().expect("nobody panicked");
        assert_eq!(exported.len(), 1, "ends");
        assert_eq!(self.slot.generation(), 1, "times that the slot was freed");
        assert!(self.slot.is_alone(), "the slot's next span has one handle");
        exported.swap_remove(0)
    }
}

/// Two threads that say something about a span, and drop their handles.
pub(crate) fn last_handles() {
    model(|| {
        let span = Span::new();
        let threads = [slot::Flags::FAILED, slot::Flags::FAILED_BELOW].map(|flag| {
            thread::spawn(move || {
                span.slot.flags.add(flag);
                span.drop_handle();
            })
        });
        for thread in threads {
            thread.join().expect("ends");
        }
        let (flags, _) = span.exported();
        assert_eq!(flags, slot::Flags::FAILED | slot::Flags::FAILED_BELOW, "what both said");
    });
}

/// A span ends and another begins in its slot, while somebody looks.
pub(crate) fn copied() {
    model(|| {
        let slot: &'static Slot = Box::leak(Box::new(Slot::new(0)));
        // `Recorder::open_below`, and then `OpenSpan::record_first`.
        let begin = move |number: u64| {
            slot.metadata.set(Box::leak(Box::new(Metadata(number))));
            slot.flags.begin(0);
            let (words, used) = slot.attributes();
            words[used].store(number, Relaxed);
            slot.set_used(used + 1);
        };
        begin(1);
        let next = thread::spawn(move || {
            slot.clear();
            begin(2);
        });
        if let Some((metadata, words, _)) = slot.copy(0) {
            let recorded = &words[layout::HEAD..];
            assert!(recorded.iter().all(|word| *word == metadata.0), "{recorded:?} of {metadata:?}: of two spans");
        }
        next.join().expect("ends");
    });
}

/// When who ends a span looks at its flags: `OpenSpan::end_at_once` does so after it has looked at the
/// handles.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Flags {
    /// Once it is known that nobody else has a handle.
    AfterHandles,
    BeforeHandles,
}

/// One thread records and drops its handle, another ends the span.
pub(crate) fn record_and_end(order: Flags) {
    model(move || {
        let span = Span::new();
        let recording = thread::spawn(|| {
            let in_time = span.record(7);
            span.drop_handle();
            in_time
        });
        span.end(order);
        let in_time = recording.join().expect("ends");
        let (flags, attributes) = span.exported();
        assert_eq!(attributes, if in_time { vec![7] } else { vec![] }, "what was recorded in time");
        assert_eq!(flags & slot::Flags::REPEATED != 0, in_time, "its flag");
    });
}

/// Who knows that a span is over does not take the slot's next one for it.
pub(crate) fn stale_id(order: Ordering) {
    model(move || {
        let (slot, is_over) = (Slot::new(0), atomic::AtomicBool::new(false));
        let run: &'static (Slot, atomic::AtomicBool) = Box::leak(Box::new((slot, is_over)));
        let id = run.0.id();
        let ending = thread::spawn(|| {
            run.0.clear();
            run.1.store(true, Release);
        });
        if run.1.load(order) {
            assert!(!run.0.is(id), "the id of a span that is over");
        }
        ending.join().expect("ends");
        assert!(!run.0.is(id) && run.0.is(run.0.id()), "at the end");
    });
}

/// A text that is read, and handed down, while another thread puts one as long in its place.
pub(crate) fn said() {
    const TEXTS: [&str; 2] = ["aaaaaaaaa", "bbbbbbbbb"];
    model(|| {
        let said: &'static Said = Box::leak(Box::new(Said::new()));
        said.set(Saying::User, TEXTS[0]);
        let saying = thread::spawn(|| said.set(Saying::User, TEXTS[1]));
        let below = Said::new();
        below.inherit(said);
        for found in [said.get(Saying::User), below.get(Saying::User)].into_iter().flatten() {
            assert!(TEXTS.contains(&found.as_str()), "{found:?} was never said");
        }
        saying.join().expect("ends");
        assert_eq!(said.get(Saying::User).as_deref(), Some(TEXTS[1]));
    });
}

/// A reference that one thread sets and another finds: what it refers to is seen too.
pub(crate) fn reference() {
    model(|| {
        let reference: &'static StaticRef<AtomicU64> = Box::leak(Box::new(StaticRef::none()));
        assert!(reference.get().is_none());
        let setting = thread::spawn(|| reference.set(Box::leak(Box::new(AtomicU64::new(7)))));
        if let Some(found) = reference.get() {
            assert_eq!(found.load(Relaxed), 7);
        }
        setting.join().expect("ends");
        assert!(reference.get().is_some(), "at the end");
    });
}
