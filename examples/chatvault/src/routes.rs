//! The HTTP side: `POST /v1/chat`, `GET /v1/models` and `GET /v1/usage`.

use std::sync::Arc;

use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};

use crate::app::App;
use crate::auth::Caller;
use crate::catalog::CATALOG;
use crate::chat;
use crate::error::GatewayError;
use crate::ledger::Used;
use crate::message::ChatRequest;

/// Largest body of a question: all its bytes as escapes, and the rest.
const MAX_BODY: usize = 1024 * 1024;

const SHAPE: &str = "expected an object with model, messages (role and content each) and optionally stream; \
     GET /v1/models lists the models";

/// The service's routes over `app`.
pub(crate) fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/v1/chat", post(ask).layer(DefaultBodyLimit::max(MAX_BODY)))
        .route("/v1/models", get(|| async { Json(&CATALOG[..]) }))
        .route("/v1/usage", get(usage))
        .with_state(app)
        .layer(observe::axum::layer())
}

/// `POST /v1/chat`: an answer of a model, whole or as server-sent events.
async fn ask(
    State(app): State<Arc<App>>,
    caller: Caller,
    body: Result<Json<ChatRequest>, JsonRejection>,
) -> Result<Response, GatewayError> {
    app.limits.check(&caller)?;
    let Ok(Json(request)) = body else { return Err(GatewayError::BadInput(SHAPE)) };
    request.check()?;
    if request.stream {
        let body = chat::stream_answer(&app, caller, request).await?;
        return Ok(([(CONTENT_TYPE, "text/event-stream")], body).into_response());
    }
    Ok(Json(chat::answer(&app, caller, request).await?).into_response())
}

/// `GET /v1/usage`: what the caller has used of each model.
async fn usage(State(app): State<Arc<App>>, caller: Caller) -> Result<Json<Vec<Used>>, GatewayError> {
    app.ledger.sum(&caller.user).await.map(Json).map_err(GatewayError::Ledger)
}
