//! The HTTP side: `POST /v1/predict` and `GET /v1/model`.

use std::sync::Arc;

use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::app::App;
use crate::error::ServiceError;
use crate::features::RANGES;
use crate::predict::{Request, predict};

/// Largest body: a patient has a few hundred bytes.
const MAX_BODY: usize = 4 * 1024;

const SHAPE: &str = "expected an object with patient_id and features; GET /v1/model lists the features";

/// The service's routes over `app`.
pub(crate) fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/v1/predict", post(predict_route).layer(DefaultBodyLimit::max(MAX_BODY)))
        .route("/v1/model", get(model_route))
        .fallback(async || ServiceError::NotFound)
        .with_state(app)
        .merge(observe::alerts::axum_routes())
        .layer(observe::axum::layer())
}

async fn predict_route(
    State(app): State<Arc<App>>,
    body: Result<Json<Request>, JsonRejection>,
) -> Result<Response, ServiceError> {
    let Json(request) = body.map_err(|error| ServiceError::BadInput(what_is_wrong(&error).to_owned()))?;
    Ok(Json(predict(&app, &request)?).into_response())
}

/// The model that predicts, and what it takes.
async fn model_route(State(app): State<Arc<App>>) -> Result<Json<Value>, ServiceError> {
    let model = app.model_for_request()?;
    let features: Vec<Value> = RANGES
        .iter()
        .zip(&model.terms)
        .map(|(range, term)| {
            json!({"name": range.name, "least": range.least, "most": range.most, "weight": term.weight})
        })
        .collect();
    Ok(Json(json!({"name": model.name, "version": model.version, "features": features})))
}

/// In words that repeat nothing of the body.
fn what_is_wrong(error: &JsonRejection) -> &'static str {
    match error {
        JsonRejection::JsonDataError(_) => SHAPE,
        JsonRejection::JsonSyntaxError(_) => "the body is not valid JSON",
        JsonRejection::MissingJsonContentType(_) => "the content type must be application/json",
        error if error.status() == StatusCode::PAYLOAD_TOO_LARGE => "the body is too large",
        _ => "the body could not be read",
    }
}
