//! A listener for metrics and health alone, on a thread and a runtime of its own: it answers in programs that serve
//! nothing else, and where the app's own runtime is busy.

use super::{metrics, plain};
#[cfg(feature = "dev-page")]
use crate::dev_page;
use crate::error::{Error, Result};
use hyper::body::Incoming;
use hyper::header::{self, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::process;
use std::sync::mpsc;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::{sleep, timeout};

/// How many are answered at once; more of them wait in the system's queue.
const MOST_CONNECTIONS: usize = 64;

/// The same for peers outside of all networks that may be answered. They are known by their address alone before they
/// have said anything, and who says nothing keeps its place for a while.
const MOST_STRANGERS: usize = 8;

/// For the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);

/// For a request and its answer. A scraper gives up by then.
const WHOLE_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest head of a request.
const LONGEST_HEAD: usize = 16 << 10;

/// How long the end waits for the thread, which may be in the midst of a scrape.
const END_TIMEOUT: Duration = Duration::from_millis(500);

/// A listener that answers until it is dropped.
pub(crate) struct Listener {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    /// Closed when the thread is gone.
    gone: Mutex<mpsc::Receiver<Infallible>>,
    /// Who started the thread: a forked child has none.
    process: u32,
}

impl Listener {
    /// Listens at `host:port`.
    pub(crate) fn start(address: &str) -> Result<Self> {
        let failed = |error| Error::Bind { address: address.to_owned(), error };
        let listener = std::net::TcpListener::bind(address).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let bound = listener.local_addr().map_err(failed)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let (stop, stopped) = oneshot::channel();
        let (going, gone) = mpsc::channel();
        let work = move || {
            let _going = going;
            // Dropped before that, and with it the socket.
            let runtime = runtime;
            runtime.spawn(accept(listener));
            // Also where nobody is left to say it.
            let _ = runtime.block_on(stopped);
        };
        thread::Builder::new().name("observe-metrics".to_owned()).spawn(work).map_err(failed)?;
        Ok(Self { address: bound, stop: Some(stop), gone: Mutex::new(gone), process: process::id() })
    }

    /// Where it listens, with the port that the system chose where port 0 was asked for.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if process::id() == self.process {
            drop(self.stop.take());
            // It only closes, and never brings anything.
            let _ = self.gone.get_mut().unwrap_or_else(PoisonError::into_inner).recv_timeout(END_TIMEOUT);
        }
    }
}

async fn accept(listener: std::net::TcpListener) {
    let Ok(listener) = TcpListener::from_std(listener) else { return };
    let room = Room::new();
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                if let Some(permit) = room.place(super::is_near(peer)).await {
                    tokio::spawn(serve(stream, peer, permit));
                }
            }
            // The client is gone again, or no descriptor is left: then trying at once takes a core.
            Err(_) => sleep(Duration::from_millis(50)).await,
        }
    }
}

/// The places for connections.
struct Room {
    near: Arc<Semaphore>,
    strangers: Arc<Semaphore>,
}

impl Room {
    fn new() -> Self {
        let new = |most| Arc::new(Semaphore::new(most));
        Self { near: new(MOST_CONNECTIONS), strangers: new(MOST_STRANGERS) }
    }

    /// A place, for which a stranger does not wait: there is one, or there is none.
    async fn place(&self, is_near: bool) -> Option<OwnedSemaphorePermit> {
        if is_near {
            Arc::clone(&self.near).acquire_owned().await.ok()
        } else {
            Arc::clone(&self.strangers).try_acquire_owned().ok()
        }
    }
}

/// Answers one request. A connection that is kept would be one less for others, and scrapers ask seldom.
async fn serve(stream: TcpStream, peer: SocketAddr, _permit: OwnedSemaphorePermit) {
    let service = service_fn(|request| async move { Ok::<_, Infallible>(answer(peer, request).await) });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .keep_alive(false)
        .max_buf_size(LONGEST_HEAD)
        .serve_connection(TokioIo::new(stream), service);
    // Neither who sends slowly nor who reads slowly stays; and what is wrong with a connection is its client's matter.
    let _ = timeout(WHOLE_TIMEOUT, connection).await;
}

#[cfg(feature = "dev-page")]
async fn answer(peer: SocketAddr, request: Request<Incoming>) -> Response<dev_page::Body> {
    if dev_page::is_ours(request.uri().path()) {
        return dev_page::respond(Some(peer), request).await;
    }
    respond(peer, &request).await.map(|text| dev_page::Body::Whole(text.into()))
}

#[cfg(not(feature = "dev-page"))]
async fn answer(peer: SocketAddr, request: Request<Incoming>) -> Response<String> {
    respond(peer, &request).await
}

async fn respond(peer: SocketAddr, request: &Request<Incoming>) -> Response<String> {
    let path = request.uri().path();
    if path != "/metrics" && !is_health(path) {
        return plain(StatusCode::NOT_FOUND, "not found\n");
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "method not allowed\n");
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET,HEAD"));
        return response;
    }
    if path == "/metrics" { metrics(Some(peer), request.headers()) } else { health(peer, request).await }
}

#[cfg(feature = "health")]
fn is_health(path: &str) -> bool {
    path.strip_prefix("/health").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(feature = "health")]
async fn health(peer: SocketAddr, request: &Request<Incoming>) -> Response<String> {
    let from_inside = super::may_read(Some(peer), request.headers());
    crate::health::respond(request.uri(), request.headers(), from_inside).await
}

/// Without checks, all that can be said is that the process answers.
#[cfg(not(feature = "health"))]
fn is_health(path: &str) -> bool {
    path == "/health/live"
}

#[cfg(not(feature = "health"))]
async fn health(_: SocketAddr, _: &Request<Incoming>) -> Response<String> {
    super::answer(StatusCode::OK, "application/json", r#"{"status":"alive"}"#.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_who_say_nothing_take_no_place_of_others() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let (room, mut held) = (Room::new(), Vec::new());
            for _ in 0..2 * MOST_CONNECTIONS {
                held.extend(room.place(false).await);
            }
            assert_eq!(held.len(), MOST_STRANGERS);
            for _ in 0..MOST_CONNECTIONS {
                held.push(room.place(true).await.unwrap());
            }
            held.clear();
            assert!(room.place(false).await.is_some());
        });
    }
}
