//! The server span of a request, by the OpenTelemetry semantic conventions for HTTP.

use super::client;
use super::head::Head;
use super::request_id::RequestId;
use crate::call::outcome::Outcome;
use crate::config::{ClientAttribute, HttpServer, excluded_paths};
use crate::http::{Url, is_plain_word, shown_value};
use crate::metric::{Exemplar, HttpMethod};
use crate::propagation::extract;
use crate::redact::scrub::scrub;
use crate::span::{AttributeKey, CurrentSpan, Flags, OpenSpan, Parent, Value, open_span};
use ::http::{Version, header};
use std::borrow::Cow;
use std::time::SystemTime;
use tracing::Span;
use tracing::field::Empty;

/// The longest host that is recorded: that of DNS.
const MOST_HOST: usize = 253;

/// The span, and whether the request is one of those that nobody wants to see.
#[derive(Debug)]
pub(super) struct ServerSpan {
    span: Span,
    pub(super) is_excluded: bool,
}

impl ServerSpan {
    /// Opens the span of a request, below its caller's.
    pub(super) fn open(head: Head<'_>, method: &'static str, route: Option<&str>, id: &RequestId) -> Self {
        let parent = Parent::Remote(extract(head.headers()));
        // At `error` level a span outlives every setting of the span level but `off`.
        let span = tracing::error_span!(
            parent: parent.id(),
            "request",
            otel.name = Empty,
            otel.kind = Empty,
            http.request.method = Empty,
            http.route = Empty,
            url.scheme = Empty,
            network.protocol.version = Empty,
            request_id = Empty,
            http.response.status_code = Empty,
            rpc.grpc.status_code = Empty,
            rpc.response.status_code = Empty,
            otel.status_code = Empty,
            error.type = Empty,
            error.message = Empty,
            outcome = Empty,
        );
        parent.adopt(&span);
        let opened = Self { is_excluded: excluded_paths::is_excluded(head.uri().path()), span };
        if opened.is_excluded
            && let Some(span) = opened.recorded()
        {
            span.silence();
        }
        // Not before: it depends on the caller's trace whether they are recorded.
        opened.record(head, method, route, id);
        opened
    }

    fn record(&self, head: Head<'_>, method: &'static str, route: Option<&str>, id: &RequestId) {
        let span = &self.span;
        span.record("otel.kind", "server");
        span.record("http.request.method", method);
        self.named(method, route);
        span.record("url.scheme", scheme(head));
        if let Some(version) = protocol_version(head.version()) {
            span.record("network.protocol.version", version);
        }
        // In every log line of the request, recorded or not.
        span.record("request_id", id.as_str());
        if let Some(address) = client::address(head.headers(), head.extensions()) {
            CurrentSpan::of(span).set_client(address);
        }
        let settings = HttpServer::chosen();
        let header = |name: &String| head.headers().get(name.as_str())?.to_str().ok();
        if let Some(user) = settings.user_header.as_ref().and_then(header).filter(|user| !user.is_empty()) {
            CurrentSpan::of(span).set_user(user);
        }
        if settings.headers.is_empty() && settings.attributes.is_empty() {
            return;
        }
        let Some(recorded) = self.recorded().filter(|span| span.takes_fields()) else { return };
        for header in &settings.headers {
            if let Some(value) = head.headers().get(header.name.as_str()) {
                set(recorded, &header.attribute, Value::from(shown_value(&header.name, value).as_str()));
            }
        }
        for attribute in &settings.attributes {
            record_asked_for(recorded, *attribute, head);
        }
    }

    /// Gives the span the name that its route has, which may be found late.
    pub(super) fn named(&self, method: &'static str, route: Option<&str>) {
        let word = if method == "_OTHER" { "HTTP" } else { method };
        match route {
            Some(route) => {
                self.span.record("http.route", route);
                self.span.record("otel.name", format!("{word} {route}"));
            }
            None => drop(self.span.record("otel.name", word)),
        }
    }

