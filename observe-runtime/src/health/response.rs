//! The same answers as types of the crate `http`, for servers that speak them.

use super::{CACHE_CONTROL, answer};
use ::http::header::{ACCEPT, CACHE_CONTROL as CACHE_CONTROL_HEADER, CONTENT_TYPE, VARY};
use ::http::{HeaderMap, HeaderValue, Response, StatusCode, Uri};

/// As [`answer`] does, for a server of hyper, tonic or axum: with the status and the headers that belong to it. Needs the
/// feature `http`, which `axum` brings.
///
/// ```
/// use http::{HeaderMap, Uri};
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
/// # runtime.block_on(async {
/// let response = observe::health::respond(&Uri::from_static("/health/live"), &HeaderMap::new(), false).await;
/// assert_eq!(response.status(), 200);
/// assert_eq!(response.headers()["cache-control"], "no-store");
/// # });
/// # Ok::<(), std::io::Error>(())
/// ```
pub async fn respond(uri: &Uri, headers: &HeaderMap, from_inside: bool) -> Response<String> {
    let accept: Vec<&str> = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
    let accept = accept.join(",");
    let (status, media_type, body) = answer(uri.path(), uri.query(), Some(&accept), from_inside).await;
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in [(CONTENT_TYPE, media_type), (CACHE_CONTROL_HEADER, CACHE_CONTROL), (VARY, "accept")] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
