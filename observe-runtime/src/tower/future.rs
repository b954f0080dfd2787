//! The answer to a request, until its head is there.

use super::body::ObservedBody;
use super::layer::FoundRoute;
use super::under_way::{Ending, UnderWay};
use ::http::Response;
use http_body::Body;
use pin_project_lite::pin_project;
use std::pin::Pin;
use std::task::{Context, Poll};

pin_project! {
    /// The answer to an observed request.
    #[derive(Debug)]
    pub struct ResponseFuture<F> {
        #[pin]
        response: F,
        // `None` where a layer around this one observes the request.
        under_way: Option<UnderWay>,
        // What the layer around this one is told.
        found: Option<FoundRoute>,
    }
}

impl<F> ResponseFuture<F> {
    pub(super) fn observed(response: F, under_way: UnderWay) -> Self {
        Self { response, under_way: Some(under_way), found: None }
    }

    pub(super) fn passed(response: F, found: Option<FoundRoute>) -> Self {
        Self { response, under_way: None, found }
    }
}

impl<F, T, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<T>, E>>,
    T: Body,
{
    type Output = Result<Response<ObservedBody<T>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let polled = match this.under_way {
            Some(under_way) => under_way.run(|| this.response.poll(cx)),
            None => this.response.poll(cx),
        };
        let Poll::Ready(result) = polled else { return Poll::Pending };
        Poll::Ready(match (result, this.under_way.take()) {
            (Ok(response), Some(mut under_way)) => {
                let (mut parts, body) = response.into_parts();
                let found = parts.extensions.remove::<FoundRoute>();
                under_way.answered(&mut parts, found.as_ref().map(|found| found.0.as_str()), &body);
                Ok(Response::from_parts(parts, ObservedBody::new(body, under_way)))
            }
            (Ok(mut response), None) => {
                if let Some(found) = this.found.take() {
                    response.extensions_mut().insert(found);
                }
                Ok(response.map(ObservedBody::passed))
            }
            (Err(error), under_way) => {
                if let Some(mut under_way) = under_way {
                    under_way.finish(Ending::Failed);
                }
                Err(error)
            }
        })
    }
}
