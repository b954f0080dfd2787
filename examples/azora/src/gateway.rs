//! The gateway: the one service that the outside sees. It finds out who asks, and forwards.

use std::sync::Arc;

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::routing::{get, post};
use observe::axum::RequestId;
use serde::Deserialize;

use crate::error::{ServiceError, StartError};
use crate::role::Role;
use crate::upstream::{Reply, USER, Upstream};

/// Largest body that is passed on.
const MAX_BODY: usize = 16 * 1024;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The services behind it.
struct Gateway {
    auth: Upstream,
    education: Upstream,
    pay: Upstream,
}

/// Who a token belongs to.
#[derive(Deserialize)]
struct Session {
    user: String,
}

/// The gateway's routes.
pub(crate) fn router() -> Result<Router, StartError> {
    let gateway = Gateway {
        auth: Upstream::of(Role::Auth)?,
        education: Upstream::of(Role::Education)?,
        pay: Upstream::of(Role::Pay)?,
    };
    Ok(Router::new()
        .route(
            "/v1/login",
            post(async |State(to): State<Arc<Gateway>>, request| forward(&to.auth, None, request).await),
        )
        .route(
            "/v1/courses",
            get(async |State(to): State<Arc<Gateway>>, request| forward(&to.education, None, request).await),
        )
        .route(
            "/v1/enrolments",
            post(async |State(to): State<Arc<Gateway>>, request| forward(&to.education, Some(&to.auth), request).await),
        )
        .route(
            "/v1/payments",
            post(async |State(to): State<Arc<Gateway>>, request| forward(&to.pay, Some(&to.auth), request).await),
        )
        .fallback(async || ServiceError::NotFound("no such route"))
        .with_state(Arc::new(gateway)))
}

/// Passes a request on, with nothing of its headers but what is known to be needed. Where `auth` is given, only for
/// somebody who has logged in there.
async fn forward(to: &Upstream, auth: Option<&Upstream>, request: Request) -> Result<Reply, ServiceError> {
    let (parts, body) = request.into_parts();
    let mut headers = HeaderMap::new();
    // One id for what all services say about this request.
    if let Some(id) = parts.extensions.get::<RequestId>().and_then(|id| HeaderValue::from_str(id.as_str()).ok()) {
        headers.insert(REQUEST_ID, id);
    }
    if let Some(auth) = auth {
        let user = user_of(auth, headers.clone(), parts.headers.get(AUTHORIZATION)).await?;
        headers.insert(USER, user);
    }
    let body = to_bytes(body, MAX_BODY).await.map_err(|_| ServiceError::BadInput("the body is too large"))?;
    to.send(parts.method, parts.uri.path(), headers, body).await
}

/// The user whose token this is.
async fn user_of(
    auth: &Upstream,
    mut headers: HeaderMap,
    token: Option<&HeaderValue>,
) -> Result<HeaderValue, ServiceError> {
    const LOG_IN: ServiceError =
        ServiceError::Unauthorized("log in first: POST /v1/login, and send its token as `authorization: Bearer …`");
    headers.insert(AUTHORIZATION, token.ok_or(LOG_IN)?.clone());
    let reply = auth.send(Method::GET, "/v1/session", headers, Bytes::new()).await?;
    if reply.status == StatusCode::UNAUTHORIZED {
        return Err(LOG_IN);
    }
    let session: Option<Session> = serde_json::from_slice(&reply.body).ok();
    let user = session.and_then(|session| HeaderValue::from_str(&session.user).ok());
    user.ok_or_else(|| ServiceError::Internal("auth gave an answer that is none".to_owned()))
}
