//! Requests and log lines as they come, a JSON object a line.

use super::filter::{LogFilter, RequestFilter};
use super::query::{Query, Refused};
use super::{Page, requests, state};
use bytes::Bytes;
use serde_json::json;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep};

/// How often it is looked whether there is something.
const PAUSE: Duration = Duration::from_millis(200);

/// After so long without a line an empty one is sent: it shows both sides that the other is there.
const QUIET: Duration = Duration::from_secs(5);

/// The most lines of one signal at once; of more that have come meanwhile, the oldest are left out.
const MOST_AT_ONCE: usize = 1_000;

/// The most who follow at the same time: each is asked five times a second.
const MOST_FOLLOWERS: usize = 16;

static FOLLOWERS: AtomicUsize = AtomicUsize::new(0);

/// A stream of lines to one reader.
pub(crate) struct Follow {
    page: &'static Page,
    /// The number from which on requests are sent, and which; `None` where none are.
    requests: Option<(u64, RequestFilter)>,
    logs: Option<(u64, LogFilter)>,
    pause: Pin<Box<Sleep>>,
    last: Instant,
}

impl Follow {
    /// What the query asks for; from now on, where it names no number.
    pub(super) fn new(page: &'static Page, query: Query<'_>) -> Result<Self, Refused> {
        let signals = query.text("signals").unwrap_or_else(|| "requests,logs".to_owned());
        if let Some(other) = signals.split(',').find(|signal| !matches!(*signal, "requests" | "logs")) {
            return Err(format!("`{other}` can't be followed; `signals` takes requests, logs, or both"));
        }
        let wants = |signal: &str| signals.split(',').any(|wanted| wanted == signal);
        let requests_from = query.number("after_requests")?.unwrap_or_else(|| page.spans.range().next);
        let logs_from = query.number("after_logs")?.unwrap_or_else(|| page.logs.range().next);
        let requests = wants("requests").then(|| RequestFilter::read(query)).transpose()?;
        let logs = wants("logs").then(|| LogFilter::read(query)).transpose()?;
        if FOLLOWERS.fetch_add(1, Relaxed) >= MOST_FOLLOWERS {
            FOLLOWERS.fetch_sub(1, Relaxed);
            return Err(format!("{MOST_FOLLOWERS} follow already: end one of them"));
        }
        Ok(Self {
            page,
            requests: requests.map(|filter| (requests_from, filter)),
            logs: logs.map(|filter| (logs_from, filter)),
            pause: Box::pin(sleep(Duration::ZERO)),
            last: Instant::now(),
        })
    }

    /// The next lines; `None` where the service is about to stop.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        loop {
            if crate::health::is_draining() {
                return Poll::Ready(None);
            }
            ready!(self.pause.as_mut().poll(context));
            let now = Instant::now();
            self.pause.as_mut().reset(now + PAUSE);
            self.page.watch();
            let mut lines = self.lines();
            if lines.is_empty() && now - self.last >= QUIET {
                lines.push('\n');
            }
            if !lines.is_empty() {
                self.last = now;
                return Poll::Ready(Some(Bytes::from(lines)));
            }
        }
    }

    fn lines(&mut self) -> String {
        let mut lines = String::new();
        if let Some((from, filter)) = &mut self.requests {
            let (ended, next) = requests::ended(self.page, *from, MOST_AT_ONCE, filter);
            *from = next;
            for request in ended {
                lines.push_str(&json!({"request": request}).to_string());
                lines.push('\n');
            }
        }
        if let Some((from, filter)) = &mut self.logs {
            let (events, next) = state::logs(self.page, *from, MOST_AT_ONCE, filter);
            *from = next;
            for event in events {
                lines.push_str(&json!({"log": event}).to_string());
                lines.push('\n');
            }
        }
        lines
    }
}

impl Drop for Follow {
    fn drop(&mut self) {
        FOLLOWERS.fetch_sub(1, Relaxed);
    }
}
