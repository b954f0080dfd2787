//! A stand-in for the servers of language models: it speaks as two providers do, and makes its
//! answers from the question. Nothing of it thinks, and the same question has the same answer.
//!
//! | Request | Form | Streams |
//! |---|---|---|
//! | `POST /v1/chat/completions` | as `OpenAI` | server-sent events, tokens in the last but one |
//! | `POST /api/chat` | as Ollama, which streams unless told not to | a JSON object a line, tokens in the last |
//! | `PUT /fault` | `none`, `slow`, `broken`, `cut` or `limited` | |
//!
//! A [`Fault`] is asked for by `PUT /fault` for every answer from then on, by the request header
//! `x-fault`, or by a model whose name ends with it, such as `llama3-cut`.

mod fault;
mod text;
mod wire;

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post, put};
use axum::{Json, Router};
use futures_util::stream;
use tokio::net::TcpListener;

pub use crate::fault::Fault;
use crate::text::Reply;
use crate::wire::{OLLAMA, OPENAI, Question, Wire};

/// Between two pieces of an answer.
const PAUSE: Duration = Duration::from_millis(2);

/// The same of a [`Fault::Slow`] answer.
const LONG_PAUSE: Duration = Duration::from_millis(300);

type Shared = Arc<Mutex<Option<Fault>>>;

/// Serves requests that arrive at `listener`, for ever.
///
/// # Errors
///
/// None in practice: a connection that fails ends alone.
pub async fn serve(listener: TcpListener) -> io::Result<()> {
    axum::serve(listener, router()).await
}

/// The routes, for a server of one's own.
pub fn router() -> Router {
    Router::new()
        .route("/v1/chat/completions", form(&OPENAI))
        .route("/api/chat", form(&OLLAMA))
        .route("/fault", put(set_fault))
        .with_state(Shared::default())
}

/// `PUT /fault`: what goes wrong from now on.
async fn set_fault(State(shared): State<Shared>, name: String) -> Response {
    let fault = Fault::from_name(name.trim());
    if fault.is_none() && name.trim() != "none" {
        return (StatusCode::BAD_REQUEST, "expected none, slow, broken, cut or limited\n").into_response();
    }
    *shared.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    StatusCode::NO_CONTENT.into_response()
}

/// The route on which `wire` is spoken.
fn form(wire: &'static Wire) -> MethodRouter<Shared> {
    post(move |State(shared): State<Shared>, headers: HeaderMap, body: Bytes| async move {
        answer(wire, &shared, &headers, &body)
    })
}

/// Answers a question in the form of `wire`.
fn answer(wire: &Wire, shared: &Shared, headers: &HeaderMap, body: &Bytes) -> Response {
    let question: Question = match serde_json::from_slice(body) {
        Ok(question) => question,
        Err(error) => return refuse(wire, StatusCode::BAD_REQUEST, &error.to_string()),
    };
    let everywhere = *shared.lock().unwrap_or_else(PoisonError::into_inner);
    let fault = everywhere.or_else(|| Fault::of_request(headers, &question.model));
    match fault {
        Some(Fault::Broken) => return refuse(wire, StatusCode::INTERNAL_SERVER_ERROR, "the model is broken"),
        Some(Fault::Limited) => {
            let mut response = refuse(wire, StatusCode::TOO_MANY_REQUESTS, "too many requests");
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
            return response;
        }
        Some(Fault::Slow | Fault::Cut) | None => {}
    }
    let reply = Reply::to(&question);
    let streamed = question.stream.unwrap_or(wire.streams_by_default);
    let (content_type, frames) = if streamed {
        (wire.stream_type, (wire.frames)(&reply, question.stream_options.include_usage))
    } else {
        let text = (wire.whole)(&reply).to_string();
        let (begin, end) = text.split_at(text.floor_char_boundary(text.len() / 2));
        ("application/json", vec![begin.to_owned(), end.to_owned()])
    };
    ([(CONTENT_TYPE, content_type)], send(frames, fault)).into_response()
}

/// The frames as a body, each when its time has come.
fn send(mut frames: Vec<String>, fault: Option<Fault>) -> Body {
    let pause = if fault == Some(Fault::Slow) { LONG_PAUSE } else { PAUSE };
    let cut_at = if fault == Some(Fault::Cut) { frames.len() / 2 } else { frames.len() };
    let is_cut = cut_at < frames.len();
    frames.truncate(cut_at);
    let end = is_cut.then(|| Err(io::Error::other("the stream was cut")));
    let items: Vec<io::Result<Bytes>> = frames.into_iter().map(|frame| Ok(frame.into())).chain(end).collect();
    Body::from_stream(stream::unfold(items.into_iter(), move |mut items| async move {
        tokio::time::sleep(pause).await;
        items.next().map(|item| (item, items))
    }))
}

fn refuse(wire: &Wire, status: StatusCode, message: &str) -> Response {
    (status, Json((wire.error)(message))).into_response()
}
