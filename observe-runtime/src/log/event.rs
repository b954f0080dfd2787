//! An event, redacted and owned: what a line and an exported record are made of.

use super::own::{self, is_own};
use crate::fields::RedactedFields;
use crate::redact::scrub::scrub;
#[cfg(feature = "log")]
use crate::redact::scrub_display;
use crate::span::{AttributeValue, SpanId, TraceId};
use std::borrow::Cow;
use std::time::SystemTime;
use tracing::{Event, Level};

/// One log event. Everything in it has been through redaction: it is made of an event or of a record by
/// the functions here, and nowhere else.
#[derive(Clone, Debug)]
pub(crate) struct LogEvent {
    pub(crate) time: SystemTime,
    pub(crate) level: Level,
    pub(crate) target: Cow<'static, str>,
    pub(crate) message: String,
    pub(crate) fields: Vec<(&'static str, AttributeValue)>,
    /// Where its code is.
    #[cfg_attr(
        not(any(feature = "dev-page", feature = "otlp")),
        expect(dead_code, reason = "only OTLP and the page say it")
    )]
    pub(crate) file: Option<&'static str>,
    #[cfg_attr(
        not(any(feature = "dev-page", feature = "otlp")),
        expect(dead_code, reason = "only OTLP and the page say it")
    )]
    pub(crate) line: Option<u32>,
    /// The trace and the span that it happened in.
    pub(crate) ids: Option<(TraceId, SpanId)>,
    /// Whether that span is kept.
    pub(crate) is_sampled: bool,
    /// Whether its span shows it too, where it takes events.
    pub(crate) is_on_span: bool,
    /// Whether the trace's id is said to be random.
    pub(crate) is_random: bool,
    pub(crate) request_id: Option<String>,
    /// The pseudonym of who the request is for.
    pub(crate) user: Option<String>,
    /// The masked address that the request came from.
    pub(crate) client: Option<String>,
}

impl LogEvent {
    /// An event without anything in it, which happens now.
    fn at(level: Level) -> Self {
        Self {
            time: SystemTime::now(),
            level,
            target: Cow::Borrowed(""),
            message: String::new(),
            fields: Vec::new(),
            file: None,
            line: None,
            ids: None,
            is_sampled: false,
            is_on_span: true,
            is_random: false,
            request_id: None,
            user: None,
            client: None,
        }
    }

    /// What this library says by itself, where an event of `tracing` could be filtered, or come back to where it
    /// began.
    pub(crate) fn own(level: Level, message: &str, fields: Vec<(&'static str, AttributeValue)>) -> Self {
        let scrubbed = |value| match value {
            AttributeValue::Text(text) => AttributeValue::Text(Cow::Owned(scrub(&text).into_owned())),
            other => other,
        };
        let fields = fields.into_iter().map(|(name, value)| (name, scrubbed(value))).collect();
        Self { target: Cow::Borrowed("observe"), message: scrub(message).into_owned(), fields, ..Self::at(level) }
    }

    pub(crate) fn new(event: &Event<'_>) -> Self {
        let metadata = event.metadata();
        let is_own = is_own(metadata);
        let mut fields = if is_own { own::fields(event) } else { redacted(event) };
        let message = fields.iter().position(|(name, _)| *name == "message").map(|at| fields.remove(at));
        let new = Self {
            target: Cow::Borrowed(metadata.target()),
            message: message.map_or_else(String::new, |(_, text)| into_text(text)),
            fields,
            file: metadata.file(),
            line: metadata.line(),
            // The span of a request says it all without.
            is_on_span: !is_own,
            ..Self::at(*metadata.level())
        };
        match metadata.target() {
            "log" => new.unwrapped(),
            "sqlx::query" => new.without_statement(),
            _ => new,
        }
    }

    /// What sqlx says of a query: all but the statement, in which there may be any data of the program's.
    fn without_statement(mut self) -> Self {
        self.fields.retain(|(name, _)| !matches!(*name, "summary" | "db.statement"));
        self
    }

    /// A record of the crate `log`.
    #[cfg(feature = "log")]
    pub(crate) fn of_record(record: &::log::Record<'_>) -> Self {
        let target = match record.module_path_static() {
            Some(module) if module == record.target() => Cow::Borrowed(module),
            // It may be made while the program runs, and of anything.
            _ => Cow::Owned(scrub_display(record.target())),
        };
        Self {
            target,
            message: scrub_display(record.args()),
            file: record.file_static(),
            line: record.line(),
            ..Self::at(super::bridge::level(record.level()))
        }
    }

    /// A record of the crate `log` that came through the bridge of `tracing-log`, as it does to those who
    /// compose a subscriber: what belongs to every event is in fields there.
    fn unwrapped(mut self) -> Self {
        let place = self.fields.iter().position(|(name, _)| *name == "log.target");
        if let Some((_, target)) = place.map(|place| self.fields.remove(place)) {
            self.target = Cow::Owned(into_text(target));
            self.fields.retain(|(name, _)| !matches!(*name, "log.module_path" | "log.file" | "log.line"));
        }
        self
    }

    /// The memory that it takes: what its lists and texts have reserved, and itself.
    pub(crate) fn bytes(&self) -> usize {
        let owned = |text: &Cow<'static, str>| if let Cow::Owned(text) = text { text.capacity() } else { 0 };
        let texts =
            self.fields.iter().map(|(_, value)| if let AttributeValue::Text(text) = value { owned(text) } else { 0 });
        size_of::<Self>()
            + self.message.capacity()
            + owned(&self.target)
            + [&self.request_id, &self.user, &self.client].into_iter().flatten().map(String::capacity).sum::<usize>()
            + self.fields.capacity() * size_of::<(&str, AttributeValue)>()
            + texts.sum::<usize>()
    }

    /// One for tests, which stands for what redaction has let through.
    #[cfg(test)]
    pub(crate) fn of(level: Level, target: impl Into<Cow<'static, str>>, message: &str) -> Self {
        let (time, message) = (SystemTime::UNIX_EPOCH, message.to_owned());
        Self { time, target: target.into(), message, ..Self::at(level) }
    }
}

fn redacted(event: &Event<'_>) -> Vec<(&'static str, AttributeValue)> {
    let mut redacted = RedactedFields::with_capacity(event.metadata().fields().len());
    event.record(&mut redacted);
    redacted.into_inner()
}

fn into_text(value: AttributeValue) -> String {
    match value {
        AttributeValue::Text(text) => text.into_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_counted_by_what_is_reserved() {
        let empty = LogEvent::of(Level::INFO, "app", "");
        assert_eq!(empty.bytes(), size_of::<LogEvent>());
        let mut message = String::with_capacity(100);
        message.push('x');
        let mut fields = Vec::with_capacity(3);
        fields.push(("a", AttributeValue::Text(Cow::Owned("1234567".to_owned()))));
        fields.push(("b", AttributeValue::Text(Cow::Borrowed("costs nothing"))));
        let full = LogEvent {
            message,
            target: Cow::Owned("made".to_owned()),
            request_id: Some("r-1".to_owned()),
            fields,
            ..empty
        };
        let lists = 3 * size_of::<(&str, AttributeValue)>();
        assert_eq!(full.bytes(), size_of::<LogEvent>() + 100 + 4 + 3 + lists + 7);
    }
}
