//! What a streamed answer has used: said once, when it is over, however it ended.

use std::future::Future;

use observe::operation::{self, StartedOperation};

use crate::catalog::Tokens;
use crate::error::ProviderError;
use crate::provider::Call;

/// A call of a model under way, and its tokens so far. Dropped, it tells the operation, which counts
/// them, and the ledger: at the end of an answer, where it is cut, and where the client goes away.
pub(crate) struct Usage {
    /// Taken where the answer ends by itself.
    operation: Option<StartedOperation>,
    call: Call,
    tokens: Tokens,
    /// Whether the provider has said how many there are.
    said: bool,
}

impl Usage {
    /// The call begins. Until the provider says more, a word is a token.
    pub(crate) fn begin(call: Call) -> Self {
        let words: usize = call.messages.iter().map(|message| message.content.split_whitespace().count()).sum();
        let tokens = Tokens { input: u32::try_from(words).unwrap_or(u32::MAX), output: 0 };
        let operation = operation::chat(call.provider().name(), call.model.name())
            .user(&call.caller.user)
            .user_type(call.caller.user_type.name())
            .streamed()
            .start();
        Self { operation: Some(operation), call, tokens, said: false }
    }

    /// Runs `work` inside of the call.
    pub(crate) async fn run<T>(&mut self, work: impl Future<Output = T>) -> T {
        match &mut self.operation {
            Some(operation) => operation.run(work).await,
            None => work.await,
        }
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

    /// The answer has ended: the tokens of it.
    pub(crate) fn end(mut self, result: Result<(), ProviderError>) -> Tokens {
        let operation = self.operation.take();
        self.tell(operation.as_ref());
        if let Some(operation) = operation {
            operation.finish(&result);
        }
        self.tokens
    }

    /// Says what the call has used. Who has answered nothing is paid nothing.
    fn tell(&self, operation: Option<&StartedOperation>) {
        let (Some(operation), true) = (operation, self.tokens.output > 0) else { return };
        let Self { call, tokens, .. } = self;
        operation.tokens(tokens.input.into(), tokens.output.into()).cost(tokens.cost(call.model), "USD");
        operation.set("chatvault.usage.estimated", !self.said);
        call.app.ledger.note(call.caller.user.clone(), call.model, *tokens);
    }
}

impl Drop for Usage {
    fn drop(&mut self) {
        // Nobody listens any more: the operation is cancelled, and has cost something all the same.
        let operation = self.operation.take();
        self.tell(operation.as_ref());
    }
}
