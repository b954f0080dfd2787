//! A collector for tests: takes OTLP over HTTP on loopback, and keeps what it decodes.

use flate2::read::GzDecoder;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsPartialSuccess, ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message as _;
use std::io::{BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

/// What a collector got, in the order in which it came.
#[derive(Default)]
pub(crate) struct Received {
    /// The heads of all requests.
    pub(crate) heads: Vec<String>,
    pub(crate) traces: Vec<ExportTraceServiceRequest>,
    pub(crate) metrics: Vec<ExportMetricsServiceRequest>,
    #[allow(dead_code, reason = "not every test asks")]
    pub(crate) logs: Vec<ExportLogsServiceRequest>,
}

/// Runs until it is stopped; the test that started it stops it.
pub(crate) struct Collector {
    address: SocketAddr,
    received: Arc<Mutex<Received>>,
    stopped: Arc<AtomicBool>,
    thread: JoinHandle<()>,
    connections: Arc<Mutex<Vec<TcpStream>>>,
}

impl Collector {
    pub(crate) fn start() -> Self {
        Self::answering(0, Vec::new())
    }

    /// One whose answers say that it did not want two data points.
    #[allow(dead_code, reason = "not every test has one")]
    pub(crate) fn start_rejecting() -> Self {
        let partial = ExportMetricsPartialSuccess { rejected_data_points: 2, error_message: "no room".to_owned() };
        Self::answering(0, ExportMetricsServiceResponse { partial_success: Some(partial) }.encode_to_vec())
    }

    #[allow(dead_code, reason = "not every test has one")]
    pub(crate) fn start_on(port: u16) -> Self {
        Self::answering(port, Vec::new())
    }

    fn answering(port: u16, answer: Vec<u8>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
        let address = listener.local_addr().unwrap();
        let (received, stopped) = (Arc::new(Mutex::default()), Arc::new(AtomicBool::new(false)));
        let open = Arc::new(Mutex::new(Vec::new()));
        let thread = thread::spawn({
            let (received, stopped, open) = (Arc::clone(&received), Arc::clone(&stopped), Arc::clone(&open));
            move || {
                // A client has a connection for each signal, and keeps it.
                let mut connections = Vec::new();
                for stream in listener.incoming().map_while(Result::ok) {
                    if stopped.load(Ordering::SeqCst) {
                        break;
                    }
                    open.lock().unwrap().push(stream.try_clone().unwrap());
                    let (received, answer) = (Arc::clone(&received), answer.clone());
                    connections.push(thread::spawn(move || serve(stream, &received, &answer)));
                }
                for connection in connections {
                    connection.join().unwrap();
                }
            }
        });
        Self { address, received, stopped, thread, connections: open }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    #[allow(dead_code, reason = "not every test asks")]
    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// How many requests with metrics it got until now.
    #[allow(dead_code, reason = "not every test asks")]
    pub(crate) fn metrics(&self) -> usize {
        self.received.lock().unwrap().metrics.len()
    }

    /// What a test wants to know of what it got until now.
    #[allow(dead_code, reason = "not every test asks")]
    pub(crate) fn look<T>(&self, see: impl FnOnce(&Received) -> T) -> T {
        see(&self.received.lock().unwrap())
    }

    /// Ends the collector while clients are connected; what it got.
    #[allow(dead_code, reason = "not every test has one")]
    pub(crate) fn kill(self) -> Received {
        self.stopped.store(true, Ordering::SeqCst);
        let open = std::mem::take(&mut *self.connections.lock().unwrap());
        for stream in open {
            let _ = stream.shutdown(Shutdown::Both);
        }
        self.stop()
    }

    /// Ends the collector, whose clients have ended; what it got.
    pub(crate) fn stop(self) -> Received {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes the thread out of its accept.
        let _ = TcpStream::connect(self.address);
        self.thread.join().unwrap();
        std::mem::take(&mut *self.received.lock().unwrap())
    }
}

/// Answers requests on one connection until the other side closes it.
fn serve(stream: TcpStream, received: &Mutex<Received>, answer: &[u8]) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut writer = stream;
    while let Some(head) = read_head(&mut reader) {
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("content-length").then(|| value.parse::<usize>().unwrap())
        });
        let mut body = vec![0; length.unwrap_or_default()];
        reader.read_exact(&mut body).unwrap();
        if head.to_ascii_lowercase().contains("content-encoding: gzip") {
            let packed = std::mem::take(&mut body);
            GzDecoder::new(packed.as_slice()).read_to_end(&mut body).unwrap();
        }
        let mut received = received.lock().unwrap();
        // Behind whatever prefix, and with a query or without.
        let path = head.split([' ', '?']).nth(1).unwrap_or_default();
        if path.ends_with("/metrics") {
            received.metrics.push(ExportMetricsServiceRequest::decode(body.as_slice()).unwrap());
        } else if path.ends_with("/logs") {
            received.logs.push(ExportLogsServiceRequest::decode(body.as_slice()).unwrap());
        } else {
            received.traces.push(ExportTraceServiceRequest::decode(body.as_slice()).unwrap());
        }
        received.heads.push(head);
        drop(received);
        // Who has sent its last may be gone by now.
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", answer.len());
        if writer.write_all(head.as_bytes()).and_then(|()| writer.write_all(answer)).is_err() {
            return;
        }
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
