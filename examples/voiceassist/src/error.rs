//! What can go wrong: at start, in the store, and while a request is served.

use std::error::Error;
use std::fmt;
use std::io;

use axum::Json;
use axum::http::header::WWW_AUTHENTICATE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::audit::AuditError;
use crate::auth::SecretError;

/// The service could not start or stopped early.
#[derive(Debug)]
pub(crate) enum StartError {
    /// `VOICEASSIST_ADDR` is not an address.
    Addr,
    /// `VOICEASSIST_DB` is empty.
    Database,
    /// A variable that names a file is empty.
    Empty(&'static str),
    /// `VOICEASSIST_BACKUP_SECONDS` is no number, too low or too high.
    BackupSeconds,
    /// The audit log could not be opened.
    Audit(io::Error),
    /// `VOICEASSIST_DEMO_PASSWORD` is too short or too long.
    DemoPassword,
    /// `VOICEASSIST_HASH_MEMORY_KIB` is no number, too low or too high.
    HashMemory,
    /// The demo users' passwords could not be made.
    Secret(SecretError),
    /// The demo could not begin.
    Demo(&'static str),
    /// The database could not be opened or filled.
    Store(StoreError),
    /// Telemetry could not be switched on, or the server could not serve.
    Observe(observe::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Addr => f.write_str("VOICEASSIST_ADDR must be an IP address and a port, such as 127.0.0.1:8000"),
            Self::Database => f.write_str("VOICEASSIST_DB is empty: give a path, or unset it to use memory"),
            Self::Empty(variable) => write!(f, "{variable} is empty: give a path, or unset it"),
            Self::BackupSeconds => f.write_str("VOICEASSIST_BACKUP_SECONDS must be a number from 1 to 86400"),
            Self::Audit(error) => write!(f, "cannot open the audit log (VOICEASSIST_AUDIT): {error}"),
            Self::DemoPassword => f.write_str("VOICEASSIST_DEMO_PASSWORD must have 8 to 200 bytes"),
            Self::HashMemory => f.write_str("VOICEASSIST_HASH_MEMORY_KIB must be a number from 64 to 1048576"),
            Self::Demo(reason) => write!(f, "the demo could not begin: {reason}"),
            Self::Secret(error) => error.fmt(f),
            Self::Store(error) => write!(f, "cannot open the database (VOICEASSIST_DB): {error}"),
            Self::Observe(error) => error.fmt(f),
        }
    }
}

impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Addr
            | Self::Database
            | Self::Empty(_)
            | Self::BackupSeconds
            | Self::DemoPassword
            | Self::HashMemory
            | Self::Demo(_) => None,
            Self::Audit(error) => Some(error),
            Self::Secret(error) => Some(error),
            Self::Store(error) => Some(error),
            Self::Observe(error) => Some(error),
        }
    }
}

impl From<StoreError> for StartError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<SecretError> for StartError {
    fn from(error: SecretError) -> Self {
        Self::Secret(error)
    }
}

impl From<observe::Error> for StartError {
    fn from(error: observe::Error) -> Self {
        Self::Observe(error)
    }
}

