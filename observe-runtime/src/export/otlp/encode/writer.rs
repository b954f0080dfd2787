//! One span, from its words to the message.

use super::WallClock;
use super::sites::CallSite;
use crate::config::SpanLimits;
use crate::export::otlp::common::{AnyValue, put_attribute, put_text};
use crate::export::otlp::limits::{Places, put_limited};
use crate::export::otlp::wire::{Piece, field_size, put_bytes, put_fixed64, put_length, put_message, put_varint};
use crate::span::{
    Attribute, Extra, Finished, Flags, KeyWords, OpenEvent, SpanContext, SpanKind, TextWords, ValueWords,
    code_attributes,
};
use std::ops::Range;
use std::sync::Arc;

/// `Span`, in `trace.proto`.
mod span {
    pub(super) const TRACE_ID: u64 = 1;
    pub(super) const SPAN_ID: u64 = 2;
    pub(super) const TRACE_STATE: u64 = 3;
    pub(super) const PARENT_SPAN_ID: u64 = 4;
    pub(in super::super) const NAME: u64 = 5;
    pub(super) const KIND: u64 = 6;
    pub(super) const START: u64 = 7;
    pub(super) const END: u64 = 8;
    pub(in super::super) const ATTRIBUTES: u64 = 9;
    pub(super) const DROPPED_ATTRIBUTES: u64 = 10;
    pub(super) const EVENTS: u64 = 11;
    pub(super) const DROPPED_EVENTS: u64 = 12;
    pub(super) const LINKS: u64 = 13;
    pub(super) const DROPPED_LINKS: u64 = 14;
    pub(super) const STATUS: u64 = 15;
    pub(super) const FLAGS: u64 = 16;
}

pub(super) use span::{ATTRIBUTES, NAME};

/// `Span.Event`.
mod event {
    pub(super) const TIME: u64 = 1;
    pub(super) const NAME: u64 = 2;
    pub(super) const ATTRIBUTES: u64 = 3;
    pub(super) const DROPPED_ATTRIBUTES: u64 = 4;
}

/// `Span.Link`.
mod link {
    pub(super) const TRACE_ID: u64 = 1;
    pub(super) const SPAN_ID: u64 = 2;
}

/// `Status`.
mod status {
    pub(super) const MESSAGE: u64 = 2;
    pub(super) const CODE: u64 = 3;
    /// `STATUS_CODE_ERROR`.
    pub(super) const ERROR: u64 = 2;
}

/// The bits of a span's flags: the lower eight are those of W3C's `traceparent`.
mod flags {
    pub(super) const SAMPLED: u32 = 1;
    pub(super) const RANDOM_TRACE_ID: u32 = 1 << 1;
    /// It is known whether the parent is of another process.
    pub(super) const HAS_IS_REMOTE: u32 = 1 << 8;
    pub(super) const IS_REMOTE: u32 = 1 << 9;
}

/// The trace state as it goes into spans: nearly always that of the span before.
#[derive(Default)]
pub(super) struct State {
    threshold: Option<u64>,
    carried: Option<Arc<str>>,
    text: String,
    encoded: Vec<u8>,
}

impl State {
    #[inline]
    fn of(&mut self, span: &Finished<'_>) -> &[u8] {
        let is_same = match (&self.carried, span.carried_state()) {
            (None, None) => true,
            (Some(old), Some(new)) => Arc::ptr_eq(old, new),
            _ => false,
        };
        if !is_same || self.threshold != Some(span.threshold_bits()) {
            self.encode(span);
        }
        &self.encoded
    }

    #[cold]
    fn encode(&mut self, span: &Finished<'_>) {
        self.threshold = Some(span.threshold_bits());
        self.carried = span.carried_state().cloned();
        self.encoded.clear();
        self.text.clear();
        span.write_trace_state(&mut self.text);
        if !self.text.is_empty() {
            put_text(&mut self.encoded, span::TRACE_STATE, &self.text.as_str());
        }
    }
}

/// Writes the spans of one batch.
pub(super) struct SpanWriter<'k> {
    pub(super) clock: WallClock,
    pub(super) keys: &'k mut Keys,
    pub(super) state: State,
    /// What a span may have at most, where that is limited.
    pub(super) limits: Option<&'k SpanLimits>,
}

