//! One HTTP/2 connection, spoken by h2.
//!
//! hyper would hand its parts to tasks of their own; h2 is one future, to be polled along.

use super::{Answer, Broken, LONGEST_ANSWER, Stream, Wire, explained, take_piece};
use h2::client::{self, SendRequest};
use h2::{Reason, RecvStream};
use hyper::Request;
use hyper::body::Bytes;
use hyper::header::HeaderMap;
use std::future::poll_fn;

pub(in super::super) struct Connection {
    sender: SendRequest<Bytes>,
    wire: Wire<client::Connection<Box<dyn Stream>, Bytes>>,
}

impl Connection {
    pub(super) async fn open(stream: Box<dyn Stream>) -> Result<Self, Broken> {
        let limit = u32::try_from(LONGEST_ANSWER).unwrap_or(u32::MAX);
        let opened = client::Builder::new().enable_push(false).max_header_list_size(limit).handshake(stream).await;
        let (sender, wire) = opened.map_err(|error| broken(&error))?;
        Ok(Self { sender, wire: Wire(Some(wire)) })
    }

    /// Also hears what the server said since the last request, such as that it is going away.
    pub(super) async fn is_open(&mut self) -> bool {
        let ready = poll_fn(|context| self.sender.poll_ready(context));
        self.wire.drive(ready).await.is_ok() && self.wire.is_open()
    }

    pub(super) async fn send(&mut self, request: Request<Bytes>) -> Result<Answer, Broken> {
        let Self { sender, wire } = self;
        let (head, body) = request.into_parts();
        // Opened and sent in one go: h2 keeps what the server does not take yet, without a copy.
        let exchange = async {
            poll_fn(|context| sender.poll_ready(context)).await?;
            let (response, mut stream) = sender.send_request(Request::from_parts(head, ()), false)?;
            stream.send_data(body, true)?;
            response.await
        };
        let (head, body) = wire.drive(exchange).await.map_err(|error| broken(&error))?.into_parts();
        let (status, mut headers) = (head.status, head.headers);
        match wire.drive(read_body(body)).await {
            Ok((body, trailers, complete)) => {
                headers.extend(trailers);
                Ok(Answer { status, headers, body, complete })
            }
            Err(error) if status.is_success() => Err(Broken { unanswered: false, ..broken(&error) }),
            Err(_) => Ok(Answer { status, headers, body: Vec::new(), complete: false }),
        }
    }
}

/// What h2's error says of an exchange that got no head of an answer.
fn broken(error: &h2::Error) -> Broken {
    let hint = if error.is_library() { "; what answers there speaks no HTTP/2" } else { "" };
    // A server that goes away, or refuses a stream, has not looked at the request.
    let unread = error.is_go_away() && error.is_remote() || error.reason() == Some(Reason::REFUSED_STREAM);
    Broken { text: format!("{}{hint}", explained(error)), unanswered: error.is_io() || unread }
}

/// Reads a body up to the limit, and the trailers; `true` says that there was no more.
async fn read_body(mut body: RecvStream) -> Result<(Vec<u8>, HeaderMap, bool), h2::Error> {
    let mut read = Vec::new();
    while let Some(piece) = body.data().await {
        let piece = match piece {
            // The server has said all, and does not care for the rest of the request.
            Err(error) if error.reason() == Some(Reason::NO_ERROR) => break,
            piece => piece?,
        };
        if !take_piece(&mut read, &piece) {
            return Ok((read, HeaderMap::new(), false));
        }
        body.flow_control().release_capacity(piece.len())?;
    }
    match body.trailers().await {
        Ok(trailers) => Ok((read, trailers.unwrap_or_default(), true)),
        Err(error) if error.reason() == Some(Reason::NO_ERROR) => Ok((read, HeaderMap::new(), true)),
        Err(error) => Err(error),
    }
}
