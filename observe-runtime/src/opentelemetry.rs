//! To and from contexts of the crate `opentelemetry`, 0.33: for libraries that use its API.
//!
//! A library that asks for the current context sees the span that runs here, where [`context`] is attached; a span of
//! ours is a child of what a library has in its context, where that is its parent. Baggage goes both ways.
//!
//! ```
//! use ::opentelemetry::{Context, trace::TraceContextExt as _};
//! use observe::{testing, traced};
//!
//! /// What a library does that knows nothing of observe.
//! fn library() -> String {
//!     Context::map_current(|current| current.span().span_context().span_id().to_string())
//! }
//!
//! #[traced]
//! fn call() -> String {
//!     let _attached = observe::opentelemetry::context().attach();
//!     library()
//! }
//!
//! #[traced(parent = Context::current())]
//! fn called_back() {}
//!
//! let capture = testing::capture();
//! let seen = call();
//! assert_eq!(seen, capture.span("call").span_id.to_string());
//! called_back();
//! assert_eq!(capture.span("called_back").parent_id, None, "that library has no span here");
//! ```

use crate::propagation::{Baggage, RemoteContext};
use crate::span::{Parent, SpanContext};
use ::opentelemetry::Context;
use ::opentelemetry::baggage::{Baggage as OtherBaggage, BaggageExt as _, KeyValueMetadata};
use ::opentelemetry::trace::{
    SpanContext as OtherContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState,
};
use std::str::FromStr as _;

/// The current context of that crate, with this thread's innermost span and its baggage; attach it around what a
/// library does. Where no span is recorded here, it is the context as it was.
#[must_use]
pub fn context() -> Context {
    let current = Context::current();
    match RemoteContext::current() {
        Some(own) => with(&current, &own),
        None => current,
    }
}

/// A context with the span and the baggage, in place of those that it has.
fn with(context: &Context, remote: &RemoteContext) -> Context {
    let context = match other_context(remote) {
        Some(span) => context.with_remote_span_context(span),
        None => context.clone(),
    };
    if remote.baggage().is_empty() { context } else { context.with_baggage(remote.baggage()) }
}

/// With all that it carries.
fn other_context(remote: &RemoteContext) -> Option<OtherContext> {
    let span = remote.span_context()?;
    // That crate knows fewer keys; a state that it does not take is unknown to it.
    let state = TraceState::from_str(&remote.trace_state()).unwrap_or_default();
    Some(to_other(span, state))
}

fn to_other(span: SpanContext, state: TraceState) -> OtherContext {
    OtherContext::new(
        TraceId::from_bytes(span.trace_id().to_bytes()),
        SpanId::from_bytes(span.span_id().to_bytes()),
        TraceFlags::new(span.flags()),
        span.is_remote(),
        state,
    )
}

impl From<SpanContext> for OtherContext {
    /// Without a trace state: that is in a [`RemoteContext`].
    fn from(span: SpanContext) -> Self {
        to_other(span, TraceState::default())
    }
}

impl From<&RemoteContext> for Context {
    fn from(remote: &RemoteContext) -> Self {
        with(&Context::new(), remote)
    }
}

impl From<&Baggage> for OtherBaggage {
    fn from(baggage: &Baggage) -> Self {
        let member = |member: &crate::BaggageMember| {
            KeyValueMetadata::new(member.name().to_owned(), member.value().into_owned(), member.metadata())
        };
        baggage.iter().map(member).collect()
    }
}

/// `None` for a context that is none, whose ids are zero.
fn from_other(span: &OtherContext) -> Option<SpanContext> {
    let (trace_id, span_id) = (span.trace_id().to_bytes(), span.span_id().to_bytes());
    SpanContext::from_parts(
        u128::from_be_bytes(trace_id),
        u64::from_be_bytes(span_id),
        span.trace_flags().to_u8(),
        span.is_remote(),
    )
}

impl From<&OtherContext> for RemoteContext {
    fn from(span: &OtherContext) -> Self {
        Self::new(from_other(span), &span.trace_state().header(), Baggage::new())
    }
}

impl From<&OtherBaggage> for Baggage {
    /// What a library has set is passed on as it is; that crate has no order, so it is by name.
    fn from(other: &OtherBaggage) -> Self {
        let mut members: Vec<_> = other.iter().collect();
        members.sort_unstable_by_key(|(name, _)| name.as_str());
        let mut baggage = Self::new();
        for (name, (value, metadata)) in members {
            baggage.take_over(name.as_str(), value.as_str(), metadata.as_str());
        }
        baggage
    }
}

impl From<&Context> for RemoteContext {
    fn from(context: &Context) -> Self {
        let span = context.span();
        let span = span.span_context();
        Self::new(from_other(span), &span.trace_state().header(), context.baggage().into())
    }
}

impl From<Context> for RemoteContext {
    fn from(context: Context) -> Self {
        (&context).into()
    }
}

impl From<&Context> for Parent {
    fn from(context: &Context) -> Self {
        RemoteContext::from(context).into()
    }
}

impl From<Context> for Parent {
    fn from(context: Context) -> Self {
        (&context).into()
    }
}

impl From<&OtherContext> for Parent {
    fn from(span: &OtherContext) -> Self {
        RemoteContext::from(span).into()
    }
}
