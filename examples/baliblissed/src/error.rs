//! What can go wrong: at start, at the model, and while a request is served.

use std::fmt;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// The service could not start or stopped early.
#[derive(Debug)]
pub(crate) enum StartError {
    /// A variable has a value that is not understood: its name, and what is expected.
    Variable(&'static str, &'static str),
    /// The HTTP client could not be made.
    Client(reqwest::Error),
    /// The embedded offers can't be read.
    Offers(serde_json::Error),
    /// Telemetry could not be switched on, or the server could not serve.
    Observe(observe::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name, expected) => write!(f, "{name} must be {expected}"),
            Self::Client(error) => write!(f, "cannot make an HTTP client: {error}"),
            Self::Offers(error) => write!(f, "the embedded offers can't be read: {error}"),
            Self::Observe(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for StartError {}

impl From<observe::Error> for StartError {
    fn from(error: observe::Error) -> Self {
        Self::Observe(error)
    }
}

/// The model gave no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ModelError {
    /// Nobody is there, or the answer did not come to its end.
    Unreachable,
    /// It refused.
    Status(u16),
    /// The answer is not in its form.
    Unreadable,
}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable => f.write_str("the model can't be reached"),
            Self::Status(status) => write!(f, "the model answered with status {status}"),
            Self::Unreadable => f.write_str("the model's answer can't be read"),
        }
    }
}

impl std::error::Error for ModelError {}

/// A request could not be served. No part of the input is repeated.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ServiceError {
    /// The request is wrong; the text says how.
    BadInput(&'static str),
    /// There is nothing of that name.
    NotFound(&'static str),
    /// There is no room for more.
    Full,
    /// The model failed just now.
    Model(ModelError),
    /// It has failed so often that it is not asked.
    BreakerOpen,
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadInput(message) | Self::NotFound(message) => f.write_str(message),
            Self::Full => f.write_str("too many letters are waiting: write again tomorrow"),
            Self::Model(error) => write!(f, "no itinerary: {error}"),
            Self::BreakerOpen => f.write_str("no itinerary: the model has a pause; ask again soon"),
        }
    }
}

impl std::error::Error for ServiceError {}

impl IntoResponse for ServiceError {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::BadInput(_) => StatusCode::BAD_REQUEST,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Model(_) => StatusCode::BAD_GATEWAY,
            Self::Full | Self::BreakerOpen => StatusCode::SERVICE_UNAVAILABLE,
        };
        (status, Json(json!({ "error": self.to_string() }))).into_response()
    }
}
