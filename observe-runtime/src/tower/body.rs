//! The body of an answer, which is counted while it is handed out.

use super::under_way::{Ending, UnderWay};
use bytes::Buf as _;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use std::pin::Pin;
use std::task::{Context, Poll};

pin_project! {
    /// The body of an observed answer: the service's own, with the end of the request in it.
    #[derive(Debug)]
    pub struct ObservedBody<B> {
        #[pin]
        inner: B,
        // `None` once the request is over, or where another layer observes it.
        under_way: Option<UnderWay>,
    }
}

impl<B: Body> ObservedBody<B> {
    /// The body of an answer whose head is known by now.
    pub(super) fn new(inner: B, mut under_way: UnderWay) -> Self {
        if inner.is_end_stream() || !under_way.has_body() {
            under_way.finish(Ending::Done);
            return Self::passed(inner);
        }
        Self { inner, under_way: Some(under_way) }
    }

    pub(super) fn passed(inner: B) -> Self {
        Self { inner, under_way: None }
    }
}

impl<B: Body> Body for ObservedBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let mut this = self.project();
        let Some(under_way) = this.under_way else { return this.inner.poll_frame(cx) };
        let polled = under_way.run(|| this.inner.as_mut().poll_frame(cx));
        let ending = match &polled {
            Poll::Pending => None,
            Poll::Ready(None) => Some(Ending::Done),
            Poll::Ready(Some(Err(_))) => Some(Ending::Broken),
            Poll::Ready(Some(Ok(frame))) => {
                if let Some(data) = frame.data_ref() {
                    under_way.add_sent(data.remaining());
                } else if let Some(trailers) = frame.trailers_ref() {
                    under_way.trailers(trailers);
                }
                // Whoever sends the body need not ask again.
                this.inner.is_end_stream().then_some(Ending::Done)
            }
        };
        if let Some(ending) = ending
            && let Some(mut under_way) = this.under_way.take()
        {
            under_way.finish(ending);
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