impl SpanWriter<'_> {
    /// Appends a span as a nested message.
    #[inline]
    pub(super) fn put(&mut self, out: &mut Vec<u8>, field: u64, span: &Finished<'_>, site: &CallSite) {
        // A word of an attribute is about twelve bytes, with its key and all lengths.
        put_message(out, field, FIXED_SIZE + span.recorded().0.len() * 12, |out| {
            self.put_fixed(out, span);
            let said = match self.limits {
                None => self.put_attributes(out, span, site),
                Some(limits) => put_limited_attributes(out, span, site, limits),
            };
            match (span.extra.and_then(|extra| extra.name.as_deref()), said.name) {
                (Some(name), _) => put_text(out, NAME, &name),
                (None, Some(name)) => put_text(out, NAME, &name),
                (None, None) => site.name.put(out),
            }
            if span.has(Flags::FAILED) {
                put_status(out, span.extra, said.status);
            }
            if let Some(extra) = span.extra {
                put_extra(out, extra, &self.clock, self.limits.unwrap_or(&SpanLimits::default()));
            }
        });
    }

    /// Appends what every span has, and takes about as much space in all of them.
    #[inline]
    fn put_fixed(&mut self, out: &mut Vec<u8>, span: &Finished<'_>) {
        let (start, nanos) = (self.clock.unix_nanos(span.start()), span.nanos());
        let mut piece = Piece::<FIXED_PIECE>::new();
        piece.put_bytes(span::TRACE_ID, span.trace_id().to_bytes());
        piece.put_bytes(span::SPAN_ID, span.span_id().to_bytes());
        piece.put_small(span::KIND, kind_number(span.kind()));
        piece.put_fixed64(span::START, start);
        piece.put_fixed64(span::END, start.saturating_add(nanos));
        piece.put_fixed32(span::FLAGS, flag_bits(span));
        // The last one, so that the others lie where they always lie.
        if let Some(parent) = span.parent_id() {
            piece.put_bytes(span::PARENT_SPAN_ID, parent.to_bytes());
        }
        piece.append_to(out);
        out.extend_from_slice(self.state.of(span));
    }

    /// Appends the attributes, each key once, and returns what is none of them.
    #[inline]
    fn put_attributes<'a>(&mut self, out: &mut Vec<u8>, span: &Finished<'a>, site: &CallSite) -> Said<'a> {
        let is_repeated = span.has(Flags::REPEATED);
        self.keys.clear();
        let mut said = Said::default();
        for Attribute { key, value } in span.recorded() {
            let start = out.len();
            let key = match (key, value) {
                (KeyWords::Field(place), value) => put_attribute(out, ATTRIBUTES, site.field(place), value.into()),
                (KeyWords::Text(text), value) => put_attribute(out, ATTRIBUTES, &text, value.into()),
                (KeyWords::SpanName, ValueWords::Text(text)) => {
                    said.name = Some(text);
                    continue;
                }
                (KeyWords::StatusText, ValueWords::Text(text)) => {
                    said.status = Some(text);
                    continue;
                }
                _ => continue,
            };
            if is_repeated {
                self.keys.add(out, start, key);
            }
        }
        for (key, value) in span.extra.iter().flat_map(|extra| &extra.attributes) {
            let start = out.len();
            let key = put_attribute(out, ATTRIBUTES, &&**key, AnyValue::from(value));
            self.keys.add(out, start, key);
        }
        out.extend_from_slice(&site.code);
        said
    }
}

/// Appends the attributes within limits, each key once, and returns what is none of them.
#[cold]
fn put_limited_attributes<'a>(
    out: &mut Vec<u8>,
    span: &Finished<'a>,
    site: &CallSite,
    limits: &SpanLimits,
) -> Said<'a> {
    let own = span.to_record().attributes;
    let code = (!site.code.is_empty()).then(|| code_attributes(span.metadata)).into_iter().flatten();
    let code: Vec<_> = code.collect();
    let own = own.iter().map(|(key, value)| (&**key, value));
    let all = own.chain(code.iter().map(|(key, value)| (*key, value)));
    put_limited(out, Places { attributes: ATTRIBUTES, dropped: span::DROPPED_ATTRIBUTES }, all, &limits.attributes);
    let mut said = Said::default();
    for attribute in span.recorded() {
        match (attribute.key, attribute.value) {
            (KeyWords::SpanName, ValueWords::Text(text)) => said.name = Some(text),
            (KeyWords::StatusText, ValueWords::Text(text)) => said.status = Some(text),
            _ => {}
        }
    }
    said
}

/// Ids, kind, times and flags: 16 and twice 8 bytes, 1, twice 8 and 4, with their tags and lengths.
const FIXED_PIECE: usize = (2 + 16) + 2 * (2 + 8) + 2 + 2 * (1 + 8) + (2 + 4);

/// The ids, the times and what else every span has, with a short name.
const FIXED_SIZE: usize = 80;

