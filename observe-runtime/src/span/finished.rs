//! A finished span: what can be read out of its words.

use super::data::{AttributeValue, Key, SpanEvent, SpanKind, SpanRecord, Status};
use super::id::{SpanId, TraceId};
use super::layout;
use super::open::extra::OpenEvent;
use super::open::slot::{Extra, Flags};
use super::open::words::{Attribute, Attributes, KeyWords};
use crate::clock::Ticks;
use crate::sampling::{Threshold, TraceState};
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;
use tracing::Metadata;

/// A finished span, where it lies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Finished<'a> {
    pub(crate) metadata: &'static Metadata<'static>,
    words: &'a [u64],
    pub(crate) extra: Option<&'a Extra>,
}

impl<'a> Finished<'a> {
    /// `None` where the words are not those of a span.
    pub(crate) fn new(
        metadata: &'static Metadata<'static>,
        words: &'a [u64],
        extra: Option<&'a Extra>,
    ) -> Option<Self> {
        (words.len() >= layout::HEAD).then_some(Self { metadata, words, extra })
    }

    #[cfg(feature = "dev-page")]
    pub(super) fn words(&self) -> &'a [u64] {
        self.words
    }

    /// How many words it has.
    pub(super) fn length(&self) -> usize {
        self.words.len()
    }

    pub(crate) fn flags(&self) -> u32 {
        (self.words[layout::LENGTH] >> 32) as u32
    }

    pub(crate) fn has(&self, flag: u32) -> bool {
        self.flags() & flag != 0
    }

    pub(crate) fn trace_id(&self) -> TraceId {
        TraceId(u128::from(self.words[layout::TRACE]) << 64 | u128::from(self.words[layout::TRACE + 1]))
    }

    pub(crate) fn span_id(&self) -> SpanId {
        SpanId(self.words[layout::SPAN])
    }

    pub(crate) fn parent_id(&self) -> Option<SpanId> {
        Some(self.words[layout::PARENT]).filter(|id| *id != 0).map(SpanId)
    }

    pub(crate) fn start(&self) -> Ticks {
        Ticks::from_raw(self.words[layout::START])
    }

    /// How long it took, in nanoseconds.
    pub(crate) fn nanos(&self) -> u64 {
        Ticks::from_raw(self.words[layout::END]).nanos_since(self.start())
    }

    #[cfg(feature = "otlp")]
    pub(crate) fn threshold_bits(&self) -> u64 {
        self.words[layout::THRESHOLD]
    }

    fn threshold(&self) -> Option<Threshold> {
        Threshold::from_bits(self.words[layout::THRESHOLD])
    }

    /// About how much memory it takes.
    pub(crate) fn bytes(&self) -> usize {
        size_of_val(self.words) + self.extra.map_or(0, Extra::bytes)
    }

    /// A copy of it.
    #[cfg(feature = "dev-page")]
    pub(crate) fn to_owned(self) -> super::Owned {
        super::Owned::new(self.metadata, self.words.into(), self.extra.cloned().map(Box::new))
    }

    /// The part of it that lies elsewhere.
    #[cfg(feature = "dev-page")]
    pub(crate) fn extra_bytes(&self) -> usize {
        self.extra.map_or(0, Extra::bytes)
    }

    pub(crate) fn local_root(&self) -> u64 {
        self.words[layout::LOCAL_ROOT]
    }

    /// What its trace carries on in its `tracestate`, beside what is said about sampling.
    pub(crate) fn carried_state(&self) -> Option<&'a Arc<str>> {
        self.extra?.carried.trace_state.as_ref()
    }

    /// Appends the W3C `tracestate` of its trace; nothing where there is nothing to say.
    pub(crate) fn write_trace_state(&self, out: &mut String) {
        let threshold = self.threshold().filter(|threshold| *threshold != Threshold::NEVER);
        TraceState::read(self.carried_state().map_or("", |text| text)).write(threshold, out);
    }

    pub(crate) fn kind(&self) -> SpanKind {
        SpanKind::from_number(self.flags() >> Flags::KIND_SHIFT & 7)
    }

    /// All that was recorded, in order; a key may be there more than once, and then the last counts.
    pub(crate) fn recorded(&self) -> Attributes<'a> {
        Attributes(&self.words[layout::HEAD..])
    }

    /// The name of one of the call site's fields.
    pub(crate) fn field_name(&self, place: usize) -> &'static str {
        self.metadata.fields().iter().nth(place).map_or("", |field| field.name())
    }

    /// The span as plain data.
    pub(crate) fn to_record(self) -> SpanRecord {
        let mut record = SpanRecord {
            trace_id: self.trace_id(),
            span_id: self.span_id(),
            parent_id: self.parent_id(),
            name: Cow::Borrowed(self.metadata.name()),
            kind: self.kind(),
            target: self.metadata.target(),
            start: self.start().wall_time(),
            duration: Duration::from_nanos(self.nanos()),
            status: if self.has(Flags::FAILED) { Status::Error(Cow::Borrowed("")) } else { Status::Unset },
            attributes: Vec::new(),
            events: Vec::new(),
            links: Vec::new(),
            dropped: super::data::Dropped::default(),
            has_remote_parent: self.has(Flags::REMOTE_PARENT),
            trace_state: Cow::Borrowed(""),
        };
        self.write_trace_state(record.trace_state.to_mut());
        for Attribute { key, value } in self.recorded() {
            let key = match (key, value.into_value()) {
                (KeyWords::Field(place), value) => (Cow::Borrowed(self.field_name(place)), value),
                (KeyWords::Text(text), value) => (Cow::Owned(text.into_string()), value),
                (KeyWords::SpanName, AttributeValue::Text(text)) => {
                    record.name = text;
                    continue;
                }
                (KeyWords::StatusText, AttributeValue::Text(text)) => {
                    if self.has(Flags::FAILED) {
                        record.status = Status::Error(text);
                    }
                    continue;
                }
                _ => continue,
            };
            set(&mut record.attributes, key.0, key.1);
        }
        if let Some(extra) = self.extra {
            for (key, value) in &extra.attributes {
                set(&mut record.attributes, key.clone(), value.clone());
            }
            if let Some(name) = &extra.name {
                record.name.clone_from(name);
            }
            if let (Some(text), Status::Error(old)) = (&extra.status, &mut record.status) {
                old.clone_from(text);
            }
            record.events = extra.events.iter().map(to_event).collect();
            record.links.clone_from(&extra.links);
            record.dropped = extra.dropped;
        }
        record
    }
}

