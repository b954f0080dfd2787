//! What an operation learns while it runs: tokens, cost, a hit. It is said by functions that find the
//! operation by the thread, and kept until the operation ends.

use crate::form;
use crate::span::{CurrentSpan, current_span};
use observe_rules::convention::{USER, authentication, cache, gen_ai, rate_limit};
use std::cell::RefCell;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is counted and recorded of the operation when it ends. It brings the functions that count it: a program
/// without caches is linked without the metrics of caches.
#[derive(Debug)]
pub(crate) enum Subject {
    /// A cache, and whether what comes back tells if the key was there.
    Cache { system: String, tells: bool, count: fn(&str, bool) },
    /// A call of a model.
    Model { provider: String, model: String, count: ModelCounts },
    /// A check of a limit; called where it is exceeded.
    RateLimit(fn()),
    /// An attempt to log in.
    Authentication,
    /// A call that one of the clients may make, and count too.
    Client(ClientKind),
}

/// Counts what was said of a call of a model.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ModelCounts {
    pub(super) tokens: fn(&str, &str, &str, u64, u64),
    pub(super) cost: fn(&str, &str, &str, f64, &str),
}

/// What a client talks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClientKind {
    Database,
    ExternalApi,
}

/// An operation under way.
#[derive(Debug)]
pub(super) struct State {
    pub(super) subject: Subject,
    /// Whether anything is counted.
    counts: bool,
    said: Mutex<Said>,
}

#[derive(Debug, Default)]
struct Said {
    /// The operation's own span, which is not the current one where a function that it calls says something.
    span: Option<CurrentSpan>,
    /// Hit, allowed or let in.
    verdict: Option<bool>,
    /// Tokens read and written.
    tokens: Option<(u64, u64)>,
    /// By currency.
    cost: Vec<(String, f64)>,
    user_type: Option<String>,
}

thread_local! {
    /// The operations that run on this thread, the innermost last.
    static RUNNING: RefCell<Vec<Arc<State>>> = const { RefCell::new(Vec::new()) };
}

/// The operation is found by what runs on this thread, until this is dropped.
#[derive(Debug)]
pub struct Entered(bool);

impl Drop for Entered {
    fn drop(&mut self) {
        if self.0 {
            // Not where a destructor of the thread's values runs: they are gone then.
            let last = RUNNING.try_with(|running| running.borrow_mut().pop());
            drop(last);
        }
    }
}

/// Calls `say` with the innermost operation for which `fits` is true.
pub(super) fn running<R>(fits: impl Fn(&Subject) -> bool, say: impl FnOnce(&State) -> R) -> Option<R> {
    let found = RUNNING
        .try_with(|running| running.borrow().iter().rev().find(|state| fits(&state.subject)).cloned())
        .ok()
        .flatten()?;
    Some(say(&found))
}

/// Whether an operation around what runs on this thread counts calls of this kind already.
#[allow(dead_code, reason = "for clients, which are features")]
pub(crate) fn counts_client(kind: ClientKind) -> bool {
    running(|subject| matches!(subject, Subject::Client(own) if *own == kind), |state| state.counts) == Some(true)
}

/// The same of commands to a cache.
#[allow(dead_code, reason = "for clients, which are features")]
pub(crate) fn counts_cache(name: &str) -> bool {
    running(|subject| matches!(subject, Subject::Cache { system, .. } if system == name), |state| state.counts)
        == Some(true)
}

impl State {
    pub(super) fn new(subject: Subject, counts: bool) -> Self {
        Self { subject, counts, said: Mutex::default() }
    }

    /// Makes the operation the innermost of this thread.
    pub(super) fn enter(self: &Arc<Self>) -> Entered {
        self.lock().span.get_or_insert_with(current_span);
        let entered = RUNNING.try_with(|running| running.borrow_mut().push(Arc::clone(self)));
        Entered(entered.is_ok())
    }

    /// Says what the operation's span is, where it is not the one that is current when it runs.
    pub(super) fn set_span(&self, span: CurrentSpan) {
        self.lock().span = Some(span);
    }

