//! One request under way: from its head to the last byte of its answer.

use super::grpc::GrpcStatus;
use super::head::Head;
use super::lines;
use super::request_id::{HEADER, RequestId};
use super::requests::{Begun, Ended, Route, requests};
use super::span::{ServerSpan, method_attribute, scheme};
use crate::call::outcome::Outcome;
use crate::clock::Ticks;
use crate::config::{HttpServer, RequestLines};
use crate::metric::{HttpMethod, HttpStatus, Label};
use ::http::response::Parts;
use ::http::{HeaderMap, StatusCode, header};
use http_body::Body;

/// What nginx calls "client closed request"; there is no registered status for it.
const CLIENT_CLOSED: u16 = 499;
const SERVER_ERROR: u16 = 500;

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// All of the answer was handed out.
    Done,
    /// The service failed without an answer.
    Failed,
    /// The body failed in the middle.
    Broken,
    /// The service or the body panicked.
    Panicked,
    /// Nobody waited any longer.
    Cancelled,
}

/// See the module. Dropped unfinished, it still is counted.
#[derive(Debug)]
pub(super) struct UnderWay {
    span: ServerSpan,
    id: RequestId,
    method: HttpMethod,
    route: Route,
    /// `None` where metrics were switched off when it began.
    begun: Option<Begun>,
    start: Ticks,
    /// Bytes of the request's body, where they are known in advance.
    received: Option<u64>,
    /// The answer's head, once it is there.
    answer: Option<Answer>,
    /// Whether the service or the body runs: then only a panic drops the request.
    running: bool,
    done: bool,
}

#[derive(Clone, Copy, Debug)]
struct Answer {
    status: u16,
    /// Bytes that were handed out.
    sent: u64,
    /// How many there will be, where that is known.
    expected: Option<u64>,
    has_body: bool,
    grpc: Option<GrpcStatus>,
}

impl UnderWay {
    /// Begins a request, with its line.
    pub(super) fn begin(head: Head<'_>, route: Option<&str>, received: Option<u64>) -> Self {
        let start = Ticks::now();
        let method = HttpMethod::from(head.method());
        let id = RequestId::from_headers(head.headers());
        let known = route.map_or(Route::UNMATCHED, |route| requests().route(route));
        // As the label has it: the first thousand, and looked at.
        let name = route.map(|_| known.text());
        let span = ServerSpan::open(head, method_attribute(method, label(method)), name, &id);
        let begun = requests().begin(known, method, scheme(head) == "https");
        let new =
            Self { span, id, method, route: known, begun, start, received, answer: None, running: false, done: false };
        new.log_start()
    }

    pub(super) fn id(&self) -> &RequestId {
        &self.id
    }

    /// Runs a part of the service inside of the request.
    pub(super) fn run<R>(&mut self, work: impl FnOnce() -> R) -> R {
        self.running = true;
        let result = self.span.in_scope(work);
        self.running = false;
        result
    }

    /// The head of the answer is there. `found` is the route that a layer inside has found.
    pub(super) fn answered(&mut self, parts: &mut Parts, found: Option<&str>, body: &impl Body) {
        if let Some(found) = found {
            self.route = requests().route(found);
            self.span.named(method_attribute(self.method, label(self.method)), self.route.text());
        }
        if let Some(value) = self.id.header_value() {
            parts.headers.insert(HEADER, value);
        }
        let status = parts.status;
        self.span.status(status.as_u16(), error_of(status.as_u16()));
        let said = || parts.headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok();
        self.answer = Some(Answer {
            status: status.as_u16(),
            sent: 0,
            expected: body.size_hint().exact().or_else(said),
            has_body: self.method != HttpMethod::Head && !is_bodiless(status),
            grpc: None,
        });
        if is_grpc(&parts.headers) {
            self.trailers(&parts.headers);
        }
    }

    pub(super) fn has_body(&self) -> bool {
        self.answer.is_some_and(|answer| answer.has_body)
    }

    pub(super) fn add_sent(&mut self, bytes: usize) {
        if let Some(answer) = &mut self.answer {
            answer.sent = answer.sent.saturating_add(bytes as u64);
        }
    }

