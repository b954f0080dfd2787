//! A small HTTP server on the loopback interface that does what a test tells it.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

/// A server that plays a script: for each connection, its answers, and then it closes.
pub(super) struct Server {
    pub(super) url: String,
    pub(super) host: String,
    /// Tells of each connection that the server has closed.
    closed: mpsc::Receiver<()>,
    thread: JoinHandle<Vec<Received>>,
}

/// A request as it arrived.
pub(super) struct Received {
    pub(super) head: Vec<String>,
    pub(super) body: Vec<u8>,
}

impl Server {
    fn start(script: Vec<Vec<String>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let (tell_closed, closed) = mpsc::channel();
        let thread = thread::spawn(move || {
            let mut received = Vec::new();
            for answers in script {
                serve(listener.accept().unwrap().0, &answers, &mut received);
                // Nobody listens once the test is over.
                let _ = tell_closed.send(());
            }
            received
        });
        Self { url: format!("http://{host}/v1/traces?tenant=7"), host, closed, thread }
    }

    /// A server with one connection.
    pub(super) fn answering(answers: &[&str]) -> Self {
        Self::with_connections(&[answers])
    }

    pub(super) fn with_connections(script: &[&[&str]]) -> Self {
        let owned = |answers: &&[&str]| answers.iter().map(|answer| (*answer).to_owned()).collect();
        Self::start(script.iter().map(owned).collect())
    }

    /// Returns when the server has closed a connection.
    pub(super) fn wait_until_closed(&self) {
        self.closed.recv().unwrap();
    }

    /// All requests. The exporter must be gone, or the server waits for its next one.
    pub(super) fn received(self) -> Vec<Received> {
        self.thread.join().unwrap()
    }

    /// The names of the spans of each request, once the exporter is gone.
    pub(super) fn span_names(self) -> Vec<Vec<String>> {
        self.received().iter().map(|request| span_names(&request.body)).collect()
    }
}

/// Answers requests until the answers are used up or the client goes away.
fn serve(stream: TcpStream, answers: &[String], received: &mut Vec<Received>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    for answer in answers {
        let Some(request) = read_request(&mut reader) else {
            return;
        };
        received.push(request);
        // A client may close before the end of a long answer.
        let _ = stream.write_all(answer.as_bytes());
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
    let length = head.iter().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let mut body = vec![0; length.parse().unwrap()];
    reader.read_exact(&mut body).unwrap();
    Some(Received { head, body })
}

/// The names of the spans in a request's body.
pub(super) fn span_names(body: &[u8]) -> Vec<String> {
    let request = ExportTraceServiceRequest::decode(body).unwrap();
    let scopes = request.resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
    scopes.flat_map(|scope| scope.spans).map(|span| span.name).collect()
}
