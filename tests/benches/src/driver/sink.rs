//! The other side of an OTLP exporter: reads requests on loopback and answers 200.

use std::fmt;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

/// Listens as long as the driver lives.
pub(super) struct Sink {
    address: SocketAddr,
    received: Arc<Received>,
}

#[derive(Default)]
struct Received {
    requests: AtomicU64,
    bytes: AtomicU64,
}

impl Sink {
    pub(super) fn start() -> Result<Self, String> {
        let failed = |error: std::io::Error| format!("the sink can't listen on loopback: {error}");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let received = Arc::<Received>::default();
        let shared = Arc::clone(&received);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let received = Arc::clone(&shared);
                // A connection that ends is the subject's business: it counts what it lost.
                thread::spawn(move || answer(&stream, &received));
            }
        });
        Ok(Self { address, received })
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) fn was_used(&self) -> bool {
        self.received.requests.load(Relaxed) > 0
    }
}

impl fmt::Display for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (requests, bytes) = (self.received.requests.load(Relaxed), self.received.bytes.load(Relaxed));
        writeln!(f, "sink: {requests} OTLP requests with {bytes} bytes")
    }
}

/// Answers until the other side closes the connection.
fn answer(mut stream: &TcpStream, received: &Received) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    while let Some(length) = body_length(&mut reader)? {
        let bytes = std::io::copy(&mut reader.by_ref().take(length), &mut std::io::sink())?;
        received.requests.fetch_add(1, Relaxed);
        received.bytes.fetch_add(bytes, Relaxed);
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")?;
    }
    Ok(())
}

/// Reads one head; `None` at the end of the connection.
pub(super) fn body_length(reader: &mut impl BufRead) -> std::io::Result<Option<u64>> {
    let (mut line, mut length) = (String::new(), 0);
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        if line.trim().is_empty() {
            return Ok(Some(length));
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap_or_default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_as_long_as_its_head_says() {
        let mut requests: &[u8] = b"POST / HTTP/1.1\r\nhost: a:1\r\nContent-Length: 12\r\n\r\nGET / HTTP/1.1\r\n\r\n";
        assert_eq!(body_length(&mut requests).unwrap(), Some(12));
        assert_eq!(body_length(&mut requests).unwrap(), Some(0));
        assert_eq!(body_length(&mut requests).unwrap(), None);
    }
}
