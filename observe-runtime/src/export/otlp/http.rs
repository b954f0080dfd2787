//! Posts requests to one endpoint from a thread that may block.

use super::connection::{Answer, Connection, Failure, Payload, Stream};
use super::settings::{Endpoint, OtlpSettings, header_name, header_value};
use super::tls::Tls;
use hyper::body::Bytes;
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::{Method, Request, Uri};
use std::error::Error;
use std::io::{self, ErrorKind};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::time;

/// How the exporter names itself to the collector.
const USER_AGENT: &str = concat!("observe/", env!("CARGO_PKG_VERSION"));

/// A client of one endpoint, with the connection that it keeps between requests.
pub(super) struct Client {
    peer: Peer,
    connection: Option<Connection>,
    /// Made with the first request. It runs only while a request does, on the calling thread.
    runtime: Option<Runtime>,
}

/// The server and what every request to it says.
struct Peer {
    endpoint: Endpoint,
    headers: HeaderMap,
    tls: Option<Tls>,
}

impl Client {
    pub(super) fn new(settings: OtlpSettings) -> Result<Self, String> {
        let OtlpSettings { endpoint, headers, .. } = settings;
        let headers = request_headers(&endpoint, &headers)?;
        let tls = if endpoint.tls { Some(Tls::new(&endpoint)?) } else { None };
        Ok(Self { peer: Peer { endpoint, headers, tls }, connection: None, runtime: None })
    }

    pub(super) fn endpoint(&self) -> &Endpoint {
        &self.peer.endpoint
    }

    /// Posts `body` and returns the body of a successful answer, all within `timeout`.
    ///
    /// An error's text is for a log line: it names the endpoint's host and no header.
    pub(super) fn post(&mut self, body: &Bytes, timeout: Duration) -> Result<Vec<u8>, String> {
        if Handle::try_current().is_ok() {
            return Err("telemetry cannot be sent from an async task, which must not block".to_owned());
        }
        let runtime = match self.runtime.take() {
            Some(runtime) => runtime,
            None => new_runtime()?,
        };
        let answer = runtime.block_on(async {
            // Dropping the exchange half-way closes its connection.
            time::timeout(timeout, self.exchange(body))
                .await
                .unwrap_or_else(|_| Err(format!("no answer from {} within {timeout:?}", self.peer.endpoint)))
        });
        self.runtime = Some(runtime);
        let answer = answer?;
        if answer.status.is_success() {
            return Ok(answer.body);
        }
        Err(format!("{} answered {}", self.peer.endpoint, answer.status))
    }

    /// Sends over the connection at hand, or over a new one where there is none.
    ///
    /// A server may close a kept connection just as the next request is under way. That is no
    /// failure of the server, so the request goes out again, over a new connection. It may then
    /// arrive twice, which OTLP accepts on reconnecting (specification, "Duplicate Data").
    async fn exchange(&mut self, body: &Bytes) -> Result<Answer, String> {
        if let Some(mut open) = self.connection.take()
            && open.is_open().await
        {
            match open.send(self.peer.request(body)).await {
                Ok(answer) => return Ok(self.keep(open, answer)),
                Err(failure) if failure.unanswered => {}
                Err(failure) => return Err(self.peer.broken(&failure)),
            }
        }
        let mut new = self.peer.connect().await?;
        match new.send(self.peer.request(body)).await {
            Ok(answer) => Ok(self.keep(new, answer)),
            Err(failure) => Err(self.peer.broken(&failure)),
        }
    }

    /// Keeps the connection for the next request, if it is at the end of this one.
    fn keep(&mut self, connection: Connection, answer: Answer) -> Answer {
        self.connection = answer.complete.then_some(connection);
        answer
    }
}

impl Drop for Client {
    /// Lets go of the runtime without waiting for it: waiting would panic on an async thread, and
    /// a lookup of the host's name may still be running.
    fn drop(&mut self) {
        self.connection = None;
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Peer {
    fn request(&self, body: &Bytes) -> Request<Payload> {
        let mut request = Request::new(Payload(Some(body.clone())));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = Uri::from(self.endpoint.path.clone());
        *request.headers_mut() = self.headers.clone();
        request
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
        let opened = Connection::open(stream).await;
        opened.map_err(|error| self.broken(&Failure { error, unanswered: true }))
    }

    /// Why there is no connection.
    fn unreachable(&self, error: &io::Error) -> String {
        match error.kind() {
            ErrorKind::ConnectionRefused => format!("connection refused by {}", self.endpoint),
            ErrorKind::TimedOut => format!("connecting to {} timed out", self.endpoint),
            _ => format!("cannot connect to {}: {error}", self.endpoint),
        }
    }

    /// Why a connection gave no answer: hyper's words, then the cause that it keeps behind them.
    fn broken(&self, failure: &Failure) -> String {
        let error = &failure.error;
        let cause = error.source().map_or(String::new(), |cause| format!(": {cause}"));
        format!("the exchange with {} failed: {error}{cause}", self.endpoint)
    }
}

/// A runtime of one thread, the caller's.
fn new_runtime() -> Result<Runtime, String> {
    let built = Builder::new_current_thread().enable_io().enable_time().build();
    built.map_err(|error| format!("no runtime to send telemetry with: {error}"))
}

/// The headers of every request: the given ones, of which the last of a name counts, and the
/// exporter's own.
fn request_headers(endpoint: &Endpoint, given: &[(String, String)]) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    headers.insert(header::USER_AGENT, HeaderValue::from_static(USER_AGENT));
    for (index, (name, value)) in given.iter().enumerate() {
        let numbered = |why| format!("header {}: {why}", index + 1);
        let name = header_name(name).map_err(numbered)?;
        let value = header_value(&name, value).map_err(numbered)?;
        headers.insert(name, value);
    }
    let host =
        HeaderValue::try_from(endpoint.host_header()).map_err(|_| "the endpoint's host is no host name".to_owned())?;
    headers.insert(header::HOST, host);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-protobuf"));
    Ok(headers)
}

#[cfg(test)]
mod tests;
