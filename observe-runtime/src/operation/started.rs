//! An operation by hand, while it is under way.

use super::call::OperationCall;
use super::state::{State, set_user};
use crate::call::Ends as _;
use crate::call::outcome::Outcome;
use crate::span::{CurrentSpan, Record, SpanKind};
use observe_rules::convention::{http, rate_limit};
use pin_project_lite::pin_project;
use std::any::type_name;
use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use tracing::Span;
use tracing::field::Empty;

/// An operation under way, begun by [`Operation::start`](super::Operation::start).
///
/// Dropped unfinished, it counts as `panicked` where something in it panicked, and else as `cancelled`. It may end
/// on another thread.
///
/// ```
/// use observe::{operation, testing};
///
/// let capture = testing::capture();
/// let query = operation::database("postgresql", "select", "users").start();
/// query.set("db.response.returned_rows", 3_u64);
/// query.finish_ok();
///
/// let span = capture.span("select users");
/// assert_eq!(span.attribute("db.collection.name").unwrap().to_string(), "users");
/// let labels = [("operation", "select"), ("table", "users"), ("status", "ok")];
/// assert_eq!(capture.metric("database_query_duration_seconds_count", &labels), 1.0);
/// ```
#[must_use = "an operation that is dropped at once counts as cancelled"]
#[derive(Debug)]
pub struct StartedOperation {
    /// Taken where it ends.
    call: Option<OperationCall>,
    span: Span,
    /// Whether something runs in it now: dropped then, it is because of a panic.
    running: bool,
}

impl StartedOperation {
    pub(super) fn new(name: &str, kind: SpanKind, attributes: &[(&'static str, String)], call: OperationCall) -> Self {
        let span = tracing::info_span!(
            target: "observe",
            "operation",
            otel.name = Empty,
            otel.kind = Empty,
            otel.status_code = Empty,
            error.type = Empty,
            error.message = Empty,
            outcome = Empty,
        );
        span.record("otel.name", name);
        span.record("otel.kind", kind.name());
        let current = CurrentSpan::of(&span);
        for (name, text) in attributes {
            current.set(name, crate::form::clear(text));
        }
        if let Some(state) = call.state() {
            state.set_span(current);
        }
        Self { call: Some(call), span, running: false }
    }

    /// Sets an attribute of its span, under the rules of [`CurrentSpan::set`].
    pub fn set(&self, name: &'static str, value: impl Record) -> &Self {
        CurrentSpan::of(&self.span).set(name, value);
        self
    }

    /// Who it is for; a keyed hash of it is recorded.
    pub fn user(&self, user: &str) -> &Self {
        set_user(&CurrentSpan::of(&self.span), user);
        self
    }

    /// As [`operation::user_type`](super::user_type).
    pub fn user_type(&self, user_type: &str) -> &Self {
        self.say(|state| state.set_user_type(user_type))
    }

    /// As [`operation::tokens`](super::tokens).
    pub fn tokens(&self, input: u64, output: u64) -> &Self {
        self.say(|state| state.add_tokens(input, output))
    }

    /// As [`operation::cost`](super::cost).
    pub fn cost(&self, amount: f64, currency: &str) -> &Self {
        self.say(|state| state.add_cost(amount, currency))
    }

    /// Whether the key was in the cache, or the user was let in.
    pub fn hit(&self, hit: bool) -> &Self {
        self.say(|state| state.set_verdict(hit))
    }

    /// As [`operation::within_limit`](super::within_limit).
    pub fn within_limit(&self, allowed: bool, current: u64, limit: u64) -> &Self {
        self.set(rate_limit::CURRENT, current).set(rate_limit::LIMIT, limit);
        self.say(|state| state.set_verdict(allowed))
    }

    /// The status code that came back.
    pub fn status_code(&self, code: u16) -> &Self {
        self.set(http::STATUS_CODE, code)
    }

    /// Runs `work` inside of it, and returns its result: spans that open there are its children.
    pub fn in_scope<R>(&mut self, work: impl FnOnce() -> R) -> R {
        let _span = self.span.enter();
        let _operation = self.call.as_ref().map(OperationCall::enter_poll);
        self.running = true;
        let result = work();
        self.running = false;
        result
    }

    /// Polls `work` inside of it.
    ///
    /// ```
    /// # use observe::operation;
    /// # async fn charge() -> Result<(), std::io::Error> { Ok(()) }
    /// async fn pay() {
    ///     let mut call = operation::http_client("stripe", "POST").endpoint("/v1/charges").start();
    ///     let result = call.run(charge()).await;
    ///     call.finish(&result);
    /// }
    /// ```
    pub fn run<F: Future>(&mut self, work: F) -> impl Future<Output = F::Output> {
        Run { operation: self, work }
    }

    /// Ends it with a result.
    pub fn finish<T, E: Display>(self, result: &Result<T, E>) {
        match result {
            Ok(_) => self.finish_ok(),
            Err(error) => self.finish_error(error),
        }
    }

    /// Ends it as `ok`.
    pub fn finish_ok(mut self) {
        self.end(Outcome::Ok);
    }

    /// Ends it as `error`. The error's text goes through the scrubber.
    pub fn finish_error<E: Display>(mut self, error: &E) {
        self.end(Outcome::Error { error_type: type_name::<E>(), message: Some(error), label: 0 });
    }

    fn say(&self, say: impl FnOnce(&State)) -> &Self {
        if let Some(state) = self.call.as_ref().and_then(OperationCall::state) {
            say(state);
        }
        self
    }

    fn end(&mut self, outcome: Outcome<'_>) {
        if let Some(mut call) = self.call.take() {
            // Current while it ends, so that what is counted can point to it.
            self.span.in_scope(|| call.finish(outcome));
            outcome.record_on_foreign(&self.span);
        }
    }
}

impl Drop for StartedOperation {
    fn drop(&mut self) {
        self.end(if self.running { Outcome::Panicked } else { Outcome::Cancelled });
    }
}

pin_project! {
    /// Work that is polled inside of an operation.
    struct Run<'a, F> {
        operation: &'a mut StartedOperation,
        #[pin]
        work: F,
    }
}

impl<F: Future> Future for Run<'_, F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        this.operation.in_scope(|| this.work.poll(cx))
    }
}
