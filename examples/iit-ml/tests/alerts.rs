//! ML-A1, ML-A2, ML-A4: alerts of the service, at a webhook on this machine.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "../../azora/tests/process/mod.rs"]
mod process;
mod serving;

use serde_json::Value;
use serving::{File, patient, serve};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Duration;

/// Longer than any delivery takes: what is not there by then does not come.
const LONG: Duration = Duration::from_secs(30);

/// Where alerts are posted to, and what was posted. Its threads end with the test.
fn webhook() -> (String, Receiver<Value>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/alerts", listener.local_addr().unwrap());
    let (sender, posted) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let sender = sender.clone();
            thread::spawn(move || answer(&stream, &sender));
        }
    });
    (url, posted)
}

/// Takes the requests of one connection.
fn answer(stream: &TcpStream, sender: &Sender<Value>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().ok()?;
            }
            if line.trim().is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        (&*stream).write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").ok()?;
        sender.send(serde_json::from_slice(&body).ok()?).ok()?;
    }
}

#[test]
fn a_high_risk_calls_somebody_once_and_says_not_about_whom() {
    let (url, posted) = webhook();
    let model = File::trained("alerting");
    let service = serve(&model, &[("OBSERVE_ALERT_WEBHOOK", &url), ("OBSERVE_ALERT_ROUTES", "warning=webhook")]);
    for _ in 0..3 {
        assert_eq!(service.send("POST /v1/predict", "", &patient("60")).status, 200);
    }
    let alert = posted.recv_timeout(LONG).unwrap();
    assert_eq!((&alert["event_type"], &alert["severity"]), (&"high_risk_prediction".into(), &"warning".into()));
    assert!(alert["summary"].as_str().unwrap().starts_with("iit-logistic predicts a risk of 0.9"), "{alert}");
    assert!(!alert.to_string().contains("quorn"), "{alert}");
    service.stop();
    // What was held back may be said at the end, and none of it is sent by itself.
    let later: Vec<Value> = posted.try_iter().collect();
    assert!(later.iter().all(|alert| alert["held_back"] != 0), "{later:?}");
}

#[test]
fn a_model_that_is_damaged_calls_somebody() {
    let (url, posted) = webhook();
    let file = File::named("damaged");
    std::fs::write(&file.0, "{}").unwrap();
    let service = serve(&file, &[("OBSERVE_ALERT_WEBHOOK", &url), ("OBSERVE_ALERT_ROUTES", "error=webhook")]);
    let alert = posted.recv_timeout(LONG).unwrap();
    assert_eq!((&alert["event_type"], &alert["severity"]), (&"model_failure".into(), &"error".into()));
    assert_eq!(alert["details"], "the model's file is damaged: it is no model");
    assert_eq!(service.send("GET /health/live", "", "").status, 200);
    service.stop();
}

#[test]
fn the_rest_interface_needs_a_token() {
    let model = File::trained("rest");
    let service = serve(&model, &[("OBSERVE_ALERT_TOKEN", "a token for this test only")]);
    assert_eq!(service.send("GET /v1/alerting/stats", "", "").status, 401);
    let token = "authorization: Bearer a token for this test only\r\n";
    assert_eq!(service.send("GET /v1/alerting/stats", token, "").status, 200);
    assert!(service.send("GET /v1/alerting/event-types", token, "").body.contains("high_risk_prediction"));
    assert_eq!(service.send("POST /v1/alerting/clear-history", token, "").status, 403);
    service.stop();
}
