//! A request that can't be served.

use std::fmt;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::model_file::LoadError;

/// Why there is no answer. No text repeats any of the input.
#[derive(Debug)]
pub(crate) enum ServiceError {
    /// The request is wrong; the text says how.
    BadInput(String),
    /// There is no such route.
    NotFound,
    /// There is no model to predict with.
    NoModel(LoadError),
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadInput(how) => f.write_str(how),
            Self::NotFound => f.write_str("no such route"),
            Self::NoModel(_) => f.write_str("no model is loaded"),
        }
    }
}

impl std::error::Error for ServiceError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NoModel(error) => Some(error),
            Self::BadInput(_) | Self::NotFound => None,
        }
    }
}

impl IntoResponse for ServiceError {
    fn into_response(self) -> Response {
        let status = match self {
            Self::BadInput(_) => StatusCode::BAD_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::NoModel(_) => StatusCode::SERVICE_UNAVAILABLE,
        };
        (status, Json(json!({ "error": self.to_string() }))).into_response()
    }
}
