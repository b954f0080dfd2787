//! An open span: what is recorded on it, and how it ends.

use super::context::SpanContext;
use super::data::{AttributeValue, Key, MAX_EVENTS, MAX_LINKS, SpanKind};
use super::id::{SpanId, TraceId};
use super::layout;
use super::open::extra::OpenEvent;
use super::open::local::{Spans, with_spans};
use super::open::pool;
use super::open::said::Saying;
use super::open::slot::{Extra, Flags, Slot, SlotId};
use super::open::words::{self, AttributeKey};
use super::record::{Value, flatten};
use super::recorder::Recorder;
use crate::clock::Ticks;
use crate::propagation::Carried;
use crate::sampling::Threshold;
use std::borrow::Cow;
use std::fmt;

/// An open span, and one handle of it.
#[derive(Clone, Copy)]
pub(crate) struct OpenSpan {
    pub(crate) recorder: &'static Recorder,
    pub(crate) slot: &'static Slot,
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
        let (flags, threshold) = (self.slot.flags.get(), Threshold::from_bits(self.slot.get(layout::THRESHOLD)));
        let context = SpanContext::local(self.trace_id(), self.span_id(), flags & Flags::SAMPLED != 0, threshold);
        if flags & (Flags::CARRIES | Flags::NOT_RANDOM) == 0 {
            return context;
        }
        context.of_trace(flags & Flags::NOT_RANDOM == 0, self.carried().trace_state())
    }

    /// What others are told beside it.
    pub(crate) fn carried(self) -> Carried {
        if !self.slot.flags.has(Flags::CARRIES) {
            return Carried::default();
        }
        self.slot.extra().as_ref().map(|extra| extra.carried.clone()).unwrap_or_default()
    }

    /// Has the span, and what is opened below it from now on, tell others this beside the ids.
    pub(crate) fn carry(self, new: &Carried) {
        if !new.is_empty() {
            self.change_carried(|carried| {
                if new.trace_state.is_some() {
                    carried.trace_state.clone_from(&new.trace_state);
                }
                if !new.baggage.is_empty() {
                    carried.baggage = new.baggage.clone();
                }
            });
        }
    }

    /// Changes what others are told. Of a span that is over or not recorded too: others are told of it all the same.
    pub(crate) fn change_carried<T>(self, change: impl FnOnce(&mut Carried) -> T) -> T {
        let mut extra = self.slot.extra();
        self.slot.flags.add(Flags::CARRIES);
        change(&mut self.extra(&mut extra).carried)
    }

    /// Makes a root that nobody else knows yet one that goes on with the trace of another process.
    pub(crate) fn join(self, remote: SpanContext) {
        let slot = self.slot;
        let own = slot.flags.get() & !Flags::OF_TRACE;
        let flags = self.recorder.begin_trace(slot, remote.trace_id().halves(), Some(remote));
        slot.set(layout::START, Ticks::now().raw());
        slot.flags.put(flags | own);
    }

    /// Leaves a root that nobody is in yet out of what is recorded, and all below it. Its ids stay, for log
    /// lines and for whoever is called.
    #[cfg(feature = "tower")]
    pub(crate) fn silence(self) {
        self.slot.flags.remove(Flags::SAMPLED | Flags::JUDGED | Flags::PATH);
        self.slot.flags.add(Flags::SILENT | Flags::FIELDLESS);
    }

    /// Says a text in every log line of the span and of those that will be opened below it, and of those that
    /// this thread is in around it, up to the request's.
    pub(crate) fn say(self, saying: Saying, text: &str) {
        let spans = with_spans(|spans| spans.up_to_request(self.recorder.number, self.slot));
        for slot in spans.unwrap_or_else(|| vec![self.slot]) {
            slot.said.set(saying, text);
        }
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
        let (words, mut used) = slot.attributes();
        for (place, (name, value)) in values.enumerate() {
            match words::push_field(words, used, place, &value) {
                // What has no room is behind all that has, and so is what comes after it.
                Some(end) if !slot.flags.has(Flags::EXTRA) => used = end,
                _ => {
                    slot.set_used(used);
                    self.record_structure(name, value);
                    used = slot.attributes().1;
                }
            }
        }
        slot.set_used(used);
    }

    /// Records a value before anybody else knows the span.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "on the way of every span, where each call is a tenth of it")]
    pub(crate) fn record_at(self, place: usize, name: &'static str, value: Value<'_>) {
        let slot = self.slot;
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
        self.put_flagged(Flags::REPEATED, key, name, value);
    }

    /// The same for what is recorded once. Others may record the same name: it is they who say that there are two.
    #[cfg(feature = "tower")]
    pub(crate) fn put_once(self, key: AttributeKey<'_>, name: impl FnOnce() -> Key, value: Value<'_>) {
        self.put_flagged(0, key, name, value);
    }

    fn put_flagged(self, flags: u32, key: AttributeKey<'_>, name: impl FnOnce() -> Key, value: Value<'_>) {
        let slot = self.slot;
        // The lock is for the words too: two threads may record at the same time.
        let mut extra = slot.extra();
        if slot.flags.has(Flags::ENDED | Flags::SILENT) {
            return;
        }
        slot.flags.add(flags);
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
        match &recorder.queue {
            Some(queue) if flags & Flags::SILENT == 0 => {
                if !recorder.sinks.is_empty() || queue.is_closed() {
                    return false;
                }
                let Some(metadata) = slot.metadata.get() else { return false };
                if entered && !spans.exit_innermost(slot) {
                    return false;
                }
                spans.writer(queue).append(metadata, slot.seal(flags, end.raw()));
            }
            // It goes nowhere.
            _ => {
                let is_shown = flags & Flags::SILENT == 0 && !recorder.sinks.is_empty();
                if is_shown || entered && !spans.exit_innermost(slot) {
                    return false;
                }
            }
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
            // Others may be told of it while there are handles.
            let carries = slot.flags.has(Flags::CARRIES);
            let kept = extra.as_deref().filter(|_| carries).map(Extra::for_child);
            self.recorder.hand_over(slot, end, &mut extra);
            *extra = kept.map(Box::new);
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

impl fmt::Debug for OpenSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OpenSpan({}/{})", self.trace_id(), self.span_id())
    }
}