    pub(super) fn in_scope<R>(&self, work: impl FnOnce() -> R) -> R {
        self.span.in_scope(work)
    }

    /// Records the status, of which 5xx is an error.
    pub(super) fn status(&self, status: u16, error: Option<&'static str>) {
        self.span.record("http.response.status_code", status);
        if let Some(error) = error {
            self.fail(error);
        }
    }

    /// Records how a gRPC call ended.
    pub(super) fn grpc_status(&self, number: u64, name: &'static str) {
        self.span.record("rpc.grpc.status_code", number);
        self.span.record("rpc.response.status_code", name);
    }

    pub(super) fn fail(&self, error: &'static str) {
        self.span.record("otel.status_code", "ERROR");
        self.span.record("error.type", error);
    }

    pub(super) fn outcome(&self, outcome: Outcome<'_>) {
        outcome.record_on_foreign(&self.span);
    }

    /// The span as an example of a request that took this many seconds.
    pub(super) fn exemplar(&self, is_failure: bool, value: f64) -> Option<Exemplar> {
        let span = self.recorded()?;
        // One that may never arrive anywhere leads nobody on.
        let kept = if is_failure { Flags::SAMPLED | Flags::JUDGED } else { Flags::SAMPLED };
        let is_kept = span.slot.flags.has(kept);
        is_kept.then(|| Exemplar { trace_id: span.trace_id(), span_id: span.span_id(), value, time: SystemTime::now() })
    }

    /// What our own recorder has of the span.
    fn recorded(&self) -> Option<OpenSpan> {
        self.span.with_subscriber(|(id, dispatch)| open_span(dispatch, id)).flatten()
    }
}

/// The method as an attribute.
pub(super) fn method_attribute(method: HttpMethod, label: &'static str) -> &'static str {
    if method == HttpMethod::Other { "_OTHER" } else { label }
}

/// Where the URI says it, as that of HTTP/2 does; a client that invents one invents nothing else by it.
pub(super) fn scheme(head: Head<'_>) -> &'static str {
    if head.uri().scheme_str() == Some("https") { "https" } else { "http" }
}

fn protocol_version(version: Version) -> Option<&'static str> {
    [(Version::HTTP_11, "1.1"), (Version::HTTP_2, "2"), (Version::HTTP_10, "1.0"), (Version::HTTP_3, "3")]
        .into_iter()
        .find_map(|(known, text)| (known == version).then_some(text))
}

fn set(span: OpenSpan, name: &'static str, value: Value<'_>) {
    span.record(AttributeKey::Text(name), || Cow::Borrowed(name), value);
}

/// Records what the client has chosen, as it may be seen.
#[cold]
fn record_asked_for(span: OpenSpan, attribute: ClientAttribute, head: Head<'_>) {
    match attribute {
        ClientAttribute::Method => {
            let method = head.method().as_str();
            if HttpMethod::from(method) == HttpMethod::Other && is_plain_word(method) {
                set(span, "http.request.method_original", Value::from(method));
            }
        }
        ClientAttribute::ServerAddress => {
            let host = head.headers().get(header::HOST).and_then(|host| host.to_str().ok()?.parse().ok());
            let Some(authority) = head.uri().authority().cloned().or(host) else { return };
            if authority.host().len() <= MOST_HOST {
                set(span, "server.address", Value::from(&*scrub(authority.host())));
            }
            if let Some(port) = authority.port_u16() {
                set(span, "server.port", Value::U64(u64::from(port)));
            }
        }
        ClientAttribute::Path => set(span, "url.path", Value::from(Url::new(head.uri().path()).to_string().as_str())),
        ClientAttribute::Query => {
            if let Some(query) = head.uri().query() {
                let shown = Url::new(format_args!("?{query}")).to_string();
                set(span, "url.query", Value::from(shown.trim_start_matches('?')));
            }
        }
        ClientAttribute::UserAgent => {
            if let Some(agent) = head.headers().get(header::USER_AGENT) {
                set(span, "user_agent.original", Value::from(shown_value("user-agent", agent).as_str()));
            }
        }
    }
}
