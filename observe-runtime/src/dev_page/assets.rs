//! The page itself: HTML, style and script as one text without anything from elsewhere.

use super::body::Body;
use http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use http::{Response, StatusCode};

const PAGE: &str = include_str!("page/page.html");
const LOGIN: &str = include_str!("page/login.html");
const STYLE: &str = include_str!("page/page.css");

/// The files of `page/order.txt`, in that order.
const SCRIPT: &str = concat!(
    include_str!("page/dom.js"),
    include_str!("page/format.js"),
    include_str!("page/hidden.js"),
    include_str!("page/api.js"),
    include_str!("page/poll.js"),
    include_str!("page/route.js"),
    include_str!("page/rows.js"),
    include_str!("page/feed.js"),
    include_str!("page/toolbar.js"),
    include_str!("page/requests.js"),
    include_str!("page/otlp.js"),
    include_str!("page/timeline.js"),
    include_str!("page/waterfall.js"),
    include_str!("page/detail.js"),
    include_str!("page/copy.js"),
    include_str!("page/trace.js"),
    include_str!("page/chart.js"),
    include_str!("page/metrics.js"),
    include_str!("page/series.js"),
    include_str!("page/level.js"),
    include_str!("page/logs.js"),
    include_str!("page/health.js"),
    include_str!("page/catalogue.js"),
    include_str!("page/exporters.js"),
    include_str!("page/map.js"),
    include_str!("page/header.js"),
    include_str!("page/keys.js"),
    include_str!("page/main.js"),
);

/// The page.
pub(super) fn page() -> Response<Body> {
    html(StatusCode::OK, PAGE)
}

/// The form that asks for the token.
pub(super) fn login() -> Response<Body> {
    html(StatusCode::UNAUTHORIZED, LOGIN)
}

/// Fills a template. Only what bears the nonce of this one answer runs, whatever stands in the data.
fn html(status: StatusCode, template: &str) -> Response<Body> {
    let nonce = nonce();
    let text = template.replace("{{style}}", STYLE).replace("{{script}}", SCRIPT).replace("{{nonce}}", &nonce);
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; \
         img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'"
    );
    let mut response = super::answer::answer(status, "text/html; charset=utf-8", text);
    if let Ok(policy) = HeaderValue::try_from(policy) {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// A text that nobody can guess.
fn nonce() -> String {
    let mut bytes = [0; 16];
    if getrandom::fill(&mut bytes).is_err() {
        // No entropy from the system: the standard library's seeds still differ between processes.
        bytes.fill_with(|| fastrand::u8(..));
    }
    format!("{:032x}", u128::from_be_bytes(bytes))
}
