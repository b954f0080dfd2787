//! The HTTP side: `GET /v1/offers`, `POST /v1/itinerary`, `POST /v1/contact` and `DELETE /v1/contact/{reference}`.

use std::sync::Arc;

use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::app::App;
use crate::contact::Letter;
use crate::error::ServiceError;
use crate::itinerary::{self, Itinerary, Wish};
use crate::offers::Destination;

/// Largest body: all bytes of a letter as escapes, and the rest.
const MAX_BODY: usize = 128 * 1024;

const WISH_SHAPE: &str = "expected an object with destination, days and wishes";
const LETTER_SHAPE: &str = "expected an object with name, email, message, consent and optionally phone";
const DESTINATIONS: &str = "expected ?destination= ubud, amed, canggu or munduk";

/// The service's routes over `app`.
pub(crate) fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/v1/offers", get(offers))
        .route("/v1/itinerary", post(write_itinerary))
        .route("/v1/contact", post(contact))
        .route("/v1/contact/{reference}", delete(delete_contact))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(app)
        .layer(observe::axum::layer())
}

/// `GET /v1/offers?destination=ubud`.
async fn offers(State(app): State<Arc<App>>, uri: Uri) -> Result<Response, ServiceError> {
    // The names are plain words: one that is percent-encoded is none of them.
    let mut pairs = uri.query().unwrap_or_default().split('&');
    let name = pairs.find_map(|pair| pair.strip_prefix("destination="));
    let destination = name.and_then(Destination::from_name).ok_or(ServiceError::BadInput(DESTINATIONS))?;
    let json = app.offers.search(&app.cache, destination).await?;
    Ok(([(CONTENT_TYPE, "application/json")], json).into_response())
}

/// `POST /v1/itinerary`.
async fn write_itinerary(
    State(app): State<Arc<App>>,
    body: Result<Json<Wish>, JsonRejection>,
) -> Result<Json<Itinerary>, ServiceError> {
    let Ok(Json(wish)) = body else { return Err(ServiceError::BadInput(WISH_SHAPE)) };
    itinerary::write(&app, wish).await.map(Json)
}

/// `POST /v1/contact`.
async fn contact(
    State(app): State<Arc<App>>,
    body: Result<Json<Letter>, JsonRejection>,
) -> Result<(StatusCode, Json<Value>), ServiceError> {
    let Ok(Json(letter)) = body else { return Err(ServiceError::BadInput(LETTER_SHAPE)) };
    let reference = app.contacts.receive(letter)?;
    Ok((StatusCode::CREATED, Json(json!({ "reference": reference }))))
}

/// `DELETE /v1/contact/{reference}`.
async fn delete_contact(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
) -> Result<StatusCode, ServiceError> {
    app.contacts.delete(&reference).map(|()| StatusCode::NO_CONTENT)
}
