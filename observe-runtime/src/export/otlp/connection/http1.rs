//! One HTTP/1 connection, spoken by hyper.

use super::{Answer, Broken, Stream, Wire, explained, take_piece};
use hyper::Request;
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::rt::{self, ReadBufCursor};
use std::convert::Infallible;
use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::ReadBuf;

/// How many bytes are read at once.
const READ_SIZE: usize = 4 * 1024;

pub(in super::super) struct Connection {
    sender: SendRequest<Payload>,
    wire: Wire<http1::Connection<Io, Payload>>,
}

impl Connection {
    pub(super) async fn open(stream: Box<dyn Stream>) -> Result<Self, Broken> {
        let (sender, wire) = http1::handshake(Io(stream)).await.map_err(|error| broken(&error))?;
        Ok(Self { sender, wire: Wire(Some(wire)) })
    }

    pub(super) async fn is_open(&mut self) -> bool {
        self.wire.drive(self.sender.ready()).await.is_ok() && self.wire.is_open()
    }

    pub(super) async fn send(&mut self, request: Request<Bytes>) -> Result<Answer, Broken> {
        let request = request.map(|body| Payload(Some(body)));
        let response = self.wire.drive(self.sender.send_request(request)).await;
        let (head, body) = response.map_err(|error| broken(&error))?.into_parts();
        let (status, headers) = (head.status, head.headers);
        match self.wire.drive(read_body(body)).await {
            Ok((body, complete)) => Ok(Answer { status, headers, body, complete }),
            Err(error) if status.is_success() => Err(Broken { unanswered: false, ..broken(&error) }),
            Err(_) => Ok(Answer { status, headers, body: Vec::new(), complete: false }),
        }
    }
}

/// What hyper's error says of an exchange that got no head of an answer.
fn broken(error: &hyper::Error) -> Broken {
    let hint = if error.is_parse() { "; what answers there speaks no HTTP/1" } else { "" };
    // Any other error than that of a bad answer is that of a connection that closed.
    Broken { text: format!("{}{hint}", explained(error)), unanswered: !error.is_parse() && !error.is_user() }
}

/// Reads a body up to the limit; `true` says that there was no more.
async fn read_body(mut body: Incoming) -> hyper::Result<(Vec<u8>, bool)> {
    let mut read = Vec::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        if let Ok(data) = frame?.into_data()
            && !take_piece(&mut read, &data)
        {
            return Ok((read, false));
        }
    }
    Ok((read, true))
}

/// A request's body, sent in one piece; `None` once it was handed over.
struct Payload(Option<Bytes>);

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
