//! What can go wrong: at the start, and while a request is served.

use std::fmt;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use observe::Label;
use serde_json::json;

/// A service that could not start; the text says why.
pub(crate) type StartError = Box<dyn std::error::Error + Send + Sync>;

/// A request that could not be served.
///
/// What the client gets are constants, so that no part of the input comes back in an error. Which one it was is a
/// label, and its text is not.
#[derive(Label, Debug)]
#[label(ignore_data)]
pub(crate) enum ServiceError {
    /// The request is wrong; the text says how.
    BadInput(&'static str),
    /// Nobody has logged in, or not with this name and password.
    Unauthorized(&'static str),
    /// The bank, or a limit, refused the payment.
    PaymentRefused(&'static str),
    /// There is no such thing.
    NotFound(&'static str),
    /// It was done before, or there is no room for it.
    Conflict(&'static str),
    /// Another service does not answer.
    Unavailable(&'static str),
    /// Something failed in here; the text is for the log.
    Internal(String),
}

impl ServiceError {
    fn status(&self) -> StatusCode {
        match self {
            Self::BadInput(_) => StatusCode::BAD_REQUEST,
            Self::Unauthorized(_) => StatusCode::UNAUTHORIZED,
            Self::PaymentRefused(_) => StatusCode::PAYMENT_REQUIRED,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Unavailable(_) => StatusCode::BAD_GATEWAY,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn message(&self) -> &'static str {
        match self {
            Self::BadInput(message)
            | Self::Unauthorized(message)
            | Self::PaymentRefused(message)
            | Self::NotFound(message)
            | Self::Conflict(message)
            | Self::Unavailable(message) => message,
            Self::Internal(_) => "internal error",
        }
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Internal(how) => f.write_str(how),
            error => f.write_str(error.message()),
        }
    }
}

impl std::error::Error for ServiceError {}

impl From<sqlx::Error> for ServiceError {
    fn from(error: sqlx::Error) -> Self {
        Self::Internal(format!("database: {error}"))
    }
}

/// In words that repeat nothing of the body.
impl From<JsonRejection> for ServiceError {
    fn from(error: JsonRejection) -> Self {
        Self::BadInput(match error {
            JsonRejection::JsonDataError(_) => "a part of the body is missing, unknown or of the wrong type",
            JsonRejection::JsonSyntaxError(_) => "the body is not valid JSON",
            JsonRejection::MissingJsonContentType(_) => "the content type must be application/json",
            _ => "the body could not be read, or is too large",
        })
    }
}

impl IntoResponse for ServiceError {
    fn into_response(self) -> Response {
        (self.status(), Json(json!({ "error": self.message() }))).into_response()
    }
}
