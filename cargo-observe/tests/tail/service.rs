//! A service on a loopback port that answers `/observe/api` as it is told.

use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

/// What one answer to `follow` consists of.
pub(crate) enum Step {
    /// A piece of the stream, sent as a chunk.
    Piece(Vec<u8>),
    /// Nothing, until the other end of this says so.
    Wait(Receiver<()>),
    /// The connection ends in the middle.
    HangUp,
}

/// What is answered, and what was asked.
#[derive(Default)]
struct Told {
    answers: BTreeMap<String, (u16, String)>,
    follows: VecDeque<Vec<Step>>,
    asked: Vec<String>,
    breaks_off: bool,
    is_over: bool,
}

pub(crate) struct Service {
    pub(crate) address: SocketAddr,
    told: Arc<Mutex<Told>>,
    thread: Option<JoinHandle<()>>,
    /// What holds an answer open that nothing more was told of.
    held: Vec<Sender<()>>,
}

pub(crate) fn piece(text: &str) -> Step {
    Step::Piece(text.as_bytes().to_vec())
}

/// A request that took 10 ms, as a line of the stream.
pub(crate) fn request(number: u64, route: &str) -> String {
    json!({ "request": of(number, route) }).to_string() + "\n"
}

/// The same alone.
pub(crate) fn of(number: u64, route: &str) -> Value {
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let start = 1000.0 * number as f64;
    json!({
        "seq": number, "trace_id": format!("{number:032x}"), "span_id": format!("{number:016x}"),
        "name": format!("GET {route}"), "kind": "server", "method": "GET", "route": route, "status": 200, "failed": false,
        "start": start, "duration_ms": 10.0, "sampled": true,
    })
}

/// A log event, 500 ms after the request of its number.
pub(crate) fn log(number: u64, message: &str) -> Value {
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let time = 1000.0 * number as f64 + 500.0;
    json!({"seq": number, "time": time, "level": "info", "target": "shop", "message": message, "fields": {}})
}

impl Service {
    /// One that started at this time, whose next request has this number.
    pub(crate) fn start(started: u64, next: u64) -> Self {
        Self::start_at("127.0.0.1:0", started, next)
    }

    /// The same at this address, where another one was.
    pub(crate) fn start_at(address: &str, started: u64, next: u64) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let address = listener.local_addr().unwrap();
        let told = Arc::new(Mutex::new(Told::default()));
        let heard = Arc::clone(&told);
        let thread = thread::spawn(move || {
            let mut answering = Vec::new();
            for stream in listener.incoming().map_while(Result::ok) {
                if heard.lock().unwrap().is_over {
                    break;
                }
                let heard = Arc::clone(&heard);
                // A reader that is gone is no failure of the service.
                answering.push(thread::spawn(move || drop(answer(stream, &heard))));
            }
            drop(listener);
            for thread in answering {
                thread.join().unwrap();
            }
        });
        let service = Self { address, told, thread: Some(thread), held: Vec::new() };
        let state = json!({
            "service": "shop", "started": started, "spans": {"first": 1, "next": next}, "logs": {"first": 1, "next": next},
        });
        service.answer("state", 200, &state.to_string());
        service
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What is answered at this path from now on.
    pub(crate) fn answer(&self, path: &str, status: u16, body: &str) {
        self.told.lock().unwrap().answers.insert(path.to_owned(), (status, body.to_owned()));
    }

    /// What the next question for `follow` gets.
    pub(crate) fn follow(&self, steps: Vec<Step>) {
        self.told.lock().unwrap().follows.push_back(steps);
    }

    /// The same, and the answer stays open.
    pub(crate) fn follow_and_hold(&mut self, mut steps: Vec<Step>) {
        let (holder, wait) = channel();
        self.held.push(holder);
        steps.push(Step::Wait(wait));
        self.follow(steps);
    }

    /// Whatever `follow` is asked from now on, its answer breaks off.
    pub(crate) fn break_off(&self) {
        self.told.lock().unwrap().breaks_off = true;
    }

    /// All questions so far: path, query and what proves who asks.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.told.lock().unwrap().asked.clone()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.told.lock().unwrap().is_over = true;
        self.held.clear();
        // Wakes the thread that waits for connections.
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

fn answer(stream: TcpStream, told: &Mutex<Told>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        if line == "\r\n" {
            break;
        }
        head.push(line.trim_end().to_owned());
    }
    let mut stream = reader.into_inner();
    let target = head[0].split(' ').nth(1).unwrap().to_owned();
    let proof = head.iter().find_map(|line| line.strip_prefix("authorization: ")).unwrap_or_default();
    let path = target.split('?').next().unwrap().strip_prefix("/observe/api/").unwrap().to_owned();
    let (answer, follow) = {
        let mut told = told.lock().unwrap();
        told.asked.push(format!("{} {proof}", target.strip_prefix("/observe/api/").unwrap()).trim_end().to_owned());
        let broken = told.breaks_off.then(|| vec![Step::HangUp]);
        let follow = if path == "follow" { told.follows.pop_front().or(broken) } else { None };
        (told.answers.get(&path).cloned(), follow)
    };
    if let Some(steps) = follow {
        return stream_of(&mut stream, steps);
    }
    let (status, body) = answer.unwrap_or((404, "nothing".to_owned()));
    let length = body.len();
    write!(stream, "HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
}

fn stream_of(stream: &mut TcpStream, steps: Vec<Step>) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n")?;
    for step in steps {
        match step {
            Step::Piece(bytes) => {
                write!(stream, "{:x}\r\n", bytes.len())?;
                stream.write_all(&bytes)?;
                stream.write_all(b"\r\n")?;
            }
            // Also where the other end is gone.
            Step::Wait(go_on) => drop(go_on.recv()),
            Step::HangUp => return Ok(()),
        }
    }
    stream.write_all(b"0\r\n\r\n")
}
