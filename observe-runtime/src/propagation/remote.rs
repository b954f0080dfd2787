//! What a request came with, and what one that is sent is to say.

use super::Propagators;
use super::baggage::Baggage;
use super::carrier::{Extractor, Injector};
use crate::sampling::TraceState;
use crate::span::{OpenSpan, SpanContext, innermost};
use std::fmt;
use std::sync::Arc;

const TRACEPARENT: &str = "traceparent";
const TRACESTATE: &str = "tracestate";
const BAGGAGE: &str = "baggage";

/// What one process tells another in the headers of a request: a span of its trace, with the `tracestate`, and baggage.
///
/// [`extract`](crate::extract) reads it. It is a parent: in `parent = …` of [`traced`](macro@crate::traced), and in
/// [`RequestSpan::parent`](crate::RequestSpan::parent). Where it names no span, what is opened below it is a child of
/// the current span, as if nothing had been said, but for the baggage.
#[derive(Clone, Default)]
pub struct RemoteContext {
    span: Option<SpanContext>,
    carried: Carried,
}

/// What spans hand down for others, beside ids and the decision about the trace.
#[derive(Clone, Debug, Default)]
pub(crate) struct Carried {
    /// The `tracestate` as it came; `None` where it said no more than the threshold, which is in the words.
    pub(crate) trace_state: Option<Arc<str>>,
    pub(crate) baggage: Baggage,
}

impl RemoteContext {
    /// What a request of this thread's innermost span would say; `None` where it is in none.
    ///
    /// With it a job can be put into a queue, and go on in the trace when it is taken out.
    ///
    /// ```
    /// use observe::{RemoteContext, testing, traced};
    ///
    /// #[traced]
    /// fn enqueue() -> Option<RemoteContext> {
    ///     RemoteContext::current()
    /// }
    ///
    /// #[traced(parent = cause)]
    /// fn work(cause: Option<RemoteContext>) {}
    ///
    /// let capture = testing::capture();
    /// work(enqueue());
    /// assert_eq!(capture.span("work").parent_id, Some(capture.span("enqueue").span_id));
    /// ```
    #[must_use]
    pub fn current() -> Option<Self> {
        innermost().map(Self::of)
    }

    fn of(span: OpenSpan) -> Self {
        Self { span: Some(span.context()), carried: span.carried() }
    }

    #[cfg(feature = "opentelemetry")]
    pub(crate) fn new(span: Option<SpanContext>, trace_state: &str, baggage: Baggage) -> Self {
        let mut new = Self { span, carried: Carried { trace_state: None, baggage } };
        new.set_trace_state(trace_state);
        new
    }

    pub(super) fn read(carrier: &(impl Extractor + ?Sized), propagators: Propagators) -> Self {
        let mut read = Self::default();
        if propagators.trace_context
            && let [header] = carrier.get_all(TRACEPARENT)[..]
        {
            read.span = SpanContext::from_traceparent(header.trim_matches([' ', '\t']));
        }
        if read.span.is_some() {
            read.set_trace_state(&carrier.get_all(TRACESTATE).join(","));
        }
        if propagators.baggage {
            read.carried.baggage = Baggage::read(carrier.get_all(BAGGAGE));
        }
        read
    }

    fn set_trace_state(&mut self, text: &str) {
        let Some(text) = TraceState::checked(text) else { return };
        self.span = self.span.map(|span| span.with_trace_state(&text));
        let mut rest = String::new();
        TraceState::read(&text).write(None, &mut rest);
        self.carried.trace_state = (!rest.is_empty()).then(|| text.into());
    }

    pub(super) fn write(&self, carrier: &mut (impl Injector + ?Sized), propagators: Propagators) {
        if propagators.trace_context
            && let Some(span) = self.span
        {
            carrier.set(TRACEPARENT, span.to_traceparent());
            set_or_remove(carrier, TRACESTATE, self.trace_state());
        }
        if propagators.baggage {
            set_or_remove(carrier, BAGGAGE, self.carried.baggage.to_header());
        }
    }

