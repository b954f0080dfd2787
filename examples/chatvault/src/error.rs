//! What can go wrong: at start, at a provider, and while a request is served.

use std::fmt;
use std::time::Duration;

use axum::Json;
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// The service could not start or stopped early.
#[derive(Debug)]
pub(crate) enum StartError {
    /// A variable has a value that is not understood: its name, and what is expected.
    Variable(&'static str, &'static str),
    /// The HTTP client could not be made.
    Client(reqwest::Error),
    /// The ledger could not be opened.
    Ledger(sqlx::Error),
    /// Telemetry could not be switched on, or the server could not serve.
    Observe(observe::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name, expected) => write!(f, "{name} must be {expected}"),
            Self::Client(error) => write!(f, "cannot make an HTTP client: {error}"),
            Self::Ledger(error) => write!(f, "cannot open the ledger (CHATVAULT_DB): {error}"),
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

/// A provider gave no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProviderError {
    /// Nobody is there, or the connection broke before the answer began.
    Unreachable,
    /// It was silent for too long.
    TimedOut,
    /// It refused.
    Status(u16),
    /// The answer ended in its middle.
    Cut,
    /// It is not in the provider's form.
    Unreadable,
}

impl fmt::Display for ProviderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable => f.write_str("the provider can't be reached"),
            Self::TimedOut => f.write_str("the provider was silent for too long"),
            Self::Status(status) => write!(f, "the provider answered with status {status}"),
            Self::Cut => f.write_str("the answer was cut"),
            Self::Unreadable => f.write_str("the answer is not in the provider's form"),
        }
    }
}

impl std::error::Error for ProviderError {}

/// A request could not be served.
#[derive(Debug)]
pub(crate) enum GatewayError {
    /// The request is wrong; the text says how.
    BadInput(&'static str),
    /// The key is missing or unknown.
    Unauthorized,
    /// The user has asked too often; when there is room again.
    LimitReached(Duration),
    /// No provider gave an answer; what the last one said.
    NoProvider(ProviderError),
    /// The ledger can't be read.
    Ledger(sqlx::Error),
}

impl fmt::Display for GatewayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadInput(message) => f.write_str(message),
            Self::Unauthorized => f.write_str("this needs a key: `authorization: Bearer …`"),
            Self::LimitReached(_) => f.write_str("too many requests: wait as long as `retry-after` says"),
            Self::NoProvider(last) => write!(f, "no provider gave an answer: {last}"),
            Self::Ledger(_) => f.write_str("internal error"),
        }
    }
}

impl std::error::Error for GatewayError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NoProvider(error) => Some(error),
            Self::Ledger(error) => Some(error),
            Self::BadInput(_) | Self::Unauthorized | Self::LimitReached(_) => None,
        }
    }
}

impl IntoResponse for GatewayError {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::BadInput(_) => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::LimitReached(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::NoProvider(ProviderError::TimedOut) => StatusCode::GATEWAY_TIMEOUT,
            Self::NoProvider(_) => StatusCode::BAD_GATEWAY,
            Self::Ledger(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let mut response = (status, Json(json!({ "error": self.to_string() }))).into_response();
        match self {
            Self::Unauthorized => {
                response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            Self::LimitReached(wait) => {
                response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait.as_secs() + 1));
            }
            _ => {}
        }
        response
    }
}
