//! Calls of one service to another.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use observe::health::Check;
use observe::health::checks;
use observe::reqwest::UrlTemplate;
use reqwest_middleware::ClientWithMiddleware;

use crate::error::{ServiceError, StartError};
use crate::role::Role;

/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Who asks, as the gateway has found out. The services behind it listen where only it can reach them.
pub(crate) const USER: HeaderName = HeaderName::from_static("x-azora-user");

/// Another service.
pub(crate) struct Upstream {
    role: Role,
    url: String,
    client: ClientWithMiddleware,
}

/// What it answered.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) body: Bytes,
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        (self.status, [(CONTENT_TYPE, HeaderValue::from_static("application/json"))], self.body).into_response()
    }
}

impl Upstream {
    /// The service of this role: where its variable says, or on this machine.
    pub(crate) fn of(role: Role) -> Result<Self, StartError> {
        let url = std::env::var(role.url_variable()).unwrap_or_else(|_| format!("http://{}", role.default_addr()));
        if !url.starts_with("http://") {
            return Err(format!("{} must be a URL such as http://127.0.0.1:8021", role.url_variable()).into());
        }
        let client = reqwest::Client::builder().timeout(TIMEOUT).build()?;
        let client = observe::reqwest::middleware().provider(role.service()).client(client);
        Ok(Self { role, url: url.trim_end_matches('/').to_owned(), client })
    }

    /// Whether it answers. Without it, the service does less.
    pub(crate) fn check(&self) -> Check {
        checks::http(self.role.name(), format!("{}/health/live", self.url))
    }

    /// Sends a request with these headers and this body, in the trace of whoever sends it.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &'static str,
        mut headers: HeaderMap,
        body: Bytes,
    ) -> Result<Reply, ServiceError> {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let request = self.client.request(method, format!("{}{path}", self.url)).headers(headers).body(body);
        let request = request.with_extension(UrlTemplate(path));
        let response = request.send().await.map_err(|_| self.unavailable())?;
        let status = response.status();
        Ok(Reply { status, body: response.bytes().await.map_err(|_| self.unavailable())? })
    }

    fn unavailable(&self) -> ServiceError {
        ServiceError::Unavailable(match self.role {
            Role::Gateway => "the gateway does not answer",
            Role::Auth => "nobody can log in at the moment",
            Role::Education => "there are no courses at the moment",
            Role::Pay => "nothing can be paid at the moment",
        })
    }
}
