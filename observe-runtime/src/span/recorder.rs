//! The recorder: opens spans, takes what is recorded on them, and hands them over when they end.
//!
//! Three roads lead here: `#[traced]` functions, the subscriber, and the layer for subscribers that
//! others put together.

use super::SpanSink;
use super::context::SpanContext;
use super::data::{AttributeValue, Key, MAX_EVENTS, MAX_LINKS, SpanKind};
use super::finished::Finished;
use super::hand_over::{Queue, Writer};
use super::id::{SpanId, TraceId};
use super::layout;
use super::open::extra::OpenEvent;
use super::open::local::{Spans, with_spans};
use super::open::pool;
use super::open::slot::{Extra, Flags, Slot, SlotId};
use super::open::words::{self, AttributeKey};
use super::record::{Value, flatten};
use crate::clock::Ticks;
use crate::export::counters;
use crate::sampling::{Keep, Randomness, Sampling, Threshold};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::Duration;
use tracing::Metadata;

/// Records spans, for the rest of the process.
pub(crate) struct Recorder {
    /// Tells the spans of several recorders apart, on one thread.
    number: u32,
    sampling: Sampling,
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
    /// A span of another process.
    Remote(SpanContext),
}

/// Why there is no span.
#[derive(Clone, Copy, Debug)]
pub(crate) enum NotOpened {
    /// Nothing is recorded below this span.
    Silent(OpenSpan),
    /// Too many are open, or the thread is about to end.
    Refused,
}

