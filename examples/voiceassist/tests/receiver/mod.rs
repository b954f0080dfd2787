//! Somebody who takes alerts on loopback, as a webhook.

#![allow(dead_code, reason = "not every test asks for everything")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// After that, what does not come is the test's failure.
const PATIENCE: Duration = Duration::from_mins(2);

/// Takes alerts until the test ends.
pub(crate) struct Webhook {
    address: SocketAddr,
    alerts: Receiver<Value>,
}

impl Webhook {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, alerts) = mpsc::channel();
        thread::spawn(move || {
            // One after the other: so few come.
            for stream in listener.incoming().map_while(Result::ok) {
                let Some(alert) = take(&stream) else { continue };
                if sender.send(alert).is_err() {
                    return;
                }
            }
        });
        Self { address, alerts }
    }

    /// The variable's value that has alerts sent here.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/alerts", self.address)
    }

    /// Waits for an alert.
    pub(crate) fn next(&self) -> Value {
        self.alerts.recv_timeout(PATIENCE).unwrap()
    }

    /// Waits for the alert of this key, whatever else comes before it.
    pub(crate) fn wait(&self, action: &str, key: &str) -> Value {
        let mut others = Vec::new();
        loop {
            let Ok(alert) = self.alerts.recv_timeout(PATIENCE) else { panic!("no {action} of {key}: {others:?}") };
            if alert["dedup_key"] == key && alert["action"] == action {
                return alert;
            }
            others.push(alert);
        }
    }
}

fn take(mut stream: &TcpStream) -> Option<Value> {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").ok()?;
    serde_json::from_slice(&body).ok()
}
