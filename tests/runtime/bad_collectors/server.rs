//! A collector that misbehaves as it is told, over HTTP or gRPC, with or without TLS.

use crate::books::{Books, Signal};
use crate::{HANGS, http1, http2};
use std::net::{Ipv4Addr, TcpListener};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};
use std::thread;
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    Http,
    Grpc,
}

/// What a server does with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    Take,
    /// All but the first item, and says so.
    TakeAPart,
    /// And closes the connection in place of an answer.
    TakeAndHangUp,
    /// The client is to wait and come again.
    Throttle,
    /// The client is to come again.
    Busy,
    Refuse,
    /// Answers what is no HTTP at all.
    Garbage,
    /// Closes the connection in the midst of its answer, and has taken nothing.
    BreakOff,
    /// Answers nothing until the manner changes, and closes the connection then.
    Silence,
    /// Any of the others that comes to an end, by chance.
    Any,
}

const ANY: [Deed; 6] = [Deed::Take, Deed::TakeAPart, Deed::Throttle, Deed::Busy, Deed::Refuse, Deed::BreakOff];

/// What all connections share, and all lives of a server that dies and comes back.
pub(crate) struct Desk {
    manner: Mutex<Manner>,
    books: Mutex<Books>,
    /// How often the manner has changed.
    changes: watch::Sender<usize>,
}

#[derive(Debug)]
struct Manner {
    deed: Deed,
    /// So many requests of each signal are treated like that, and the others are taken.
    left: [usize; 3],
    /// Whatever is said is said byte by byte.
    is_slow: bool,
}

impl Desk {
    pub(crate) fn new(deed: Deed) -> Arc<Self> {
        Self::at_first(deed, usize::MAX)
    }

    /// A desk of this manner for so many requests of each signal.
    pub(crate) fn at_first(deed: Deed, requests: usize) -> Arc<Self> {
        let manner = Mutex::new(Manner { deed, left: [requests; 3], is_slow: false });
        Arc::new(Self { manner, books: Mutex::default(), changes: watch::Sender::new(0) })
    }

    pub(crate) fn slow() -> Arc<Self> {
        let desk = Self::new(Deed::Take);
        desk.manner.lock().unwrap().is_slow = true;
        desk
    }

    pub(crate) fn change_to(&self, deed: Deed) {
        *self.manner.lock().unwrap() = Manner { deed, left: [usize::MAX; 3], is_slow: false };
        self.changes.send_modify(|changes| *changes += 1);
    }

    pub(crate) fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap()
    }

    /// How many came, by signal.
    pub(crate) fn requests(&self) -> [usize; 3] {
        self.books().requests
    }

    /// Waits for something that the server sees.
    pub(crate) fn wait_until(&self, happened: impl Fn(&Books) -> bool) {
        let begun = Instant::now();
        while !happened(&self.books()) {
            assert!(begun.elapsed() < HANGS, "it does not happen");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Decides about a request, and writes it into the books.
    pub(crate) fn receive(&self, signal: Signal, message: &[u8]) -> Deed {
        let deed = {
            let mut manner = self.manner.lock().unwrap();
            let left = &mut manner.left[signal as usize];
            let is_over = *left == 0;
            *left = left.saturating_sub(1);
            match manner.deed {
                _ if is_over => Deed::Take,
                Deed::Any => ANY[fastrand::usize(..ANY.len())],
                deed => deed,
            }
        };
        let mut books = self.books();
        books.requests[signal as usize] += 1;
        match deed {
            Deed::Take | Deed::TakeAndHangUp => books.take(signal, message, 0),
            Deed::TakeAPart => books.take(signal, message, 1),
            Deed::Refuse => books.take(signal, message, usize::MAX),
            _ => {}
        }
        deed
    }

    /// Waits until the manner changes.
    pub(crate) async fn silence(&self) {
        let _ = self.changes.subscribe().wait_for(|changes| *changes > 0).await;
    }
}

/// What bytes go over.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A server on a port. It ends with its owner, and so do its connections.
pub(crate) struct Server {
    pub(crate) port: u16,
    runtime: Option<Runtime>,
}

impl Server {
    pub(crate) fn start(protocol: Protocol, desk: &Arc<Desk>) -> Self {
        Self::start_on(0, protocol, desk, None)
    }

    pub(crate) fn encrypted(protocol: Protocol, desk: &Arc<Desk>, tls: Arc<ServerConfig>) -> Self {
        Self::start_on(0, protocol, desk, Some(tls))
    }

    pub(crate) fn start_on(port: u16, protocol: Protocol, desk: &Arc<Desk>, tls: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
        let port = listener.local_addr().unwrap().port();
        listener.set_nonblocking(true).unwrap();
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_io().build().unwrap();
        let desk = Arc::clone(desk);
        runtime.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                stream.set_nodelay(true).unwrap();
                let (desk, tls) = (Arc::clone(&desk), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => serve(Box::new(stream), protocol, desk).await,
                        Some(config) => {
                            // A client that wants none, or not this server's, is its own affair.
                            if let Ok(stream) = TlsAcceptor::from(config).accept(stream).await {
                                serve(Box::new(stream), protocol, desk).await;
                            }
                        }
                    }
                });
            }
        });
        Self { port, runtime: Some(runtime) }
    }
}

impl Drop for Server {
    /// Nobody listens at the port any more when this returns.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(HANGS);
        }
    }
}

async fn serve(mut stream: Box<dyn Stream>, protocol: Protocol, desk: Arc<Desk>) {
    let (deed, is_slow) = {
        let manner = desk.manner.lock().unwrap();
        (manner.deed, manner.is_slow)
    };
    if deed == Deed::Garbage {
        let _ = stream.write_all(b"\x00\x7fgood day, what do you want\r\n\r\n").await;
        let _ = stream.shutdown().await;
        return;
    }
    if is_slow {
        stream = Box::new(Trickle(stream));
    }
    match protocol {
        Protocol::Http => http1::serve(stream, &desk).await,
        Protocol::Grpc => http2::serve(stream, desk).await,
    }
}

/// Writes one byte at a time.
struct Trickle(Box<dyn Stream>);

impl AsyncRead for Trickle {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl AsyncWrite for Trickle {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, &bytes[..bytes.len().min(1)])
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}
