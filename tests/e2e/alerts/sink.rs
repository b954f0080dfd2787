//! Slack, PagerDuty and a webhook, as far as Alertmanager can tell: a server that keeps what it is sent.

use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_mins(1);

/// What was sent: the path, the authorization and the body.
type Request = (String, Option<String>, Value);

pub(crate) struct Sink {
    pub(crate) address: SocketAddr,
    requests: Arc<(Mutex<Vec<Request>>, Condvar)>,
}

impl Sink {
    /// One that takes all.
    pub(crate) fn start() -> Self {
        Self::answering("202 Accepted")
    }

    /// One that takes nothing, for good.
    pub(crate) fn refusing() -> Self {
        Self::answering("400 Bad Request")
    }

    fn answering(status: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::<(Mutex<Vec<Request>>, Condvar)>::default();
        // It ends with the process of the test.
        thread::spawn({
            let requests = Arc::clone(&requests);
            move || {
                for stream in listener.incoming().map_while(Result::ok) {
                    if let Some(request) = answer(stream, status) {
                        requests.0.lock().unwrap().push(request);
                        requests.1.notify_all();
                    }
                }
            }
        });
        Self { address, requests }
    }

    /// The first body that was sent to this path.
    #[track_caller]
    pub(crate) fn wait_for(&self, path: &str) -> Value {
        let of_path = |requests: &Vec<Request>| {
            requests.iter().find(|request| request.0 == path).map(|request| request.2.clone())
        };
        let requests = self.requests.0.lock().unwrap();
        let (requests, _) =
            self.requests.1.wait_timeout_while(requests, PATIENCE, |requests| of_path(requests).is_none()).unwrap();
        of_path(&requests).unwrap_or_else(|| panic!("nothing came to {path}: {requests:?}"))
    }

    /// How the first sender to this path showed who it is.
    pub(crate) fn authorization(&self, path: &str) -> Option<String> {
        self.requests.0.lock().unwrap().iter().find(|request| request.0 == path).and_then(|request| request.1.clone())
    }
}

fn answer(mut stream: TcpStream, status: &str) -> Option<Request> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let (mut length, mut authorization) = (0, None);
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().ok()?,
            "authorization" => authorization = Some(value.to_owned()),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let text = "{\"status\":\"success\",\"message\":\"taken\",\"dedup_key\":\"key\"}";
    // Slack's status is 200, and PagerDuty's is 202.
    let status = if path == "/slack" { status.replace("202 Accepted", "200 OK") } else { status.to_owned() };
    let text = if path == "/slack" { "ok" } else { text };
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", text.len());
    stream.write_all((head + text).as_bytes()).ok()?;
    Some((path, authorization, serde_json::from_slice(&body).ok()?))
}
