//! Where a span stands in its trace, as one process tells another.

use super::id::{SpanId, TraceId};
use super::open_span::OpenSpan;
use super::subscriber::open_span;
use crate::sampling::{ParentDecision, Randomness, Threshold, TraceState};
use std::fmt;
use tracing::Span;

/// Which trace a span belongs to, and which of its spans it is: what another process needs to go on with
/// the trace.
///
/// Read from the `traceparent` header of a request, it is the parent of what the request causes; taken
/// from a span of this process, it is what such a header says, or what another span is linked to.
///
/// ```
/// use observe::{SpanContext, testing, traced};
///
/// #[traced(kind = server, parent = caller)]
/// fn answer(caller: Option<SpanContext>) {}
///
/// let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
/// let caller = SpanContext::from_traceparent(header);
/// let capture = testing::capture();
/// answer(caller);
/// let span = capture.span("answer");
/// assert_eq!(span.trace_id.to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
/// assert_eq!(span.parent_id, caller.map(|caller| caller.span_id()));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SpanContext {
    trace_id: TraceId,
    span_id: SpanId,
    /// As the header has them: those of `KNOWN_FLAGS`, and no others.
    flags: u8,
    is_remote: bool,
    /// Out of `tracestate`, where that says how the trace was sampled.
    threshold: Option<Threshold>,
    randomness: Option<Randomness>,
}

const SAMPLED: u8 = 0b01;
/// The trace's id is random in its last 7 bytes, so that samplers may decide by it (level 2 of W3C Trace Context).
const RANDOM: u8 = 0b10;
/// A flag of a later version means nothing that we know, and is not passed on.
const KNOWN_FLAGS: u8 = SAMPLED | RANDOM;

/// The length of what version 00 of the header has, in bytes.
const LENGTH: usize = 55;

impl SpanContext {
    /// The context of a span of this process.
    pub(crate) fn local(trace_id: TraceId, span_id: SpanId, sampled: bool, threshold: Option<Threshold>) -> Self {
        let sampled = if sampled { SAMPLED } else { 0 };
        Self { trace_id, span_id, flags: RANDOM | sampled, is_remote: false, threshold, randomness: None }
    }

    /// The context of this span; `None` where nobody records it.
    ///
    /// ```
    /// use observe::{SpanContext, testing, traced};
    ///
    /// #[traced]
    /// fn asks() -> Option<String> {
    ///     let context = SpanContext::of(&tracing::Span::current())?;
    ///     Some(context.to_traceparent())
    /// }
    ///
    /// assert_eq!(asks(), None);
    /// let capture = testing::capture();
    /// let header = asks().unwrap();
    /// assert!(header.contains(&capture.span("asks").span_id.to_string()));
    /// ```
    #[must_use]
    pub fn of(span: &Span) -> Option<Self> {
        span.with_subscriber(|(id, dispatch)| open_span(dispatch, id)).flatten().map(OpenSpan::context)
    }

    /// The same of a trace that is not begun here: whether its id is said to be random, and its tracestate.
    pub(super) fn of_trace(self, is_random: bool, trace_state: &str) -> Self {
        let flags = if is_random { self.flags } else { self.flags & !RANDOM };
        Self { flags, randomness: TraceState::read(trace_state).randomness, ..self }
    }

    /// Reads a `traceparent` header; `None` where it is not one, or where both ids or one are zero.
    ///
    /// Strict, as [W3C Trace Context] asks: lower-case digits, no spaces, nothing behind version 00. A
    /// later version is read as far as it is known. Of a request, [`extract`](crate::extract) reads all.
    ///
    /// [W3C Trace Context]: https://www.w3.org/TR/trace-context-2/#traceparent-header
    #[must_use]
    pub fn from_traceparent(header: &str) -> Option<Self> {
        let (known, rest) = header.as_bytes().split_at_checked(LENGTH)?;
        let version = hex(&known[..2])?;
        let is_later = version > 0 && version != 0xff;
        let ends = rest.is_empty() || (is_later && rest.starts_with(b"-"));
        let separated = [2, 35, 52].into_iter().all(|at| known[at] == b'-');
        if (version != 0 && !is_later) || !ends || !separated {
            return None;
        }
        Some(Self {
            trace_id: TraceId::from_number(hex(&known[3..35])?)?,
            span_id: SpanId::from_number(u64::try_from(hex(&known[36..52])?).ok()?)?,
            flags: u8::try_from(hex(&known[53..])?).ok()? & KNOWN_FLAGS,
            is_remote: true,
            threshold: None,
            randomness: None,
        })
    }

    /// The `traceparent` header that hands this context on, version 00.
    #[must_use]
    pub fn to_traceparent(&self) -> String {
        format!("00-{}-{}-{:02x}", self.trace_id, self.span_id, self.flags)
    }

    /// The same with what a `tracestate` header says about how the trace was sampled, in its member `ot`.
    /// Without it a trace can be gone on with too, but not be counted by those that are kept.
    #[must_use]
    pub fn with_trace_state(self, header: &str) -> Self {
        let state = TraceState::read(header);
        Self { threshold: state.threshold, randomness: state.randomness, ..self }
    }

