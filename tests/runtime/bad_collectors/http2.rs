//! The server's side of OTLP over gRPC.

use crate::books::Signal;
use crate::http1::{partial, quoted};
use crate::server::{Deed, Desk, Stream};
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, Request, Response};
use h2::server::SendResponse;
use h2::{RecvStream, server};
use std::sync::Arc;
use tokio::sync::Notify;

/// A `google.rpc.Status` that asks for a pause of a tenth of a second, in base64.
const A_MOMENT: &str = "CAgaMwoodHlwZS5nb29nbGVhcGlzLmNvbS9nb29nbGUucnBjLlJldHJ5SW5mbxIHCgUQgMLXLw";

/// Answers calls until one side closes the connection.
pub(crate) async fn serve(stream: Box<dyn Stream>, desk: Arc<Desk>) {
    let Ok(mut connection) = server::handshake(stream).await else { return };
    let hang_up = Arc::new(Notify::new());
    loop {
        tokio::select! {
            call = connection.accept() => {
                let Some(Ok((request, respond))) = call else { return };
                let (desk, hang_up) = (Arc::clone(&desk), Arc::clone(&hang_up));
                // Beside the connection, which moves what is read and written here.
                tokio::spawn(async move {
                    if answer(request, respond, &desk).await.is_none() {
                        hang_up.notify_one();
                    }
                });
            }
            () = hang_up.notified() => return,
        }
    }
}

/// `None` where the connection is to be closed.
async fn answer(request: Request<RecvStream>, mut respond: SendResponse<Bytes>, desk: &Desk) -> Option<()> {
    let (head, mut body) = request.into_parts();
    let mut read = Vec::new();
    while let Some(piece) = body.data().await {
        let piece = piece.ok()?;
        read.extend_from_slice(&piece);
        body.flow_control().release_capacity(piece.len()).ok()?;
    }
    let (path, authorization) = (head.uri.path(), head.headers["authorization"].to_str().unwrap());
    let deed = desk.receive(Signal::of(path), &read[5..]);
    let quoted = quoted(authorization, path);
    match deed {
        Deed::Take => succeed(respond, b""),
        Deed::TakeAPart => succeed(respond, &partial(&quoted)),
        Deed::Throttle => fail(respond, &[("grpc-status", "8"), ("grpc-status-details-bin", A_MOMENT)]),
        Deed::Busy => fail(respond, &[("grpc-status", "14"), ("grpc-message", &quoted)]),
        Deed::Refuse => fail(respond, &[("grpc-status", "3"), ("grpc-message", &quoted)]),
        Deed::BreakOff => {
            let mut stream = respond.send_response(Response::new(()), false).ok()?;
            stream.send_data(Bytes::from_static(&[0, 0]), false).ok()?;
            // Another look at the connection, which writes that.
            tokio::task::yield_now().await;
            None
        }
        Deed::Silence => {
            desk.silence().await;
            None
        }
        Deed::TakeAndHangUp => None,
        Deed::Garbage | Deed::Any => unreachable!("decided before"),
    }
}

fn succeed(mut respond: SendResponse<Bytes>, message: &[u8]) -> Option<()> {
    let length = u32::try_from(message.len()).unwrap().to_be_bytes();
    let mut stream = respond.send_response(response(&[]), false).ok()?;
    stream.send_data([&[0], length.as_slice(), message].concat().into(), false).ok()?;
    stream.send_trailers(headers(&[("grpc-status", "0")])).ok()
}

fn fail(mut respond: SendResponse<Bytes>, status: &[(&'static str, &str)]) -> Option<()> {
    respond.send_response(response(status), true).ok().map(drop)
}

fn response(more: &[(&'static str, &str)]) -> Response<()> {
    let mut response = Response::new(());
    *response.headers_mut() = headers(&[&[("content-type", "application/grpc")], more].concat());
    response
}

fn headers(all: &[(&'static str, &str)]) -> HeaderMap {
    all.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_str(value).unwrap())).collect()
}
