//! What one process tells another in the headers of a request: W3C Trace Context and baggage.
//!
//! ```text
//! carrier.rs ─→ remote.rs (trace context, baggage.rs) ─→ a span's parent ─→ carried on by all below it ─→ carrier.rs
//! ```
//!
//! Sources: W3C Trace Context, level 2; W3C Baggage; OpenTelemetry specification, `context/api-propagators.md`.

mod baggage;
mod carrier;
mod in_span;
mod remote;
mod spans_baggage;
#[cfg(test)]
mod tests;

pub use baggage::{Baggage, BaggageError, BaggageMember};
pub use carrier::{Extractor, Injector};
#[cfg(feature = "tokio")]
pub use in_span::spawn;
pub use in_span::{InSpan, in_current_span, in_current_span_fn};
pub use remote::RemoteContext;
pub use spans_baggage::{add_baggage, baggage, remove_baggage};

pub(crate) use baggage::dropped as dropped_baggage;
pub(crate) use remote::Carried;

use crate::config::Propagators;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

const TRACE_CONTEXT: u8 = 1;
const BAGGAGE: u8 = 1 << 1;

/// Those of the process, as bits.
static PROPAGATORS: AtomicU8 = AtomicU8::new(TRACE_CONTEXT | BAGGAGE);

impl Propagators {
    fn of_process() -> Self {
        Self::from_bits(PROPAGATORS.load(Relaxed))
    }

    fn from_bits(bits: u8) -> Self {
        Self { trace_context: bits & TRACE_CONTEXT != 0, baggage: bits & BAGGAGE != 0 }
    }

    fn bits(self) -> u8 {
        let trace_context = if self.trace_context { TRACE_CONTEXT } else { 0 };
        trace_context | if self.baggage { BAGGAGE } else { 0 }
    }
}

/// Decides for the whole process what is read from requests and written into them: both, until it is called.
pub(crate) fn set_propagators(propagators: Propagators) {
    PROPAGATORS.store(propagators.bits(), Relaxed);
}

/// Reads what a request came with: the trace that it belongs to, and its baggage.
///
/// A span is opened below it with `parent = …` or [`request`](crate::request()), and hands on what came in: whatever
/// is opened below that span, on whichever thread, [`inject`]s the caller's `tracestate` and baggage again.
///
/// Nothing that a client sends is an error. Headers that are malformed are none, and so are two `traceparent`s. A
/// `tracestate` that is malformed is left out whole.
///
/// ```
/// use observe::{extract, testing, traced};
/// use std::collections::HashMap;
///
/// #[traced(kind = server, parent = extract(headers))]
/// fn answer(headers: &HashMap<String, String>) -> HashMap<String, String> {
///     let mut outgoing = HashMap::new();
///     observe::inject(&mut outgoing);
///     outgoing
/// }
///
/// let caller = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
/// let headers = [("Traceparent", caller), ("tracestate", "vendor=1"), ("baggage", "tenant=ward-3")];
/// let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
///
/// let capture = testing::capture();
/// let outgoing = answer(&headers);
/// let span = capture.span("answer");
/// assert_eq!(span.trace_id.to_string(), &caller[3..35]);
/// assert!(outgoing["traceparent"].contains(&span.span_id.to_string()));
/// assert_eq!(outgoing["tracestate"], "ot=th:0,vendor=1");
/// assert_eq!(outgoing["baggage"], "tenant=ward-3");
/// ```
#[must_use]
pub fn extract(carrier: &(impl Extractor + ?Sized)) -> RemoteContext {
    RemoteContext::read(carrier, Propagators::of_process())
}

/// Writes the headers of the innermost span of this thread: `traceparent`, `tracestate` and `baggage`.
///
/// They take the place of headers of the same names, of which those go that have nothing to say. Other headers are
/// not touched, and none is where this thread is in no span.
///
/// ```
/// use observe::{inject, testing, traced};
///
/// #[traced]
/// fn call() -> Vec<(String, String)> {
///     let mut headers = vec![("accept".to_owned(), "text/plain".to_owned())];
///     inject(&mut headers);
///     headers
/// }
///
/// assert_eq!(call().len(), 1, "nobody records spans");
/// let capture = testing::capture();
/// let headers = call();
/// assert_eq!(headers[1].0, "traceparent");
/// assert!(headers[1].1.contains(&capture.span("call").span_id.to_string()));
/// ```
pub fn inject(carrier: &mut (impl Injector + ?Sized)) {
    if let Some(current) = RemoteContext::current() {
        current.write(carrier, Propagators::of_process());
    }
}
