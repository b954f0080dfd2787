//! A small HTTP client: one request a connection, and no more of HTTP than the demo needs.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A request.
pub(super) struct Request {
    pub(super) method: &'static str,
    pub(super) path: String,
    /// The bearer token; empty for none.
    pub(super) token: String,
    /// JSON, or what should have been.
    pub(super) body: String,
}

/// What came back.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) body: String,
}

impl Reply {
    /// A text of the JSON object that came back.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        let object: Value = serde_json::from_str(&self.body).ok()?;
        object.get(key)?.as_str().map(str::to_owned)
    }
}

/// Sends `request` to `address`, and waits for the answer.
pub(super) async fn send(address: SocketAddr, request: &Request) -> io::Result<Reply> {
    match tokio::time::timeout(TIMEOUT, exchange(address, request)).await {
        Ok(reply) => reply,
        Err(_) => Err(io::ErrorKind::TimedOut.into()),
    }
}

async fn exchange(address: SocketAddr, request: &Request) -> io::Result<Reply> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(written(address, request).as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    read(&answer).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// The request as it goes over the wire.
fn written(address: SocketAddr, request: &Request) -> String {
    let Request { method, path, token, body } = request;
    let length = body.len();
    let authorization = if token.is_empty() { String::new() } else { format!("authorization: Bearer {token}\r\n") };
    format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n{authorization}\r\n{body}"
    )
}

/// Status and body of an answer that was read to its end.
fn read(answer: &[u8]) -> Option<Reply> {
    let answer = std::str::from_utf8(answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
    Some(Reply { status, body: body.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(token: &str) -> Request {
        Request { method: "POST", path: "/ask".to_owned(), token: token.to_owned(), body: "{\"ü\":1}".to_owned() }
    }

    #[test]
    fn requests_are_written_as_http_wants_them() {
        let address = SocketAddr::from(([127, 0, 0, 1], 80));
        let plain = written(address, &request(""));
        assert!(plain.starts_with("POST /ask HTTP/1.1\r\nhost: 127.0.0.1:80\r\n"), "{plain}");
        assert!(plain.ends_with("content-length: 8\r\n\r\n{\"ü\":1}"), "{plain}");
        assert!(written(address, &request("abc")).contains("\r\nauthorization: Bearer abc\r\n\r\n"));
    }

    #[test]
    fn answers_are_read() {
        let reply = read(b"HTTP/1.1 201 Created\r\nx: y\r\n\r\n{\"token\":\"t\"}").unwrap();
        assert_eq!((reply.status, reply.text("token").as_deref()), (201, Some("t")));
        assert_eq!(reply.text("other"), None);
        for broken in [&b""[..], b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 2\r\n\r\n", b"\xff\r\n\r\n"] {
            assert!(read(broken).is_none());
        }
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_is_an_error() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        assert!(send(address, &request("")).await.is_err());
    }
}