/// What stands among the attributes and is none.
#[derive(Default)]
struct Said<'a> {
    name: Option<TextWords<'a>>,
    status: Option<TextWords<'a>>,
}

/// Where the attributes of a span lie that may have one key twice.
#[derive(Default)]
pub(super) struct Keys(Vec<Written>);

/// An attribute in the request.
struct Written {
    whole: Range<usize>,
    key: Range<usize>,
}

impl Keys {
    fn clear(&mut self) {
        self.0.clear();
    }

    /// Takes away what has the same key as the attribute that was written last, from `start` on.
    #[inline(never)]
    fn add(&mut self, out: &mut Vec<u8>, start: usize, key: Range<usize>) {
        let mut new = Written { whole: start..out.len(), key };
        let is_same = |old: &Written| out.get(old.key.clone()) == out.get(new.key.clone());
        if let Some(place) = self.0.iter().position(is_same) {
            let old = self.0.remove(place).whole;
            for later in self.0.iter_mut().skip(place).chain([&mut new]) {
                later.move_up(old.len());
            }
            out.drain(old);
        }
        self.0.push(new);
    }
}

impl Written {
    fn move_up(&mut self, by: usize) {
        for range in [&mut self.whole, &mut self.key] {
            *range = range.start - by..range.end - by;
        }
    }
}

/// Appends the status of a failed span. An unset one is what an absent field means.
#[cold]
fn put_status(out: &mut Vec<u8>, extra: Option<&Extra>, said: Option<TextWords<'_>>) {
    put_message(out, span::STATUS, 0, |out| {
        match (extra.and_then(|extra| extra.status.as_deref()), said) {
            (Some(text), _) => put_text(out, status::MESSAGE, &text),
            (None, Some(text)) => put_text(out, status::MESSAGE, &text),
            (None, None) => {}
        }
        put_varint(out, status::CODE, status::ERROR);
    });
}

/// Appends what few spans have.
#[cold]
fn put_extra(out: &mut Vec<u8>, extra: &Extra, clock: &WallClock, limits: &SpanLimits) {
    let (events, links) = (limits.events.unwrap_or(usize::MAX), limits.links.unwrap_or(usize::MAX));
    for event in extra.events.iter().take(events) {
        put_event(out, event, clock, limits);
    }
    for link in extra.links.iter().take(links) {
        put_link(out, link);
    }
    // Those that there was no room for, and those that are over a limit.
    for (field, dropped, held, most) in [
        (span::DROPPED_EVENTS, extra.dropped.events, extra.events.len(), events),
        (span::DROPPED_LINKS, extra.dropped.links, extra.links.len(), links),
    ] {
        let dropped = u64::from(dropped) + held.saturating_sub(most) as u64;
        if dropped > 0 {
            put_varint(out, field, dropped);
        }
    }
}

fn put_event(out: &mut Vec<u8>, event: &OpenEvent, clock: &WallClock, limits: &SpanLimits) {
    put_message(out, span::EVENTS, 128, |out| {
        put_fixed64(out, event::TIME, clock.unix_nanos(event.at));
        put_text(out, event::NAME, &&*event.name);
        let attributes = event.attributes.iter().map(|(key, value)| (&**key, value));
        let places = Places { attributes: event::ATTRIBUTES, dropped: event::DROPPED_ATTRIBUTES };
        put_limited(out, places, attributes, &limits.event_attributes);
    });
}

fn put_link(out: &mut Vec<u8>, link: &SpanContext) {
    let (trace, span) = (link.trace_id().to_bytes(), link.span_id().to_bytes());
    put_length(out, span::LINKS, field_size(trace.len()) + field_size(span.len()));
    put_bytes(out, link::TRACE_ID, &trace);
    put_bytes(out, link::SPAN_ID, &span);
}

fn flag_bits(span: &Finished<'_>) -> u32 {
    let bit = |of: u32, bit: u32| if span.has(of) { bit } else { 0 };
    // A trace id that is made here is random; of another, whoever made it says so or doesn't.
    let random = if span.has(Flags::NOT_RANDOM) { 0 } else { flags::RANDOM_TRACE_ID };
    random | flags::HAS_IS_REMOTE | bit(Flags::SAMPLED, flags::SAMPLED) | bit(Flags::REMOTE_PARENT, flags::IS_REMOTE)
}

/// The number of `Span.SpanKind` in `trace.proto`.
fn kind_number(kind: SpanKind) -> u64 {
    match kind {
        SpanKind::Internal => 1,
        SpanKind::Server => 2,
        SpanKind::Client => 3,
        SpanKind::Producer => 4,
        SpanKind::Consumer => 5,
    }
}