/// The store could not do what it was asked to.
#[derive(Debug)]
pub(crate) enum StoreError {
    /// Nothing in the text can be searched for.
    NoWords,
    /// An embedded note lacks its title, its topic or its text.
    BadNote(&'static str),
    /// The database was written by another version of this program.
    Version(i64),
    /// There is no vector to search among.
    NoVectors,
    /// A copy of the database could not be finished.
    Copy(io::Error),
    /// `SQLite` reported an error.
    Sqlite(rusqlite::Error),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoWords => f.write_str("the text has no words to search for"),
            Self::BadNote(name) => write!(f, "the embedded note {name} is incomplete"),
            Self::Version(version) => {
                write!(f, "the database has version {version}, which is not known here")
            }
            Self::NoVectors => f.write_str("there are no vectors"),
            Self::Copy(error) => write!(f, "the database can't be copied: {error}"),
            Self::Sqlite(error) => write!(f, "database error: {error}"),
        }
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Sqlite(error) => Some(error),
            Self::Copy(error) => Some(error),
            Self::NoWords | Self::BadNote(_) | Self::Version(_) | Self::NoVectors => None,
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// A request could not be served.
///
/// The texts sent to the client are constants, so that no part of the input comes back in an
/// error.
#[derive(Debug)]
pub(crate) enum ServiceError {
    /// The request is wrong; the text says how.
    BadInput(&'static str),
    /// Nobody has logged in, or not with this name and password.
    Unauthorized(&'static str),
    /// The user may not do this.
    Forbidden(&'static str),
    /// There is nothing to answer with.
    NotFound(&'static str),
    /// The store failed.
    Store(StoreError),
    /// A token could not be made.
    Secret(SecretError),
    /// It can't be recorded, and so is not done.
    Audit(AuditError),
    /// The task that held the store was cancelled or panicked.
    Task,
}

impl ServiceError {
    /// The status code of the response.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::BadInput(_) => StatusCode::BAD_REQUEST,
            Self::Unauthorized(_) => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Audit(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Store(_) | Self::Secret(_) | Self::Task => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The text the client gets.
    pub(crate) fn message(&self) -> &'static str {
        match self {
            Self::BadInput(message)
            | Self::Unauthorized(message)
            | Self::Forbidden(message)
            | Self::NotFound(message) => message,
            Self::Audit(_) => "this can't be recorded now, and so is not done: try again later",
            Self::Store(_) | Self::Secret(_) | Self::Task => "internal error",
        }
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadInput(_) | Self::Unauthorized(_) | Self::Forbidden(_) | Self::NotFound(_) => {
                f.write_str(self.message())
            }
            Self::Store(error) => error.fmt(f),
            Self::Secret(error) => error.fmt(f),
            Self::Audit(error) => error.fmt(f),
            Self::Task => f.write_str("a background task did not finish"),
        }
    }
}

impl Error for ServiceError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Store(error) => Some(error),
            Self::Secret(error) => Some(error),
            Self::Audit(error) => Some(error),
            Self::BadInput(_) | Self::Unauthorized(_) | Self::Forbidden(_) | Self::NotFound(_) | Self::Task => None,
        }
    }
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NoWords => Self::BadInput("the question has no words to search for"),
            error => Self::Store(error),
        }
    }
}

impl From<SecretError> for ServiceError {
    fn from(error: SecretError) -> Self {
        Self::Secret(error)
    }
}

impl From<AuditError> for ServiceError {
    fn from(error: AuditError) -> Self {
        Self::Audit(error)
    }
}

impl IntoResponse for ServiceError {
    fn into_response(self) -> Response {
        let mut response = (self.status(), Json(json!({ "error": self.message() }))).into_response();
        if let Self::Unauthorized(_) = self {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_store_is_an_internal_error_without_details() {
        let error = ServiceError::from(StoreError::from(rusqlite::Error::InvalidQuery));
        assert_eq!(error.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(error.message(), "internal error");
        assert!(error.to_string().starts_with("database error"));
        assert!(error.source().is_some());
    }

    #[test]
    fn no_words_is_the_callers_mistake() {
        let error = ServiceError::from(StoreError::NoWords);
        assert_eq!(error.status(), StatusCode::BAD_REQUEST);
    }

    #[test]
    fn who_is_not_logged_in_is_told_how() {
        let response = ServiceError::Unauthorized("log in").into_response();
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(response.headers()[WWW_AUTHENTICATE], "Bearer");
        assert_eq!(ServiceError::Forbidden("no").into_response().status(), StatusCode::FORBIDDEN);
    }

    #[test]
    fn not_found_and_task() {
        assert_eq!(ServiceError::NotFound("x").status(), StatusCode::NOT_FOUND);
        assert_eq!(ServiceError::Task.message(), "internal error");
        let response = ServiceError::Task.into_response();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    }
}