    pub(super) fn add_tokens(&self, input: u64, output: u64) {
        let mut said = self.lock();
        let (before_input, before_output) = said.tokens.unwrap_or_default();
        said.tokens = Some((before_input.saturating_add(input), before_output.saturating_add(output)));
    }

    pub(super) fn add_cost(&self, amount: f64, currency: &str) {
        let mut said = self.lock();
        match said.cost.iter_mut().find(|(known, _)| known == currency) {
            Some((_, sum)) => *sum += amount,
            None => said.cost.push((currency.to_owned(), amount)),
        }
    }

    pub(super) fn set_user_type(&self, user_type: &str) {
        self.lock().user_type = Some(user_type.to_owned());
    }

    pub(super) fn set_verdict(&self, verdict: bool) {
        self.lock().verdict = Some(verdict);
    }

    /// What the result says, unless the operation has said it itself.
    pub(super) fn judge(&self, verdict: bool) {
        if !matches!(self.subject, Subject::Cache { tells: false, .. }) {
            self.lock().verdict.get_or_insert(verdict);
        }
    }

    /// The operation's span, or the current one where it has none yet.
    pub(super) fn span(&self) -> CurrentSpan {
        let span = self.lock().span.clone();
        span.unwrap_or_else(current_span)
    }

    /// Whether somebody was turned away, whatever the function returned.
    pub(super) fn is_refused(&self) -> bool {
        matches!(self.subject, Subject::Authentication) && self.lock().verdict == Some(false)
    }

    /// Records and counts what was said. `ended` is false where the operation never came to its end, and
    /// `failed` true where it returned an error.
    pub(super) fn end(&self, ended: bool, failed: bool) {
        let (span, said) = (self.span(), std::mem::take(&mut *self.lock()));
        match &self.subject {
            Subject::Cache { system, count, .. } => {
                if let Some(hit) = said.verdict {
                    span.set(cache::HIT, hit);
                    self.count(|| count(system, hit));
                }
            }
            Subject::Model { provider, model, count } => self.end_model(&span, &said, (provider, model), *count),
            Subject::RateLimit(count) if ended || said.verdict.is_some() => {
                let allowed = said.verdict.unwrap_or(!failed);
                span.set(rate_limit::ALLOWED, allowed);
                if !allowed {
                    self.count(count);
                }
            }
            Subject::Authentication if ended => {
                span.set(authentication::SUCCESS, said.verdict.unwrap_or(true) && !failed);
            }
            Subject::RateLimit(_) | Subject::Authentication | Subject::Client(_) => {}
        }
    }

    fn end_model(&self, span: &CurrentSpan, said: &Said, (provider, model): (&str, &str), count: ModelCounts) {
        let user_type = said.user_type.as_deref().unwrap_or(UNKNOWN);
        if let Some((input, output)) = said.tokens {
            span.set(gen_ai::INPUT_TOKENS, input).set(gen_ai::OUTPUT_TOKENS, output);
            self.count(|| (count.tokens)(provider, model, user_type, input, output));
        }
        if let Some((currency, amount)) = said.cost.first().filter(|(_, amount)| amount.is_finite() && *amount >= 0.0) {
            span.set(gen_ai::COST, *amount).set(gen_ai::CURRENCY, form::scrub(currency));
        }
        for (currency, amount) in &said.cost {
            self.count(|| (count.cost)(provider, model, user_type, *amount, currency));
        }
        if let Some(user_type) = &said.user_type {
            span.set(gen_ai::USER_TYPE, form::scrub(user_type));
        }
    }

    fn count(&self, count: impl FnOnce()) {
        if self.counts {
            count();
        }
    }

    /// A thread that panicked while it held the lock left nothing half-written.
    fn lock(&self) -> MutexGuard<'_, Said> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The label of what nobody has said.
pub(super) const UNKNOWN: &str = "unknown";

/// Puts a user on a span, as a keyed hash.
pub(super) fn set_user(span: &CurrentSpan, user: &str) {
    span.set(USER, form::hash(&user));
}
