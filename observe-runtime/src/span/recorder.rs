//! The recorder: opens spans, takes what is recorded on them, and hands them over when they end.
//!
//! Three roads lead here: `#[traced]` functions, the subscriber, and the layer for subscribers that
//! others put together.

use super::SpanSink;
use super::data::{AttributeValue, Key, MAX_EVENTS, MAX_LINKS, SpanEvent, SpanKind, SpanLink};
use super::finished::{self, Finished, MAX_WORDS};
use super::hand_over::{Queue, Writer};
use super::id::{SpanId, TraceId};
use super::open::local::{self, Spans, with_spans};
use super::open::slot::{Extra, Flags, Slot, SlotId, UNKNOWN};
use super::open::words::{self, AttributeKey};
use super::open::{local::give_back, pool};
use super::record::{Value, flatten};
use crate::clock::Ticks;
use crate::export::counters;
use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::SystemTime;
use tracing::Metadata;

/// Records spans, for the rest of the process.
pub(crate) struct Recorder {
    /// Tells the spans of several recorders apart, on one thread.
    number: u32,
    queue: Option<Arc<Queue>>,
    sinks: Vec<Arc<dyn SpanSink>>,
}

/// An open span, and one handle of it.
#[derive(Clone, Copy)]
pub(crate) struct OpenSpan {
    pub(crate) recorder: &'static Recorder,
    pub(crate) slot: &'static Slot,
}

/// What a span is opened under.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Under {
    /// The innermost span that the thread is in.
    Current,
    Nothing,
    Span(SlotId),
}

impl Recorder {
    /// A recorder that hands spans to the queue and to the sinks. Spans refer to it for as long as there
    /// is a handle of one, which is not to be known: so it stays.
    pub(crate) fn new(queue: Option<Arc<Queue>>, sinks: Vec<Arc<dyn SpanSink>>) -> &'static Self {
        static NUMBERS: AtomicU32 = AtomicU32::new(0);
        let number = NUMBERS.fetch_add(1, Relaxed);
        Box::leak(Box::new(Self { number, queue, sinks }))
    }

    /// Opens a span that began at `start`; `None` where too many are open, or the thread is about to end.
    #[inline]
    pub(crate) fn open(
        &'static self,
        metadata: &'static Metadata<'static>,
        kind: SpanKind,
        under: Under,
        start: Ticks,
    ) -> Option<OpenSpan> {
        let opened = with_spans(|spans| {
            let parent = match under {
                Under::Current => spans.current(self.number),
                Under::Nothing => None,
                Under::Span(id) => pool::open_slot(id),
            };
            let slot = spans.take()?;
            slot.begin();
            let flags = match parent {
                Some(parent) => {
                    slot.inherit(parent);
                    parent.flags.get() & Flags::INHERITED
                }
                None => self.open_root(slot, spans),
            };
            slot.span.store(spans.random(), Relaxed);
            slot.flags.put(flags | kind.number() << Flags::KIND_SHIFT);
            slot.metadata.set(metadata);
            slot.start.store(start.raw(), Relaxed);
            Some(slot)
        });
        if let Some(Some(slot)) = opened {
            return Some(OpenSpan { recorder: self, slot });
        }
        counters::NOT_OPENED.add(1);
        None
    }

    fn open_root(&self, slot: &Slot, spans: &mut Spans) -> u32 {
        let trace = spans.random_trace();
        for (word, half) in slot.trace.iter().zip(trace) {
            word.store(half, Relaxed);
        }
        slot.parent.store(0, Relaxed);
        slot.parent_slot.store(0, Relaxed);
        slot.threshold.store(UNKNOWN, Relaxed);
        Flags::SAMPLED | Flags::LOCAL_ROOT
    }

    /// The innermost span that the thread is in.
    pub(crate) fn current(&'static self) -> Option<OpenSpan> {
        with_spans(|spans| spans.current(self.number)).flatten().map(|slot| OpenSpan { recorder: self, slot })
    }

    /// The span of this id, while there is a handle of it.
    pub(crate) fn span(&'static self, id: SlotId) -> Option<OpenSpan> {
        pool::open_slot(id).map(|slot| OpenSpan { recorder: self, slot })
    }

    /// Hands over a span that ends now. Whoever calls this is alone with it, or has its lock.
    #[inline]
    fn hand_over(&self, slot: &Slot, end: Ticks, mut extra: Option<&mut Option<Box<Extra>>>) {
        let Some(metadata) = slot.metadata.get() else { return };
        if !self.sinks.is_empty() {
            self.show_sinks(slot, metadata, end, extra.as_deref().and_then(Option::as_deref));
        }
        let Some(queue) = &self.queue else { return };
        if queue.is_closed() {
            counters::SHUTDOWN.add(1);
            return;
        }
        let (length, words) = finished::words(slot, end);
        let take_extra = || extra.as_mut().and_then(|extra| extra.take());
        with_writer(queue, |writer| writer.append(metadata, length, words, take_extra));
    }

    #[cold]
    fn show_sinks(&self, slot: &Slot, metadata: &'static Metadata<'static>, end: Ticks, extra: Option<&Extra>) {
        let mut copy = [0; MAX_WORDS];
        let (length, words) = finished::words(slot, end);
        for (own, word) in copy.iter_mut().zip(words) {
            *own = word;
        }
        let Some(span) = Finished::new(metadata, &copy[..length], extra) else { return };
        let record = span.to_record();
        for sink in &self.sinks {
            sink.finished(&record);
        }
    }
}