impl Recorder {
    /// A recorder that hands spans to the queue and to the sinks. Spans refer to it for as long as there
    /// is a handle of one, which is not to be known: so it stays.
    pub(crate) fn new(sampling: Sampling, queue: Option<Arc<Queue>>, sinks: Vec<Arc<dyn SpanSink>>) -> &'static Self {
        static NUMBERS: AtomicU32 = AtomicU32::new(0);
        let number = NUMBERS.fetch_add(1, Relaxed);
        Box::leak(Box::new(Self { number, sampling, queue, sinks }))
    }

    #[inline]
    pub(crate) fn is(&self, number: u32) -> bool {
        self.number == number
    }

    /// Opens a span below the innermost one of this thread. It began at `start`, or begins now where that is
    /// [`Ticks::NEVER`]; it is entered if it is to be. `None` where nothing is recorded.
    #[inline]
    pub(crate) fn open_current(
        &'static self,
        metadata: &'static Metadata<'static>,
        kind: SpanKind,
        start: Ticks,
        enter: bool,
    ) -> Option<OpenSpan> {
        let opened = with_spans(|spans| {
            let parent = spans.current(self.number);
            if parent.is_some_and(|parent| parent.flags.has(Flags::SILENT)) {
                return None;
            }
            let slot = self.open_below(spans, parent, None, metadata, kind, start);
            if let (Some(slot), true) = (slot, enter) {
                spans.enter(self.number, slot);
            }
            Some(slot)
        });
        match opened {
            Some(None) => None,
            Some(Some(Some(slot))) => Some(OpenSpan { recorder: self, slot }),
            _ => {
                counters::NOT_OPENED.add(1);
                None
            }
        }
    }

    /// Opens a span that begins now.
    pub(crate) fn open(
        &'static self,
        metadata: &'static Metadata<'static>,
        kind: SpanKind,
        under: Under,
    ) -> Result<OpenSpan, NotOpened> {
        let opened = with_spans(|spans| {
            let (parent, remote) = match under {
                Under::Current => (spans.current(self.number), None),
                Under::Span(id) => (pool::open_slot(id), None),
                Under::Nothing => (None, None),
                Under::Remote(remote) => (None, Some(remote)),
            };
            let silent = parent.filter(|parent| parent.flags.has(Flags::SILENT));
            if let Some(slot) = silent {
                return Err(NotOpened::Silent(OpenSpan { recorder: self, slot }));
            }
            let slot = self.open_below(spans, parent, remote, metadata, kind, Ticks::NEVER);
            slot.map(|slot| OpenSpan { recorder: self, slot }).ok_or(NotOpened::Refused)
        });
        let opened = opened.unwrap_or(Err(NotOpened::Refused));
        if let Err(NotOpened::Refused) = opened {
            counters::NOT_OPENED.add(1);
        }
        opened
    }

    /// Takes a slot, and fills it.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "on the way of `#[traced]` half of it is known and goes")]
    fn open_below(
        &self,
        spans: &mut Spans,
        parent: Option<&Slot>,
        remote: Option<SpanContext>,
        metadata: &'static Metadata<'static>,
        kind: SpanKind,
        start: Ticks,
    ) -> Option<&'static Slot> {
        let slot = spans.take()?;
        slot.set(layout::SPAN, spans.random());
        let flags = match parent {
            Some(parent) => slot.inherit(parent),
            None => self.open_root(slot, spans, remote),
        };
        if flags & Flags::SILENT == 0 {
            let start = if start == Ticks::NEVER { Ticks::now() } else { start };
            slot.set(layout::START, start.raw());
        }
        slot.flags.put(flags | kind.number() << Flags::KIND_SHIFT);
        slot.metadata.set(metadata);
        Some(slot)
    }

    /// Decides what becomes of a trace, before any field is read.
    #[inline(never)]
    fn open_root(&self, slot: &Slot, spans: &mut Spans, remote: Option<SpanContext>) -> u32 {
        let trace = remote.map_or_else(|| spans.random_trace(), |remote| remote.trace_id().halves());
        self.begin_trace(slot, trace, remote)
    }

    /// The same, once the trace is known.
    fn begin_trace(&self, slot: &Slot, trace: [u64; 2], remote: Option<SpanContext>) -> u32 {
        let randomness = remote.and_then(|remote| remote.randomness());
        let randomness = randomness.unwrap_or_else(|| Randomness::of_trace(TraceId::from_halves(trace).0));
        let decision = self.sampling.sampler.decide(randomness, remote.map(|remote| remote.decision()));
        slot.begin_trace(trace, remote.map_or(0, |remote| remote.span_id().0), decision.threshold);
        slot.set(layout::LOCAL_ROOT, slot.get(layout::SPAN));
        let remote = if remote.is_some() { Flags::REMOTE_PARENT } else { 0 };
        let kept = match (decision.sampled, self.sampling.keep) {
            (true, _) if !decision.is_judged_late() => Flags::SAMPLED,
            (true, Keep::Trace) => Flags::SAMPLED | Flags::JUDGED,
            (true, Keep::Path) => Flags::SAMPLED | Flags::PATH,
            (true, Keep::None) => Flags::SAMPLED,
            (false, Keep::Trace) => Flags::JUDGED,
            (false, Keep::Path) => Flags::PATH | Flags::FIELDLESS,
            (false, Keep::None) => Flags::SILENT | Flags::FIELDLESS,
        };
        kept | remote | Flags::LOCAL_ROOT
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
    fn hand_over(&self, slot: &Slot, end: Ticks, extra: &mut Option<Box<Extra>>) {
        let Some(metadata) = slot.metadata.get() else { return };
        if slot.flags.has(Flags::SILENT) || slot.flags.has(Flags::PATH) && !self.is_on_path(slot, end) {
            return;
        }
        let words = slot.seal(slot.flags.get(), end.raw());
        if !self.sinks.is_empty() {
            self.show_sinks(metadata, words, extra.as_deref());
        }
        let Some(queue) = &self.queue else { return };
        if queue.is_closed() {
            counters::SHUTDOWN.add(1);
            return;
        }
        let append = |writer: &mut Writer| match extra.take() {
            Some(extra) => writer.append_with(metadata, words, extra),
            None => writer.append(metadata, words),
        };
        let mut append = Some(append);
        with_spans(|spans| append.take().map(|mut append| append(spans.writer(queue))));
        if let Some(mut append) = append {
            // The thread is about to end, and has no way of its own any more.
            append(&mut Writer::new(queue));
        }
    }

    /// Whether a span that is judged alone is kept: it failed, or one below it did, or it was a slow local
    /// root, or the sampler keeps it.
    #[cold]
    fn is_on_path(&self, slot: &Slot, end: Ticks) -> bool {
        let flags = slot.flags.get();
        let nanos = end.nanos_since(Ticks::from_raw(slot.get(layout::START)));
        let is_slow = || self.sampling.slow.is_some_and(|slow| Duration::from_nanos(nanos) > slow);
        let has_failed = flags & (Flags::FAILED | Flags::FAILED_BELOW) != 0;
        if has_failed || flags & Flags::LOCAL_ROOT != 0 && is_slow() {
            // Each such span counts once, whatever the sampler said.
            slot.set(layout::THRESHOLD, Threshold::ZERO.to_bits());
            if let Some(parent) = pool::open_slot(slot.parent_slot()) {
                parent.flags.add(Flags::FAILED_BELOW);
            }
            return true;
        }
        flags & Flags::SAMPLED != 0
    }

    #[cold]
    fn show_sinks(&self, metadata: &'static Metadata<'static>, words: &[AtomicU64], extra: Option<&Extra>) {
        let words: Vec<u64> = words.iter().map(|word| word.load(Relaxed)).collect();
        let Some(span) = Finished::new(metadata, &words, extra) else { return };
        let record = span.to_record();
        for sink in &self.sinks {
            sink.finished(&record);
        }
    }
}

