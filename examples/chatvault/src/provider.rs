//! A call of one provider: the whole answer at once, or in pieces.

use std::sync::Arc;

use futures_util::Stream;
use futures_util::stream::try_unfold;
use observe::{operation, traced};
use reqwest::Response;
use reqwest::header::CONTENT_TYPE;

use crate::app::App;
use crate::auth::Caller;
use crate::catalog::{Model, Provider, Tokens};
use crate::error::ProviderError;
use crate::message::Message;
use crate::usage::Usage;
use crate::wire::{Form, Line};

/// Longest line of a stream, in bytes.
const MAX_LINE: usize = 1 << 20;

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
    /// Who runs the model.
    pub(crate) fn provider(&self) -> Provider {
        self.model.entry().provider
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

/// A whole answer, and what it took.
pub(crate) struct Completion {
    pub(crate) text: String,
    pub(crate) tokens: Tokens,
    pub(crate) cost: f64,
}

/// Tokens and cost of a call are counted by what it returns.
impl operation::Usage for Completion {
    fn input_tokens(&self) -> u64 {
        self.tokens.input.into()
    }

    fn output_tokens(&self) -> u64 {
        self.tokens.output.into()
    }

    fn cost(&self) -> Option<(f64, &str)> {
        Some((self.cost, "USD"))
    }
}

/// The whole answer of a model.
#[traced(
    name = "chat completion",
    chat(
        provider = call.provider(),
        model = call.model,
        user_type = call.caller.user_type,
        user = &call.caller.user,
    ),
)]
pub(crate) async fn complete(call: Call) -> Result<Completion, ProviderError> {
    let body = call.send(false).await?.text().await.map_err(|error| failure(&error, ProviderError::Cut))?;
    let (text, tokens) = call.model.entry().form.read_whole(&body).ok_or(ProviderError::Unreadable)?;
    call.app.ledger.note(call.caller.user.clone(), call.model, tokens);
    Ok(Completion { text, tokens, cost: tokens.cost(call.model) })
}

/// The answer of a model in pieces. It is sent for when the first piece is asked for; the call lasts
/// until the stream ends, fails, or is dropped by somebody who no longer listens.
pub(crate) fn stream(call: Call) -> impl Stream<Item = Result<Piece, ProviderError>> + Send + 'static {
    try_unfold(State::Unsent(call), |state| async move {
        let (mut usage, mut reading) = match state {
            State::Unsent(call) => {
                let form = call.model.entry().form;
                let mut usage = Usage::begin(call.clone());
                match usage.run(call.send(true)).await {
                    Ok(response) => (usage, Box::new(Reading { form, response, buffer: Vec::new() })),
                    Err(error) => return fail(usage, error),
                }
            }
            State::Reading(usage, reading) => (usage, reading),
            State::Ended => return Ok(None),
        };
        loop {
            let line = match usage.run(reading.next_line()).await {
                Ok(line) => line,
                Err(error) => return fail(usage, error),
            };
            if let Some(tokens) = line.tokens {
                usage.said(tokens);
            }
            if !line.text.is_empty() {
                usage.piece();
                return Ok(Some((Piece::Text(line.text), State::Reading(usage, reading))));
            }
            if line.is_last {
                return Ok(Some((Piece::End(usage.end(Ok(()))), State::Ended)));
            }
        }
    })
}

/// Ends a call that has failed.
fn fail<T>(usage: Usage, error: ProviderError) -> Result<T, ProviderError> {
    usage.end(Err(error));
    Err(error)
}

/// Where a stream is.
enum State {
    Unsent(Call),
    Reading(Usage, Box<Reading>),
    Ended,
}

/// An answer under way.
struct Reading {
    form: Form,
    response: Response,
    /// What of it has come and was not read yet.
    buffer: Vec<u8>,
}

impl Reading {
    async fn next_line(&mut self) -> Result<Line, ProviderError> {
        loop {
            if let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.buffer.drain(..=end).collect();
                let line = std::str::from_utf8(&line).ok().and_then(|line| self.form.read_line(line.trim()));
                return line.ok_or(ProviderError::Unreadable);
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
