//! What a function says of the operation that it is part of.

use super::calls;
use super::state::{State, Subject, UNKNOWN, running, set_user};
use crate::metric::Capped;
use crate::span::{CurrentSpan, current_span};
use observe_rules::convention::{gen_ai, http, rate_limit};

/// The model that is called has read and written so many tokens. Said again, the numbers are added up.
///
/// They are recorded and counted when the call ends, whichever end that is: also where a stream breaks off.
/// Outside of a call of a model they are counted at once, of provider and model `unknown`.
pub fn tokens(input: u64, output: u64) {
    if on_model(|state| state.add_tokens(input, output)).is_none() {
        current_span().set(gen_ai::INPUT_TOKENS, input).set(gen_ai::OUTPUT_TOKENS, output);
        calls::tokens(UNKNOWN, UNKNOWN, UNKNOWN, input, output);
    }
}

/// The call of a model costs so much, in a currency such as `USD`. Said again, what is in one currency is added up;
/// the span shows the currency that came first.
///
/// NaN, infinities and negative numbers are left out, and counted in `observe_metrics_refused_total`.
pub fn cost(amount: f64, currency: &str) {
    if on_model(|state| state.add_cost(amount, currency)).is_none() {
        calls::cost(UNKNOWN, UNKNOWN, UNKNOWN, amount, currency);
    }
}

/// What kind of user asks the model, such as `free`: one of a few words, a label of tokens and cost.
pub fn user_type(user_type: &str) {
    on_model(|state| state.set_user_type(user_type));
}

/// Who the operation is for. A keyed hash of it is recorded, as `user.hash`, and nothing else.
///
/// ```
/// # use observe::{operation, testing, traced};
/// #[traced(rag_query)]
/// fn answer(user: &str) {
///     operation::user(user);
/// }
///
/// let capture = testing::capture();
/// answer("jane@example.org");
/// let hash = capture.span("rag query").attribute("user.hash").unwrap().to_string();
/// assert_eq!(hash, observe::pseudonym("jane@example.org"));
/// ```
pub fn user(user: &str) {
    set_user(&span(), user);
}

/// Whether the key was in the cache. Where nobody says so, the function's result does: `None` and `false` are a miss.
pub fn cache_hit(hit: bool) {
    running(|subject| matches!(subject, Subject::Cache { .. }), |state| state.set_verdict(hit));
}

/// Whether the request is within its limit, how many there are now, and how many there may be. Where nobody says so,
/// the function's result does: `false`, `None` and an `Err` are beyond it.
pub fn within_limit(allowed: bool, current: u64, limit: u64) {
    let is_limit = |subject: &Subject| matches!(subject, Subject::RateLimit(_));
    running(is_limit, |state| {
        state.set_verdict(allowed);
        state.span().set(rate_limit::CURRENT, current).set(rate_limit::LIMIT, limit);
    });
}

/// The status code that came back, of the operation whose span is the current one.
pub fn status_code(code: u16) {
    current_span().set(http::STATUS_CODE, code);
}

/// What a circuit breaker does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CircuitState {
    /// Lets every call through.
    Closed,
    /// Tries whether calls succeed again.
    HalfOpen,
    /// Lets no call through.
    Open,
}

/// Says what a circuit breaker does from now on: the gauge `circuit_breaker_state` is 0, 1 or 2.
///
/// ```
/// use observe::operation::{CircuitState, circuit_breaker};
///
/// circuit_breaker("payments", CircuitState::Open);
/// assert!(observe::exposition().contains("circuit_breaker_state{breaker=\"payments\"} 2\n"));
/// ```
pub fn circuit_breaker(name: &str, state: CircuitState) {
    let number = match state {
        CircuitState::Closed => 0.0,
        CircuitState::HalfOpen => 1.0,
        CircuitState::Open => 2.0,
    };
    calls::CIRCUIT_BREAKER.with(Capped::new(name)).set(number);
}

fn on_model<R>(say: impl FnOnce(&State) -> R) -> Option<R> {
    running(|subject| matches!(subject, Subject::Model { .. }), say)
}

/// The span of the innermost operation, or the current one.
fn span() -> CurrentSpan {
    running(|_| true, State::span).unwrap_or_else(current_span)
}