impl OpenSpan {
    pub(crate) fn id(self) -> SlotId {
        self.slot.id()
    }

    pub(crate) fn trace_id(self) -> TraceId {
        let (upper, lower) = (self.slot.get(layout::TRACE), self.slot.get(layout::TRACE + 1));
        TraceId::from_halves([upper, lower])
    }

    pub(crate) fn span_id(self) -> SpanId {
        SpanId(self.slot.get(layout::SPAN))
    }

    /// Whether what is recorded goes anywhere.
    pub(crate) fn takes_fields(self) -> bool {
        !self.slot.flags.has(Flags::FIELDLESS | Flags::ENDED)
    }

    /// What others are told of this span.
    pub(crate) fn context(self) -> SpanContext {
        let threshold = Threshold::from_bits(self.slot.get(layout::THRESHOLD));
        SpanContext::local(self.trace_id(), self.span_id(), self.slot.flags.has(Flags::SAMPLED), threshold)
    }

    /// Makes a root that nobody else knows yet one that goes on with the trace of another process.
    pub(crate) fn join(self, remote: SpanContext) {
        let slot = self.slot;
        let kind = slot.flags.get() >> Flags::KIND_SHIFT << Flags::KIND_SHIFT;
        let flags = self.recorder.begin_trace(slot, remote.trace_id().halves(), Some(remote));
        slot.set(layout::START, Ticks::now().raw());
        slot.flags.put(flags | kind);
    }

    /// Makes the span the innermost one of this thread.
    #[inline]
    pub(crate) fn enter(self) {
        with_spans(|spans| spans.enter(self.recorder.number, self.slot));
    }

    #[inline]
    pub(crate) fn exit(self) {
        with_spans(|spans| spans.exit(self.slot));
    }

