//! A collector for tests: takes OTLP over HTTP on loopback, and keeps what it decodes.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message as _;
use std::io::{BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

#[derive(Default)]
struct Received {
    heads: Vec<String>,
    requests: Vec<ExportTraceServiceRequest>,
}

/// Runs until it is stopped; the test that started it stops it.
pub(crate) struct Collector {
    address: SocketAddr,
    received: Arc<Mutex<Received>>,
    stopped: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Collector {
    pub(crate) fn start() -> Self {
        Self::start_on(0)
    }

    pub(crate) fn start_on(port: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
        let address = listener.local_addr().unwrap();
        let (received, stopped) = (Arc::new(Mutex::default()), Arc::new(AtomicBool::new(false)));
        let thread = thread::spawn({
            let (received, stopped) = (Arc::clone(&received), Arc::clone(&stopped));
            move || {
                for stream in listener.incoming().map_while(Result::ok) {
                    if stopped.load(Ordering::SeqCst) {
                        break;
                    }
                    serve(stream, &received);
                }
            }
        });
        Self { address, received, stopped, thread }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Ends the collector; the heads of the requests that it got, and their decoded bodies.
    pub(crate) fn stop(self) -> (Vec<String>, Vec<ExportTraceServiceRequest>) {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes the thread out of its accept.
        let _ = TcpStream::connect(self.address);
        self.thread.join().unwrap();
        let received = std::mem::take(&mut *self.received.lock().unwrap());
        (received.heads, received.requests)
    }
}

/// Answers requests on one connection until the other side closes it.
fn serve(stream: TcpStream, received: &Mutex<Received>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut writer = stream;
    while let Some(head) = read_head(&mut reader) {
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("content-length").then(|| value.parse::<usize>().unwrap())
        });
        let mut body = vec![0; length.unwrap_or_default()];
        reader.read_exact(&mut body).unwrap();
        let request = ExportTraceServiceRequest::decode(body.as_slice()).unwrap();
        let mut received = received.lock().unwrap();
        received.heads.push(head);
        received.requests.push(request);
        drop(received);
        writer.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
    }
}

fn read_head(reader: &mut impl std::io::BufRead) -> Option<String> {
    let mut head = String::new();
    loop {
        let before = head.len();
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
        if head[before..].trim().is_empty() {
            return Some(head);
        }
    }
}
