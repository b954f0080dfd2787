//! A collector that counts the spans it gets, each once, or one that never answers.

use super::sink::body_length;
use bytes::Bytes;
use prost::Message;
use std::collections::HashSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Listens as long as the driver lives.
pub(super) struct Collector {
    address: SocketAddr,
    received: Arc<Mutex<Received>>,
}

#[derive(Default)]
struct Received {
    spans: HashSet<u64>,
    /// Why something could not be read: then no count is right.
    error: Option<String>,
}

/// What an address is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    Answers,
    /// Takes connections, and never says anything.
    Hangs,
}

impl Collector {
    pub(super) fn start() -> Result<Self, String> {
        Self::listen((Ipv4Addr::LOCALHOST, 0).into(), Manner::Answers)
    }

    pub(super) fn start_at(address: SocketAddr) -> Result<Self, String> {
        Self::listen(address, Manner::Answers)
    }

    pub(super) fn hanging() -> Result<Self, String> {
        Self::listen((Ipv4Addr::LOCALHOST, 0).into(), Manner::Hangs)
    }

    fn listen(address: SocketAddr, manner: Manner) -> Result<Self, String> {
        let failed = |error: std::io::Error| format!("the collector can't listen on {address}: {error}");
        let listener = TcpListener::bind(address).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let received = Arc::<Mutex<Received>>::default();
        let shared = Arc::clone(&received);
        thread::spawn(move || {
            let mut silent = Vec::new();
            for stream in listener.incoming().map_while(Result::ok) {
                if manner == Manner::Hangs {
                    silent.push(stream);
                    continue;
                }
                let received = Arc::clone(&shared);
                // A connection that ends is the program's business: what it sent is counted, and what not is lost.
                thread::spawn(move || answer(&stream, &received));
            }
        });
        Ok(Self { address, received })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Spans that came, however often each of them did.
    pub(super) fn spans(&self) -> Result<u64, String> {
        let received = lock(&self.received);
        match &received.error {
            Some(error) => Err(format!("the collector got what it can't read: {error}")),
            None => Ok(received.spans.len() as u64),
        }
    }
}

/// An address where nobody listens.
pub(super) fn nobody() -> Result<SocketAddr, String> {
    let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
    address.map_err(|error| format!("there is no free port: {error}"))
}

/// Answers until the other side closes the connection.
fn answer(mut stream: &TcpStream, received: &Mutex<Received>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut request = String::new();
    while reader.read_line(&mut request)? > 0 {
        let length = body_length(&mut reader)?.unwrap_or_default();
        let mut body = Vec::new();
        reader.by_ref().take(length).read_to_end(&mut body)?;
        // Metrics and logs are taken, and not looked at.
        if request.contains("/v1/traces") {
            lock(received).take(body);
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")?;
        request.clear();
    }
    Ok(())
}

fn lock(received: &Mutex<Received>) -> MutexGuard<'_, Received> {
    received.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Received {
    fn take(&mut self, body: Vec<u8>) {
        match Request::decode(Bytes::from(body)) {
            Ok(request) => {
                for id in request.ids() {
                    match id[..].try_into() {
                        Ok(id) => _ = self.spans.insert(u64::from_ne_bytes(id)),
                        Err(_) => self.error = Some(format!("{} bytes as the id of a span", id.len())),
                    }
                }
            }
            Err(error) => self.error = Some(error.to_string()),
        }
    }
}

/// `ExportTraceServiceRequest`, without what is of no interest here.
#[derive(Clone, PartialEq, Message)]
struct Request {
    #[prost(message, repeated, tag = "1")]
    resources: Vec<Resource>,
}

#[derive(Clone, PartialEq, Message)]
struct Resource {
    #[prost(message, repeated, tag = "2")]
    scopes: Vec<Scope>,
}

#[derive(Clone, PartialEq, Message)]
struct Scope {
    #[prost(message, repeated, tag = "2")]
    spans: Vec<Span>,
}

#[derive(Clone, PartialEq, Message)]
struct Span {
    #[prost(bytes = "bytes", tag = "2")]
    id: Bytes,
}

impl Request {
    fn ids(self) -> impl Iterator<Item = Bytes> {
        let scopes = self.resources.into_iter().flat_map(|resource| resource.scopes);
        scopes.flat_map(|scope| scope.spans).map(|span| span.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(ids: &[&'static [u8]]) -> Vec<u8> {
        let spans = ids.iter().map(|id| Span { id: Bytes::from_static(id) }).collect();
        Request { resources: vec![Resource { scopes: vec![Scope { spans }] }] }.encode_to_vec()
    }

    #[test]
    fn a_span_that_comes_twice_is_one() {
        let mut received = Received::default();
        received.take(body(&[b"11111111", b"22222222"]));
        received.take(body(&[b"22222222", b"33333333"]));
        assert_eq!((received.spans.len(), received.error), (3, None));
    }

    #[test]
    fn what_is_no_request_is_told() {
        for body in [b"\x0a\xff".to_vec(), body(&[b"short"])] {
            let mut received = Received::default();
            received.take(body);
            assert!(received.error.is_some());
        }
    }
}
