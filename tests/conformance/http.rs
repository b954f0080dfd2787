//! As much of an HTTP client as the tests need: one GET a connection.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// So that a server that hangs fails a test; no answer takes anywhere near as long.
const TIMEOUT: Duration = Duration::from_mins(1);

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) body: String,
}

/// Asks for `path`. `headers` are whole lines, each with its line break.
///
/// HTTP/1.0, so that the end of the connection is the end of the body.
pub(crate) fn get(address: SocketAddr, path: &str, headers: &str) -> std::io::Result<Answer> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    write!(stream, "GET {path} HTTP/1.0\r\nhost: {address}\r\n{headers}\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    parse(&answer).ok_or_else(|| std::io::Error::other(format!("this is no HTTP: {answer}")))
}

fn parse(answer: &str) -> Option<Answer> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let mut headers = lines.filter_map(|line| line.split_once(": "));
    let content_type = headers.find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    Some(Answer { status, content_type: content_type.map_or("", |(_, value)| value).to_owned(), body: body.to_owned() })
}
