//! Requests to a server: a bounded number, over connections that are kept.

use super::sink::body_length;
use std::io::{BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Connections with a request under way at the same time.
const CONNECTIONS: usize = 16;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Kept connections to one server.
pub(super) struct Load {
    connections: Vec<BufReader<TcpStream>>,
    sent: u64,
}

impl Load {
    pub(super) fn connect(address: SocketAddr) -> Result<Self, String> {
        let connect = |_| {
            let stream = TcpStream::connect(address)?;
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            Ok(BufReader::new(stream))
        };
        let connections: std::io::Result<Vec<_>> = (0..CONNECTIONS).map(connect).collect();
        let connections = connections.map_err(|error| format!("{address} can't be reached: {error}"))?;
        Ok(Self { connections, sent: 0 })
    }

    /// Sends at least this many requests, and reads every answer.
    pub(super) fn send(&mut self, requests: u64) -> Result<(), String> {
        let end = self.sent + requests;
        while self.sent < end {
            self.round().map_err(|error| format!("a request failed: {error}"))?;
        }
        Ok(())
    }

    /// One request on each connection, then all answers: the server has several at a time.
    fn round(&mut self) -> std::io::Result<()> {
        for connection in &mut self.connections {
            let id = self.sent;
            self.sent += 1;
            let request = format!("GET /answers/{id} HTTP/1.1\r\nhost: bench\r\naccept: */*\r\n\r\n");
            connection.get_mut().write_all(request.as_bytes())?;
        }
        for connection in &mut self.connections {
            let length = body_length(connection)?.ok_or(std::io::ErrorKind::UnexpectedEof)?;
            std::io::copy(&mut connection.by_ref().take(length), &mut std::io::sink())?;
        }
        Ok(())
    }
}
