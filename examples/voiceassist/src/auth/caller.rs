//! Who sends a request, as its bearer token says.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use observe::redact;

use crate::app::App;
use crate::auth::Role;
use crate::error::ServiceError;

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

/// A caller who may do everything. As an argument of a handler: others are refused before their
/// body is read.
pub(crate) struct Admin(pub(crate) Caller);

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = ServiceError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ServiceError> {
        let token = bearer_token(parts).ok_or(ServiceError::Unauthorized(NO_TOKEN))?;
        app.sessions.caller(token, Instant::now()).ok_or(ServiceError::Unauthorized(BAD_TOKEN))
    }
}

impl FromRequestParts<Arc<App>> for Admin {
    type Rejection = ServiceError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ServiceError> {
        let caller = Caller::from_request_parts(parts, app).await?;
        match caller.role {
            Role::Admin => Ok(Self(caller)),
            Role::Clinician => Err(ServiceError::Forbidden("this needs the role admin")),
        }
    }
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
