//! A server of HTTP/2, which answers calls of gRPC.

use super::span_names;
use h2::server::{self, Connection, SendResponse};
use h2::{Reason, RecvStream};
use hyper::body::Bytes;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use hyper::{Request, Response};
use std::future::poll_fn;
use std::net::TcpListener;
use std::sync::{Arc, mpsc};
use std::task::Poll;
use std::thread::{self, JoinHandle};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::runtime::Builder;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

/// A server that plays a script: for each connection, its answers, and then whatever it is told.
pub(in super::super) struct Server {
    pub(in super::super) url: String,
    pub(in super::super) host: String,
    orders: UnboundedSender<Order>,
    /// Tells of each order that the server has carried out.
    done: mpsc::Receiver<()>,
    thread: JoinHandle<Vec<Call>>,
}

/// What a server does between two calls.
#[derive(Clone, Copy)]
enum Order {
    Close,
    GoAway,
}

/// A call as it arrived.
pub(in super::super) struct Call {
    pub(in super::super) head: Request<()>,
    /// The first five bytes of the body, and the rest.
    pub(in super::super) frame: [u8; 5],
    pub(in super::super) message: Vec<u8>,
    /// What TLS has agreed on.
    pub(in super::super) alpn: Option<Vec<u8>>,
}

/// What a server answers.
#[derive(Clone)]
pub(in super::super) enum Reply {
    /// The status in the headers, which are all there is.
    Headers(u16, Vec<(&'static str, String)>),
    /// The same before the request's body is read.
    Early(u16, Vec<(&'static str, String)>),
    /// A body, and the status behind it.
    Trailers(Vec<u8>, Vec<(&'static str, String)>),
    /// A body that breaks off.
    Broken(Vec<u8>),
    Reset(Reason),
    /// The connection goes away under the call.
    GoAway(Reason),
}

impl Reply {
    pub(in super::super) fn ok() -> Self {
        Self::message(b"")
    }

    /// Success with this message.
    pub(in super::super) fn message(message: &[u8]) -> Self {
        let length = u32::try_from(message.len()).unwrap().to_be_bytes();
        let body = [&[0], length.as_slice(), message].concat();
        Self::Trailers(body, vec![("grpc-status", "0".to_owned())])
    }

    /// A failure and its message, in headers alone.
    pub(in super::super) fn failure(code: usize, message: &str) -> Self {
        Self::Headers(200, vec![("grpc-status", code.to_string()), ("grpc-message", message.to_owned())])
    }
}

impl Server {
    pub(in super::super) fn answering(replies: &[Reply]) -> Self {
        Self::with_connections(&[replies])
    }

    pub(in super::super) fn with_connections(script: &[&[Reply]]) -> Self {
        Self::start(script, None)
    }

    pub(in super::super) fn encrypted(config: Arc<ServerConfig>, replies: &[Reply]) -> Self {
        Self::start(&[replies], Some(config))
    }

    fn start(script: &[&[Reply]], tls: Option<Arc<ServerConfig>>) -> Self {
        let script: Vec<Vec<Reply>> = script.iter().map(|replies| replies.to_vec()).collect();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let ((orders, mut order), (tell_done, done)) = (unbounded_channel(), mpsc::channel());
        let scheme = if tls.is_some() { "https" } else { "http" };
        let thread = thread::spawn(move || {
            let runtime = Builder::new_current_thread().enable_io().build().unwrap();
            let mut calls = Vec::new();
            for replies in script {
                let stream = listener.accept().unwrap().0;
                stream.set_nonblocking(true).unwrap();
                // Or a frame waits until the client has acknowledged the one before.
                stream.set_nodelay(true).unwrap();
                runtime.block_on(async {
                    let stream = tokio::net::TcpStream::from_std(stream).unwrap();
                    match &tls {
                        None => serve(stream, None, &replies, &mut calls, &mut order, &tell_done).await,
                        Some(config) => {
                            let Ok(stream) = TlsAcceptor::from(Arc::clone(config)).accept(stream).await else { return };
                            let alpn = stream.get_ref().1.alpn_protocol().map(<[u8]>::to_vec);
                            serve(stream, alpn, &replies, &mut calls, &mut order, &tell_done).await;
                        }
                    }
                });
            }
            calls
        });
        Self { url: format!("{scheme}://{host}/some/path"), host, orders, done, thread }
    }

    /// Closes the open connection, and returns when that is done.
    pub(in super::super) fn close(&self) {
        self.order(Order::Close);
    }

    /// Says that the open connection will end, and returns when that is said.
    pub(in super::super) fn go_away(&self) {
        self.order(Order::GoAway);
    }

    fn order(&self, order: Order) {
        self.orders.send(order).unwrap();
        self.done.recv().unwrap();
    }

    /// All calls. The exporter must be gone, or the server waits for its next one.
    pub(in super::super) fn calls(self) -> Vec<Call> {
        self.thread.join().unwrap()
    }

    /// The names of the spans of each call, once the exporter is gone.
    pub(in super::super) fn span_names(self) -> Vec<Vec<String>> {
        self.calls().iter().map(|call| span_names(&call.message)).collect()
    }
}

/// Answers calls until the client goes away, or it is told to close.
async fn serve<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    alpn: Option<Vec<u8>>,
    replies: &[Reply],
    calls: &mut Vec<Call>,
    orders: &mut UnboundedReceiver<Order>,
    done: &mpsc::Sender<()>,
) {
    let Ok(mut connection) = server::handshake(stream).await else { return };
    let mut replies = replies.iter();
    loop {
        tokio::select! {
            call = connection.accept() => {
                let Some(Ok((request, respond))) = call else { return };
                let reply = replies.next().expect("a call that nobody has an answer for");
                answer(&mut connection, request, respond, reply, alpn.clone(), calls).await;
            }
            Some(order) = orders.recv() => {
                if let Order::GoAway = order {
                    connection.graceful_shutdown();
                    // Has it written.
                    poll_fn(|context| Poll::Ready(connection.poll_accept(context).is_ready())).await;
                } else {
                    drop(connection);
                    done.send(()).unwrap();
                    return;
                }
                done.send(()).unwrap();
            }
        }
    }
}

async fn answer<S: AsyncRead + AsyncWrite + Unpin>(
    connection: &mut Connection<S, Bytes>,
    request: Request<RecvStream>,
    mut respond: SendResponse<Bytes>,
    reply: &Reply,
    alpn: Option<Vec<u8>>,
    calls: &mut Vec<Call>,
) {
    let (head, body) = request.into_parts();
    let head = Request::from_parts(head, ());
    if let Reply::Early(status, headers) = reply {
        calls.push(Call { head, frame: [0; 5], message: Vec::new(), alpn });
        respond.send_response(response(*status, headers), true).unwrap();
        return;
    }
    let body = read(connection, body).await;
    let (frame, message) = body.split_first_chunk().unwrap();
    calls.push(Call { head, frame: *frame, message: message.to_vec(), alpn });
    match reply {
        Reply::Headers(status, headers) | Reply::Early(status, headers) => {
            respond.send_response(response(*status, headers), true).unwrap();
        }
        Reply::Trailers(body, trailers) => {
            let mut stream = respond.send_response(response(200, &[]), false).unwrap();
            stream.send_data(body.clone().into(), false).unwrap();
            stream.send_trailers(header_map(trailers)).unwrap();
        }
        Reply::Broken(body) => {
            let mut stream = respond.send_response(response(200, &[]), false).unwrap();
            stream.send_data(body.clone().into(), false).unwrap();
            // Has it written, before the reset throws it away.
            poll_fn(|context| Poll::Ready(connection.poll_closed(context).is_ready())).await;
            stream.send_reset(Reason::INTERNAL_ERROR);
        }
        Reply::Reset(reason) => respond.send_reset(*reason),
        Reply::GoAway(reason) => connection.abrupt_shutdown(*reason),
    }
}

/// Reads a call's body while the connection goes on.
async fn read<S: AsyncRead + AsyncWrite + Unpin>(
    connection: &mut Connection<S, Bytes>,
    mut body: RecvStream,
) -> Vec<u8> {
    let mut read = Vec::new();
    poll_fn(|context| {
        loop {
            if let Poll::Ready(piece) = body.poll_data(context) {
                match piece {
                    Some(piece) => {
                        let piece = piece.unwrap();
                        read.extend_from_slice(&piece);
                        body.flow_control().release_capacity(piece.len()).unwrap();
                        continue;
                    }
                    None => return Poll::Ready(()),
                }
            }
            assert!(connection.poll_closed(context).is_pending(), "the client is gone");
            // What was read just now may be the rest of the body, of which the stream has told.
            return Poll::Pending;
        }
    })
    .await;
    read
}

fn response(status: u16, headers: &[(&'static str, String)]) -> Response<()> {
    let mut response = Response::builder().status(status).header("content-type", "application/grpc").body(()).unwrap();
    response.headers_mut().extend(header_map(headers));
    response
}

fn header_map(headers: &[(&'static str, String)]) -> HeaderMap {
    let header = |(name, value): &(&'static str, String)| {
        (HeaderName::from_static(name), HeaderValue::try_from(value.as_str()).unwrap())
    };
    headers.iter().map(header).collect()
}
