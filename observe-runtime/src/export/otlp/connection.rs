//! One HTTP/1 connection: bytes over TCP or TLS, requests and answers over hyper.

use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::rt::{self, ReadBufCursor};
use hyper::{Request, StatusCode};
use std::convert::Infallible;
use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How much of an answer is read. A collector's answers are a few bytes; more is no collector.
const LONGEST_ANSWER: usize = 64 * 1024;

/// How many bytes are read at once.
const READ_SIZE: usize = 4 * 1024;

/// What bytes go over: TCP, or TLS over it.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// An open connection. Dropping it closes it.
pub(super) struct Connection {
    sender: SendRequest<Payload>,
    wire: Wire,
}

/// The part of a connection that moves bytes; `None` once it has ended.
///
/// It is polled along with whatever waits for it instead of as a task of its own: between two
/// exports nothing runs, and nothing is left behind when a call times out.
struct Wire(Option<http1::Connection<Io, Payload>>);

/// A request that got no whole answer.
pub(super) struct Failure {
    /// What hyper says.
    pub(super) error: hyper::Error,
    /// Whether the connection closed before it brought an answer's head.
    pub(super) unanswered: bool,
}

/// What the server said.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// The body, up to the limit. A failed status is told even if its body breaks off.
    pub(super) body: Vec<u8>,
    /// Whether all of it was read, without which the connection cannot be used again.
    pub(super) complete: bool,
}

impl Connection {
    /// Speaks HTTP/1 over the stream. Nothing is sent yet.
    pub(super) async fn open(stream: Box<dyn Stream>) -> hyper::Result<Self> {
        let (sender, wire) = http1::handshake(Io(stream)).await?;
        Ok(Self { sender, wire: Wire(Some(wire)) })
    }

    /// Whether the server still holds its end open, as far as this machine has heard.
    pub(super) async fn is_open(&mut self) -> bool {
        // Lets tokio look at its sockets, which it did not do since the last export.
        tokio::task::yield_now().await;
        self.wire.drive(self.sender.ready()).await.is_ok() && self.wire.0.is_some()
    }

    /// Sends a request and reads its answer.
    pub(super) async fn send(&mut self, request: Request<Payload>) -> Result<Answer, Failure> {
        let response = self.wire.drive(self.sender.send_request(request)).await;
        let response = response.map_err(|error| Failure { unanswered: is_closing(&error), error })?;
        let status = response.status();
        match self.wire.drive(read_body(response.into_body())).await {
            Ok((body, complete)) => Ok(Answer { status, body, complete }),
            Err(error) if status.is_success() => Err(Failure { error, unanswered: false }),
            Err(_) => Ok(Answer { status, body: Vec::new(), complete: false }),
        }
    }
}

/// Whether the error is that of a connection that closed, other than that of a bad answer.
fn is_closing(error: &hyper::Error) -> bool {
    !error.is_parse() && !error.is_user()
}

impl Wire {
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
}

/// Reads a body up to the limit; `true` says that there was no more.
async fn read_body(mut body: Incoming) -> hyper::Result<(Vec<u8>, bool)> {
    let mut read = Vec::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let Ok(data) = frame?.into_data() else {
            continue;
        };
        let room = LONGEST_ANSWER - read.len();
        read.extend(data.iter().take(room));
        if data.len() > room {
            return Ok((read, false));
        }
    }
    Ok((read, true))
}

/// A request's body, sent in one piece; `None` once it was handed over.
pub(super) struct Payload(pub(super) Option<Bytes>);

impl Body for Payload {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        let length = self.0.as_ref().map_or(0, Bytes::len);
        SizeHint::with_exact(u64::try_from(length).unwrap_or(u64::MAX))
    }
}

/// A tokio stream in the form that hyper reads and writes.
struct Io(Box<dyn Stream>);

impl Io {
    fn stream(&mut self) -> Pin<&mut dyn Stream> {
        Pin::new(&mut *self.0)
    }
}

impl rt::Read for Io {
    /// Reads through a buffer of its own: reading into hyper's buffer takes unsafe code, and
    /// answers are too short for the copy to matter.
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let mut bytes = [0; READ_SIZE];
        let room = buffer.remaining().min(READ_SIZE);
        let mut bytes = ReadBuf::new(&mut bytes[..room]);
        let polled = self.stream().poll_read(context, &mut bytes);
        buffer.put_slice(bytes.filled());
        polled
    }
}

impl rt::Write for Io {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.stream().poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.0.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream().poll_write_vectored(context, slices)
    }
}
