//! What an answer brings: a text, or lines for as long as somebody reads them.

use super::follow::Follow;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

/// The body of an answer.
pub(crate) enum Body {
    Whole(Bytes),
    Lines(Box<Follow>),
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let data = match self.get_mut() {
            Self::Whole(bytes) if bytes.is_empty() => None,
            Self::Whole(bytes) => Some(std::mem::take(bytes)),
            Self::Lines(follow) => std::task::ready!(follow.poll(context)),
        };
        Poll::Ready(data.map(|data| Ok(Frame::data(data))))
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Lines(_) => SizeHint::default(),
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if matches!(self, Self::Whole(_)) { "Whole" } else { "Lines" })
    }
}

/// The whole of a body, which is no longer than `most`; `None` of one that is, or that breaks off.
pub(super) async fn collect<B: http_body::Body>(body: B, most: usize) -> Option<Vec<u8>> {
    let (mut body, mut all) = (std::pin::pin!(body), Vec::new());
    while let Some(frame) = std::future::poll_fn(|context| body.as_mut().poll_frame(context)).await {
        if let Ok(mut data) = frame.ok()?.into_data() {
            while bytes::Buf::has_remaining(&data) {
                let chunk = bytes::Buf::chunk(&data);
                if all.len() + chunk.len() > most {
                    return None;
                }
                all.extend_from_slice(chunk);
                let taken = chunk.len();
                bytes::Buf::advance(&mut data, taken);
            }
        }
    }
    Some(all)
}
