//! Exchanges with one server, from a thread that may block.

use super::connection::{Answer, Broken, Connection, Stream};
use super::settings::Endpoint;
use super::tls::Tls;
use crate::config::Protocol;
use crate::export::{ExportError, own_traffic};
use hyper::Request;
use hyper::body::Bytes;
use std::io::{self, ErrorKind};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::time;

/// The longest pause after which a kept connection is used again. Firewalls and load balancers
/// forget one after a few minutes without telling, and then the next request is never answered.
const LONGEST_IDLE: Duration = Duration::from_mins(3);

/// A client of one server, with the connection that it keeps between requests.
pub(super) struct Client {
    peer: Peer,
    kept: Option<Kept>,
    longest_idle: Duration,
    /// Made with the first request. It runs only while a request does, on the calling thread.
    runtime: Option<Runtime>,
}

/// The server, and how to speak with it.
pub(super) struct Peer {
    pub(super) endpoint: Endpoint,
    pub(super) protocol: Protocol,
    pub(super) tls: Option<Tls>,
}

/// A connection that brought an answer.
struct Kept {
    connection: Connection,
    since: Instant,
}

impl Client {
    pub(super) fn new(endpoint: Endpoint, protocol: Protocol, tls: Option<Tls>) -> Self {
        Self { peer: Peer { endpoint, protocol, tls }, kept: None, longest_idle: LONGEST_IDLE, runtime: None }
    }

    pub(super) fn endpoint(&self) -> &Endpoint {
        &self.peer.endpoint
    }

    #[cfg(test)]
    pub(super) fn forget_idle(&mut self) {
        self.longest_idle = Duration::ZERO;
    }

    /// Sends `request` and returns the answer, whatever it says, all within `timeout`.
    ///
    /// Without an answer, nobody took the request, as far as this side knows. That holds as well
    /// where something answers that speaks another protocol: it may have the port only until the
    /// collector is back. An error's text is for a log line: it names the endpoint's host and no
    /// header.
    pub(super) fn send(&mut self, request: &Request<Bytes>, timeout: Duration) -> Result<Answer, ExportError> {
        if Handle::try_current().is_ok() {
            let text = "telemetry cannot be sent from an async task, which must not block";
            return Err(ExportError::unavailable(text));
        }
        let runtime = match self.runtime.take() {
            Some(runtime) => runtime,
            None => new_runtime().map_err(ExportError::unavailable)?,
        };
        let answer = own_traffic::suppress(|| {
            runtime.block_on(async {
                // Dropping the exchange half-way closes its connection.
                time::timeout(timeout, self.exchange(request))
                    .await
                    .unwrap_or_else(|_| Err(format!("no answer from {} within {timeout:?}", self.peer.endpoint)))
            })
        });
        self.runtime = Some(runtime);
        answer.map_err(ExportError::unavailable)
    }

    /// Sends over the connection at hand, or over a new one where there is none.
    ///
    /// A server may close a kept connection just as the next request is under way. That is no
    /// failure of the server, so the request goes out again, over a new connection. It may then
    /// arrive twice, which OTLP accepts on reconnecting (specification, "Duplicate Data").
    async fn exchange(&mut self, request: &Request<Bytes>) -> Result<Answer, String> {
        if let Some(Kept { mut connection, since }) = self.kept.take()
            && since.elapsed() <= self.longest_idle
            && connection.is_open().await
        {
            match connection.send(request.clone()).await {
                Ok(answer) => return Ok(self.keep(connection, answer)),
                Err(broken) if broken.unanswered => {}
                Err(broken) => return Err(self.peer.broken(&broken)),
            }
        }
        let mut connection = self.peer.connect().await?;
        match connection.send(request.clone()).await {
            Ok(answer) => Ok(self.keep(connection, answer)),
            Err(broken) => Err(self.peer.broken(&broken)),
        }
    }

    /// Keeps the connection for the next request, if it is at the end of this one.
    fn keep(&mut self, connection: Connection, answer: Answer) -> Answer {
        self.kept = answer.complete.then(|| Kept { connection, since: Instant::now() });
        answer
    }
}

impl Drop for Client {
    /// Lets go of the runtime without waiting for it: waiting would panic on an async thread, and
    /// a lookup of the host's name may still be running.
    fn drop(&mut self) {
        own_traffic::suppress(|| self.kept = None);
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Peer {
    /// One exchange over a connection of its own, within the caller's runtime.
    #[cfg(feature = "health")]
    pub(super) async fn ask(&self, request: Request<Bytes>) -> Result<Answer, String> {
        let mut connection = self.connect().await?;
        connection.send(request).await.map_err(|broken| self.broken(&broken))
    }

    async fn connect(&self) -> Result<Connection, String> {
        let Endpoint { host, port, .. } = &self.endpoint;
        let tcp = TcpStream::connect((host.as_str(), *port)).await;
        let tcp = tcp.map_err(|error| self.unreachable(&error))?;
        // A request is written at once; holding back its last packet would only delay it. A
        // socket that refuses the option works as well.
        let _ = tcp.set_nodelay(true);
        let stream: Box<dyn Stream> = match &self.tls {
            None => Box::new(tcp),
            Some(tls) => match tls.wrap(tcp).await {
                Ok(stream) => Box::new(stream),
                Err(error) => return Err(format!("no TLS with {}: {error}", self.endpoint)),
            },
        };
        Connection::open(stream, self.protocol).await.map_err(|broken| self.broken(&broken))
    }

    /// Why there is no connection.
    fn unreachable(&self, error: &io::Error) -> String {
        match error.kind() {
            ErrorKind::ConnectionRefused => format!("connection refused by {}", self.endpoint),
            ErrorKind::TimedOut => format!("connecting to {} timed out", self.endpoint),
            _ => format!("cannot connect to {}: {error}", self.endpoint),
        }
    }

    /// Why a connection gave no answer.
    fn broken(&self, broken: &Broken) -> String {
        format!("the exchange with {} failed: {}", self.endpoint, broken.text)
    }
}

/// A runtime of one thread, the caller's.
fn new_runtime() -> Result<Runtime, String> {
    let built = Builder::new_current_thread().enable_io().enable_time().build();
    built.map_err(|error| format!("no runtime to send telemetry with: {error}"))
}

#[cfg(test)]
mod tests;
