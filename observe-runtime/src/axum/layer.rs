//! The layer: a server span, a request id, metrics and one log line for each request.

use super::client;
use super::request_id::{HEADER, RequestId};
use super::requests::{UNMATCHED, method_label, requests};
use crate::config::excluded_paths;
use crate::propagation::extract;
use crate::span::{CurrentSpan, Parent, open_span};
use axum::extract::{MatchedPath, Request};
use axum::response::Response;
use pin_project_lite::pin_project;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;
use tower_layer::Layer;
use tower_service::Service;
use tracing::Span;
use tracing::field::Empty;

/// Observes every request of a router: `Router::new()….layer(observe::axum::layer())`.
///
/// Each request gets a server span named after its route, and an id: the caller's `x-request-id`
/// or a new one, in the response, in every log line and in the request's extensions
/// ([`RequestId`]). It is counted in `http_requests_total{method,endpoint,status}` and
/// `http_request_duration_seconds`, and has one log line at its end. The endpoint is the route's
/// template: paths, queries and headers are not recorded anywhere. Of the client's address its network is,
/// `192.0.2.x`, in log lines and on the span: where the router is served with the addresses of its clients, as
/// [`serve`](super::serve) does, or a proxy tells them; the variable `OBSERVE_CLIENT_ADDRESS` chooses.
///
/// The span is part of the caller's trace, which the headers `traceparent`, `tracestate` and `baggage` say; see
/// [`extract`](crate::extract). [`inject`](crate::inject) passes all of it on in the requests that the handler makes.
///
/// A request whose client goes away is counted with status 499, one whose handler panics with 500.
#[must_use]
pub fn layer() -> ObserveLayer {
    requests();
    ObserveLayer
}

/// See [`layer`].
#[derive(Clone, Copy, Debug)]
pub struct ObserveLayer;

/// A service that is observed; see [`layer`].
#[derive(Clone, Copy, Debug)]
pub struct ObserveService<S> {
    inner: S,
}

impl<S> Layer<S> for ObserveLayer {
    type Service = ObserveService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        ObserveService { inner }
    }
}

impl<S> Service<Request> for ObserveService<S>
where
    S: Service<Request, Response = Response>,
{
    type Response = Response;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let start = Instant::now();
        let method = method_label(request.method());
        let endpoint: Arc<str> =
            request.extensions().get::<MatchedPath>().map_or(UNMATCHED, MatchedPath::as_str).into();
        let id = RequestId::from_headers(request.headers());
        let parent = Parent::Remote(extract(request.headers()));
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
            outcome = Empty,
        );
        parent.adopt(&span);
        if excluded_paths::is_excluded(request.uri().path())
            && let Some(span) = span.with_subscriber(|(id, dispatch)| open_span(dispatch, id)).flatten()
        {
            span.silence();
        }
        // Not before: it depends on the caller's trace whether they are recorded.
        span.record("otel.name", format!("{method} {endpoint}"));
        span.record("otel.kind", "server");
        span.record("http.request.method", method);
        span.record("http.route", &*endpoint);
        span.record("request_id", id.as_str());
        if let Some(address) = client::address(&request) {
            CurrentSpan::of(&span).set_client(address);
        }
        request.extensions_mut().insert(id.clone());
        // Made before the service is called: one that panics at once is counted too.
        let mut state = State { method, endpoint, id, span, start, polling: true, done: false };
        let response = state.span.in_scope(|| self.inner.call(request));
        state.polling = false;
        ResponseFuture { response, state }
    }
}

pin_project! {
    /// The answer to an observed request.
    #[derive(Debug)]
    pub struct ResponseFuture<F> {
        #[pin]
        response: F,
        state: State,
    }
}

/// One request under way. Dropped unfinished, it still is counted.
#[derive(Debug)]
struct State {
    method: &'static str,
    endpoint: Arc<str>,
    id: RequestId,
    span: Span,
    start: Instant,
    /// Whether the service runs: then only a panic drops the request.
    polling: bool,
    done: bool,
}

/// What nginx calls "client closed request"; there is no registered status for it.
const CLIENT_CLOSED: u16 = 499;

impl State {
    fn finish(&mut self, status: u16, outcome: Option<&str>) {
        if std::mem::replace(&mut self.done, true) {
            return;
        }
        let duration = self.start.elapsed();
        requests().finished(self.method, &self.endpoint, status, duration);
        self.span.record("http.response.status_code", status);
        if let Some(outcome) = outcome {
            self.span.record("outcome", outcome);
        }
        if status >= 500 {
            self.span.record("otel.status_code", "ERROR");
            self.span.record("error.type", status.to_string().as_str());
        }
        self.span.in_scope(|| {
            tracing::info!(
                target: "observe::http",
                method = self.method,
                route = &*self.endpoint,
                status,
                // To the microsecond: more digits are noise.
                duration_ms = (duration.as_secs_f64() * 1e6).round() / 1e3,
                "request done",
            );
        });
    }
}

impl Drop for State {
    fn drop(&mut self) {
        let (status, outcome) = if self.polling { (500, "panicked") } else { (CLIENT_CLOSED, "cancelled") };
        self.finish(status, Some(outcome));
    }
}

impl<F, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let polled = {
            let _entered = this.state.span.enter();
            this.state.polling = true;
            let polled = this.response.poll(cx);
            this.state.polling = false;
            polled
        };
        let Poll::Ready(result) = polled else { return Poll::Pending };
        Poll::Ready(match result {
            Ok(mut response) => {
                if let Some(value) = this.state.id.header_value() {
                    response.headers_mut().insert(HEADER, value);
                }
                this.state.finish(response.status().as_u16(), None);
                Ok(response)
            }
            Err(error) => {
                this.state.finish(500, Some("error"));
                Err(error)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;
    use std::future::Ready;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    /// Panics before there is a future that could.
    struct Panics;

    impl Service<Request> for Panics {
        type Response = Response;
        type Error = Infallible;
        type Future = Ready<Result<Response, Infallible>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: Request) -> Self::Future {
            panic!("at once")
        }
    }

    #[test]
    fn a_service_that_panics_at_once_is_counted() {
        let mut service = layer().layer(Panics);
        assert!(catch_unwind(AssertUnwindSafe(|| service.call(Request::default()))).is_err());
        let line = r#"http_requests_total{method="GET",endpoint="unmatched",status="500"} 1"#;
        assert!(crate::exposition().contains(line), "{}", crate::exposition());
    }
}
