//! What a call of a model has used: counted once, when the call is over, however it ended.

use observe::{Counter, metric};
use tracing::Span;

use crate::auth::{Caller, UserType};
use crate::catalog::{Model, Provider, Tokens};
use crate::ledger::Ledger;
use crate::message::Message;

/// Tokens that models have read and written.
#[metric(labels(model, provider, user_type))]
static TOKENS_PROCESSED_TOTAL: Counter<(Model, Provider, UserType)>;

/// What the answers of models cost, in dollars.
#[metric(labels(model, provider, user_type))]
static REQUESTS_COST_TOTAL: Counter<(Model, Provider, UserType), f64>;

/// The tokens of a call under way. Dropped, it counts them, puts them on the call's span and into
/// the ledger: at the end of an answer, where it is cut, and where the client goes away.
pub(crate) struct Usage {
    span: Span,
    ledger: Ledger,
    caller: Caller,
    model: Model,
    tokens: Tokens,
    /// Whether the provider has said how many there are.
    said: bool,
}

impl Usage {
    /// The call has begun, in the current span. Until the provider says more, a word is a token.
    pub(crate) fn begin(ledger: &Ledger, caller: &Caller, model: Model, messages: &[Message]) -> Self {
        let words: usize = messages.iter().map(|message| message.content.split_whitespace().count()).sum();
        let tokens = Tokens { input: u32::try_from(words).unwrap_or(u32::MAX), output: 0 };
        let (span, ledger, caller) = (Span::current(), ledger.clone(), caller.clone());
        Self { span, ledger, caller, model, tokens, said: false }
    }

    /// A piece of the answer has come.
    pub(crate) fn piece(&mut self) {
        if !self.said {
            self.tokens.output = self.tokens.output.saturating_add(1);
        }
    }

    /// The provider has counted.
    pub(crate) fn said(&mut self, tokens: Tokens) {
        (self.tokens, self.said) = (tokens, true);
    }

    /// What is known so far.
    pub(crate) fn tokens(&self) -> Tokens {
        self.tokens
    }
}

impl Drop for Usage {
    fn drop(&mut self) {
        // Who has answered nothing is paid nothing.
        if self.tokens.output == 0 {
            return;
        }
        let Self { model, tokens, .. } = *self;
        let labels = (model, model.entry().provider, self.caller.user_type);
        TOKENS_PROCESSED_TOTAL.with(labels).add(u64::from(tokens.input) + u64::from(tokens.output));
        REQUESTS_COST_TOTAL.with(labels).add(tokens.cost(model));
        self.span.record("gen_ai.usage.input_tokens", tokens.input);
        self.span.record("gen_ai.usage.output_tokens", tokens.output);
        self.span.record("gen_ai.usage.cost", tokens.cost(model));
        self.span.record("chatvault.usage.estimated", !self.said);
        let (ledger, user) = (self.ledger.clone(), self.caller.user.clone());
        let enter = self.span.enter();
        let write = observe::in_current_span(async move {
            if let Err(error) = ledger.add(user, model, tokens).await {
                tracing::error!(%error, "the ledger can't be written");
            }
        });
        drop(enter);
        // Outside of a runtime the process is about to end, and the ledger with it.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(write);
        }
    }
}
