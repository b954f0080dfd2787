//! What a finished span is: plain data that exporters and tests read.

use super::context::SpanContext;
use std::borrow::Cow;
use std::fmt;
use std::time::{Duration, SystemTime};

/// The 128-bit id that all spans of one trace share, never zero.
///
/// Shown as 32 lower-case hexadecimal digits, as [W3C Trace Context] writes it.
///
/// [W3C Trace Context]: https://www.w3.org/TR/trace-context/#trace-id
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TraceId(u128);

/// The 64-bit id of one span, never zero; 16 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SpanId(u64);

impl TraceId {
    /// A new random id.
    #[must_use]
    pub fn random() -> Self {
        Self(fastrand::u128(1..))
    }

    /// The id that is this number; zero is none.
    pub(super) fn from_number(number: u128) -> Option<Self> {
        (number != 0).then_some(Self(number))
    }

    /// The id as it goes on the wire.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }
}

impl SpanId {
    /// A new random id.
    #[must_use]
    pub fn random() -> Self {
        Self(fastrand::u64(1..))
    }

    /// The id that is this number; zero is none.
    pub(super) fn from_number(number: u64) -> Option<Self> {
        (number != 0).then_some(Self(number))
    }

    /// The id as it goes on the wire.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 8] {
        self.0.to_be_bytes()
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Display for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

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
    /// The spans that it is linked to, in the order in which they were named.
    pub links: Vec<SpanContext>,
}

impl SpanRecord {
    /// The attribute under this key.
    #[must_use]
    pub fn attribute(&self, key: &str) -> Option<&AttributeValue> {
        self.attributes.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }
}