    /// The parent's decision, for a sampler.
    pub(crate) fn decision(&self) -> ParentDecision {
        ParentDecision { sampled: self.is_sampled(), threshold: self.threshold }
    }

    /// Where the trace stands among all, where that is said.
    pub(crate) fn randomness(&self) -> Option<Randomness> {
        self.randomness
    }

    /// What `th` says of it in a tracestate: nothing where it is not kept.
    pub(crate) fn kept_by(&self) -> Option<Threshold> {
        self.threshold.filter(|threshold| self.is_sampled() && *threshold != Threshold::NEVER)
    }

    /// The flags of its `traceparent`.
    #[cfg(feature = "opentelemetry")]
    pub(crate) fn flags(&self) -> u8 {
        self.flags
    }

    /// The same, of a context whose parts are known.
    #[cfg(feature = "opentelemetry")]
    pub(crate) fn from_parts(trace_id: u128, span_id: u64, flags: u8, is_remote: bool) -> Option<Self> {
        let (trace_id, span_id) = (TraceId::from_number(trace_id)?, SpanId::from_number(span_id)?);
        Some(Self { trace_id, span_id, flags: flags & KNOWN_FLAGS, is_remote, threshold: None, randomness: None })
    }

    /// The trace that the span belongs to.
    #[must_use]
    pub fn trace_id(&self) -> TraceId {
        self.trace_id
    }

    /// The span.
    #[must_use]
    pub fn span_id(&self) -> SpanId {
        self.span_id
    }

    /// Whether the span is kept, so that spans below it should be kept too.
    #[must_use]
    pub fn is_sampled(&self) -> bool {
        self.flags & SAMPLED != 0
    }

    /// Whether the last 7 bytes of the trace's id are random, as whoever began the trace says. Those of a trace that
    /// begins here are.
    #[must_use]
    pub fn is_random(&self) -> bool {
        self.flags & RANDOM != 0
    }

    /// Whether the span is one of another process.
    #[must_use]
    pub fn is_remote(&self) -> bool {
        self.is_remote
    }
}

impl fmt::Debug for SpanContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from = if self.is_remote { "remote" } else { "local" };
        write!(f, "SpanContext({} {from})", self.to_traceparent())
    }
}

/// The number behind lower-case hexadecimal digits.
fn hex(digits: &[u8]) -> Option<u128> {
    digits.iter().try_fold(0, |number: u128, digit| {
        let value = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        Some(number << 4 | u128::from(value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_header_is_read_and_written_back() {
        let context = SpanContext::from_traceparent(HEADER).unwrap();
        assert_eq!(context.trace_id().to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!(context.span_id().to_string(), "00f067aa0ba902b7");
        assert!(context.is_sampled() && context.is_remote());
        assert_eq!(context.to_traceparent(), HEADER);
    }

    #[test]
    fn flags_that_nobody_knows_are_not_passed_on() {
        for (flags, passed_on) in [("00", "00"), ("02", "02"), ("03", "03"), ("fe", "02"), ("ff", "03")] {
            let header = HEADER.replace("-01", &format!("-{flags}"));
            let context = SpanContext::from_traceparent(&header).unwrap();
            assert_eq!(context.to_traceparent(), HEADER.replace("-01", &format!("-{passed_on}")));
            assert_eq!(context.is_sampled(), ["03"].contains(&passed_on));
        }
    }

    #[test]
    fn a_later_version_is_read_as_far_as_it_is_known() {
        for header in [HEADER.replace("00-4", "cc-4"), HEADER.replace("00-4", "01-4") + "-what-comes"] {
            assert_eq!(SpanContext::from_traceparent(&header).unwrap().to_traceparent(), HEADER);
        }
    }

    #[test]
    fn what_is_no_header_is_refused() {
        let refused = [
            String::new(),
            HEADER[..54].to_owned(),
            format!("{HEADER}-00"),
            format!("{HEADER} "),
            format!(" {HEADER}"),
            HEADER.to_uppercase(),
            HEADER.replace('-', "_"),
            HEADER.replace("00-4", "ff-4"),
            HEADER.replace("00-4", "0x-4"),
            HEADER.replace("00-4", "01-4") + ".what",
            HEADER.replace("4bf92f3577b34da6a3ce929d0e0e4736", &"0".repeat(32)),
            HEADER.replace("00f067aa0ba902b7", &"0".repeat(16)),
            HEADER.replace("00f067aa0ba902b7", "00f067aa0ba902g7"),
            HEADER.replace("-01", "-+1"),
            HEADER.replace("00f067aa0ba902b7", "00f067aa0ba902é"),
        ];
        for header in refused {
            assert_eq!(SpanContext::from_traceparent(&header), None, "{header:?}");
        }
    }

    #[test]
    fn a_context_of_this_process_is_random_and_not_remote() {
        let context = SpanContext::local(TraceId::random(), SpanId::random(), false, None);
        assert!(!context.is_sampled() && !context.is_remote());
        assert!(context.to_traceparent().ends_with("-02"));
    }
}
