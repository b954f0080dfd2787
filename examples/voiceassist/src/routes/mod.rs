//! The HTTP side: `POST /login`, `POST /logout`, `POST /ask`, `POST /documents` and `GET /topics`.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use observe::metered;

use crate::app::App;
use crate::auth::{Admin, Caller, LoggedIn, Login, Token, log_in, log_out};
use crate::error::ServiceError;
use crate::model::{Answer, Document, Question, Stored, TopicCount};
use crate::{answer, documents};

/// Largest body of a log-in: a name and a password, each byte written as an escape.
const MAX_LOGIN_BODY: usize = 4 * 1024;

/// Largest body of a question: 2000 characters, each written as an escape, and the rest.
const MAX_QUESTION_BODY: usize = 64 * 1024;

/// Largest body of a document: 200 kB, each byte written as an escape, and the rest.
const MAX_DOCUMENT_BODY: usize = 1280 * 1024;

const LOGIN_SHAPE: &str = "expected an object with user and password";

const QUESTION_SHAPE: &str = "expected an object with id and text, and optionally topic and \
     patient (name, mrn, phone, birth_date); GET /topics lists the topics";

const DOCUMENT_SHAPE: &str = "expected an object with title, topic and text; GET /topics lists the topics";

/// The service's routes over `app`.
pub(crate) fn router(app: Arc<App>) -> Router {
    let login = post(login).layer(DefaultBodyLimit::max(MAX_LOGIN_BODY));
    let ask = post(ask).layer(DefaultBodyLimit::max(MAX_QUESTION_BODY));
    let add = post(add).layer(DefaultBodyLimit::max(MAX_DOCUMENT_BODY));
    Router::new()
        .route("/login", login)
        .route("/logout", post(logout))
        .route("/ask", ask)
        .route("/documents", add)
        .route("/topics", get(topics))
        .fallback(unknown_route)
        .with_state(app)
        .layer(from_fn(serve))
        .layer(observe::axum::layer())
}

/// Serves a request. Requests themselves are counted and timed by the layer around this.
#[metered(name = "active_request", calls = off, duration = off, in_progress = "active_connections")]
async fn serve(request: Request, next: Next) -> Response {
    next.run(request).await
}

/// `POST /login`: a token for a name and a password.
async fn login(
    State(app): State<Arc<App>>,
    body: Result<Json<Login>, JsonRejection>,
) -> Result<Json<LoggedIn>, ServiceError> {
    let login = accept(body, LOGIN_SHAPE)?;
    login.check()?;
    log_in(app, login).await.map(Json)
}

/// `POST /logout`: the token can't be used any more.
async fn logout(State(app): State<Arc<App>>, caller: Caller, token: Token) -> Result<StatusCode, ServiceError> {
    log_out(app, caller, token).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /ask`: answers a question of somebody who has logged in.
async fn ask(
    State(app): State<Arc<App>>,
    caller: Caller,
    body: Result<Json<Question>, JsonRejection>,
) -> Result<Json<Answer>, ServiceError> {
    let question = accept(body, QUESTION_SHAPE)?;
    answer::answer(app, caller, question).await.map(Json)
}

/// `POST /documents`: stores a further document, for an admin.
async fn add(
    State(app): State<Arc<App>>,
    Admin(caller): Admin,
    body: Result<Json<Document>, JsonRejection>,
) -> Result<(StatusCode, Json<Stored>), ServiceError> {
    let document = accept(body, DOCUMENT_SHAPE)?;
    let stored = documents::add_document(app, caller, document).await?;
    Ok((StatusCode::CREATED, Json(stored)))
}

/// `GET /topics`: the topics and how many passages there are of each. Open to everybody.
async fn topics(State(app): State<Arc<App>>) -> Result<Json<Vec<TopicCount>>, ServiceError> {
    documents::count_topics(Arc::clone(&app.store)).await.map(Json)
}

/// Every other path.
async fn unknown_route() -> ServiceError {
    ServiceError::NotFound("no such route")
}

/// The value of a body, or an error that says what is wrong and repeats nothing of it.
fn accept<T>(body: Result<Json<T>, JsonRejection>, shape: &'static str) -> Result<T, ServiceError> {
    let message = match body {
        Ok(Json(value)) => return Ok(value),
        Err(JsonRejection::JsonDataError(_)) => shape,
        Err(JsonRejection::JsonSyntaxError(_)) => "the body is not valid JSON",
        Err(JsonRejection::MissingJsonContentType(_)) => "the content type must be application/json",
        Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => "the body is too large",
        Err(_) => "the body could not be read",
    };
    Err(ServiceError::BadInput(message))
}
