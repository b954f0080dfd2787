//! The one manager of a process: decides what is sent, and where.

use super::counters::COUNTS;
use super::history::{Fate, History, Past};
use super::incidents::{Incidents, Known};
use super::kinds::Channels;
use super::message::{Message, Speaker, safe_key};
use super::outbox::{Action, Delivery, Outbox};
use super::routes::Routes;
use super::windows::Windows;
use super::{Alert, Channel, Severity};
use std::sync::{Arc, Condvar, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The limits where no settings were read.
const LIMITS: [Duration; 4] =
    [Duration::ZERO, Duration::from_mins(5), Duration::from_mins(15), Duration::from_hours(1)];

static MANAGER: LazyLock<Manager> =
    LazyLock::new(|| Manager { state: Mutex::new(State::new(LIMITS)), changed: Condvar::new() });

/// The state, and what wakes the thread that waits for the end of windows.
pub(super) struct Manager {
    state: Mutex<State>,
    changed: Condvar,
}

/// What decides. It is told the time, so that tests need not wait.
pub(super) struct State {
    pub(super) is_on: bool,
    pub(super) is_over: bool,
    pub(super) speaker: Arc<Speaker>,
    pub(super) routes: Routes,
    pub(super) windows: Windows,
    pub(super) outboxes: Vec<Arc<Outbox>>,
    pub(super) incidents: Incidents,
    pub(super) history: History,
    /// By whom the REST interface may be used.
    #[cfg(feature = "axum")]
    pub(super) tokens: super::token::Tokens,
}

/// What became of an alert, and what is told of others that were held back before.
pub(super) struct Accepted {
    pub(super) fate: Fate,
    summaries: Vec<Arc<Message>>,
}

impl Manager {
    pub(super) fn of_process() -> &'static Self {
        &MANAGER
    }

    /// Nothing panics while it holds the lock but for want of memory.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends it where it belongs: its key, and what became of it.
    pub(super) fn send(&self, alert: Alert) -> (String, Fate) {
        let speaker = Arc::clone(&self.lock().speaker);
        // The work is redaction, which nobody else has to wait for.
        let message = Arc::new(Message::new(alert, &speaker));
        let key = message.key.clone();
        let mut state = self.lock();
        if !state.is_on {
            return (key, Fate::Logged);
        }
        let accepted = state.accept(&message, Instant::now());
        drop(state);
        // Without the lock: what writes lines may be the application's.
        for summary in &accepted.summaries {
            say(summary);
        }
        if accepted.fate == Fate::HeldBack {
            self.changed.notify_all();
        } else {
            say(&message);
        }
        (key, accepted.fate)
    }

    /// Sends it to these channels, whatever routes and limits say.
    #[cfg(feature = "axum")]
    pub(super) fn send_to(&self, alert: Alert, channels: Channels) -> (String, Fate) {
        let speaker = Arc::clone(&self.lock().speaker);
        let message = Arc::new(Message::new(alert, &speaker));
        let fate = self.lock().deliver(&message, channels);
        say(&message);
        (message.key.clone(), fate)
    }

    pub(super) fn resolve(&self, key: &str) -> bool {
        let key = self.key(key);
        let mut state = self.lock();
        state.is_on && state.resolve(key)
    }

    pub(super) fn acknowledge(&self, key: &str) -> bool {
        let key = self.key(key);
        let state = self.lock();
        state.is_on && state.acknowledge(&key)
    }

    /// The key as alerts have it. One that is known is so already.
    fn key(&self, key: &str) -> String {
        if self.lock().incidents.is_known(key) { key.to_owned() } else { safe_key(key) }
    }

    pub(super) fn history(&self) -> Vec<Past> {
        self.lock().history.all().cloned().collect()
    }

    /// Waits for windows to end, and sends what they held back; returns at the end of the process.
    pub(super) fn watch_windows(&self) {
        let mut state = self.lock();
        while !state.is_over {
            let now = Instant::now();
            let summaries = state.end_windows(now);
            if !summaries.is_empty() {
                drop(state);
                for summary in &summaries {
                    say(summary);
                }
                state = self.lock();
                continue;
            }
            state = match state.windows.next_end().map(|end| end.saturating_duration_since(now)) {
                Some(wait) => match self.changed.wait_timeout(state, wait) {
                    Ok((state, _)) => state,
                    Err(poisoned) => poisoned.into_inner().0,
                },
                None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    /// Sends what is still held back, and takes nothing more.
    pub(super) fn close(&self, until: Option<Instant>) {
        let mut state = self.lock();
        let end = Instant::now().checked_add(Duration::from_hours(24 * 400));
        let summaries = end.map(|end| state.end_windows(end)).unwrap_or_default();
        state.is_over = true;
        for outbox in &state.outboxes {
            outbox.close(until);
        }
        drop(state);
        for summary in &summaries {
            say(summary);
        }
        self.changed.notify_all();
    }
}

impl State {
    pub(super) fn new(limits: [Duration; 4]) -> Self {
        Self {
            is_on: true,
            is_over: false,
            speaker: Arc::default(),
            routes: Routes::default(),
            windows: Windows::new(limits),
            outboxes: Vec::new(),
            incidents: Incidents::default(),
            history: History::default(),
            #[cfg(feature = "axum")]
            tokens: super::token::Tokens::default(),
        }
    }

    /// Sends it or holds it back, after what is due of others.
    fn accept(&mut self, message: &Arc<Message>, now: Instant) -> Accepted {
        let summaries = self.end_windows(now);
        let fate = if self.windows.lets_through(message, now) {
            self.deliver(message, self.routes.of(message))
        } else {
            COUNTS.suppress(message.severity);
            self.history.add(message, Fate::HeldBack);
            Fate::HeldBack
        };
        Accepted { fate, summaries }
    }

    fn end_windows(&mut self, now: Instant) -> Vec<Arc<Message>> {
        let summaries: Vec<_> = self.windows.ended(now).into_iter().map(Arc::new).collect();
        for summary in &summaries {
            self.deliver(summary, self.routes.of(summary));
        }
        summaries
    }

    fn deliver(&mut self, message: &Arc<Message>, channels: Channels) -> Fate {
        let mut taken = Channels::default();
        for outbox in self.outboxes.iter().filter(|outbox| channels.has(outbox.channel)) {
            if outbox.push(Delivery::new(Action::Trigger, Arc::clone(message))) {
                taken = taken.with(outbox.channel);
            }
        }
        self.incidents.triggered(message, taken);
        let fate = if taken == Channels::default() { Fate::Logged } else { Fate::Sent };
        self.history.add(message, fate);
        fate
    }

    /// Tells all who were told of it that it is over; `false` where nobody was.
    fn resolve(&mut self, key: String) -> bool {
        let held = self.windows.resolve(&key);
        match self.incidents.resolved(&key) {
            Known::Open { triggers, channels } => {
                let Some(last) = triggers.last() else { return false };
                let message = Arc::new(Message { held, ..Message::clone(last) });
                let delivery = Delivery { action: Action::Resolve, message, ended: triggers };
                self.push(&delivery, channels)
            }
            Known::Resolved => false,
            Known::Not => self.resolve_elsewhere(key),
        }
    }

    /// Resolves what another process sent, or this one before its last start: PagerDuty knows it by its key alone.
    pub(super) fn resolve_elsewhere(&self, key: String) -> bool {
        let delivery = Delivery::new(Action::Resolve, Arc::new(Message::about(key)));
        self.push(&delivery, Channels::default().with(Channel::PagerDuty))
    }

    fn acknowledge(&self, key: &str) -> bool {
        let (message, channels) = self.incidents.open(key).unwrap_or_else(|| {
            (Arc::new(Message::about(key.to_owned())), Channels::default().with(Channel::PagerDuty))
        });
        self.push(&Delivery::new(Action::Acknowledge, message), channels)
    }

    /// Hands it to these channels; `false` where none took it.
    fn push(&self, delivery: &Delivery, channels: Channels) -> bool {
        let outboxes = self.outboxes.iter().filter(|outbox| channels.has(outbox.channel));
        outboxes.map(|outbox| outbox.push(delivery.clone())).fold(false, |any, taken| any | taken)
    }
}

/// An alert is a line too, whoever else hears of it.
fn say(message: &Message) {
    let Message { summary, key, .. } = message;
    let (event_type, severity) = (message.event_type.name(), message.severity.name());
    match message.severity {
        Severity::Critical | Severity::Error => {
            tracing::error!(target: "observe::alerts", event_type, severity, alert = key, "alert: {summary}");
        }
        Severity::Warning => {
            tracing::warn!(target: "observe::alerts", event_type, severity, alert = key, "alert: {summary}");
        }
        Severity::Info => {
            tracing::info!(target: "observe::alerts", event_type, severity, alert = key, "alert: {summary}");
        }
    }
}

#[cfg(test)]
mod tests;
