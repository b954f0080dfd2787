//! The REST interface: routes for an axum service.

use super::counters::COUNTS;
use super::history;
use super::kinds::Channels;
use super::manager::{Manager, State};
use super::message::safe_key;
use super::token::Role;
use super::{Alert, Channel, EventType, Fate, Severity};
use ::axum::Json;
use ::axum::Router;
use ::axum::body::Bytes;
use ::axum::extract::{DefaultBodyLimit, Request};
use ::axum::http::{HeaderMap, StatusCode, header};
use ::axum::middleware::{self, Next};
use ::axum::response::{IntoResponse, Response};
use ::axum::routing::{get, post};
use serde_json::{Map, Value, json};

/// The largest body, in bytes.
const LARGEST_BODY: usize = 64 << 10;

/// What is wrong with a request, for whoever made it.
struct Refusal(StatusCode, String);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "error": self.1 }))).into_response()
    }
}

type Answer = Result<(StatusCode, Json<Value>), Refusal>;

/// The REST interface of alerts, under `/v1/alerting`, to be merged into a service's routes. `observe::axum::serve` has
/// them already.
///
/// Every request needs `Authorization: Bearer` with `OBSERVE_ALERT_TOKEN` or `OBSERVE_ALERT_ADMIN_TOKEN`; where
/// neither is set, all of it is answered with 404. The guide's page on alerts describes each route.
///
/// ```
/// let app = axum::Router::<()>::new().merge(observe::alerts::axum_routes());
/// ```
pub fn axum_routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/v1/alerting/send", post(send))
        .route("/v1/alerting/test", post(test))
        .route("/v1/alerting/stats", get(async || ok(stats(&Manager::of_process().lock()))))
        .route("/v1/alerting/clear-history", post(clear_history))
        .route(
            "/v1/alerting/event-types",
            get(async || ok(json!({ "event_types": EventType::ALL.map(EventType::name) }))),
        )
        .route("/v1/alerting/severities", get(async || ok(severities(&Manager::of_process().lock()))))
        .route("/v1/alerting/pagerduty/resolve", post(resolve_at_pagerduty))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .route_layer(middleware::from_fn(authorize))
}

/// Whether there is an interface: without a token there is none.
pub(crate) fn has_tokens() -> bool {
    Manager::of_process().lock().tokens.any()
}

/// Lets those through who have a token, and says which role it has.
async fn authorize(mut request: Request, next: Next) -> Response {
    match role_of(request.headers()) {
        Ok(role) => {
            request.extensions_mut().insert(Allowed(role));
            next.run(request).await
        }
        Err(refusal) => {
            let challenge = refusal.0 == StatusCode::UNAUTHORIZED;
            let mut response = refusal.into_response();
            if challenge {
                response.headers_mut().insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Bearer"));
            }
            response
        }
    }
}

/// The role of whoever asks.
#[derive(Clone, Copy)]
struct Allowed(Role);

