//! The gateway: the one service that the outside sees. It finds out who asks, and forwards.

use std::sync::Arc;

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::routing::{MethodFilter, on};
use observe::axum::RequestId;
use observe::health;
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

/// For whom a route is.
enum Who {
    Anybody,
    /// Those who have logged in.
    Users,
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
    for service in [&gateway.auth, &gateway.education, &gateway.pay] {
        health::register(service.check()).keep();
    }
    Ok([
        passed_on(MethodFilter::POST, "/v1/login", |gateway| (&gateway.auth, Who::Anybody)),
        passed_on(MethodFilter::GET, "/v1/courses", |gateway| (&gateway.education, Who::Anybody)),
        passed_on(MethodFilter::POST, "/v1/enrolments", |gateway| (&gateway.education, Who::Users)),
        passed_on(MethodFilter::POST, "/v1/payments", |gateway| (&gateway.pay, Who::Users)),
    ]
    .into_iter()
    .fold(Router::new(), Router::merge)
    .fallback(async || ServiceError::NotFound("no such route"))
    .with_state(Arc::new(gateway)))
}

/// The route of a request that another service answers, under the same path.
fn passed_on(method: MethodFilter, path: &'static str, to: fn(&Gateway) -> (&Upstream, Who)) -> Router<Arc<Gateway>> {
    let forward = async move |State(gateway): State<Arc<Gateway>>, request: Request| {
        let (service, who) = to(&gateway);
        forward(service, path, matches!(who, Who::Users).then_some(&gateway.auth), request).await
    };
    Router::new().route(path, on(method, forward))
}

/// Passes a request on, with nothing of its headers but what is known to be needed. Where `auth` is given, only for
/// somebody who has logged in there.
async fn forward(
    to: &Upstream,
    path: &'static str,
    auth: Option<&Upstream>,
    request: Request,
) -> Result<Reply, ServiceError> {
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
    to.send(parts.method, path, headers, body).await
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
