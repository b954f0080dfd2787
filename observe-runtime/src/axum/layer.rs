//! The layer: that of any HTTP service, with the routes of axum.

use crate::tower::{FindRoute, Head, HttpLayer, HttpService, with_routes};
use axum::extract::MatchedPath;
use std::borrow::Cow;

/// Observes every request of a router: `Router::new()….layer(observe::axum::layer())`.
///
/// It is [`observe::tower::layer`](crate::tower::layer), which says what is recorded and counted, and the routes are
/// the templates of the router: paths, queries and headers are not recorded anywhere unless a variable asks for them. Of
/// the client's address its network is, `192.0.2.x`, in log lines and on the span: where the router is served with the
/// addresses of its clients, as [`serve`](super::serve) does, or a proxy tells them; the variable
/// `OBSERVE_CLIENT_ADDRESS` chooses.
///
/// The span is part of the caller's trace, which the headers `traceparent`, `tracestate` and `baggage` say; see
/// [`extract`](crate::extract). [`inject`](crate::inject) passes all of it on in the requests that the handler makes.
///
/// A request whose client goes away is counted with status 499, one whose handler panics with 500.
#[must_use]
pub fn layer() -> ObserveLayer {
    with_routes(MatchedRoutes)
}

/// See [`layer`].
pub type ObserveLayer = HttpLayer<MatchedRoutes>;

/// A service that is observed; see [`layer`].
pub type ObserveService<S> = HttpService<S, MatchedRoutes>;

/// The routes that axum's router finds.
#[derive(Clone, Copy, Debug)]
pub struct MatchedRoutes;

impl FindRoute for MatchedRoutes {
    fn find<'a>(&self, head: Head<'a>) -> Option<Cow<'a, str>> {
        head.extensions().get::<MatchedPath>().map(|path| Cow::Borrowed(path.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::extract::Request;
    use axum::response::Response;
    use std::convert::Infallible;
    use std::future::Ready;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::task::{Context, Poll};
    use tower_layer::Layer as _;
    use tower_service::Service;

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
