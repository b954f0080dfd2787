//! A finished span: what can be read out of its words.

use super::data::{AttributeValue, Key, SpanEvent, SpanKind, SpanRecord, Status};
use super::id::{SpanId, TraceId};
use super::layout;
use super::open::extra::OpenEvent;
use super::open::slot::{Extra, Flags};
use super::open::words::{Attribute, Attributes, KeyWords};
use crate::clock::Ticks;
use crate::sampling::Threshold;
use std::borrow::Cow;
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

    pub(crate) fn local_root(&self) -> u64 {
        self.words[layout::LOCAL_ROOT]
    }

    /// The W3C `tracestate` of its trace, written into `text`; empty where there is nothing to say.
    pub(crate) fn trace_state<'t>(&self, text: &'t mut [u8; TRACE_STATE]) -> &'t str {
        self.threshold().map_or("", |threshold| trace_state(threshold.to_bits(), text))
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
            trace_state: Cow::Owned(self.trace_state(&mut [0; _]).to_owned()),
        };
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

/// The longest `tracestate` that is written here.
const TRACE_STATE: usize = THRESHOLD_KEY.len() + THRESHOLD_DIGITS;
const THRESHOLD_KEY: &[u8] = b"ot=th:";
/// A threshold has 56 bits.
const THRESHOLD_DIGITS: usize = 14;

/// What the `tracestate` says about the sampling of a trace: the threshold that its randomness has
/// reached, without trailing zeros; nothing where nobody knows it.
///
/// Source: OpenTelemetry specification, "`TraceState`: Probability Sampling".
fn trace_state(threshold: u64, text: &mut [u8; TRACE_STATE]) -> &str {
    if threshold >> (4 * THRESHOLD_DIGITS) != 0 {
        return "";
    }
    let zeros = (threshold.trailing_zeros() as usize / 4).min(THRESHOLD_DIGITS - 1);
    let (key, digits) = text.split_at_mut(THRESHOLD_KEY.len());
    key.copy_from_slice(THRESHOLD_KEY);
    for (place, digit) in digits.iter_mut().take(THRESHOLD_DIGITS - zeros).enumerate() {
        *digit = b"0123456789abcdef"[(threshold >> (4 * (THRESHOLD_DIGITS - 1 - place)) & 15) as usize];
    }
    str::from_utf8(&text[..TRACE_STATE - zeros]).unwrap_or_default()
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
    use super::trace_state;
    use crate::span::layout::UNKNOWN;

    #[test]
    fn a_threshold_is_shown_without_trailing_zeros() {
        let shown = |threshold| trace_state(threshold, &mut [0; _]).to_owned();
        assert_eq!(shown(0), "ot=th:0");
        assert_eq!(shown(0xc0_0000_0000_0000), "ot=th:c");
        assert_eq!(shown(0xfd_70a3_d70a_3d71), "ot=th:fd70a3d70a3d71");
        assert_eq!(shown(0x00_0100_0000_0000), "ot=th:0001");
        assert_eq!(shown((1 << 56) - 1), "ot=th:ffffffffffffff");
    }

    #[test]
    fn what_is_no_threshold_is_not_shown() {
        assert_eq!(trace_state(UNKNOWN, &mut [0; _]), "");
        assert_eq!(trace_state(1 << 56, &mut [0; _]), "");
    }
}
