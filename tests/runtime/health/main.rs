//! Health checks, as a service and those who watch over it see them. Nothing here is timed: what hangs, hangs until the
//! test lets it go, so that an answer which is there before has not waited for it.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod answers;
mod ready_made;
mod runs;
mod service;

use observe::health::Health;
use serde_json::Value;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// As far away as a check may be asked for.
const FAR: Duration = Duration::from_secs(5);

/// Holds up whoever comes to it, until it is opened.
#[derive(Clone, Default)]
struct Gate(Arc<(Mutex<bool>, Condvar, tokio::sync::Notify)>);

impl Gate {
    fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
        self.0.2.notify_waiters();
    }

    /// Blocks the thread.
    fn block(&self) {
        let mut is_open = self.0.0.lock().unwrap();
        while !*is_open {
            is_open = self.0.1.wait(is_open).unwrap();
        }
    }

    /// Waits as futures do.
    async fn wait(&self) {
        let notified = self.0.2.notified();
        let mut notified = std::pin::pin!(notified);
        notified.as_mut().enable();
        if !*self.0.0.lock().unwrap() {
            notified.await;
        }
    }
}

impl Drop for Gate {
    /// No thread is left behind by a test that fails: the last one to go is the test.
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.open();
        }
    }
}

/// Counts.
#[derive(Clone, Default)]
struct Tally(Arc<AtomicUsize>);

impl Tally {
    fn add(&self) -> usize {
        self.0.fetch_add(1, Ordering::SeqCst)
    }

    fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

/// The status and the JSON that somebody inside gets.
async fn ask(health: &Health, path: &str) -> (u16, Value) {
    let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
    let (status, media_type, body) = health.answer(path, query, None, true).await;
    assert_eq!(media_type, "application/json");
    (status, serde_json::from_str(&body).unwrap())
}

/// Asks until the answer is as it should be: for what happens soon, on another thread.
async fn ask_until(health: &Health, path: &str, is_it: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..2000 {
        let (_, answer) = ask(health, path).await;
        if is_it(&answer) {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("it never was: {:?}", ask(health, path).await);
}
