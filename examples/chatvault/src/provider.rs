//! A call of one provider: the whole answer at once, or in pieces.

use std::sync::Arc;

use futures_util::Stream;
use futures_util::stream::try_unfold;
use observe::{Calls, metered, metric, traced};
use reqwest::Response;
use reqwest::header::CONTENT_TYPE;

use crate::app::App;
use crate::auth::Caller;
use crate::catalog::{Model, Provider, Tokens};
use crate::error::ProviderError;
use crate::message::Message;
use crate::usage::Usage;

/// Longest line of a stream, in bytes.
const MAX_LINE: usize = 1 << 20;

/// Calls of language models.
#[metric(
    name = "model_request",
    labels(model, provider),
    duration = "ai_request_duration_seconds",
    in_progress = off,
    buckets = ai,
)]
static MODEL_REQUESTS: Calls<(Model, Provider)>;

/// What is asked of a provider.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) app: Arc<App>,
    pub(crate) caller: Caller,
    pub(crate) model: Model,
    pub(crate) messages: Arc<[Message]>,
}

/// What comes back.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// The next words.
    Text(String),
    /// The end, and what all of it took.
    End(Tokens),
}

impl Call {
    fn provider(&self) -> Provider {
        self.model.entry().provider
    }

    fn usage(&self) -> Usage {
        Usage::begin(&self.app.ledger, &self.caller, self.model, &self.messages)
    }

    async fn send(&self, stream: bool) -> Result<Response, ProviderError> {
        let form = self.model.entry().form;
        let url = format!("{}{}", self.app.urls.of(self.provider()), form.path());
        let body = form.body(self.model, &self.messages, stream);
        let request = self.app.client.post(url).header(CONTENT_TYPE, "application/json").body(body);
        let response = request.send().await.map_err(|error| match error {
            reqwest_middleware::Error::Reqwest(error) => failure(&error, ProviderError::Unreachable),
            reqwest_middleware::Error::Middleware(_) => ProviderError::Unreachable,
        })?;
        match response.status().as_u16() {
            200 => Ok(response),
            status => Err(ProviderError::Status(status)),
        }
    }
}

/// What a client's error means: silence, or `otherwise`.
fn failure(error: &reqwest::Error, otherwise: ProviderError) -> ProviderError {
    if error.is_timeout() { ProviderError::TimedOut } else { otherwise }
}

/// The whole answer of a model, and its tokens.
#[traced(
    name = "chat completion",
    kind = client,
    fields(
        gen_ai.operation.name = "chat",
        gen_ai.provider.name = call.provider(),
        gen_ai.request.model = call.model,
        gen_ai.streamed = false,
        gen_ai.user_type = call.caller.user_type,
        user.hash = hash(&call.caller.user),
        gen_ai.usage.input_tokens = observe::Empty,
        gen_ai.usage.output_tokens = observe::Empty,
        gen_ai.usage.cost = observe::Empty,
        chatvault.usage.estimated = observe::Empty,
    ),
)]
#[metered(into = MODEL_REQUESTS, labels(model: Model = call.model, provider: Provider = call.provider()))]
pub(crate) async fn complete(call: Call) -> Result<(String, Tokens), ProviderError> {
    let mut usage = call.usage();
    let body = call.send(false).await?.text().await.map_err(|error| failure(&error, ProviderError::Cut))?;
    let (text, tokens) = call.model.entry().form.read_whole(&body).ok_or(ProviderError::Unreadable)?;
    usage.said(tokens);
    Ok((text, tokens))
}

/// The answer of a model in pieces. It is sent for when the first piece is asked for; the call lasts
/// until the stream ends, fails, or is dropped by somebody who no longer listens.
#[traced(
    name = "chat completion stream",
    kind = client,
    fields(
        gen_ai.operation.name = "chat",
        gen_ai.provider.name = call.provider(),
        gen_ai.request.model = call.model,
        gen_ai.streamed = true,
        gen_ai.user_type = call.caller.user_type,
        user.hash = hash(&call.caller.user),
        gen_ai.usage.input_tokens = observe::Empty,
        gen_ai.usage.output_tokens = observe::Empty,
        gen_ai.usage.cost = observe::Empty,
        chatvault.usage.estimated = observe::Empty,
    ),
)]
#[metered(into = MODEL_REQUESTS, labels(model: Model = call.model, provider: Provider = call.provider()))]
pub(crate) fn stream(call: Call) -> impl Stream<Item = Result<Piece, ProviderError>> + Send + 'static {
    try_unfold(State::Unsent(call), |state| async move {
        let mut reading = match state {
            State::Unsent(call) => {
                let usage = call.usage();
                Box::new(Reading { response: call.send(true).await?, buffer: Vec::new(), usage, call })
            }
            State::Reading(reading) => reading,
            State::Ended => return Ok(None),
        };
        Ok(Some(match reading.next_piece().await? {
            Some(text) => (Piece::Text(text), State::Reading(reading)),
            None => (Piece::End(reading.usage.tokens()), State::Ended),
        }))
    })
}

/// Where a stream is.
enum State {
    Unsent(Call),
    Reading(Box<Reading>),
    Ended,
}

/// An answer under way.
struct Reading {
    call: Call,
    response: Response,
    /// What of it has come and was not read yet.
    buffer: Vec<u8>,
    usage: Usage,
}

impl Reading {
    /// The next words; `None` at the end.
    async fn next_piece(&mut self) -> Result<Option<String>, ProviderError> {
        loop {
            let line = self.next_line().await?;
            let line = self.call.model.entry().form.read_line(&line).ok_or(ProviderError::Unreadable)?;
            if let Some(tokens) = line.tokens {
                self.usage.said(tokens);
            }
            if !line.text.is_empty() {
                self.usage.piece();
                return Ok(Some(line.text));
            }
            if line.is_last {
                return Ok(None);
            }
        }
    }

    async fn next_line(&mut self) -> Result<String, ProviderError> {
        loop {
            if let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.buffer.drain(..=end).collect();
                return String::from_utf8(line)
                    .map(|line| line.trim().to_owned())
                    .map_err(|_| ProviderError::Unreadable);
            }
            if self.buffer.len() > MAX_LINE {
                return Err(ProviderError::Unreadable);
            }
            let chunk = self.response.chunk().await.map_err(|error| failure(&error, ProviderError::Cut))?;
            // The end of the connection is not the end of an answer.
            self.buffer.extend_from_slice(&chunk.ok_or(ProviderError::Cut)?);
        }
    }
}
