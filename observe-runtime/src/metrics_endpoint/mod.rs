//! `/metrics`: who may read it, what is answered, and a small listener for it.

mod access;
mod forwarded;
mod listener;

pub(crate) use access::REFUSED;
#[cfg(feature = "dev-page")]
pub(crate) use access::{Token, bearer};
#[cfg(feature = "dev-page")]
pub(crate) use forwarded::is_forwarded;
pub(crate) use listener::Listener;

use crate::config::{EndpointSettings, Place};
use crate::metric::{Format, exposition_as};
use access::{Access, Refusal};
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::{Response, StatusCode};
use std::net::SocketAddr;
use std::sync::OnceLock;

static CHOSEN: OnceLock<(Place, Access)> = OnceLock::new();

/// Makes these the settings of the process; only the first call counts.
pub(crate) fn choose(settings: &EndpointSettings) {
    let EndpointSettings { place, allow, token, proxies } = settings;
    let access = Access::new(allow.clone(), token.as_deref(), proxies.clone());
    let _ = CHOSEN.set((place.clone(), access));
}

fn chosen() -> &'static (Place, Access) {
    CHOSEN.get_or_init(|| (Place::default(), Access::default()))
}

/// Whether the app's own server answers `/metrics`.
#[cfg(feature = "axum")]
pub(crate) fn is_with_app() -> bool {
    chosen().0 == Place::WithApp
}

/// The answer to GET and HEAD of `/metrics`.
pub(crate) fn metrics(peer: Option<SocketAddr>, headers: &HeaderMap) -> Response<String> {
    if let Err(refusal) = chosen().1.check(peer.map(|peer| peer.ip()), headers) {
        return refused(refusal);
    }
    let accept: Vec<&str> = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
    let format = Format::negotiate(Some(&accept.join(",")));
    let mut response = answer(StatusCode::OK, format.content_type(), exposition_as(format));
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept"));
    response
}

/// Whether who asks may read metrics: the same may read why a health check fails.
#[cfg(feature = "health")]
pub(crate) fn may_read(peer: Option<SocketAddr>, headers: &HeaderMap) -> bool {
    chosen().1.check(peer.map(|peer| peer.ip()), headers).is_ok()
}

/// Whether a connection from there may be one of somebody who is answered, whatever its requests say.
fn is_near(peer: SocketAddr) -> bool {
    chosen().1.is_near(peer.ip())
}

/// Tells whoever asked nothing but that it may not.
fn refused(refusal: Refusal) -> Response<String> {
    refusal.report();
    match refusal {
        Refusal::Network => plain(StatusCode::FORBIDDEN, "forbidden\n"),
        Refusal::Token => {
            let mut response = plain(StatusCode::UNAUTHORIZED, "unauthorized\n");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            response
        }
    }
}

fn plain(status: StatusCode, text: &str) -> Response<String> {
    answer(status, "text/plain; charset=utf-8", text.to_owned())
}

fn answer(status: StatusCode, content_type: &'static str, body: String) -> Response<String> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The content type and the text for a scraper with these Accept headers.
    fn read(accept: &[&'static str]) -> (String, String) {
        let mut headers = HeaderMap::new();
        for value in accept {
            headers.append(header::ACCEPT, HeaderValue::from_static(value));
        }
        let response = metrics(Some(([127, 0, 0, 1], 1).into()), &headers);
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[header::VARY], "accept");
        let content_type = response.headers()[header::CONTENT_TYPE].to_str().unwrap().to_owned();
        (content_type, response.into_body())
    }

    #[test]
    fn metrics_are_text_unless_open_metrics_is_asked_for() {
        for accept in [&[][..], &["*/*"], &["application/json"], &["text/plain", "application/openmetrics-text;q=0.9"]]
        {
            let (content_type, text) = read(accept);
            assert_eq!(content_type, "text/plain; version=0.0.4; charset=utf-8", "{accept:?}");
            assert!(!text.contains("# EOF"), "{text}");
        }
        for accept in [
            &["application/openmetrics-text;version=1.0.0,*/*;q=0.1"][..],
            &["*/*;q=0.1", "application/openmetrics-text"],
        ] {
            let (content_type, text) = read(accept);
            assert_eq!(content_type, "application/openmetrics-text; version=1.0.0; charset=utf-8", "{accept:?}");
            assert!(text.ends_with("# EOF\n"), "{text}");
        }
    }

    #[test]
    fn a_refusal_tells_nothing() {
        let response = metrics(Some(([203, 0, 113, 9], 1).into()), &HeaderMap::new());
        assert_eq!((response.status(), response.body().as_str()), (StatusCode::FORBIDDEN, "forbidden\n"));
        assert!(crate::exposition().contains("observe_metrics_endpoint_refused_total{reason=\"network\"}"));
        let response = refused(Refusal::Token);
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "Bearer");
    }
}
