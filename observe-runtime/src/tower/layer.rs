//! The layer, and the service that it makes.

use super::body::ObservedBody;
use super::families::register;
use super::future::ResponseFuture;
use super::head::{FindRoute, Head, NoRoutes, RouteBy};
use super::request_id::RequestId;
use super::under_way::UnderWay;
use ::http::{Request, Response};
use http_body::Body;
use std::borrow::Cow;
use std::task::{Context, Poll};
use tower_layer::Layer;
use tower_service::Service;

/// The longest body that is believed, in bytes. Nobody has read it yet: a client may claim any length, and a few of
/// these claims would carry the sum beyond its largest number.
const MOST_RECEIVED: u64 = 1 << 40;

/// Observes every request of a service. What is known of a request, in order:
///
/// - its id: the caller's `x-request-id` where that is a plain word, else a new one. It is in the response, in every log
///   line and in the request's extensions ([`RequestId`]);
/// - a server span, `GET /beds/{id}`, in the caller's trace ([`extract`](crate::extract)), by the OpenTelemetry semantic
///   conventions. 5xx is an error, 4xx is none;
/// - metrics: `http_requests_total{method,endpoint,status}`, `http_request_duration_seconds` with the same labels,
///   `http_requests_in_progress`, `http_request_size_bytes` and `http_response_size_bytes` by method and endpoint, and
///   `errors_total{error_type,endpoint}`; or those of the semantic conventions, see the variable `OBSERVE_HTTP_METRICS`;
/// - a log line when it starts, and one when it is over.
///
/// It is over when the last byte of its answer is handed out, or the client goes away: then it counts with status 499
/// and is no error. One whose handler or body panics counts with 500.
///
/// The endpoint is the route's template. Without a route it is `unmatched`: of what a client invents, paths, methods,
/// hosts, headers, nothing becomes a label, and nothing but what variables ask for is recorded.
///
/// A layer inside of another one counts nothing again; what it knows of the route, the outer one learns.
#[must_use]
pub fn layer() -> HttpLayer {
    with_routes(NoRoutes)
}

/// The layer with these routes.
pub(crate) fn with_routes<R>(routes: R) -> HttpLayer<R> {
    register();
    HttpLayer { routes }
}

/// See [`layer`].
#[derive(Clone, Copy, Debug)]
pub struct HttpLayer<R = NoRoutes> {
    routes: R,
}

impl<R> HttpLayer<R> {
    /// The same layer, which finds routes this way: a function of what stands before the body, that returns the
    /// template of the route, or `None` for no route. The first thousand templates have series of their own; whatever
    /// comes after them is `other`.
    #[must_use]
    pub fn route<F, T>(self, find: F) -> HttpLayer<RouteBy<F>>
    where
        F: Fn(Head<'_>) -> Option<T>,
        T: Into<Cow<'static, str>>,
    {
        with_routes(RouteBy(find))
    }
}

/// A service that is observed; see [`layer`].
#[derive(Clone, Copy, Debug)]
pub struct HttpService<S, R = NoRoutes> {
    inner: S,
    routes: R,
}

impl<S, R: Clone> Layer<S> for HttpLayer<R> {
    type Service = HttpService<S, R>;

    fn layer(&self, inner: S) -> Self::Service {
        HttpService { inner, routes: self.routes.clone() }
    }
}

/// Left in requests that no route was found for, so that a layer further inside says what it finds.
#[derive(Clone, Copy)]
struct NoRouteYet;

/// What such a layer says, in the response.
#[derive(Clone, Debug)]
pub(super) struct FoundRoute(pub(super) String);

impl<S, R, B, T> Service<Request<B>> for HttpService<S, R>
where
    S: Service<Request<B>, Response = Response<T>>,
    R: FindRoute,
    B: Body,
    T: Body,
{
    type Response = Response<ObservedBody<T>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        // Nobody else can make one of these: this request is observed already.
        if request.extensions().get::<RequestId>().is_some() {
            let is_wanted = request.extensions().get::<NoRouteYet>().is_some();
            let found = if is_wanted { self.routes.find(Head::of(&request)) } else { None };
            let found = found.map(|route| FoundRoute(route.into_owned()));
            return ResponseFuture::passed(self.inner.call(request), found);
        }
        let received = request.body().size_hint().exact().filter(|bytes| *bytes <= MOST_RECEIVED);
        let route = self.routes.find(Head::of(&request));
        let has_route = route.is_some();
        let mut under_way = UnderWay::begin(Head::of(&request), route.as_deref(), received);
        drop(route);
        request.extensions_mut().insert(under_way.id().clone());
        if !has_route {
            request.extensions_mut().insert(NoRouteYet);
        }
        // Begun before the service is called: one that panics at once is counted too.
        let response = under_way.run(|| self.inner.call(request));
        ResponseFuture::observed(response, under_way)
    }
}
