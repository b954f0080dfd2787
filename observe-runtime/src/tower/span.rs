//! The server span of a request, by the OpenTelemetry semantic conventions for HTTP.

use super::client;
use super::head::Head;
use super::request_id::RequestId;
use crate::call::outcome::Outcome;
use crate::clock::Ticks;
use crate::config::{ClientAttribute, HttpServer, excluded_paths};
use crate::http::{Url, is_plain_word, shown_value};
use crate::metric::{Exemplar, HttpMethod};
use crate::propagation::extract;
use crate::redact::scrub::scrub;
use crate::span::{
    AttributeKey, Code, Declaration, Flags, OpenSpan, Parent, Saying, Site, SpanKind, Value, open_span, recorder_of,
    say_client, say_user,
};
use ::http::{Version, header};
use std::borrow::Cow;
use std::time::SystemTime;
use tracing::field::Empty;
use tracing::{Level, Span, dispatcher};

/// The longest host that is recorded: that of DNS.
const MOST_HOST: usize = 253;

/// The fields that our own recorder knows by their places.
const FIELDS: [&str; 8] = [
    "http.request.method",
    "url.scheme",
    "network.protocol.version",
    "http.route",
    "request_id",
    "http.response.status_code",
    "rpc.grpc.status_code",
    "rpc.response.status_code",
];

const METHOD: usize = 0;
const SCHEME: usize = 1;
const PROTOCOL: usize = 2;
const ROUTE: usize = 3;
const REQUEST_ID: usize = 4;
const STATUS: usize = 5;
const GRPC_NUMBER: usize = 6;
const GRPC_NAME: usize = 7;

/// At `error` level a span outlives every setting of the span level but `off`.
static SITE: Site = Site::new(
    Declaration {
        name: "request",
        kind: SpanKind::Server,
        level: Level::ERROR,
        target: module_path!(),
        code: Code::Block(module_path!()),
        file: file!(),
        line: line!(),
        fields: &FIELDS,
    },
    &SITE,
);

/// The span, and whether the request is one of those that nobody wants to see.
#[derive(Debug)]
pub(super) struct ServerSpan {
    span: Opened,
    pub(super) is_excluded: bool,
}

#[derive(Debug)]
enum Opened {
    /// Our own recorder's, with a handle of it.
    Ours(OpenSpan),
    /// That of another subscriber, which may have our layer.
    Other(Span),
    None,
}

impl ServerSpan {
    /// Opens the span of a request, below its caller's. It is to be [ended](Self::end).
    pub(super) fn open(head: Head<'_>, method: &'static str, route: Option<&str>, id: &RequestId) -> Self {
        let parent = Parent::Remote(extract(head.headers()));
        let span = match dispatcher::get_default(recorder_of) {
            Some(_) if SITE.is_unwanted() => Opened::None,
            Some(recorder) => {
                recorder.open(SITE.metadata(), SITE.kind, parent.under()).map_or(Opened::None, Opened::Ours)
            }
            None => Opened::Other(open_other(&parent)),
        };
        let opened = Self { is_excluded: excluded_paths::is_excluded(head.uri().path()), span };
        if opened.is_excluded
            && let Some(span) = opened.recorded()
        {
            span.silence();
        }
        match &opened.span {
            Opened::Ours(span) => record(*span, head, method, route, id),
            Opened::Other(span) => record_other(span, head, method, route, id),
            Opened::None => {}
        }
        opened.name(method, route);
        opened.record_settings(head);
        opened
    }

    /// The route, which may be found late, and with it the name.
    pub(super) fn named(&self, method: &'static str, route: &str) {
        match &self.span {
            Opened::Ours(span) => put(*span, ROUTE, Value::from(route)),
            Opened::Other(span) => drop(span.record(FIELDS[ROUTE], route)),
            Opened::None => {}
        }
        self.name(method, Some(route));
    }

    fn name(&self, method: &'static str, route: Option<&str>) {
        if matches!(&self.span, Opened::Ours(span) if !span.takes_fields()) {
            return;
        }
        let word = if method == "_OTHER" { "HTTP" } else { method };
        let name = route.map_or(Cow::Borrowed(word), |route| Cow::Owned([word, " ", route].concat()));
        match &self.span {
            Opened::Ours(span) => {
                // The last name counts, however many there are.
                span.put_once(AttributeKey::SpanName, || Cow::Borrowed(""), Value::from(&*name));
            }
            Opened::Other(span) => drop(span.record("otel.name", &*name)),
            Opened::None => {}
        }
    }

    /// What variables ask for, and where the request comes from.
    fn record_settings(&self, head: Head<'_>) {
        let Some(span) = self.recorded() else { return };
        if let Some(address) = client::address(head.headers(), head.extensions()) {
            say_client(span, &address);
        }
        let settings = HttpServer::chosen();
        let header = |name: &String| head.headers().get(name.as_str())?.to_str().ok();
        if let Some(user) = settings.user_header.as_ref().and_then(header).filter(|user| !user.is_empty()) {
            say_user(span, user);
        }
        let asked_for = !settings.headers.is_empty() || !settings.attributes.is_empty();
        if !asked_for || !span.takes_fields() {
            return;
        }
        for header in &settings.headers {
            if let Some(value) = head.headers().get(header.name.as_str()) {
                set(span, &header.attribute, Value::from(shown_value(&header.name, value).as_str()));
            }
        }
        for attribute in &settings.attributes {
            record_asked_for(span, *attribute, head);
        }
    }

