//! A finished span as words, and what can be read out of it.
//!
//! Eight words, then the attributes:
//!
//! ```text
//! 0   how many words there are; the flags above bit 32
//! 1   the trace id's upper half
//! 2   its lower half
//! 3   the span id
//! 4   the parent's, or 0
//! 5   when it began, in ticks
//! 6   when it ended
//! 7   the trace's sampling threshold
//! ```

use super::data::{AttributeValue, Key, SpanKind, SpanRecord, Status};
use super::id::{SpanId, TraceId};
use super::open::slot::{ATTRIBUTE_WORDS, Extra, Flags, Slot};
use super::open::words::{Attribute, Attributes, KeyWords};
use crate::clock::Ticks;
use std::borrow::Cow;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;
use tracing::Metadata;

pub(crate) const HEAD: usize = 8;

/// The most words of one span.
pub(crate) const MAX_WORDS: usize = HEAD + ATTRIBUTE_WORDS;

/// The span of a slot, ended at `end`: its words, one after the other.
#[inline]
pub(crate) fn words(slot: &Slot, end: Ticks) -> (usize, impl Iterator<Item = u64> + Clone) {
    let used = slot.used.load(Relaxed) as usize;
    let attributes = slot.attributes.get(..used).unwrap_or(&slot.attributes);
    let length = HEAD + attributes.len();
    let head = [
        length as u64 | u64::from(slot.flags.get()) << 32,
        slot.trace[0].load(Relaxed),
        slot.trace[1].load(Relaxed),
        slot.span.load(Relaxed),
        slot.parent.load(Relaxed),
        slot.start.load(Relaxed),
        end.raw(),
        slot.threshold.load(Relaxed),
    ];
    (length, head.into_iter().chain(attributes.iter().map(|word| word.load(Relaxed))))
}

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
        (words.len() >= HEAD).then_some(Self { metadata, words, extra })
    }

    pub(crate) fn flags(&self) -> u32 {
        (self.words[0] >> 32) as u32
    }

    pub(crate) fn has(&self, flag: u32) -> bool {
        self.flags() & flag != 0
    }

    pub(crate) fn trace_id(&self) -> TraceId {
        TraceId(u128::from(self.words[1]) << 64 | u128::from(self.words[2]))
    }

    pub(crate) fn span_id(&self) -> SpanId {
        SpanId(self.words[3])
    }

    pub(crate) fn parent_id(&self) -> Option<SpanId> {
        Some(self.words[4]).filter(|id| *id != 0).map(SpanId)
    }

    pub(crate) fn start(&self) -> Ticks {
        Ticks::from_raw(self.words[5])
    }

    /// How long it took, in nanoseconds.
    pub(crate) fn nanos(&self) -> u64 {
        Ticks::from_raw(self.words[6]).nanos_since(self.start())
    }

    pub(crate) fn threshold(&self) -> u64 {
        self.words[7]
    }

    /// The W3C `tracestate` of its trace, written into `text`; empty where there is nothing to say.
    pub(crate) fn trace_state<'t>(&self, text: &'t mut [u8; TRACE_STATE]) -> &'t str {
        trace_state(self.threshold(), text)
    }

    pub(crate) fn kind(&self) -> SpanKind {
        SpanKind::from_number(self.flags() >> Flags::KIND_SHIFT & 7)
    }

    /// All that was recorded, in order; a key may be there more than once, and then the last counts.
    pub(crate) fn recorded(&self) -> Attributes<'a> {
        Attributes(&self.words[HEAD..])
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
            record.events.clone_from(&extra.events);
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
    use crate::span::open::slot::UNKNOWN;

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