fn role_of(headers: &HeaderMap) -> Result<Role, Refusal> {
    let state = Manager::of_process().lock();
    if !state.tokens.any() {
        return Err(Refusal(StatusCode::NOT_FOUND, "not found".to_owned()));
    }
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token =
        given.and_then(|given| given.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    token.and_then(|(_, token)| state.tokens.role_of(token.trim())).ok_or_else(|| {
        let what = "send the header `Authorization: Bearer TOKEN` with the token of this service";
        Refusal(StatusCode::UNAUTHORIZED, what.to_owned())
    })
}

fn ok(value: Value) -> (StatusCode, Json<Value>) {
    (StatusCode::OK, Json(value))
}

fn accepted(key: &str, fate: Fate) -> (StatusCode, Json<Value>) {
    (StatusCode::ACCEPTED, Json(json!({ "status": fate.name(), "dedup_key": key })))
}

async fn send(body: Bytes) -> Answer {
    let alert = alert(&object(&body)?)?;
    let (key, fate) = Manager::of_process().send(alert);
    Ok(accepted(&key, fate))
}

async fn test(body: Bytes) -> Answer {
    let body = object(&body)?;
    only(&body, &["channel", "severity"])?;
    let severity = if body.contains_key("severity") {
        one_of(&body, "severity", Severity::from_name, &Severity::names())?
    } else {
        Severity::Info
    };
    let channel = one_of(&body, "channel", Channel::from_name, &Channel::names())?;
    let manager = Manager::of_process();
    if !manager.lock().outboxes.iter().any(|outbox| outbox.channel == channel) {
        let what = format!("the channel `{channel}` is not set up; its settings are on the configuration page");
        return Err(Refusal(StatusCode::CONFLICT, what));
    }
    let alert = Alert::new(EventType::Custom, severity, format!("a test alert for {channel}"));
    let alert = alert.details("Nothing is wrong: somebody tries the way that alerts take.");
    let (key, fate) = manager.send_to(alert, Channels::default().with(channel));
    Ok(accepted(&key, fate))
}

async fn clear_history(::axum::Extension(Allowed(role)): ::axum::Extension<Allowed>) -> Answer {
    if role < Role::Superuser {
        let what = "this takes the token of a superuser, which is set by OBSERVE_ALERT_ADMIN_TOKEN";
        return Err(Refusal(StatusCode::FORBIDDEN, what.to_owned()));
    }
    Ok(ok(json!({ "cleared": Manager::of_process().lock().history.clear() })))
}

async fn resolve_at_pagerduty(body: Bytes) -> Answer {
    let body = object(&body)?;
    only(&body, &["dedup_key"])?;
    let key = text(&body, "dedup_key")?.filter(|key| !key.is_empty());
    let key = key.ok_or_else(|| bad("`dedup_key` is missing: name the key that the alert was sent with"))?;
    let manager = Manager::of_process();
    // What is open here ends everywhere. Anything else PagerDuty may know of all the same.
    let is_open = manager.lock().incidents.open(key).is_some();
    let is_sent = if is_open { manager.resolve(key) } else { manager.lock().resolve_elsewhere(safe_key(key)) };
    if !is_sent {
        let what = "nobody was told: PagerDuty is not set up (OBSERVE_PAGERDUTY_KEY), or its queue is full";
        return Err(Refusal(StatusCode::CONFLICT, what.to_owned()));
    }
    Ok((StatusCode::ACCEPTED, Json(json!({ "status": "sent", "dedup_key": safe_key(key) }))))
}

fn severities(state: &State) -> Value {
    let all = Severity::ALL.map(|severity| {
        json!({ "severity": severity.name(), "rate_limit_seconds": state.windows.limit(severity).as_secs_f64() })
    });
    json!({ "severities": all })
}

fn stats(state: &State) -> Value {
    let count = |has: &dyn Fn(&history::Past) -> bool| state.history.all().filter(|past| has(past)).count();
    let by_severity: Map<String, Value> = Severity::ALL
        .map(|severity| (severity.name().to_owned(), count(&|past| past.severity == severity).into()))
        .into_iter()
        .collect();
    let by_event_type: Map<String, Value> = EventType::ALL
        .map(|event_type| (event_type.name().to_owned(), count(&|past| past.event_type == event_type).into()))
        .into_iter()
        .collect();
    let channels: Map<String, Value> = state
        .outboxes
        .iter()
        .map(|outbox| {
            let (queued, is_failing) = outbox.load();
            let mut one = counted(COUNTS.of_channel(outbox.channel));
            one["queued"] = queued.into();
            one["failing"] = is_failing.into();
            (outbox.channel.name().to_owned(), one)
        })
        .collect();
    json!({
        "enabled": state.is_on,
        "channels": channels,
        "open": state.incidents.count_open(),
        "history": { "size": count(&|_| true), "capacity": history::MOST },
        "by_severity": by_severity,
        "by_event_type": by_event_type,
        "suppressed": counted(COUNTS.suppressed()),
        "lost": counted(COUNTS.lost()),
    })
}

fn counted<const N: usize>(counts: [(&'static str, u64); N]) -> Value {
    counts.into_iter().map(|(name, count)| (name.to_owned(), Value::from(count))).collect::<Map<_, _>>().into()
}

/// The alert that a body describes.
fn alert(body: &Map<String, Value>) -> Result<Alert, Refusal> {
    only(body, &["event_type", "severity", "summary", "details", "metadata", "dedup_key", "links"])?;
    let event_type = one_of(body, "event_type", EventType::from_name, &EventType::names())?;
    let severity = one_of(body, "severity", Severity::from_name, &Severity::names())?;
    let summary = text(body, "summary")?.filter(|summary| !summary.trim().is_empty());
    let mut alert = Alert::new(
        event_type,
        severity,
        summary.ok_or_else(|| bad("`summary` is missing: say in a sentence what is wrong"))?,
    );
    if let Some(details) = text(body, "details")? {
        alert = alert.details(details);
    }
    if let Some(key) = text(body, "dedup_key")? {
        if key.is_empty() {
            return Err(bad("`dedup_key` is empty: leave it out, or name one"));
        }
        alert = alert.dedup_key(key);
    }
    match body.get("metadata") {
        None | Some(Value::Null) => {}
        Some(Value::Object(metadata)) => {
            for (name, value) in metadata {
                // Other values than text are shown as the JSON that they are.
                alert = match value {
                    Value::String(text) => alert.metadata(name, text),
                    other => alert.metadata(name, other),
                };
            }
        }
        Some(_) => return Err(bad("`metadata` is no object: send names with values, such as {\"region\": \"eu\"}")),
    }
    links(body, alert)
}

fn links(body: &Map<String, Value>, mut alert: Alert) -> Result<Alert, Refusal> {
    let wrong = || bad("`links` is no list of {\"href\": \"https://…\", \"text\": \"…\"}");
    let links = match body.get("links") {
        None | Some(Value::Null) => return Ok(alert),
        Some(links) => links.as_array().ok_or_else(wrong)?,
    };
    for link in links {
        let href = link.get("href").and_then(Value::as_str).ok_or_else(wrong)?;
        alert = alert.link(href, link.get("text").and_then(Value::as_str).unwrap_or_default());
    }
    Ok(alert)
}

fn bad(what: impl Into<String>) -> Refusal {
    Refusal(StatusCode::BAD_REQUEST, what.into())
}

fn object(body: &Bytes) -> Result<Map<String, Value>, Refusal> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(bad("the body is no JSON object")),
        // Where it is wrong, and nothing of what stands there.
        Err(error) => Err(bad(format!("the body is no JSON: line {}, column {}", error.line(), error.column()))),
    }
}

/// Refuses what is not read: a word that is misspelt would be lost without a word.
fn only(body: &Map<String, Value>, known: &[&str]) -> Result<(), Refusal> {
    match body.keys().find(|key| !known.contains(&key.as_str())) {
        None => Ok(()),
        Some(_) => Err(bad(format!("there is a key that is not known; accepted: {}", known.join(", ")))),
    }
}

fn text<'a>(body: &'a Map<String, Value>, key: &str) -> Result<Option<&'a str>, Refusal> {
    match body.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(bad(format!("`{key}` is no text"))),
    }
}

fn one_of<T>(
    body: &Map<String, Value>,
    key: &str,
    read: impl Fn(&str) -> Option<T>,
    names: &str,
) -> Result<T, Refusal> {
    let found = text(body, key)?.and_then(read);
    found.ok_or_else(|| bad(format!("`{key}` is missing or not known; accepted: {names}")))
}
