//! Limits of what is exported of a span or a log record (OpenTelemetry specification, "Attribute Limits" and
//! "Span Limits"). What is recorded has limits of its own.

use super::reader::Reader;
use crate::span::{AttributeValue, MAX_EVENTS, MAX_LINKS, SpanRecord};
use std::borrow::Cow;

/// How many attributes there may be at most, and how long their texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct AttributeLimits {
    pub(crate) count: Option<usize>,
    /// In characters.
    pub(crate) length: Option<usize>,
}

/// The limits of a span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SpanLimits {
    pub(crate) attributes: AttributeLimits,
    /// Of the attributes of each event.
    pub(crate) event_attributes: AttributeLimits,
    pub(crate) events: Option<usize>,
    pub(crate) links: Option<usize>,
}

impl AttributeLimits {
    /// Reads the limits of spans or of log records: variables of their own, or the general ones.
    pub(super) fn read(reader: &mut Reader<'_>, own: &str) -> Self {
        let mut limit = |setting: &str| {
            let general = reader.limit(&format!("OTEL_ATTRIBUTE_{setting}"));
            reader.limit(&format!("OTEL_{own}_ATTRIBUTE_{setting}")).or(general)
        };
        Self { count: limit("COUNT_LIMIT"), length: limit("VALUE_LENGTH_LIMIT") }
    }

    /// So much of a text as is shown.
    pub(crate) fn cut<'a>(&self, text: &'a str) -> &'a str {
        let end = self.length.and_then(|length| text.char_indices().nth(length)).map(|(end, _)| end);
        end.map_or(text, |end| &text[..end])
    }

    /// Takes away what is over the limits; returns how many attributes that were.
    fn apply<K>(&self, attributes: &mut Vec<(K, AttributeValue)>) -> usize {
        let dropped = attributes.len().saturating_sub(self.count.unwrap_or(usize::MAX));
        attributes.truncate(attributes.len() - dropped);
        for (_, value) in attributes {
            if let AttributeValue::Text(text) = value
                && self.cut(text).len() < text.len()
            {
                *text = Cow::Owned(self.cut(text).to_owned());
            }
        }
        dropped
    }
}

impl SpanLimits {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let attributes = AttributeLimits::read(reader, "SPAN");
        let general = reader.limit("OTEL_ATTRIBUTE_COUNT_LIMIT");
        let of_event = reader.limit("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT").or(general);
        Self {
            attributes,
            event_attributes: AttributeLimits { count: of_event, ..attributes },
            events: held(reader, "OTEL_SPAN_EVENT_COUNT_LIMIT", MAX_EVENTS),
            links: held(reader, "OTEL_SPAN_LINK_COUNT_LIMIT", MAX_LINKS),
        }
    }

    /// The limits, if there are any.
    #[cfg(any(test, feature = "otlp"))]
    pub(crate) fn if_any(self) -> Option<Self> {
        (self != Self::default()).then_some(self)
    }

    /// Takes away what is over the limits; returns how many attributes of the span that were.
    pub(crate) fn apply(&self, span: &mut SpanRecord) -> usize {
        span.events.truncate(self.events.unwrap_or(MAX_EVENTS));
        span.links.truncate(self.links.unwrap_or(MAX_LINKS));
        for event in &mut span.events {
            self.event_attributes.apply(&mut event.attributes);
        }
        self.attributes.apply(&mut span.attributes)
    }
}

/// A limit of what has one anyway.
fn held(reader: &mut Reader<'_>, name: &str, most: usize) -> Option<usize> {
    let limit = reader.limit(name)?;
    if limit > most {
        reader.warn(format!("{name}=`{limit}` is more than a span holds; using {most}"));
    }
    Some(limit).filter(|limit| *limit < most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> (SpanLimits, AttributeLimits, Vec<String>) {
        let variables = variables.iter().collect();
        let mut reader = Reader::new(&variables);
        let (spans, logs) = (SpanLimits::read(&mut reader), AttributeLimits::read(&mut reader, "LOGRECORD"));
        (spans, logs, reader.into_warnings())
    }

    #[test]
    fn nothing_is_limited_unless_it_is_asked_for() {
        let (spans, logs, warnings) = read(&[]);
        assert_eq!((spans.if_any(), logs, warnings), (None, AttributeLimits::default(), Vec::new()));
    }

    #[test]
    fn a_limit_of_its_own_goes_before_the_general_one() {
        let (spans, logs, _) = read(&[
            ("OTEL_ATTRIBUTE_COUNT_LIMIT", "10"),
            ("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "20"),
            ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "0"),
            ("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "21"),
            ("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", "3"),
            ("OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", "12"),
            ("OTEL_SPAN_EVENT_COUNT_LIMIT", "5"),
            ("OTEL_SPAN_LINK_COUNT_LIMIT", "6"),
        ]);
        let limits = |count, length| AttributeLimits { count: Some(count), length: Some(length) };
        assert_eq!((spans.attributes, spans.event_attributes, logs), (limits(0, 21), limits(3, 21), limits(12, 20)));
        assert_eq!((spans.events, spans.links), (Some(5), Some(6)));
    }

    #[test]
    fn more_than_a_span_holds_is_said() {
        let (spans, _, warnings) =
            read(&[("OTEL_SPAN_EVENT_COUNT_LIMIT", "129"), ("OTEL_SPAN_LINK_COUNT_LIMIT", "128")]);
        assert_eq!(spans.if_any(), None);
        assert_eq!(warnings, ["OTEL_SPAN_EVENT_COUNT_LIMIT=`129` is more than a span holds; using 128"]);
    }

    #[test]
    fn a_limit_that_is_none_is_refused() {
        let (spans, logs, warnings) = read(&[("OTEL_ATTRIBUTE_COUNT_LIMIT", "-1")]);
        assert_eq!((spans.if_any(), logs), (None, AttributeLimits::default()));
        assert_eq!(
            warnings,
            ["OTEL_ATTRIBUTE_COUNT_LIMIT=`-1` is not understood; accepted: a whole number; using no limit"]
        );
    }

    #[test]
    fn texts_are_cut_between_characters() {
        let limits = |length| AttributeLimits { count: None, length };
        assert_eq!(limits(Some(2)).cut("äöü"), "äö");
        assert_eq!(limits(Some(3)).cut("äöü"), "äöü");
        assert_eq!(limits(Some(0)).cut("äöü"), "");
        assert_eq!(limits(None).cut("äöü"), "äöü");
    }
}
