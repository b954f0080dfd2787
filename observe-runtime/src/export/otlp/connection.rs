//! One open connection to a collector, of HTTP/1 or of HTTP/2.

mod http1;
#[cfg(feature = "otlp-grpc")]
mod http2;

use crate::config::Protocol;
use hyper::body::Bytes;
use hyper::header::HeaderMap;
use hyper::{Request, StatusCode};
use std::error::Error;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use tokio::io::{AsyncRead, AsyncWrite};

/// How much of an answer is read. A collector's answers are a few bytes; more is no collector.
const LONGEST_ANSWER: usize = 64 * 1024;

/// What bytes go over: TCP, or TLS over it.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// An open connection. Dropping it closes it.
pub(super) enum Connection {
    Http1(Box<http1::Connection>),
    #[cfg(feature = "otlp-grpc")]
    Http2(Box<http2::Connection>),
}

/// A request that got no whole answer.
pub(super) struct Broken {
    /// Why, for a log line.
    pub(super) text: String,
    /// Whether the connection closed before it brought an answer's head.
    pub(super) unanswered: bool,
}

/// What the server said.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// The headers; of HTTP/2 with the trailers.
    pub(super) headers: HeaderMap,
    /// The body, up to the limit. A failed status is told even if its body breaks off.
    pub(super) body: Vec<u8>,
    /// Whether all of it was read, without which the connection cannot be used again.
    pub(super) complete: bool,
}

impl Connection {
    /// Speaks the version of HTTP that the protocol goes over. Nothing is asked yet.
    pub(super) async fn open(stream: Box<dyn Stream>, protocol: Protocol) -> Result<Self, Broken> {
        match protocol {
            #[cfg(feature = "otlp-grpc")]
            Protocol::Grpc => http2::Connection::open(stream).await.map(|connection| Self::Http2(Box::new(connection))),
            _ => http1::Connection::open(stream).await.map(|connection| Self::Http1(Box::new(connection))),
        }
    }

    /// Whether the server still holds its end open, as far as this machine has heard.
    pub(super) async fn is_open(&mut self) -> bool {
        // Lets tokio look at its sockets, which it did not do since the last export.
        tokio::task::yield_now().await;
        match self {
            Self::Http1(connection) => connection.is_open().await,
            #[cfg(feature = "otlp-grpc")]
            Self::Http2(connection) => connection.is_open().await,
        }
    }

    /// Sends a request and reads its answer.
    pub(super) async fn send(&mut self, request: Request<Bytes>) -> Result<Answer, Broken> {
        match self {
            Self::Http1(connection) => connection.send(request).await,
            #[cfg(feature = "otlp-grpc")]
            Self::Http2(connection) => connection.send(request).await,
        }
    }
}

/// The part of a connection that moves bytes; `None` once it has ended.
///
/// It is polled along with whatever waits for it instead of as a task of its own: between two
/// exports nothing runs, and nothing is left behind when a call times out.
struct Wire<C>(Option<C>);

impl<C: Future + Unpin> Wire<C> {
    /// Waits for `work`, which waits for the bytes that this moves.
    async fn drive<T>(&mut self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        poll_fn(|context| {
            if let Some(wire) = &mut self.0
                && Pin::new(wire).poll(context).is_ready()
            {
                self.0 = None;
            }
            work.as_mut().poll(context)
        })
        .await
    }

    fn is_open(&self) -> bool {
        self.0.is_some()
    }
}

/// An error's words, then those of the cause that it keeps behind them.
fn explained(error: &dyn Error) -> String {
    error.source().map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}

/// Adds a piece of a body up to the limit; `false` says that there was more.
fn take_piece(body: &mut Vec<u8>, piece: &[u8]) -> bool {
    let room = LONGEST_ANSWER - body.len();
    body.extend(piece.iter().take(room));
    piece.len() <= room
}
