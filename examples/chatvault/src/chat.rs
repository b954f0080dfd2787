//! An answer from whichever provider gives one: the one of the model that is asked for, else the next.

use std::sync::Arc;

use axum::body::Body;
use futures_util::{Stream, StreamExt as _, stream};
use observe::{Counter, metric, traced};
use serde::Serialize;
use serde_json::json;

use crate::app::App;
use crate::auth::Caller;
use crate::catalog::{Model, Provider, Tokens};
use crate::error::{GatewayError, ProviderError};
use crate::message::ChatRequest;
use crate::provider::{self, Call, Completion, Piece};

/// Questions that the next provider had to answer, by the one that failed.
#[metric(labels(provider))]
static MODEL_FALLBACKS_TOTAL: Counter<Provider>;

/// A whole answer.
#[derive(Debug, Serialize)]
pub(crate) struct Answer {
    /// The model that gave it, which may be another one than was asked for.
    model: Model,
    provider: Provider,
    text: String,
    tokens: Tokens,
    cost_usd: f64,
}

/// The models to ask, in order, each as a call.
fn calls(app: &Arc<App>, caller: Caller, request: ChatRequest) -> impl Iterator<Item = Call> {
    let first = Call { app: Arc::clone(app), caller, model: request.model, messages: request.messages.into() };
    std::iter::successors(Some(first), |call| Some(Call { model: call.model.entry().fallback?, ..call.clone() }))
}

/// Says that a provider has failed, and what becomes of that.
fn failed(call: &Call, error: ProviderError) {
    let (model, entry) = (call.model.name(), call.model.entry());
    tracing::warn!(model, provider = entry.provider.name(), %error, "a model gave no answer");
    if entry.fallback.is_some() {
        MODEL_FALLBACKS_TOTAL.with(entry.provider).inc();
    }
}

/// The whole answer to `request`.
#[traced(name = "chat", fields(caller, request))]
pub(crate) async fn answer(app: &Arc<App>, caller: Caller, request: ChatRequest) -> Result<Answer, GatewayError> {
    let mut last = ProviderError::Unreachable;
    for call in calls(app, caller.clone(), request) {
        match provider::complete(call.clone()).await {
            Ok(Completion { text, tokens, cost }) => {
                return Ok(Answer { model: call.model, provider: call.provider(), text, tokens, cost_usd: cost });
            }
            Err(error) => {
                failed(&call, error);
                last = error;
            }
        }
    }
    Err(GatewayError::NoProvider(last))
}

/// The answer to `request` as server-sent events. A provider that fails before its first words is
/// replaced by the next; one that fails later ends the answer with an event that says so.
#[traced(name = "chat", fields(caller, request))]
pub(crate) async fn stream_answer(app: &Arc<App>, caller: Caller, request: ChatRequest) -> Result<Body, GatewayError> {
    let mut last = ProviderError::Unreachable;
    for call in calls(app, caller.clone(), request) {
        let mut pieces = Box::pin(provider::stream(call.clone()));
        match pieces.next().await {
            Some(Err(error)) => {
                failed(&call, error);
                last = error;
            }
            first => return Ok(events(call.model, stream::iter(first).chain(pieces))),
        }
    }
    Err(GatewayError::NoProvider(last))
}

/// Pieces as events.
fn events<S>(model: Model, pieces: S) -> Body
where
    S: Stream<Item = Result<Piece, ProviderError>> + Send + 'static,
{
    let event = move |piece: Result<Piece, ProviderError>| {
        let event = match piece {
            Ok(Piece::Text(text)) => format!("data: {}\n\n", json!({ "text": text })),
            Ok(Piece::End(tokens)) => {
                let (provider, cost) = (model.entry().provider, tokens.cost(model));
                let end = json!({"model": model, "provider": provider, "tokens": tokens, "cost_usd": cost});
                format!("event: done\ndata: {end}\n\n")
            }
            Err(error) => format!("event: error\ndata: {}\n\n", json!({ "error": error.to_string() })),
        };
        Ok::<_, std::convert::Infallible>(event)
    };
    Body::from_stream(pieces.map(event))
}
