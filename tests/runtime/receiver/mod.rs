//! Somebody who takes alerts on loopback, and answers as a test says.

#![allow(dead_code, reason = "not every test asks for everything")]

pub(crate) mod program;
pub(crate) mod rules;

use serde_json::Value;
use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant, SystemTime};

/// After that, what does not come is the test's failure.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);

/// One request, as it came.
#[derive(Clone, Debug)]
pub(crate) struct Got {
    pub(crate) head: String,
    pub(crate) text: String,
    pub(crate) body: Value,
    pub(crate) at: Instant,
    pub(crate) wall: SystemTime,
}

/// What to answer: a status, with header lines. Without one it hangs until it is stopped.
pub(crate) type Answer = Option<(u16, &'static str)>;

pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    got: Mutex<Vec<Got>>,
    came: Condvar,
    answers: Mutex<VecDeque<Answer>>,
    stopped: AtomicBool,
}

impl Receiver {
    /// Takes everything.
    pub(crate) fn start() -> Self {
        Self::answering([])
    }

    /// Gives these answers to the first requests, and takes the others.
    pub(crate) fn answering(answers: impl IntoIterator<Item = Answer>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared { answers: Mutex::new(answers.into_iter().collect()), ..Shared::default() });
        let thread = thread::spawn({
            let shared = Arc::clone(&shared);
            move || {
                for stream in listener.incoming().map_while(Result::ok) {
                    if shared.stopped.load(Ordering::SeqCst) {
                        break;
                    }
                    let shared = Arc::clone(&shared);
                    thread::spawn(move || serve(stream, &shared));
                }
            }
        });
        Self { address, shared, thread: Some(thread) }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// All requests until now.
    pub(crate) fn got(&self) -> Vec<Got> {
        self.shared.got.lock().unwrap().clone()
    }

    /// Waits for so many requests, and returns all that there are.
    #[track_caller]
    pub(crate) fn wait(&self, count: usize) -> Vec<Got> {
        let got = self.shared.got.lock().unwrap();
        let (got, result) = self.shared.came.wait_timeout_while(got, PATIENCE, |got| got.len() < count).unwrap();
        assert!(!result.timed_out(), "{} of {count} requests came: {got:?}", got.len());
        got.clone()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn serve(mut stream: TcpStream, shared: &Shared) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap();
        }
        if line == "\r\n" {
            break;
        }
        head += &line;
    }
    let mut bytes = vec![0; length];
    if reader.read_exact(&mut bytes).is_err() {
        return;
    }
    let (at, wall) = (Instant::now(), SystemTime::now());
    let text = String::from_utf8(bytes).unwrap();
    let body = serde_json::from_str(&text).unwrap_or(Value::Null);
    let answer = shared.answers.lock().unwrap().pop_front().unwrap_or(Some((202, "")));
    shared.got.lock().unwrap().push(Got { head, text, body, at, wall });
    shared.came.notify_all();
    match answer {
        Some((status, headers)) => {
            let said = format!("{{\"status\":\"said {status}\",\"message\":\"no key {}\"}}", "R".repeat(32));
            let _ = write!(stream, "HTTP/1.1 {status} X\r\ncontent-length: {}\r\n{headers}\r\n{said}", said.len());
        }
        None => {
            while !shared.stopped.load(Ordering::SeqCst) {
                thread::sleep(Duration::from_millis(20));
            }
        }
    }
}
