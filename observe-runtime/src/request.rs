//! A request that the program answers by hand, without one of the layers.

use crate::call::outcome::Outcome;
use crate::clock::Ticks;
use crate::metric::{HttpMethod, Label};
use crate::request_id::Id;
use crate::span::{Parent, layout, open_span};
use pin_project_lite::pin_project;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use tracing::Span;
use tracing::field::Empty;

/// Begins a request that the program answers by hand: a server span named after method and route, such as
/// `POST /ask`.
///
/// `method` is one of RFC 9110 or `PATCH`; any other word is `OTHER`, because a client may send any word.
/// `route` is the template that matched, `/users/{id}`, and never the path: it is a text of the program, so
/// that nothing a client sends can stand in it.
///
/// The span begins now, and is recorded once something runs in it or it is finished.
///
/// ```
/// use observe::{SpanKind, Status, testing};
///
/// let capture = testing::capture();
/// let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
/// let mut request = observe::request("POST", "/ask").parent(observe::extract(&[("traceparent", header)]));
/// let status = request.in_scope(|| 503);
/// request.finish(status);
///
/// let span = capture.span("POST /ask");
/// assert_eq!((span.kind, span.trace_id.to_string().as_str()), (SpanKind::Server, &header[3..35]));
/// assert_eq!(span.attribute("http.route").unwrap().to_string(), "/ask");
/// assert_eq!(span.status, Status::Error("".into()));
/// ```
pub fn request(method: &str, route: &'static str) -> RequestSpan {
    let method = HttpMethod::value(HttpMethod::from(method).index());
    RequestSpan { method, route, parent: Parent::Current, id: None, start: Ticks::now(), span: None, running: false }
}

/// A request under way, see [`request`].
///
/// Dropped unfinished, it is recorded as `panicked` where something in it panicked, and else as
/// `cancelled`, which is no error. One that nothing ever ran in is then no request.
#[must_use = "a request that is dropped unfinished counts as cancelled"]
#[derive(Debug)]
pub struct RequestSpan {
    method: &'static str,
    route: &'static str,
    parent: Parent,
    id: Option<Id>,
    start: Ticks,
    /// Opened when something first runs in it: until then its parent can be said.
    span: Option<Span>,
    /// Whether something runs in it now: dropped then, it is because of a panic.
    running: bool,
}

impl RequestSpan {
    /// Says what the request is part of: mostly what its headers say, which [`extract`](crate::extract) reads. Has no
    /// effect once something ran in the request.
    pub fn parent(mut self, parent: impl Into<Parent>) -> Self {
        self.parent = parent.into();
        self
    }

    /// Gives the request an id, which is in every log line of it: the caller's, mostly that in the header
    /// `x-request-id`. It is taken where it is a plain word, of at most 64 letters, digits, `-`, `_` and `.`, in which
    /// the scrubber finds nothing; else, and for `None`, the request gets a new one. [`id`](Self::id) says which it is,
    /// for the answer. Has no effect once something ran in the request.
    ///
    /// ```
    /// let capture = observe::testing::capture();
    /// let mut request = observe::request("GET", "/beds").request_id(Some("r-1"));
    /// assert_eq!(request.id(), Some("r-1"));
    /// request.in_scope(|| tracing::info!("beds are counted"));
    /// request.finish(200);
    /// assert!(capture.log_lines()[0].contains(r#""request_id":"r-1""#));
    ///
    /// let request = observe::request("GET", "/beds").request_id(Some("jane@example.org"));
    /// assert_eq!(request.id().map(str::len), Some(32));
    /// ```
    pub fn request_id(mut self, given: Option<&str>) -> Self {
        if self.span.is_none() {
            self.id = Some(Id::given_or_new(given));
        }
        self
    }

    /// The request's id; `None` where it was given none.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_ref().map(Id::as_str)
    }

    /// Runs `work` inside of the request, and returns its result.
    pub fn in_scope<R>(&mut self, work: impl FnOnce() -> R) -> R {
        self.open();
        let _entered = self.span.as_ref().map(Span::enter);
        self.running = true;
        let result = work();
        self.running = false;
        result
    }

    /// Polls `work` inside of the request.
    ///
    /// ```
    /// # async fn answer() -> u16 { 200 }
    /// async fn handle() {
    ///     let mut request = observe::request("GET", "/ask");
    ///     let status = request.run(answer()).await;
    ///     request.finish(status);
    /// }
    /// ```
    pub fn run<F: Future>(&mut self, work: F) -> impl Future<Output = F::Output> {
        Run { request: self, work }
    }

    /// Ends the request with the status code of its answer. 500 and above are errors of the server.
    pub fn finish(mut self, status: u16) {
        let span = self.open();
        span.record("http.response.status_code", status);
        if status >= 500 {
            span.record("otel.status_code", "ERROR");
            span.record("error.type", status.to_string().as_str());
        }
        self.span = None;
    }

    fn open(&mut self) -> &Span {
        let Self { method, route, parent, id, start, span, .. } = self;
        span.get_or_insert_with(|| {
            // At `error` level a span outlives every setting of the span level but `off`.
            let span = tracing::error_span!(
                parent: parent.id(),
                "request",
                otel.name = Empty,
                otel.kind = Empty,
                http.request.method = Empty,
                http.route = Empty,
                request_id = Empty,
                http.response.status_code = Empty,
                otel.status_code = Empty,
                error.type = Empty,
                error.message = Empty,
                outcome = Empty,
            );
            parent.adopt(&span);
            // Not before: it depends on the parent whether they are recorded.
            span.record("otel.name", format!("{method} {route}"));
            span.record("otel.kind", "server");
            span.record("http.request.method", *method);
            span.record("http.route", *route);
            if let Some(id) = id {
                span.record("request_id", id.as_str());
            }
            if let Some(open) = span.with_subscriber(|(id, dispatch)| open_span(dispatch, id)).flatten() {
                open.slot.set(layout::START, start.raw());
            }
            span
        })
    }
}

impl Drop for RequestSpan {
    fn drop(&mut self) {
        if let Some(span) = self.span.take() {
            let outcome = if self.running { Outcome::Panicked } else { Outcome::Cancelled };
            outcome.record_on_foreign(&span);
        }
    }
}

pin_project! {
    /// Work that is polled inside of a request.
    struct Run<'a, F> {
        request: &'a mut RequestSpan,
        #[pin]
        work: F,
    }
}

impl<F: Future> Future for Run<'_, F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        this.request.in_scope(|| this.work.poll(cx))
    }
}