/// Calls `write` with the thread's way to this queue.
#[inline]
fn with_writer(queue: &Arc<Queue>, write: impl FnOnce(&mut Writer)) {
    thread_local! {
        static WRITER: RefCell<Option<Writer>> = const { RefCell::new(None) };
    }
    let mut write = Some(write);
    let written = WRITER.try_with(|writer| {
        if let (Ok(mut writer), Some(write)) = (writer.try_borrow_mut(), write.take()) {
            match &mut *writer {
                Some(writer) if writer.is_of(queue) => write(writer),
                other => write(other.insert(Writer::new(queue))),
            }
        }
    });
    // The thread is about to end, and has no way of its own any more.
    if let (Err(_), Some(write)) = (written, write) {
        write(&mut Writer::new(queue));
    }
}

impl OpenSpan {
    pub(crate) fn id(self) -> SlotId {
        self.slot.id()
    }

    pub(crate) fn trace_id(self) -> TraceId {
        let [upper, lower] = &self.slot.trace;
        TraceId(u128::from(upper.load(Relaxed)) << 64 | u128::from(lower.load(Relaxed)))
    }

    pub(crate) fn span_id(self) -> SpanId {
        SpanId(self.slot.span.load(Relaxed))
    }

    /// Makes the span the innermost one of this thread.
    #[inline]
    pub(crate) fn enter(self) {
        local::enter(self.recorder.number, self.slot);
    }

    #[inline]
    pub(crate) fn exit(self) {
        local::exit(self.slot.id());
    }

    /// Records a value before anybody else knows the span.
    #[inline]
    pub(crate) fn record_first(self, place: usize, name: &'static str, value: Value<'_>) {
        let slot = self.slot;
        let used = slot.used.load(Relaxed) as usize;
        match words::push(&slot.attributes, used, AttributeKey::Field(place), &value) {
            Some(used) if !slot.flags.has(Flags::EXTRA) => slot.used.store(used as u32, Relaxed),
            _ => self.record_structure(name, value),
        }
    }

    /// The same for a structure, each of whose fields has a name of its own, and for a value for which
    /// the words have no room.
    #[cold]
    fn record_structure(self, name: &'static str, value: Value<'_>) {
        flatten(&mut name.to_owned(), value, &mut |name, value| {
            self.record(AttributeKey::Text(name), || Cow::Owned(name.to_owned()), value);
        });
    }

