//! A thread for each channel, so that one that hangs keeps nobody else waiting.

use super::channel::{Receiver, Request};
use super::counters::{COUNTS, Outcome};
use super::outbox::{Action, Delivery, Next, Outbox};
use crate::export::otlp::Post;
use crate::export::outage::Outage;
use crate::export::retry::Retry;
use crate::export::{ExportError, Failure};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};
use std::{io, thread};

/// How long one request may take. Alerts are small, and whoever takes longer is not well.
const TIMEOUT: Duration = Duration::from_secs(5);

/// After that long an alert is no news any more. What resolves one is never given up.
const LONGEST_RETRIED: Duration = Duration::from_hours(1);

/// Starts the thread that empties this outbox.
pub(super) fn start(outbox: Arc<Outbox>, receiver: Box<dyn Receiver>, post: Post) -> io::Result<()> {
    let name = format!("observe-alerts-{}", outbox.channel);
    let courier =
        Courier { outbox, receiver, post, retry: Retry::default(), outage: Outage::default(), last_sent: None };
    // A thread's name is cut to 15 bytes by Linux, behind what tells that it is ours.
    thread::Builder::new().name(name).spawn(move || courier.run()).map(drop)
}

/// What runs on the thread.
struct Courier {
    outbox: Arc<Outbox>,
    receiver: Box<dyn Receiver>,
    post: Post,
    retry: Retry,
    outage: Outage,
    last_sent: Option<Instant>,
}

impl Courier {
    fn run(mut self) {
        loop {
            let tick = self.receiver.next_tick();
            match self.outbox.next(|is_last| self.pause(is_last), tick) {
                Next::Send(delivery) => self.deliver(delivery),
                Next::Tick => self.tick(),
                Next::Stop => return,
            }
        }
    }

    /// How long nothing may be sent yet; `None` where that is over.
    fn pause(&self, is_last: bool) -> Option<Duration> {
        let least = self.receiver.least_pause();
        let since = self.last_sent.map_or(Duration::MAX, |last| last.elapsed());
        // At the end there is no time for manners: a receiver that minds says so, and that is heeded.
        let spacing = least.checked_sub(since).filter(|left| !left.is_zero() && !is_last);
        self.retry.wait().max(spacing)
    }

    fn deliver(&mut self, delivery: Delivery) {
        let (channel, severity) = (self.outbox.channel, delivery.message.severity);
        // One that can't be written must not end the thread, and with it all that comes later.
        let request = catch_unwind(AssertUnwindSafe(|| self.receiver.request(&delivery, SystemTime::now())));
        let Ok(request) = request else {
            COUNTS.attempt(channel, severity, Outcome::Refused);
            return self.outbox.done();
        };
        let Some(request) = request else { return self.outbox.done() };
        match self.send(request) {
            Ok(()) => {
                COUNTS.attempt(channel, severity, Outcome::Delivered);
                self.receiver.delivered(&delivery);
                self.outbox.done();
            }
            Err(Failure::Unavailable { .. }) if !is_stale(&delivery) => {
                COUNTS.attempt(channel, severity, Outcome::Retried);
                self.outbox.put_back(delivery);
            }
            Err(_) => {
                COUNTS.attempt(channel, severity, Outcome::Refused);
                self.outbox.done();
            }
        }
    }

    /// What has to be said again and again.
    fn tick(&mut self) {
        if let Some(request) = self.receiver.tick(SystemTime::now()) {
            // The next one says the same.
            let _ = self.send(request);
        }
    }

    /// Sends it once, and says where that begins to fail or works again.
    fn send(&mut self, request: Request) -> Result<(), Failure> {
        let timeout = self.outbox.time_for_request(TIMEOUT);
        let Request { body, header } = request;
        let header = header.as_ref().map(|(name, value)| (*name, value.as_str()));
        let sent = self.post.send(body, header, timeout);
        self.last_sent = Some(Instant::now());
        let channel = self.outbox.channel;
        #[cfg(feature = "dev-page")]
        crate::export::known::remember(channel.name(), sent.as_ref().err());
        match sent {
            Ok(()) => {
                self.retry.reset();
                if self.outage.ends(channel.name()).is_some() {
                    tracing::info!(target: "observe", "{channel} takes alerts again");
                }
                Ok(())
            }
            Err(error) => {
                self.tell(&error);
                match error.failure {
                    Failure::Unavailable { after } => self.retry.failed(after),
                    _ => self.retry.reset(),
                }
                Err(error.failure)
            }
        }
    }

    fn tell(&self, error: &ExportError) {
        let channel = self.outbox.channel;
        if self.outage.begins(channel.name()) {
            tracing::warn!(
                target: "observe",
                "alerts can't be sent to {channel}: {error}; /metrics counts them, and a line says when it works again"
            );
        }
    }
}

/// Whether it is too old to be tried again.
fn is_stale(delivery: &Delivery) -> bool {
    let age = delivery.message.at.elapsed().unwrap_or_default();
    delivery.action != Action::Resolve && age > LONGEST_RETRIED
}
