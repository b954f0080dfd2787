//! Who sends a request, as its bearer token says.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{FromRequestParts, MatchedPath};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use observe::redact;

use crate::app::App;
use crate::audit::{Entry, Event, Outcome};
use crate::auth::{Role, is_revoked};
use crate::error::ServiceError;
use crate::store::with_store;

const NO_TOKEN: &str = "log in first: POST /login, then send its token as `authorization: Bearer …`";

const BAD_TOKEN: &str = "the token is unknown or has expired: log in again, POST /login";

/// A user who has logged in. As an argument of a handler: the request needs a token.
#[redact]
#[derive(Clone)]
pub(crate) struct Caller {
    /// The user's name. As a pseudonym it still joins what one user does.
    #[redact(hash)]
    pub(crate) user: String,
    /// What they may do.
    #[redact(clear)]
    pub(crate) role: Role,
}

/// The token of a request. As an argument of a handler: the request needs one, and it is given back, not looked at.
pub(crate) struct Token(pub(crate) String);

/// A caller who may do everything. As an argument of a handler: others are refused before their
/// body is read.
pub(crate) struct Admin(pub(crate) Caller);

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = ServiceError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ServiceError> {
        let found = match bearer_token(parts) {
            None => Err(ServiceError::Unauthorized(NO_TOKEN)),
            Some(token) => find_caller(app, token.to_owned()).await,
        };
        if let Err(error) = &found {
            // A refusal stays one, recorded or not: that it is not is counted, and somebody is called.
            let _ = app.audit.record(refused(parts, error)).await;
        }
        found
    }
}

impl FromRequestParts<Arc<App>> for Token {
    type Rejection = ServiceError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, ServiceError> {
        bearer_token(parts).map(|token| Self(token.to_owned())).ok_or(ServiceError::Unauthorized(NO_TOKEN))
    }
}

impl FromRequestParts<Arc<App>> for Admin {
    type Rejection = ServiceError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ServiceError> {
        let caller = Caller::from_request_parts(parts, app).await?;
        match caller.role {
            Role::Admin => Ok(Self(caller)),
            Role::Clinician => {
                let error = ServiceError::Forbidden("this needs the role admin");
                let _ = app.audit.record(refused(parts, &error).caller(&caller)).await;
                Err(error)
            }
        }
    }
}

/// Whose token this is. One of whom nobody can say whether it was revoked is refused.
async fn find_caller(app: &Arc<App>, token: String) -> Result<Caller, ServiceError> {
    let caller = app.sessions.caller(&token, Instant::now()).ok_or(ServiceError::Unauthorized(BAD_TOKEN))?;
    let is_revoked = with_store(Arc::clone(&app.store), move |store| is_revoked(store, &token)).await?;
    if is_revoked { Err(ServiceError::Unauthorized(BAD_TOKEN)) } else { Ok(caller) }
}

/// The record of a request that is refused.
fn refused(parts: &Parts, error: &ServiceError) -> Entry {
    let outcome = if error.status().is_client_error() { Outcome::Refused } else { Outcome::Failed };
    let route = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str);
    Entry::new(Event::Access, outcome).route(route)
}

/// The token in the request's header; the scheme's name is in any case, as RFC 9110 says.
fn bearer_token(parts: &Parts) -> Option<&str> {
    let (scheme, token) = parts.headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn token_in(header: &str) -> Option<String> {
        let (parts, ()) = Request::builder().header(AUTHORIZATION, header).body(()).unwrap().into_parts();
        bearer_token(&parts).map(str::to_owned)
    }

    #[test]
    fn tokens_are_found_in_the_header() {
        for header in ["Bearer abc", "bearer abc", "BEARER  abc "] {
            assert_eq!(token_in(header).as_deref(), Some("abc"), "{header}");
        }
        for header in ["", "abc", "Basic abc", "Bearerabc"] {
            assert_eq!(token_in(header), None, "{header}");
        }
    }
}
