//! What a finished span is: plain data that exporters and tests read.

use super::context::SpanContext;
use super::id::{SpanId, TraceId};
use std::borrow::Cow;
use std::fmt;
use std::time::{Duration, SystemTime};

/// The side of a call that a span stands for, as OpenTelemetry defines it.
///
/// Source: OpenTelemetry specification, trace API, `SpanKind`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SpanKind {
    /// Work inside the program: the default.
    #[default]
    Internal,
    /// A request that the program answers.
    Server,
    /// A request that the program makes.
    Client,
    /// A message that the program sends, without waiting for its handling.
    Producer,
    /// A message that the program handles.
    Consumer,
}

impl SpanKind {
    /// The lower-case name, which is also the option's value in `#[traced(kind = …)]`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Server => "server",
            Self::Client => "client",
            Self::Producer => "producer",
            Self::Consumer => "consumer",
        }
    }

    pub(crate) const fn number(self) -> u32 {
        self as u32
    }

    pub(crate) fn from_number(number: u32) -> Self {
        let all = [Self::Internal, Self::Server, Self::Client, Self::Producer, Self::Consumer];
        all.get(number as usize).copied().unwrap_or_default()
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Internal, Self::Server, Self::Client, Self::Producer, Self::Consumer]
            .into_iter()
            .find(|kind| kind.name().eq_ignore_ascii_case(name))
    }
}

/// How a span ended, as OpenTelemetry's status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// Nothing was said, which readers take as success.
    #[default]
    Unset,
    /// The operation failed; the text has been through the scrubber.
    Error(Cow<'static, str>),
}

/// A span attribute's value.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum AttributeValue {
    /// `true` or `false`.
    Bool(bool),
    /// A signed integer.
    I64(i64),
    /// An unsigned integer; above `i64::MAX` OTLP carries it as text.
    U64(u64),
    /// A floating-point number.
    F64(f64),
    /// Text, already redacted.
    Text(Cow<'static, str>),
}

impl fmt::Display for AttributeValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => value.fmt(f),
            Self::I64(value) => value.fmt(f),
            Self::U64(value) => value.fmt(f),
            Self::F64(value) => value.fmt(f),
            Self::Text(value) => value.fmt(f),
        }
    }
}

/// An attribute's key: static for declared fields, owned for a structure's dotted keys.
pub type Key = Cow<'static, str>;

/// A finished span. Everything in it has been through redaction.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SpanRecord {
    /// The trace that the span belongs to.
    pub trace_id: TraceId,
    /// The span's own id.
    pub span_id: SpanId,
    /// The span that it ran inside of; `None` for a root.
    pub parent_id: Option<SpanId>,
    /// The span's name, such as `answer` or `POST /ask`.
    pub name: Cow<'static, str>,
    /// The side of a call that it stands for.
    pub kind: SpanKind,
    /// The module or library that made it, which OTLP calls the scope.
    pub target: &'static str,
    /// When it began.
    pub start: SystemTime,
    /// How long it took.
    pub duration: Duration,
    /// How it ended.
    pub status: Status,
    /// Its attributes, in the order recorded; a key occurs once.
    pub attributes: Vec<(Key, AttributeValue)>,
    /// What happened inside of it, in the order in which it did.
    pub events: Vec<SpanEvent>,
    /// Spans of this or of other traces that it has to do with.
    pub links: Vec<SpanContext>,
    /// Events and links that were over the limit of [`MAX_EVENTS`] and [`MAX_LINKS`].
    pub dropped: Dropped,
    /// Whether its parent is in another process.
    pub has_remote_parent: bool,
    /// The W3C `tracestate` of its trace, such as `ot=th:c` where one span in four is kept; empty
    /// where there is nothing to say.
    pub trace_state: Cow<'static, str>,
}

/// The most events of one span; what comes on top is counted. The default of OpenTelemetry's
/// `OTEL_SPAN_EVENT_COUNT_LIMIT`.
pub const MAX_EVENTS: usize = 128;

/// The most links of one span; the default of `OTEL_SPAN_LINK_COUNT_LIMIT`.
pub const MAX_LINKS: usize = 128;

/// What a span has no room for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dropped {
    /// Events over [`MAX_EVENTS`].
    pub events: u32,
    /// Links over [`MAX_LINKS`].
    pub links: u32,
}

/// Something that happened at one moment of a span. Everything in it has been through redaction.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SpanEvent {
    /// What happened, such as `exception`; of a log line its text.
    pub name: Cow<'static, str>,
    /// When.
    pub time: SystemTime,
    /// More about it.
    pub attributes: Vec<(Key, AttributeValue)>,
}

impl SpanRecord {
    /// The attribute under this key.
    #[must_use]
    pub fn attribute(&self, key: &str) -> Option<&AttributeValue> {
        self.attributes.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }
}
