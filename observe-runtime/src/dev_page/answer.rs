//! Questions to the page, and what is answered.

use super::access::Refusal;
use super::body::{Body, collect};
use super::filter::{LogFilter, RequestFilter};
use super::follow::Follow;
use super::query::Query;
use super::{PATH, Page, assets, catalogue, exporters, health, map, metrics, otlp, page, post, requests, state};
use crate::log::LogEvent;
use crate::percent;
use crate::span::{Finished, Owned, running};
use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, LOCATION, SET_COOKIE, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri};
use observe_rules::catalogue::{Kind, Record};
use serde_json::{Value, json};
use std::net::SocketAddr;

/// The longest body that is taken: a filter, or a token.
const LONGEST_BODY: usize = 8 << 10;

/// The most requests or lines of one answer, and how many where nothing is said.
const MOST: usize = 2_000;
const USUAL: usize = 500;

const ALWAYS: [(HeaderName, &str); 4] = [
    (CACHE_CONTROL, "no-store"),
    (http::header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (http::header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// What is wrong with a question: a status, and a sentence that says what to do.
type Wrong = (u16, String);

/// Whether a path is the page's, and there is one.
pub(crate) fn is_ours(path: &str) -> bool {
    let is_below = path.strip_prefix(PATH).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    is_below && page().is_some()
}

/// Answers a request for the page or for its data, from this end of its connection.
pub(crate) async fn respond<B: http_body::Body>(peer: Option<SocketAddr>, request: Request<B>) -> Response<Body> {
    let mut response = match page() {
        Some(page) => answer_of(page, peer, request).await,
        None => error(404, "there is no page: it is switched off"),
    };
    for (name, value) in ALWAYS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn answer_of<B: http_body::Body>(
    page: &'static Page,
    peer: Option<SocketAddr>,
    request: Request<B>,
) -> Response<Body> {
    let (head, body) = request.into_parts();
    let path = head.uri.path().strip_prefix(PATH).unwrap_or_default();
    if path == "/login" && head.method == Method::POST {
        return log_in(page, &head.uri, &head.headers, body).await;
    }
    let changes = head.method == Method::POST;
    if let Err(refusal) = page.access.check(peer, &head.uri, &head.headers, changes) {
        return refused(refusal, path);
    }
    page.watch();
    let api = path.strip_prefix("/api/");
    match (&head.method, api) {
        (&Method::GET | &Method::HEAD, None) => match path {
            "" => assets::page(),
            "/" => moved(),
            _ => error(404, &format!("there is nothing here; the page is at {PATH}")),
        },
        (&Method::GET | &Method::HEAD, Some(path)) => {
            read(page, path, Query(head.uri.query().unwrap_or_default())).await.unwrap_or_else(wrong)
        }
        (&Method::POST, Some(path)) => match collect(body, LONGEST_BODY).await {
            Some(body) => post::change(page, path, &body).map_or_else(wrong, |changed| answer_json(&changed)),
            None => error(413, &format!("send no more than {LONGEST_BODY} bytes")),
        },
        _ => {
            let mut response = error(405, "only GET, HEAD and POST are answered here");
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET,HEAD,POST"));
            response
        }
    }
}

async fn read(page: &'static Page, path: &str, query: Query<'_>) -> Result<Response<Body>, Wrong> {
    let asked = |sentence: String| (400, sentence);
    let limit = query.number("limit").map_err(asked)?.unwrap_or(USUAL).clamp(1, MOST);
    let after = query.number("after").map_err(asked)?.unwrap_or(0);
    let json = match path {
        "state" => state::json(page),
        "requests" => requests::json(page, after, limit, &RequestFilter::read(query).map_err(asked)?),
        "logs" => {
            let (logs, next) = state::logs(page, after, limit, &LogFilter::read(query).map_err(asked)?);
            json!({"first": page.logs.range().first, "next": next, "logs": logs})
        }
        "metrics" => metrics::json(&page.history),
        "health" => health::json().await,
        "catalogue" => {
            let seen = |record: &Record| {
                let is_seen = || page.spans.has_seen(record.text("name"), &record.file, record.line);
                (record.kind == Kind::Span).then(is_seen)
            };
            // The program's file is read.
            let catalogue = tokio::task::spawn_blocking(move || catalogue::json(&seen));
            catalogue.await.map_err(|_| (500, "the catalogue can't be read".to_owned()))?
        }
        "exporters" => exporters::json(),
        "map" => map::json(page),
        "snapshot" => return snapshot(page, query.text("signal").as_deref().unwrap_or("traces")),
        "follow" => {
            let follow = Follow::new(page, query).map_err(asked)?;
            let mut response = Response::new(Body::Lines(Box::new(follow)));
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
            return Ok(response);
        }
        _ => match path.strip_prefix("traces/") {
            Some(id) => trace(page, &percent::decoded_lossy(id))?,
            None => {
                return Err((404, "there is no such data; `docs/guide/dev-page.md` lists what there is".to_owned()));
            }
        },
    };
    Ok(answer_json(&json))
}

/// All spans of a trace, and those of it that are still open.
fn trace(page: &Page, id: &str) -> Result<Value, Wrong> {
    let is_of = |span: Finished<'_>| span.trace_id().to_string() == id;
    if id.len() != 32 {
        return Err((400, "a trace's id has 32 hexadecimal digits".to_owned()));
    }
    let spans = kept(page, is_of);
    if spans.is_empty() {
        return Err((404, "nothing of this trace is kept: it is too old, or of another process".to_owned()));
    }
    Ok(otlp::traces(&page.resource, spans.iter().map(|(span, is_open)| (span, *is_open))))
}

/// Copies of the kept and of the open spans that are wanted, and whether each is open.
fn kept(page: &Page, wanted: impl Fn(Finished<'_>) -> bool) -> Vec<(Owned, bool)> {
    let mut spans = Vec::new();
    // The open ones first: one that ends in between is there twice, and not missing.
    let open = running().into_iter().filter(|span| span.view().is_some_and(&wanted));
    let open: Vec<Owned> = open.collect();
    page.spans.each(0, |_, span| {
        if wanted(span) {
            spans.push((span.to_owned(), false));
        }
    });
    let ended: std::collections::HashSet<_> =
        spans.iter().filter_map(|(span, _)| Some(span.view()?.span_id())).collect();
    let is_open = |span: &Owned| span.view().is_some_and(|span| !ended.contains(&span.span_id()));
    spans.extend(open.into_iter().filter(is_open).map(|span| (span, true)));
    spans
}

/// All that is kept of a signal, as a file that other viewers open.
fn snapshot(page: &Page, signal: &str) -> Result<Response<Body>, Wrong> {
    let json = match signal {
        "traces" => {
            let spans = kept(page, |_| true);
            let ended = spans.iter().filter(|(_, is_open)| !is_open);
            otlp::traces(&page.resource, ended.map(|(span, _)| (span, false)))
        }
        "logs" => {
            let mut events: Vec<LogEvent> = Vec::new();
            page.logs.each(0, |_, event| events.push(event.clone()));
            otlp::logs(&page.resource, events.into_iter())
        }
        other => return Err((400, format!("there is no snapshot of `{other}`; `signal` is traces or logs"))),
    };
    let mut response = answer_json(&json);
    let name = format!("attachment; filename=\"observe-{signal}.json\"");
    if let Ok(name) = HeaderValue::try_from(name) {
        response.headers_mut().insert(CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// Gives a browser a cookie for the token.
async fn log_in<B: http_body::Body>(page: &Page, uri: &Uri, headers: &HeaderMap, body: B) -> Response<Body> {
    let body = collect(body, LONGEST_BODY).await.unwrap_or_default();
    let body = String::from_utf8_lossy(&body);
    let given = Query(&body).text("token").unwrap_or_default();
    let Some(cookie) = page.access.log_in(given.trim(), uri, headers) else { return assets::login() };
    let mut response = moved();
    let cookie = format!("{cookie}; Path={PATH}; HttpOnly; SameSite=Strict");
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}

fn refused(refusal: Refusal, path: &str) -> Response<Body> {
    match refusal {
        Refusal::Token if path.is_empty() => assets::login(),
        Refusal::Token => {
            let mut response = error(401, refusal.sentence());
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            response
        }
        _ => error(403, refusal.sentence()),
    }
}

fn moved() -> Response<Body> {
    let mut response = answer(StatusCode::SEE_OTHER, "text/plain; charset=utf-8", String::new());
    response.headers_mut().insert(LOCATION, HeaderValue::from_static(PATH));
    response
}

fn wrong((status, sentence): Wrong) -> Response<Body> {
    error(status, &sentence)
}

fn error(status: u16, sentence: &str) -> Response<Body> {
    let mut response = answer_json(&json!({"error": sentence}));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
}

fn answer_json(json: &Value) -> Response<Body> {
    answer(StatusCode::OK, "application/json", json.to_string())
}

pub(super) fn answer(status: StatusCode, media_type: &'static str, text: String) -> Response<Body> {
    let mut response = Response::new(Body::Whole(Bytes::from(text)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}
