//! The body of an answer, with which the request ends.

use super::call::RequestCall;
use crate::call::outcome::Outcome;
use http_body::{Body, Frame, SizeHint};
use reqwest::{Response, ResponseBuilderExt as _};
use std::pin::Pin;
use std::task::{Context, Poll};

/// The body of an answer under way.
struct Observed {
    inner: reqwest::Body,
    call: RequestCall,
}

/// Lets the call end with the answer's body. Where that is empty, it ends now.
pub(super) fn observe(response: Response, mut call: RequestCall) -> Response {
    let url = response.url().clone();
    let (mut parts, inner) = ::http::Response::from(response).into_parts();
    if call.is_done() || inner.is_end_stream() {
        call.finish(Outcome::Ok);
    }
    // The URL is kept beside the parts, and comes back in this way only.
    if let Ok(with_url) = ::http::Response::builder().url(url).body(()) {
        parts.extensions.extend(with_url.into_parts().0.extensions);
    }
    if call.is_done() {
        return ::http::Response::from_parts(parts, inner).into();
    }
    let body = reqwest::Body::wrap(Observed { inner, call });
    ::http::Response::from_parts(parts, body).into()
}

impl Body for Observed {
    type Data = <reqwest::Body as Body>::Data;
    type Error = reqwest::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, reqwest::Error>>> {
        let Self { inner, call } = &mut *self;
        if call.is_done() {
            return Pin::new(inner).poll_frame(cx);
        }
        let polled = call.poll(|| Pin::new(&mut *inner).poll_frame(cx));
        match &polled {
            Poll::Ready(Some(Err(error))) => call.failed(error),
            Poll::Ready(None) => call.finish(Outcome::Ok),
            Poll::Ready(Some(Ok(_))) if inner.is_end_stream() => call.finish(Outcome::Ok),
            Poll::Ready(Some(Ok(_))) | Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
