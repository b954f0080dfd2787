//! A page of the service itself, at `/observe`: its requests, traces, metrics, logs and health as they are now.
//!
//! ```text
//! export thread ─→ spans.rs ──┐
//! log lines ─────→ logs.rs ───┼─→ answer.rs ─→ JSON, or the page ─→ axum/routes.rs, metrics_endpoint/listener.rs
//! registry, health, records ──┘
//! ```
//!
//! All that is kept is what would be exported: it has been through redaction. What the page is asked for is answered
//! outside of the layer that traces requests.

mod access;
mod answer;
mod assets;
mod body;
mod catalogue;
mod exporters;
mod filter;
mod follow;
mod health;
mod history;
mod logs;
mod map;
mod metrics;
mod otlp;
mod post;
mod query;
mod requests;
mod spans;
mod state;
mod view;

pub(crate) use answer::{is_ours, respond};
pub(crate) use body::Body;

use crate::config::Settings;
use crate::log::LogSink;
use crate::resource::Resource;
use crate::span::Batch;
use access::Access;
use history::History;
use logs::Logs;
use spans::Spans;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// Where the page is.
pub(crate) const PATH: &str = "/observe";

/// How long after a question the page counts as open.
const WATCHED_FOR: Duration = Duration::from_secs(5);

/// How long a finished span waits before it is shown, while somebody looks and while nobody does.
const DELAY_WATCHED: Duration = Duration::from_millis(200);
const DELAY: Duration = Duration::from_secs(1);

static PAGE: OnceLock<Page> = OnceLock::new();

/// What is shown, and to whom.
pub(crate) struct Page {
    spans: Spans,
    logs: Arc<Logs>,
    history: History,
    access: Access,
    resource: Resource,
    begun: Instant,
    /// When it was asked for something, in milliseconds since it began; 0 before the first time.
    asked: AtomicU64,
    /// The most that is kept, in bytes.
    memory: usize,
}

/// Makes the page of this process, if there is to be one. There is one for the rest of the process.
pub(crate) fn start(settings: &Settings) -> Option<&'static Page> {
    let chosen = &settings.dev_page;
    if !chosen.is_on || !settings.enabled {
        return None;
    }
    Some(PAGE.get_or_init(|| Page {
        // A line is mostly larger than a span, and there are fewer of them.
        spans: Spans::new(chosen.memory / 4 * 3),
        logs: Arc::new(Logs::new(chosen.memory / 4)),
        history: History::default(),
        access: Access::new(chosen.token.as_deref()),
        resource: settings.resource.clone(),
        begun: Instant::now(),
        asked: AtomicU64::new(0),
        memory: chosen.memory,
    }))
}

/// The page of this process, where there is one.
pub(crate) fn page() -> Option<&'static Page> {
    PAGE.get()
}

impl Page {
    /// Keeps copies of finished spans.
    pub(crate) fn take(&self, batch: &Batch) {
        self.spans.add(batch);
    }

    /// Remembers what the metrics are now, where that is due.
    pub(crate) fn tick(&self) {
        self.history.tick();
    }

    /// What takes log events.
    pub(crate) fn log_sink(&self) -> Arc<dyn LogSink> {
        Arc::clone(&self.logs) as _
    }

    /// How long finished spans may wait until they are taken.
    pub(crate) fn delay(&self) -> Duration {
        if self.is_watched() { DELAY_WATCHED } else { DELAY }
    }

    fn is_watched(&self) -> bool {
        let asked = self.asked.load(Relaxed);
        asked != 0 && self.begun.elapsed().saturating_sub(Duration::from_millis(asked)) < WATCHED_FOR
    }

    /// Notes that somebody looks.
    fn watch(&self) {
        let now = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.asked.store(now.max(1), Relaxed);
    }
}
