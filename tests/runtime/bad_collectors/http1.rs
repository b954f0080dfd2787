//! The server's side of OTLP over HTTP.

use crate::books::Signal;
use crate::server::{Deed, Desk, Stream};
use flate2::read::GzDecoder;
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTracePartialSuccess, ExportTraceServiceResponse};
use prost::Message as _;
use std::io::Read as _;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};

/// Answers requests until one side closes the connection.
pub(crate) async fn serve(stream: Box<dyn Stream>, desk: &Desk) {
    let mut stream = BufReader::new(stream);
    while let Some(head) = read_head(&mut stream).await {
        let mut body = vec![0; header(&head, "content-length").parse().unwrap()];
        if stream.read_exact(&mut body).await.is_err() {
            return;
        }
        if header(&head, "content-encoding") == "gzip" {
            let packed = std::mem::take(&mut body);
            GzDecoder::new(packed.as_slice()).read_to_end(&mut body).unwrap();
        }
        let path = head.split(' ').nth(1).unwrap();
        let deed = desk.receive(Signal::of(path), &body);
        if deed == Deed::Silence {
            desk.silence().await;
        }
        let answer = answer(deed, &quoted(header(&head, "authorization"), path));
        let written = stream.write_all(&answer).await.is_ok() && stream.flush().await.is_ok();
        if !written || matches!(deed, Deed::TakeAndHangUp | Deed::BreakOff | Deed::Silence) {
            let _ = stream.shutdown().await;
            return;
        }
    }
}

/// Servers repeat what they heard.
pub(crate) fn quoted(authorization: &str, path: &str) -> String {
    format!("not with {authorization} at {path}, says jane@example.org")
}

/// The same message in all signals' answers but for its name.
pub(crate) fn partial(quoted: &str) -> Vec<u8> {
    let partial = ExportTracePartialSuccess { rejected_spans: 1, error_message: quoted.to_owned() };
    ExportTraceServiceResponse { partial_success: Some(partial) }.encode_to_vec()
}

fn answer(deed: Deed, quoted: &str) -> Vec<u8> {
    let (status, header, body) = match deed {
        Deed::Take => ("200 OK", "", Vec::new()),
        Deed::TakeAPart => ("200 OK", "", partial(quoted)),
        Deed::Throttle => ("429 Too Many Requests", "retry-after: 1\r\n", quoted.into()),
        Deed::Busy => ("503 Service Unavailable", "", quoted.into()),
        Deed::Refuse => ("400 Bad Request", "", quoted.into()),
        Deed::BreakOff => return b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf".to_vec(),
        Deed::TakeAndHangUp | Deed::Silence => return Vec::new(),
        Deed::Garbage | Deed::Any => unreachable!("decided before"),
    };
    let head = format!("HTTP/1.1 {status}\r\n{header}content-length: {}\r\n\r\n", body.len());
    [head.into_bytes(), body].concat()
}

/// The lines up to the empty one; `None` at the end, and where there are none.
async fn read_head(stream: &mut BufReader<Box<dyn Stream>>) -> Option<String> {
    // TLS would be a head that never ends.
    if !stream.fill_buf().await.ok()?.first()?.is_ascii_alphabetic() {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n").await;
        let _ = stream.shutdown().await;
        return None;
    }
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).await.ok()? == 0 {
            return None;
        }
    }
    Some(head)
}

/// A header's value; empty where there is none.
fn header<'a>(head: &'a str, name: &str) -> &'a str {
    let mut headers = head.lines().filter_map(|line| line.split_once(": "));
    headers.find(|(found, _)| found.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value)
}