    /// Runs something inside of the span.
    #[inline]
    pub(super) fn in_scope<R>(&self, work: impl FnOnce() -> R) -> R {
        /// Left also by a panic.
        struct Inside(OpenSpan);

        impl Drop for Inside {
            fn drop(&mut self) {
                self.0.exit();
            }
        }

        match &self.span {
            Opened::Ours(span) => {
                span.enter();
                let _inside = Inside(*span);
                work()
            }
            Opened::Other(span) => span.in_scope(work),
            Opened::None => work(),
        }
    }

    /// Records the status, of which 5xx is an error.
    pub(super) fn status(&self, status: u16, error: Option<&'static str>) {
        match &self.span {
            Opened::Ours(span) if span.takes_fields() => {
                let name = || Cow::Borrowed(FIELDS[STATUS]);
                span.put_once(AttributeKey::Field(STATUS), name, Value::U64(status.into()));
            }
            Opened::Other(span) => drop(span.record(FIELDS[STATUS], status)),
            Opened::Ours(_) | Opened::None => {}
        }
        if let Some(error) = error {
            self.fail(error);
        }
    }

    /// Records how a gRPC call ended.
    pub(super) fn grpc_status(&self, number: u64, name: &'static str) {
        match &self.span {
            Opened::Ours(span) => {
                put(*span, GRPC_NUMBER, Value::U64(number));
                put(*span, GRPC_NAME, Value::from(name));
            }
            Opened::Other(span) => {
                span.record(FIELDS[GRPC_NUMBER], number);
                span.record(FIELDS[GRPC_NAME], name);
            }
            Opened::None => {}
        }
    }

    pub(super) fn fail(&self, error: &'static str) {
        match &self.span {
            Opened::Ours(span) => {
                span.fail(None);
                span.put(AttributeKey::Text("error.type"), || Cow::Borrowed("error.type"), Value::from(error));
            }
            Opened::Other(span) => {
                span.record("otel.status_code", "ERROR");
                span.record("error.type", error);
            }
            Opened::None => {}
        }
    }

    pub(super) fn outcome(&self, outcome: Outcome<'_>) {
        match &self.span {
            Opened::Ours(span) => outcome.record_on(*span),
            Opened::Other(span) => outcome.record_on_foreign(span),
            Opened::None => {}
        }
    }

    /// The span as an example of a request that took this many seconds.
    pub(super) fn exemplar(&self, is_failure: bool, value: f64) -> Option<Exemplar> {
        let span = self.recorded()?;
        // One that may never arrive anywhere leads nobody on.
        let kept = if is_failure { Flags::SAMPLED | Flags::JUDGED } else { Flags::SAMPLED };
        let is_kept = span.slot.flags.has(kept);
        is_kept.then(|| Exemplar { trace_id: span.trace_id(), span_id: span.span_id(), value, time: SystemTime::now() })
    }

    /// Ends the span: only the first time counts.
    pub(super) fn end(&mut self, at: Ticks) {
        if let Opened::Ours(span) = std::mem::replace(&mut self.span, Opened::None) {
            span.end(at, false);
        }
    }

    /// What our own recorder has of the span.
    fn recorded(&self) -> Option<OpenSpan> {
        match &self.span {
            Opened::Ours(span) => Some(*span),
            Opened::Other(span) => span.with_subscriber(|(id, dispatch)| open_span(dispatch, id)).flatten(),
            Opened::None => None,
        }
    }
}

/// Records what nobody else knows yet. None of these texts is a client's: no need to look for anything in them.
fn record(span: OpenSpan, head: Head<'_>, method: &'static str, route: Option<&str>, id: &RequestId) {
    // In every log line of the request, recorded or not.
    span.slot.said.set(Saying::Request, id.as_str());
    if !span.takes_fields() {
        return;
    }
    span.record_at(METHOD, FIELDS[METHOD], Value::from(method));
    span.record_at(SCHEME, FIELDS[SCHEME], Value::from(scheme(head)));
    if let Some(version) = protocol_version(head.version()) {
        span.record_at(PROTOCOL, FIELDS[PROTOCOL], Value::from(version));
    }
    if let Some(route) = route {
        span.record_at(ROUTE, FIELDS[ROUTE], Value::from(route));
    }
    span.record_at(REQUEST_ID, FIELDS[REQUEST_ID], Value::from(id.as_str()));
}

#[cold]
fn open_other(parent: &Parent) -> Span {
    let span = tracing::error_span!(
        parent: parent.id(),
        "request",
        otel.name = Empty,
        otel.kind = Empty,
        http.request.method = Empty,
        url.scheme = Empty,
        network.protocol.version = Empty,
        http.route = Empty,
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
    span
}

/// The same for a span of another subscriber: not before its parent is known, on which it depends whether our layer
/// records them.
#[cold]
fn record_other(span: &Span, head: Head<'_>, method: &'static str, route: Option<&str>, id: &RequestId) {
    span.record("otel.kind", "server");
    span.record(FIELDS[METHOD], method);
    span.record(FIELDS[SCHEME], scheme(head));
    if let Some(version) = protocol_version(head.version()) {
        span.record(FIELDS[PROTOCOL], version);
    }
    if let Some(route) = route {
        span.record(FIELDS[ROUTE], route);
    }
    span.record(FIELDS[REQUEST_ID], id.as_str());
}

/// Records a value under a field of the site.
fn put(span: OpenSpan, place: usize, value: Value<'_>) {
    span.record(AttributeKey::Field(place), || Cow::Borrowed(FIELDS[place]), value);
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