    /// What stands behind the body: of gRPC the status of the call.
    pub(super) fn trailers(&mut self, trailers: &HeaderMap) {
        if let Some(status) = GrpcStatus::of(trailers)
            && let Some(answer) = &mut self.answer
        {
            answer.grpc = Some(status);
            self.span.grpc_status(status.number(), status.name());
            if status.is_error() {
                self.span.fail(status.name());
            }
        }
    }

    /// Ends the request: only the first time counts.
    pub(super) fn finish(&mut self, ending: Ending) {
        if std::mem::replace(&mut self.done, true) {
            return;
        }
        let at = Ticks::now();
        let nanos = at.nanos_since(self.start);
        let (status, error) = self.verdict(ending);
        if let Some(begun) = self.begun {
            let sent = self.answer.map(|answer| answer.sent);
            let ended = Ended { route: self.route, status, error, nanos, at, received: self.received, sent };
            requests().end(begun, &ended, |seconds| self.span.exemplar(error.is_some(), seconds));
        }
        self.record(ending, status, error);
        self.log_end(ending, status, nanos);
        self.span.end(at);
    }

    /// The status that counts, and the kind of error.
    fn verdict(&self, ending: Ending) -> (u16, Option<&'static str>) {
        match (ending, self.answer) {
            (Ending::Done, Some(Answer { status, grpc, .. })) => {
                (status, error_of(status).or_else(|| grpc.filter(|code| code.is_error()).map(GrpcStatus::name)))
            }
            (Ending::Cancelled, _) => (CLIENT_CLOSED, None),
            (Ending::Panicked, _) => (SERVER_ERROR, Some("panic")),
            (Ending::Broken, _) => (SERVER_ERROR, Some("response_body")),
            (Ending::Failed | Ending::Done, _) => (SERVER_ERROR, error_of(SERVER_ERROR)),
        }
    }

    fn record(&self, ending: Ending, status: u16, error: Option<&'static str>) {
        // What was sent stays on the span.
        if self.answer.is_none() {
            self.span.status(status, None);
        }
        match ending {
            Ending::Done => {}
            Ending::Cancelled => self.span.outcome(Outcome::Cancelled),
            Ending::Panicked => self.span.outcome(Outcome::Panicked),
            Ending::Failed | Ending::Broken => {
                let error_type = error.unwrap_or_default();
                self.span.outcome(Outcome::Error { error_type, message: None, label: 0 });
            }
        }
    }

    fn log_start(self) -> Self {
        if HttpServer::chosen().lines == RequestLines::Both && !self.span.is_excluded {
            self.span.in_scope(|| lines::started(label(self.method), self.route.text()));
        }
        self
    }

    fn log_end(&self, ending: Ending, status: u16, nanos: u64) {
        if HttpServer::chosen().lines == RequestLines::Off || self.span.is_excluded {
            return;
        }
        let outcome = match ending {
            Ending::Done => None,
            Ending::Cancelled => Some("cancelled"),
            Ending::Panicked => Some("panicked"),
            Ending::Failed | Ending::Broken => Some("error"),
        };
        self.span.in_scope(|| lines::done(label(self.method), self.route.text(), status, nanos, outcome));
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let is_sent = |answer: Answer| !answer.has_body || answer.expected.is_some_and(|all| answer.sent >= all);
        self.finish(match self.answer {
            _ if self.running => Ending::Panicked,
            // Who knows the length of a body need not ask for its end.
            Some(answer) if is_sent(answer) => Ending::Done,
            _ => Ending::Cancelled,
        });
    }
}

fn label(method: HttpMethod) -> &'static str {
    HttpMethod::value(method.index())
}

/// The error that a status is.
fn error_of(status: u16) -> Option<&'static str> {
    (status >= SERVER_ERROR).then(|| HttpStatus::value(HttpStatus::from(status).index()))
}

/// Whether there is never a body behind this status.
fn is_bodiless(status: StatusCode) -> bool {
    status.is_informational() || matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
}

fn is_grpc(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/grpc"))
}