    /// Writes the headers that say this, as [`inject`](crate::inject) does for a span. A process that records nothing
    /// passes on with it what came in.
    ///
    /// ```
    /// let caller = [("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")];
    /// let mut outgoing = Vec::new();
    /// observe::extract(&caller).inject(&mut outgoing);
    /// assert_eq!(outgoing, caller.map(|(name, value)| (name.to_owned(), value.to_owned())));
    /// ```
    pub fn inject(&self, carrier: &mut (impl Injector + ?Sized)) {
        self.write(carrier, Propagators::of_process());
    }

    /// The span that the request comes from; `None` where it says none.
    #[must_use]
    pub fn span_context(&self) -> Option<SpanContext> {
        self.span
    }

    /// The `tracestate`, with what it says about sampling; empty where there is nothing to say.
    #[must_use]
    pub fn trace_state(&self) -> String {
        let mut text = String::new();
        if let Some(span) = self.span {
            TraceState::read(self.carried.trace_state()).write(span.kept_by(), &mut text);
        }
        text
    }

    /// The baggage.
    #[must_use]
    pub fn baggage(&self) -> &Baggage {
        &self.carried.baggage
    }

    pub(crate) fn carried(&self) -> &Carried {
        &self.carried
    }
}

fn set_or_remove(carrier: &mut (impl Injector + ?Sized), name: &'static str, value: String) {
    if value.is_empty() {
        carrier.remove(name);
    } else {
        carrier.set(name, value);
    }
}

impl Carried {
    /// What the spans below a context have to say of its trace; it has no more of it than the randomness.
    pub(crate) fn of(context: SpanContext) -> Self {
        let text = context.randomness().map(|randomness| format!("ot=rv:{randomness}").into());
        Self { trace_state: text, baggage: Baggage::default() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.trace_state.is_none() && self.baggage.is_empty()
    }

    pub(crate) fn trace_state(&self) -> &str {
        self.trace_state.as_deref().unwrap_or_default()
    }
}

impl fmt::Debug for RemoteContext {
    /// Without what the baggage says: that may be about anybody.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteContext")
            .field("span", &self.span)
            .field("trace_state", &self.trace_state())
            .field("baggage", &self.carried.baggage)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const BOTH: Propagators = Propagators { trace_context: true, baggage: true };

    fn passed_on(headers: &[(&str, &str)], propagators: Propagators) -> Vec<(String, String)> {
        let mut out = Vec::new();
        RemoteContext::read(headers, propagators).write(&mut out, propagators);
        out
    }

