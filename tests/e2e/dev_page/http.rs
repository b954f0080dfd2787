//! Requests as no browser sends them.

use crate::PATIENCE;
use serde_json::Value;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Answer {
    /// A header of the answer, which is not there twice.
    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let headers = self.head.lines().filter_map(|line| line.split_once(": "));
        let values: Vec<_> = headers.filter(|(known, _)| known.eq_ignore_ascii_case(name)).collect();
        assert!(values.len() < 2, "{}", self.head);
        values.first().map(|(_, value)| *value)
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The sentence with which something was refused.
    #[track_caller]
    pub(crate) fn error(&self) -> String {
        self.json()["error"].as_str().unwrap_or_else(|| panic!("{self:?}")).to_owned()
    }
}

/// Asks, for example for `GET /observe`; the host is the address unless it is among the headers.
#[track_caller]
pub(crate) fn ask(address: &str, request: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let length = body.len();
    let mut text = format!("{request} HTTP/1.1\r\nconnection: close\r\ncontent-length: {length}\r\n");
    if !headers.iter().any(|(name, _)| *name == "host") {
        write!(text, "host: {address}\r\n").unwrap();
    }
    for (name, value) in headers {
        write!(text, "{name}: {value}\r\n").unwrap();
    }
    write!(text, "\r\n{body}").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(text.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    Answer { status: head[9..12].parse().unwrap(), head: head.to_owned(), body: body.to_owned() }
}

/// Posts JSON as the page does.
#[track_caller]
pub(crate) fn post(address: &str, path: &str, body: &Value) -> Answer {
    let origin = format!("http://{address}");
    let headers = [("content-type", "application/json"), ("origin", &*origin)];
    ask(address, &format!("POST /observe/api/{path}"), &headers, &body.to_string())
}

/// The lines of JSON that `/observe/api/follow` sends, as they come.
#[track_caller]
pub(crate) fn follow(address: &str, query: &str) -> impl Iterator<Item = Value> + use<> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    // HTTP/1.0: without lengths of chunks between the lines.
    write!(stream, "GET /observe/api/follow?{query} HTTP/1.0\r\nhost: {address}\r\n\r\n").unwrap();
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let status = lines.next().unwrap();
    assert!(status.contains(" 200 "), "{status}");
    assert!(lines.any(|line| line.is_empty()), "the answer has no end of its head");
    lines.filter(|line| !line.trim().is_empty()).map(|line| serde_json::from_str(&line).unwrap())
}
