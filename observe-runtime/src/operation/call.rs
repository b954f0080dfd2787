//! One operation, from its begin to its end: what it counts, and what it learns on its way.

use super::calls;
use super::state::{ClientKind, Entered, ModelCounts, State, Subject};
use crate::call::outcome::Outcome;
use crate::call::{Ends, exemplar};
use crate::clock::Ticks;
use crate::metric::{MeterCall, StartedCall};
use crate::span::{CurrentSpan, current_span};
use observe_rules::convention::cache;
use std::sync::Arc;

/// An operation that has begun, inside of the call of its function.
///
/// Dropped unfinished it counts as panicked.
#[must_use = "an operation that is dropped at once counts as one that panicked"]
#[derive(Debug)]
pub struct OperationCall {
    meter: Option<MeterCall>,
    state: Option<Arc<State>>,
}

impl OperationCall {
    pub(super) fn new(meter: Option<StartedCall>, state: Option<State>) -> Self {
        Self { meter: meter.map(StartedCall::into_meter), state: state.map(Arc::new) }
    }

    /// A call that is not counted a second time by the client that makes it.
    fn client(meter: Option<StartedCall>, kind: ClientKind) -> Self {
        let state = meter.is_some().then(|| State::new(Subject::Client(kind), true));
        Self::new(meter, state)
    }

    pub(super) fn state(&self) -> Option<&State> {
        self.state.as_deref()
    }

    /// The operation of a body that can't be put into a closure: only its end is seen, not its result.
    #[must_use = "an operation ends where its guard is dropped"]
    pub fn inline(self) -> InlineOperation {
        let entered = self.enter_poll();
        InlineOperation { operation: self, entered, was_panicking: std::thread::panicking() }
    }

    fn span(&self) -> CurrentSpan {
        self.state.as_ref().map_or_else(current_span, |state| state.span())
    }
}

impl Ends for OperationCall {
    fn leave_thread(&mut self) {}

    type Entered<'a> = Option<Entered>;

    #[inline]
    fn enter_poll(&self) -> Option<Entered> {
        self.state.as_ref().map(State::enter)
    }

    fn finish(&mut self, outcome: Outcome<'_>) {
        let outcome = match &self.state {
            Some(state) if state.is_refused() => Outcome::Error { error_type: "refused", message: None, label: 0 },
            _ => outcome,
        };
        if let Some(mut meter) = self.meter.take() {
            meter.finish_traced(&outcome, Ticks::now(), |value| exemplar(&self.span(), &outcome, value));
        }
        if let Some(state) = self.state.take() {
            let ended = !matches!(outcome, Outcome::Cancelled | Outcome::Panicked);
            state.end(ended, outcome.place() != Outcome::Ok.place());
        }
    }
}

impl Drop for OperationCall {
    fn drop(&mut self) {
        if self.meter.is_some() || self.state.is_some() {
            self.finish(Outcome::Panicked);
        }
    }
}

/// An operation that ends where its function returns or unwinds.
#[derive(Debug)]
pub struct InlineOperation {
    operation: OperationCall,
    #[expect(dead_code, reason = "it is only held")]
    entered: Option<Entered>,
    was_panicking: bool,
}

impl Drop for InlineOperation {
    fn drop(&mut self) {
        let panicked = std::thread::panicking() && !self.was_panicking;
        self.operation.finish(if panicked { Outcome::Panicked } else { Outcome::Ok });
    }
}

/// Runs a body inside of its operation, looks at the result there, and ends the operation with it.
#[inline]
pub fn in_operation<R>(
    mut operation: OperationCall,
    body: impl FnOnce() -> R,
    look: impl Fn(&R),
    outcome: impl Fn(&R) -> Outcome<'_>,
) -> R {
    let entered = operation.enter_poll();
    let returned = body();
    look(&returned);
    drop(entered);
    operation.finish(outcome(&returned));
    returned
}

/// A query to a database begins.
pub fn database(operation: &str, table: &str, counts: bool) -> OperationCall {
    OperationCall::client(counts.then(|| calls::database_query(operation, table)), ClientKind::Database)
}

/// A request to somebody else's service begins.
pub fn http_client(provider: &str, counts: bool) -> OperationCall {
    OperationCall::client(counts.then(|| calls::external_api_call(provider)), ClientKind::ExternalApi)
}

/// Something is done with messages.
pub fn messaging(operation: &str, destination: &str, counts: bool) -> OperationCall {
    OperationCall::new(counts.then(|| calls::messaging_operation(operation, destination)), None)
}

/// A remote procedure is called.
pub fn rpc(service: &str, method: &str, counts: bool) -> OperationCall {
    OperationCall::new(counts.then(|| calls::rpc_call(service, method)), None)
}

/// Something is done with a cache of which the compiler doesn't know whether it is Redis.
pub fn cache(system: &str, operation: &str, counts: bool) -> OperationCall {
    match system {
        cache::REDIS => redis_cache(system, operation, counts),
        _ => other_cache(system, operation, counts),
    }
}

/// Something is done with Redis, which has metrics of its own.
pub fn redis_cache(system: &str, operation: &str, counts: bool) -> OperationCall {
    cache_call(counts.then(|| calls::redis_operation(operation)), system, operation, counts)
}

/// Something is done with another cache.
pub fn other_cache(system: &str, operation: &str, counts: bool) -> OperationCall {
    cache_call(counts.then(|| calls::cache_operation(system, operation)), system, operation, counts)
}

fn cache_call(meter: Option<StartedCall>, system: &str, operation: &str, counts: bool) -> OperationCall {
    let tells = cache::LOOKUPS.contains(&operation);
    let subject = Subject::Cache { system: system.to_owned(), tells, count: calls::cache_lookup };
    OperationCall::new(meter, Some(State::new(subject, counts)))
}

/// A model is called, for a user of this type, where that is known.
pub fn gen_ai(provider: &str, model: &str, user_type: Option<&str>, counts: bool) -> OperationCall {
    let count = ModelCounts { tokens: calls::tokens, cost: calls::cost };
    let subject = Subject::Model { provider: provider.to_owned(), model: model.to_owned(), count };
    let state = State::new(subject, counts);
    if let Some(user_type) = user_type {
        state.set_user_type(user_type);
    }
    OperationCall::new(counts.then(|| calls::model_request(provider, model)), Some(state))
}

/// Somebody says who they are.
pub fn authentication(counts: bool) -> OperationCall {
    let begin = || calls::AUTHENTICATION.start(());
    OperationCall::new(counts.then(begin), Some(State::new(Subject::Authentication, counts)))
}

/// A limit is looked at.
pub fn rate_limit(counts: bool) -> OperationCall {
    OperationCall::new(None, Some(State::new(Subject::RateLimit(|| calls::RATE_LIMIT_VIOLATIONS.inc()), counts)))
}

/// A question is answered out of documents.
pub fn rag_query(counts: bool) -> OperationCall {
    OperationCall::new(counts.then(|| calls::RAG_QUERY.start(())), None)
}

/// Vectors are searched.
pub fn vector_search(counts: bool) -> OperationCall {
    OperationCall::new(counts.then(|| calls::VECTOR_SEARCH.start(())), None)
}

/// A document is indexed.
pub fn indexing(counts: bool) -> OperationCall {
    OperationCall::new(counts.then(|| calls::INDEXING.start(())), None)
}