    /// Records the first values, each under the field of the same place.
    #[inline]
    pub(crate) fn record_first<'v>(self, values: impl Iterator<Item = (&'static str, Value<'v>)>) {
        let slot = self.slot;
        for (place, (name, value)) in values.enumerate() {
            self.record_at(slot, place, name, value);
        }
    }

    /// Records a value before anybody else knows the span.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "on the way of every span, where each call is a tenth of it")]
    pub(crate) fn record_at(self, slot: &Slot, place: usize, name: &'static str, value: Value<'_>) {
        let (words, used) = slot.attributes();
        match words::push_field(words, used, place, &value) {
            Some(used) if !slot.flags.has(Flags::EXTRA) => slot.set_used(used),
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
        if !self.slot.flags.has(Flags::FIELDLESS) {
            self.put(key, name, value);
        }
    }

    /// The same for what says how the span ended, which is recorded where fields are not.
    pub(crate) fn put(self, key: AttributeKey<'_>, name: impl FnOnce() -> Key, value: Value<'_>) {
        let slot = self.slot;
        // The lock is for the words too: two threads may record at the same time.
        let mut extra = slot.extra();
        if slot.flags.has(Flags::ENDED | Flags::SILENT) {
            return;
        }
        slot.flags.add(Flags::REPEATED);
        let (words, used) = slot.attributes();
        // A later value must not lie in front of an earlier one.
        let has_room = extra.as_ref().is_none_or(|extra| extra.attributes.is_empty());
        match has_room.then(|| words::push(words, used, key, &value)).flatten() {
            Some(used) => slot.set_used(used),
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
            self.put(AttributeKey::StatusText, || Cow::Borrowed(""), Value::from(text));
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

    pub(crate) fn add_event(self, name: Key, attributes: Vec<(Key, AttributeValue)>) {
        self.with_extra(|extra| {
            if extra.events.len() < MAX_EVENTS {
                extra.events.push(OpenEvent { name, at: Ticks::now(), attributes });
            } else {
                extra.dropped.events += 1;
            }
        });
    }

    pub(crate) fn add_link(self, link: SpanContext) {
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
    /// Leaves it before, if it was entered.
    #[inline]
    pub(crate) fn end(self, end: Ticks, entered: bool) {
        if with_spans(|spans| self.end_at_once(spans, end, entered)) != Some(true) {
            self.end_slowly(end, entered);
        }
    }

    /// The way of nearly all spans: nobody else has a handle, and there is nothing to be said of it but
    /// what is in its words. `false`, and nothing is done, for any other.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "on the way of every span, where each call is a tenth of it")]
    fn end_at_once(self, spans: &mut Spans, end: Ticks, entered: bool) -> bool {
        let Self { recorder, slot } = self;
        // Asked first: what a handle that is gone by now has said is then seen in the flags.
        if !slot.is_alone() {
            return false;
        }
        let flags = slot.flags.get();
        if flags & Flags::SPECIAL != 0 {
            return false;
        }
        if flags & Flags::SILENT == 0 {
            let Some(queue) = &recorder.queue else { return false };
            if !recorder.sinks.is_empty() || queue.is_closed() {
                return false;
            }
            let Some(metadata) = slot.metadata.get() else { return false };
            if entered && !spans.exit_innermost(slot) {
                return false;
            }
            spans.writer(queue).append(metadata, slot.seal(flags, end.raw()));
        } else if entered && !spans.exit_innermost(slot) {
            return false;
        }
        slot.clear();
        spans.give_back(slot);
        true
    }

    #[cold]
    #[inline(never)]
    fn end_slowly(self, end: Ticks, entered: bool) {
        if entered {
            self.exit();
        }
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
            self.recorder.hand_over(slot, end, &mut extra);
            slot.flags.add(Flags::ENDED);
        }
    }

    /// Gives a handle back; whether it was the last, with which the span ends.
    #[inline]
    pub(crate) fn drop_handle(self) -> bool {
        let is_last = self.slot.drop_handle();
        if is_last {
            self.end_alone();
        }
        is_last
    }

    #[inline]
    fn end_alone(self) {
        let end = if self.slot.flags.has(Flags::SILENT) { Ticks::NEVER } else { Ticks::now() };
        if with_spans(|spans| self.end_at_once(spans, end, false)) != Some(true) {
            self.finish_alone(end);
        }
    }

    fn finish_alone(self, end: Ticks) {
        let slot = self.slot;
        if !slot.flags.has(Flags::ENDED) {
            self.recorder.hand_over(slot, end, &mut slot.extra());
        }
        slot.clear();
        if with_spans(|spans| spans.give_back(slot)).is_none() {
            pool::give_back(std::iter::once(slot));
        }
    }
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

#[cfg(test)]
#[path = "recorder_tests.rs"]
mod tests;