    fn pairs(headers: &[(&str, &str)]) -> Vec<(String, String)> {
        headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn what_came_in_is_passed_on() {
        let headers = [("traceparent", PARENT), ("tracestate", "a=1,ot=th:8;rv:f0000000000000"), ("baggage", "a=b;c")];
        assert_eq!(passed_on(&headers, BOTH), pairs(&headers));
    }

    #[test]
    fn a_propagator_that_is_off_reads_and_writes_nothing() {
        let headers = [("traceparent", PARENT), ("tracestate", "a=1"), ("baggage", "a=b")];
        let only = |trace_context, baggage| passed_on(&headers, Propagators { trace_context, baggage });
        assert_eq!(only(true, false), pairs(&headers[..2]));
        assert_eq!(only(false, true), pairs(&headers[2..]));
        assert_eq!(only(false, false), []);
    }

    #[test]
    fn headers_that_have_nothing_to_say_go() {
        let mut out = pairs(&[("tracestate", "stale=1"), ("Baggage", "stale=1"), ("accept", "*")]);
        RemoteContext::read(&[("traceparent", PARENT)], BOTH).write(&mut out, BOTH);
        assert_eq!(out, pairs(&[("accept", "*"), ("traceparent", PARENT)]));
    }

    /// Of a carrier that takes nothing away, as a server of HTTP does.
    #[test]
    fn spaces_around_headers_mean_nothing() {
        let spaced = format!(" \t{PARENT}\t ");
        let headers = [("traceparent", spaced.as_str()), ("tracestate", " a=1\t, b=2 "), ("baggage", "\ta=b ")];
        let expected = [("traceparent", PARENT), ("tracestate", "a=1,b=2"), ("baggage", "a=b")];
        assert_eq!(passed_on(&headers, BOTH), pairs(&expected));
    }

    #[test]
    fn two_parents_are_none_and_two_states_are_one() {
        let twice = [("traceparent", PARENT), ("traceparent", PARENT), ("tracestate", "a=1"), ("baggage", "a=b")];
        assert_eq!(passed_on(&twice, BOTH), pairs(&[("baggage", "a=b")]));
        let states = [("traceparent", PARENT), ("tracestate", "a=1"), ("Tracestate", ""), ("tracestate", "b=2")];
        assert_eq!(passed_on(&states, BOTH), pairs(&[("traceparent", PARENT), ("tracestate", "a=1,b=2")]));
        let malformed = [("traceparent", PARENT), ("tracestate", "a=1"), ("tracestate", "B=2")];
        assert_eq!(passed_on(&malformed, BOTH), pairs(&[("traceparent", PARENT)]));
    }

    #[test]
    fn a_threshold_alone_needs_no_text() {
        let of = |state| RemoteContext::read(&[("traceparent", PARENT), ("tracestate", state)], BOTH);
        let context = of("ot=th:8");
        assert!(context.carried().is_empty());
        assert_eq!(context.trace_state(), "ot=th:8");
        assert!(!of("ot=th:8,a=1").carried().is_empty());
        assert!(!of("ot=rv:f0000000000000").carried().is_empty());
    }

    #[test]
    fn an_unsampled_trace_claims_no_threshold() {
        let parent = PARENT.replace("-01", "-00");
        let context = RemoteContext::read(&[("traceparent", &*parent), ("tracestate", "a=1,ot=th:8;x:y")], BOTH);
        assert_eq!(context.trace_state(), "ot=x:y,a=1");
    }

    /// Headers come from anybody.
    #[test]
    fn no_headers_do_harm() {
        let mut random = fastrand::Rng::with_seed(7);
        let pieces = [
            PARENT,
            "00-",
            "4bf92f3577b34da6a3ce929d0e0e4736",
            "-01",
            "a=1",
            "ot=th:8",
            "rv:",
            ",",
            ";",
            "=",
            " ",
            "\t",
            "%4",
            "%e4",
            "ä",
            "\u{fffd}",
            "\0",
            "k@v=x",
            "\"",
        ];
        for _ in 0..20_000 {
            let mut text =
                || (0..random.usize(0..12)).map(|_| pieces[random.usize(..pieces.len())]).collect::<String>();
            let (parent, state, baggage) = (text(), text(), text());
            let parent = if random.bool() { PARENT } else { &parent };
            let once = passed_on(&[("traceparent", parent), ("tracestate", &state), ("baggage", &baggage)], BOTH);
            let again: Vec<_> = once.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            assert_eq!(passed_on(&again, BOTH), once, "{parent:?} {state:?} {baggage:?}");
            assert!(once.iter().all(|(_, value)| value.bytes().all(|byte| matches!(byte, b'\t' | b' '..=b'~'))));
        }
    }

    #[test]
    fn no_bytes_do_harm() {
        let mut random = fastrand::Rng::with_seed(11);
        for _ in 0..20_000 {
            let mut text = || {
                let bytes: Vec<u8> = (0..random.usize(0..80)).map(|_| random.u8(..)).collect();
                String::from_utf8_lossy(&bytes).into_owned()
            };
            let (state, baggage) = (text(), text());
            passed_on(&[("traceparent", &*text()), ("tracestate", &*state), ("baggage", &*baggage)], BOTH);
            passed_on(&[("traceparent", PARENT), ("tracestate", &*state), ("baggage", &*baggage)], BOTH);
        }
    }
}