    /// Records a value; it takes the place of an earlier one under the same name.
    pub(crate) fn record(self, key: AttributeKey<'_>, name: impl FnOnce() -> Key, value: Value<'_>) {
        let slot = self.slot;
        // The lock is for the words too: two threads may record at the same time.
        let mut extra = slot.extra();
        if slot.flags.has(Flags::ENDED | Flags::SILENT | Flags::PATH) {
            return;
        }
        slot.flags.add(Flags::REPEATED);
        let used = slot.used.load(Relaxed) as usize;
        // A later value must not lie in front of an earlier one.
        let has_room = extra.as_ref().is_none_or(|extra| extra.attributes.is_empty());
        match has_room.then(|| words::push(&slot.attributes, used, key, &value)).flatten() {
            Some(used) => slot.used.store(used as u32, Relaxed),
            None => {
                let Some(value) = value.into_attribute() else { return };
                let extra = self.extra(&mut extra);
                match (key, value) {
                    (AttributeKey::SpanName, AttributeValue::Text(text)) => extra.name = Some(text),
                    (AttributeKey::StatusText, AttributeValue::Text(text)) => extra.status = Some(text),
                    (_, value) => extra.attributes.push((name(), value)),
                }
            }
        }
    }

    /// Makes the status an error, and says why.
    pub(crate) fn fail(self, text: Option<&str>) {
        self.slot.flags.add(Flags::FAILED);
        if let Some(text) = text {
            self.record(AttributeKey::StatusText, || Cow::Borrowed(""), Value::from(text));
        }
    }

    /// Takes the error back.
    pub(crate) fn set_ok(self) {
        self.slot.flags.remove(Flags::FAILED);
    }

    pub(crate) fn set_kind(self, kind: SpanKind) {
        self.slot.flags.remove(7 << Flags::KIND_SHIFT);
        self.slot.flags.add(kind.number() << Flags::KIND_SHIFT);
    }

    pub(crate) fn add_event(self, name: Key, time: SystemTime, attributes: Vec<(Key, AttributeValue)>) {
        self.with_extra(|extra| {
            if extra.events.len() < MAX_EVENTS {
                extra.events.push(SpanEvent { name, time, attributes });
            } else {
                extra.dropped.events += 1;
            }
        });
    }

    pub(crate) fn add_link(self, link: SpanLink) {
        self.with_extra(|extra| {
            if extra.links.len() < MAX_LINKS {
                extra.links.push(link);
            } else {
                extra.dropped.links += 1;
            }
        });
    }

    fn with_extra(self, change: impl FnOnce(&mut Extra)) {
        let mut extra = self.slot.extra();
        if !self.slot.flags.has(Flags::ENDED | Flags::SILENT) {
            change(self.extra(&mut extra));
        }
    }

    fn extra(self, extra: &mut Option<Box<Extra>>) -> &mut Extra {
        self.slot.flags.add(Flags::EXTRA);
        extra.get_or_insert_default()
    }

    /// Ends the span now, and gives the handle back: what is recorded through others comes too late.
    #[inline]
    pub(crate) fn end(self, end: Ticks) {
        if self.slot.is_alone() {
            self.finish_alone(end);
        } else {
            self.finish(end);
            self.drop_handle();
        }
    }

    /// Ends the span now, whoever has handles of it.
    #[cold]
    pub(crate) fn finish(self, end: Ticks) {
        let slot = self.slot;
        let mut extra = slot.extra();
        if !slot.flags.has(Flags::ENDED) {
            self.recorder.hand_over(slot, end, Some(&mut extra));
            slot.flags.add(Flags::ENDED);
        }
    }

    /// Gives a handle back; whether it was the last, with which the span ends.
    pub(crate) fn drop_handle(self) -> bool {
        let is_last = self.slot.drop_handle();
        if is_last {
            self.finish_alone(Ticks::now());
        }
        is_last
    }

    #[inline]
    fn finish_alone(self, end: Ticks) {
        let slot = self.slot;
        if !slot.flags.has(Flags::ENDED) {
            if slot.flags.has(Flags::EXTRA) {
                self.recorder.hand_over(slot, end, Some(&mut slot.extra()));
            } else {
                self.recorder.hand_over(slot, end, None);
            }
        }
        free(slot);
    }
}

#[inline]
fn free(slot: &'static Slot) {
    slot.clear();
    give_back(slot);
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").field("number", &self.number).finish_non_exhaustive()
    }
}

impl fmt::Debug for OpenSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OpenSpan({}/{})", self.trace_id(), self.span_id())
    }
}
