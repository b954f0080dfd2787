//! A server of HTTP/1, with or without TLS.

use super::span_names;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A server that plays a script: for each connection, its answers, and then it closes.
pub(in super::super) struct Server {
    pub(in super::super) url: String,
    pub(in super::super) host: String,
    /// Tells of each connection that the server has closed.
    closed: mpsc::Receiver<()>,
    thread: JoinHandle<Vec<Received>>,
}

/// A request as it arrived.
pub(in super::super) struct Received {
    pub(in super::super) head: Vec<String>,
    pub(in super::super) body: Vec<u8>,
}

impl Server {
    fn start(script: &[&[&[u8]]], tls: Option<Arc<ServerConfig>>) -> Self {
        let script: Vec<Vec<Vec<u8>>> =
            script.iter().map(|answers| answers.iter().map(|answer| answer.to_vec()).collect()).collect();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let (tell_closed, closed) = mpsc::channel();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let thread = thread::spawn(move || {
            let mut received = Vec::new();
            for answers in script {
                let stream = listener.accept().unwrap().0;
                match &tls {
                    None => serve(stream, &answers, &mut received),
                    Some(config) => {
                        let connection = ServerConnection::new(Arc::clone(config)).unwrap();
                        serve(StreamOwned::new(connection, stream), &answers, &mut received);
                    }
                }
                // Nobody listens once the test is over.
                let _ = tell_closed.send(());
            }
            received
        });
        Self { url: format!("{scheme}://{host}/v1/traces?tenant=7"), host, closed, thread }
    }

    /// A server with one connection.
    pub(in super::super) fn answering(answers: &[&str]) -> Self {
        Self::with_connections(&[answers])
    }

    pub(in super::super) fn with_connections(script: &[&[&str]]) -> Self {
        let script: Vec<Vec<&[u8]>> =
            script.iter().map(|answers| answers.iter().map(|answer| answer.as_bytes()).collect()).collect();
        let script: Vec<&[&[u8]]> = script.iter().map(Vec::as_slice).collect();
        Self::start(&script, None)
    }

    /// A server with one connection and answers that are no text.
    pub(in super::super) fn answering_bytes(answers: &[&[u8]]) -> Self {
        Self::start(&[answers], None)
    }

    /// A server with one connection, which is encrypted.
    pub(in super::super) fn encrypted(config: Arc<ServerConfig>, answers: &[&str]) -> Self {
        let answers: Vec<&[u8]> = answers.iter().map(|answer| answer.as_bytes()).collect();
        Self::start(&[&answers], Some(config))
    }

    /// Returns when the server has closed a connection.
    pub(in super::super) fn wait_until_closed(&self) {
        self.closed.recv().unwrap();
    }

    /// All requests. The exporter must be gone, or the server waits for its next one.
    pub(in super::super) fn received(self) -> Vec<Received> {
        self.thread.join().unwrap()
    }

    /// The names of the spans of each request, once the exporter is gone.
    pub(in super::super) fn span_names(self) -> Vec<Vec<String>> {
        self.received().iter().map(|request| span_names(&request.body)).collect()
    }
}

/// An answer of this status, with these header lines and this body.
pub(in super::super) fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// Answers requests until the answers are used up or the client goes away.
fn serve(stream: impl Read + Write, answers: &[Vec<u8>], received: &mut Vec<Received>) {
    let mut stream = BufReader::new(stream);
    for answer in answers {
        let Some(request) = read_request(&mut stream) else {
            return;
        };
        received.push(request);
        // A client may close before the end of a long answer.
        let _ = stream.get_mut().write_all(answer);
    }
}

fn read_request(reader: &mut impl BufRead) -> Option<Received> {
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => head.push(line.to_owned()),
        }
    }
    let length = head.iter().find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    reader.read_exact(&mut body).unwrap();
    Some(Received { head, body })
}
