//! The families of requests that a server answers, and that a client sends.

use super::{Family, Group, Label, Scope, at_most, known};
use crate::bucket::{API, BYTES};
use crate::cardinality::DEFAULT_MAX_SERIES;

/// The bounds of the OpenTelemetry semantic conventions, in seconds; those of the preset `api` are among them.
pub const SECONDS: &[f64] = &[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// The most routes that have a name of their own.
pub const MOST_ROUTES: usize = 1000;
/// The most combinations of route, method and status: each is a histogram.
pub const MOST_ENDINGS: usize = DEFAULT_MAX_SERIES / (SECONDS.len() + 3);
/// The most combinations of route and method.
pub const MOST_PAIRS: usize = DEFAULT_MAX_SERIES / (BYTES.len() + 3);
/// The most kinds of errors, each of a route.
pub const MOST_ERRORS: usize = 1000;
/// The most combinations of what is said of a request that a client sends.
pub const MOST_CLIENT_REQUESTS: usize = 256;

/// Those that no route matched, and those beyond the bound, have a name besides.
const ENDPOINTS: usize = MOST_ROUTES + 2;
/// Numbers of three digits from 100 on, and `other`.
const CODES: usize = 901;

const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "OTHER"];
const SEMANTIC_METHODS: &[&str] =
    &["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "_OTHER"];
const SCHEMES: &[&str] = &["http", "https"];

const ENDING: &[Label] = &[known("method", METHODS), at_most("endpoint", ENDPOINTS), at_most("status", CODES)];
const PAIR: &[Label] = &[known("method", METHODS), at_most("endpoint", ENDPOINTS)];

/// Requests that the service answers, under the names that Prometheus' users know.
pub const HTTP: Group = Group {
    name: "http",
    scope: Scope::Service,
    families: &[
        Family::counter("http_requests_total", "HTTP requests answered", ENDING).at_most(MOST_ENDINGS),
        Family::histogram(
            "http_request_duration_seconds",
            "Duration of HTTP requests in seconds",
            ENDING,
            ("seconds", API),
        )
        .at_most(MOST_ENDINGS),
        Family::gauge("http_requests_in_progress", "HTTP requests under way", PAIR).at_most(MOST_PAIRS),
        Family::histogram(
            "http_request_size_bytes",
            "Size of the bodies of HTTP requests in bytes",
            PAIR,
            ("bytes", BYTES),
        )
        .at_most(MOST_PAIRS),
        Family::histogram(
            "http_response_size_bytes",
            "Size of the bodies of HTTP responses in bytes",
            PAIR,
            ("bytes", BYTES),
        )
        .at_most(MOST_PAIRS),
        Family::counter(
            "errors_total",
            "HTTP requests that failed in the server, by error",
            &[at_most("error_type", MOST_ERRORS), at_most("endpoint", ENDPOINTS)],
        )
        .at_most(2 * MOST_ERRORS),
    ],
};

const SEMANTIC_PAIR: &[Label] =
    &[known("http_request_method", SEMANTIC_METHODS), at_most("http_route", ENDPOINTS), known("url_scheme", SCHEMES)];

/// The same under the names of the OpenTelemetry semantic conventions. Which names a service has is chosen when it
/// starts, so no record says it.
pub const HTTP_SEMANTIC: Group = Group {
    name: "http_semantic",
    scope: Scope::Service,
    families: &[
        Family::histogram(
            "http_server_request_duration_seconds",
            "Duration of HTTP server requests.",
            &[
                known("http_request_method", SEMANTIC_METHODS),
                at_most("http_route", ENDPOINTS),
                at_most("http_response_status_code", CODES),
                known("url_scheme", SCHEMES),
                at_most("error_type", CODES),
            ],
            ("seconds", SECONDS),
        )
        .at_most(MOST_ENDINGS)
        .absolute(),
        Family::gauge("http_server_active_requests", "Number of active HTTP server requests.", SEMANTIC_PAIR)
            .at_most(MOST_PAIRS)
            .absolute(),
        Family::histogram(
            "http_server_request_body_size_bytes",
            "Size of HTTP server request bodies.",
            SEMANTIC_PAIR,
            ("bytes", BYTES),
        )
        .at_most(MOST_PAIRS)
        .absolute(),
        Family::histogram(
            "http_server_response_body_size_bytes",
            "Size of HTTP server response bodies.",
            SEMANTIC_PAIR,
            ("bytes", BYTES),
        )
        .at_most(MOST_PAIRS)
        .absolute(),
    ],
};

/// Requests that the client sends, under the names of the conventions; chosen as [`HTTP_SEMANTIC`] is.
pub const HTTP_CLIENT_SEMANTIC: Group = Group {
    name: "http_client_semantic",
    scope: Scope::Service,
    families: &[Family::histogram(
        "http_client_request_duration_seconds",
        "Duration of HTTP client requests.",
        &[
            known("http_request_method", SEMANTIC_METHODS),
            at_most("server_address", MOST_CLIENT_REQUESTS + 1),
            at_most("server_port", MOST_CLIENT_REQUESTS + 1),
            at_most("http_response_status_code", CODES),
            at_most("error_type", CODES),
        ],
        ("seconds", SECONDS),
    )
    // Beyond the bound each combination of the other labels may come once more, without an address.
    .at_most(2 * MOST_CLIENT_REQUESTS)
    .absolute()],
};