fn to_event(event: &OpenEvent) -> SpanEvent {
    let OpenEvent { name, at, attributes } = event;
    SpanEvent { name: name.clone(), time: at.wall_time(), attributes: attributes.clone() }
}

/// Sets an attribute; a later value takes the place of an earlier one.
fn set(attributes: &mut Vec<(Key, AttributeValue)>, key: Key, value: AttributeValue) {
    match attributes.iter_mut().find(|(name, _)| *name == key) {
        Some((_, old)) => *old = value,
        None => attributes.push((key, value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::propagation::Carried;
    use crate::span::layout::UNKNOWN;

    static SITE: crate::span::Site = crate::span::Site::usual("work", ("m", "f", 1), crate::span::OWN_FIELDS, &SITE);

    /// The trace state of a span with this threshold.
    fn shown(threshold: u64, carried: Option<&str>) -> String {
        let mut words = [0; layout::HEAD];
        words[layout::THRESHOLD] = threshold;
        let carried = Carried { trace_state: carried.map(Into::into), ..Carried::default() };
        let extra = Extra { carried, ..Extra::default() };
        let mut text = String::new();
        Finished::new(SITE.metadata(), &words, Some(&extra)).unwrap().write_trace_state(&mut text);
        text
    }

    #[test]
    fn a_threshold_is_shown_without_trailing_zeros() {
        assert_eq!(shown(0, None), "ot=th:0");
        assert_eq!(shown(0xc0_0000_0000_0000, None), "ot=th:c");
        assert_eq!(shown(0xfd_70a3_d70a_3d71, None), "ot=th:fd70a3d70a3d71");
        assert_eq!(shown(0x00_0100_0000_0000, None), "ot=th:0001");
        assert_eq!(shown((1 << 56) - 1, None), "ot=th:ffffffffffffff");
    }

    #[test]
    fn what_is_no_threshold_is_not_shown() {
        assert_eq!(shown(UNKNOWN, None), "");
        assert_eq!(shown(1 << 56, None), "");
    }

    #[test]
    fn what_the_trace_carries_stands_behind_the_threshold() {
        assert_eq!(shown(0, Some("a=1,ot=th:8;rv:f0000000000000,b=2")), "ot=th:0;rv:f0000000000000,a=1,b=2");
        assert_eq!(shown(UNKNOWN, Some("a=1,ot=th:8,b=2")), "a=1,b=2");
    }
}
