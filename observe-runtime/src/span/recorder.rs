//! The recorder: opens spans, takes what is recorded on them, and hands them over when they end.
//!
//! Three roads lead here: `#[traced]` functions, the subscriber, and the layer for subscribers that
//! others put together.

use super::SpanSink;
use super::context::SpanContext;
use super::data::SpanKind;
use super::finished::Finished;
use super::hand_over::{Queue, Writer};
use super::id::TraceId;
use super::layout;
use super::open::local::{Spans, with_spans};
use super::open::pool;
use super::open::slot::{Extra, Flags, Slot, SlotId};
use super::open_span::OpenSpan;
use crate::clock::Ticks;
use crate::export::counters;
use crate::propagation::{Baggage, Carried, RemoteContext};
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
    pub(super) number: u32,
    sampling: Sampling,
    pub(super) queue: Option<Arc<Queue>>,
    pub(super) sinks: Vec<Arc<dyn SpanSink>>,
}

/// What a span is opened under.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Under<'a> {
    /// The innermost span that the thread is in.
    Current,
    Nothing,
    Span(SlotId),
    /// A span of another process.
    Remote(SpanContext),
    /// The same with what its trace carries on; the innermost span where a request named none.
    Extracted(&'a RemoteContext),
}

impl Under<'_> {
    /// The span of another process.
    pub(super) fn remote(self) -> Option<SpanContext> {
        match self {
            Self::Remote(context) => Some(context),
            Self::Extracted(remote) => remote.span_context(),
            Self::Current | Self::Nothing | Self::Span(_) => None,
        }
    }

    /// What came with it; `None` where nothing came in.
    pub(super) fn carried(&self) -> Option<Cow<'_, Carried>> {
        match self {
            Self::Remote(context) => Some(Cow::Owned(Carried::of(*context))),
            Self::Extracted(remote) => Some(Cow::Borrowed(remote.carried())),
            Self::Current | Self::Nothing | Self::Span(_) => None,
        }
    }
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
        under: Under<'_>,
    ) -> Result<OpenSpan, NotOpened> {
        let opened = with_spans(|spans| {
            let remote = under.remote();
            let parent = match under {
                Under::Current | Under::Extracted(_) if remote.is_none() => spans.current(self.number),
                Under::Span(id) => pool::open_slot(id),
                _ => None,
            };
            let silent = parent.filter(|parent| parent.flags.has(Flags::SILENT));
            if let Some(slot) = silent {
                return Err(NotOpened::Silent(OpenSpan { recorder: self, slot }));
            }
            let slot = self.open_below(spans, parent, remote, metadata, kind, Ticks::NEVER);
            slot.map(|slot| OpenSpan { recorder: self, slot }).ok_or(NotOpened::Refused)
        });
        if let (Some(Ok(span)), Some(carried)) = (opened, under.carried()) {
            span.carry(&carried);
        }
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
        slot.metadata.set(metadata);
        slot.flags.begin(flags | kind.number() << Flags::KIND_SHIFT);
        Some(slot)
    }

    /// Decides what becomes of a trace, before any field is read.
    #[inline(never)]
    fn open_root(&self, slot: &Slot, spans: &mut Spans, remote: Option<SpanContext>) -> u32 {
        let trace = remote.map_or_else(|| spans.random_trace(), |remote| remote.trace_id().halves());
        self.begin_trace(slot, trace, remote)
    }

    /// The same, once the trace is known.
    pub(super) fn begin_trace(&self, slot: &Slot, trace: [u64; 2], remote: Option<SpanContext>) -> u32 {
        let randomness = remote.and_then(|remote| remote.randomness());
        let randomness = randomness.unwrap_or_else(|| Randomness::of_trace(TraceId::from_halves(trace).0));
        let decision = self.sampling.sampler.decide(randomness, remote.map(|remote| remote.decision()));
        slot.begin_trace(trace, remote.map_or(0, |remote| remote.span_id().0), decision.threshold);
        slot.set(layout::LOCAL_ROOT, slot.get(layout::SPAN));
        let is_remote = if remote.is_some_and(|remote| remote.is_remote()) { Flags::REMOTE_PARENT } else { 0 };
        let is_random = if remote.is_none_or(|remote| remote.is_random()) { 0 } else { Flags::NOT_RANDOM };
        let kept = match (decision.sampled, self.sampling.keep) {
            (true, _) if !decision.is_judged_late() => Flags::SAMPLED,
            (true, Keep::Trace) => Flags::SAMPLED | Flags::JUDGED,
            (true, Keep::Path) => Flags::SAMPLED | Flags::PATH,
            (true, Keep::None) => Flags::SAMPLED,
            (false, Keep::Trace) => Flags::JUDGED,
            (false, Keep::Path) => Flags::PATH | Flags::FIELDLESS,
            (false, Keep::None) => Flags::SILENT | Flags::FIELDLESS,
        };
        kept | is_remote | is_random | Flags::LOCAL_ROOT
    }

    /// The innermost span that the thread is in.
    pub(crate) fn current(&'static self) -> Option<OpenSpan> {
        with_spans(|spans| spans.current(self.number)).flatten().map(|slot| OpenSpan { recorder: self, slot })
    }

    /// What stands for the innermost span of this thread, for work elsewhere: what is opened below it is a child of the
    /// span, and no handle of the span is held by it. It is to be given back as a handle.
    pub(crate) fn stand_in(&'static self) -> Option<OpenSpan> {
        let stand_in = |spans: &mut Spans| {
            let current = spans.current(self.number)?;
            let metadata = current.metadata.get()?;
            let slot = spans.take()?;
            slot.flags.put(slot.stand_in(current));
            slot.metadata.set(metadata);
            Some(OpenSpan { recorder: self, slot })
        };
        with_spans(stand_in).flatten()
    }

    /// The span of this id, while there is a handle of it.
    pub(crate) fn span(&'static self, id: SlotId) -> Option<OpenSpan> {
        pool::open_slot(id).map(|slot| OpenSpan { recorder: self, slot })
    }

    /// Hands over a span that ends now. Whoever calls this is alone with it, or has its lock.
    pub(super) fn hand_over(&self, slot: &Slot, end: Ticks, extra: &mut Option<Box<Extra>>) {
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
            counters::SPANS.shutdown.add(1);
            return;
        }
        let append = |writer: &mut Writer| match extra.take() {
            Some(mut extra) => {
                // For who is called, and not for who gets the spans.
                extra.carried.baggage = Baggage::new();
                writer.append_with(metadata, words, extra);
            }
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

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").field("number", &self.number).finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "recorder_tests.rs"]
mod tests;
