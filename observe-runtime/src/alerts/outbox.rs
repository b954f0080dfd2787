//! What waits for one channel: the worst first, and of one key in the order in which it was said.

use super::counters::COUNTS;
use super::message::Message;
use super::{Channel, Severity};
use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The most triggers that wait, and the most memory for them. What resolves one that was sent always has a place.
pub(super) const MOST: usize = 1000;
const MOST_BYTES: usize = 16 << 20;

/// What is said of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Action {
    Trigger,
    Acknowledge,
    Resolve,
}

impl Action {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Trigger => "trigger",
            Self::Acknowledge => "acknowledge",
            Self::Resolve => "resolve",
        }
    }
}

/// One thing to be said to one channel.
#[derive(Clone, Debug)]
pub(super) struct Delivery {
    pub(super) action: Action,
    pub(super) message: Arc<Message>,
    /// The triggers that this resolves, as they were sent.
    pub(super) ended: Vec<Arc<Message>>,
}

impl Delivery {
    pub(super) fn new(action: Action, message: Arc<Message>) -> Self {
        Self { action, message, ended: Vec::new() }
    }

    fn severity(&self) -> Severity {
        self.message.severity
    }
}

/// The queue of one channel.
pub(super) struct Outbox {
    pub(super) channel: Channel,
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    queue: VecDeque<Delivery>,
    bytes: usize,
    in_flight: bool,
    /// The last attempt failed, so that nobody need wait for the rest.
    is_failing: bool,
    /// What waits can't be sent before the end.
    is_hopeless: bool,
    phase: Phase,
}

/// How far this channel is with its end.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Open,
    /// Nothing more is taken, and what waits has until then.
    Closing(Option<Instant>),
    /// Nothing is sent any more.
    Stopped,
}

/// What the delivery thread does next.
pub(super) enum Next {
    Send(Delivery),
    /// The time has come that it asked for.
    Tick,
    Stop,
}

impl Outbox {
    pub(super) fn new(channel: Channel) -> Self {
        Self { channel, waiting: Mutex::default(), changed: Condvar::new() }
    }

    /// Queues it; `false` where there is no room for it, which is counted.
    pub(super) fn push(&self, delivery: Delivery) -> bool {
        let mut waiting = self.lock();
        let bytes = delivery.message.bytes();
        let has_room = waiting.queue.len() < MOST && waiting.bytes + bytes <= MOST_BYTES;
        // Of these there are no more than alerts that are open.
        let must = delivery.action == Action::Resolve && !delivery.ended.is_empty();
        if waiting.phase != Phase::Open {
            COUNTS.lost_in_shutdown.add(1);
            return false;
        }
        if !has_room && !must {
            COUNTS.queue_full.add(1);
            return false;
        }
        waiting.bytes += bytes;
        waiting.queue.push_back(delivery);
        drop(waiting);
        self.changed.notify_all();
        true
    }

    /// Puts back what could not be delivered, before all else of its key.
    pub(super) fn put_back(&self, delivery: Delivery) {
        let mut waiting = self.lock();
        waiting.in_flight = false;
        waiting.is_failing = true;
        if waiting.phase == Phase::Stopped {
            return;
        }
        waiting.bytes += delivery.message.bytes();
        waiting.queue.push_front(delivery);
        drop(waiting);
        self.changed.notify_all();
    }

    /// What was taken is delivered, or given up.
    pub(super) fn done(&self) {
        let mut waiting = self.lock();
        (waiting.in_flight, waiting.is_failing) = (false, false);
        drop(waiting);
        self.changed.notify_all();
    }

    /// Waits for something to do: `wait` says how long nothing may be sent yet, where the end is near or not, and
    /// `tick` when the thread wants to be called anyway.
    pub(super) fn next(&self, wait: impl Fn(bool) -> Option<Duration>, tick: Option<Instant>) -> Next {
        let mut waiting = self.lock();
        loop {
            if waiting.phase == Phase::Stopped {
                return Next::Stop;
            }
            let is_last = waiting.phase != Phase::Open;
            let pause = wait(is_last);
            if !waiting.queue.is_empty() && pause.is_none() {
                return match waiting.take() {
                    Some(delivery) => Next::Send(delivery),
                    None => Next::Tick,
                };
            }
            if is_last && waiting.queue.is_empty() {
                return Next::Stop;
            }
            let until_tick = tick.map(|tick| tick.saturating_duration_since(Instant::now()));
            if until_tick.is_some_and(|left| left.is_zero()) {
                return Next::Tick;
            }
            let pause = pause.filter(|_| !waiting.queue.is_empty());
            if let (Some(pause), Phase::Closing(Some(until))) = (pause, waiting.phase)
                && Instant::now().checked_add(pause).is_none_or(|then| then > until)
            {
                // The receiver asked for more time than there is: nobody need wait for it.
                waiting.is_hopeless = true;
                self.changed.notify_all();
            }
            waiting = match [pause, until_tick].into_iter().flatten().min() {
                Some(time) => match self.changed.wait_timeout(waiting, time) {
                    Ok((waiting, _)) => waiting,
                    Err(poisoned) => poisoned.into_inner().0,
                },
                None => self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    /// How long one request may take: this long, or as long as the end leaves.
    pub(super) fn time_for_request(&self, usual: Duration) -> Duration {
        match self.lock().phase {
            Phase::Closing(Some(until)) => until.saturating_duration_since(Instant::now()).min(usual),
            _ => usual,
        }
    }

    /// From now on nothing is taken, and what waits has until then.
    pub(super) fn close(&self, until: Option<Instant>) {
        self.lock().phase = Phase::Closing(until);
        self.changed.notify_all();
    }

    /// Waits until nothing waits; `false` where the time was too short, or the receiver takes nothing.
    pub(super) fn flush(&self, timeout: Duration) -> bool {
        let waiting = self.lock();
        let is_busy = |waiting: &mut Waiting| waiting.is_busy() && !waiting.is_failing;
        match self.changed.wait_timeout_while(waiting, timeout, is_busy) {
            Ok((waiting, _)) => !waiting.is_busy(),
            Err(_) => false,
        }
    }

    /// Waits this long at most until all is sent, and ends the thread: how much was lost.
    pub(super) fn stop(&self, timeout: Duration) -> usize {
        let waiting = self.lock();
        let mut waiting = match self
            .changed
            .wait_timeout_while(waiting, timeout, |waiting| waiting.is_busy() && !waiting.is_hopeless)
        {
            Ok((waiting, _)) => waiting,
            Err(poisoned) => poisoned.into_inner().0,
        };
        if waiting.phase == Phase::Stopped {
            return 0;
        }
        waiting.phase = Phase::Stopped;
        let lost = waiting.queue.len() + usize::from(waiting.in_flight);
        COUNTS.lost_in_shutdown.add(lost);
        drop(waiting);
        self.changed.notify_all();
        lost
    }

    /// How many wait, with the one that is on its way, and whether the receiver fails.
    #[cfg(any(feature = "axum", feature = "dev-page"))]
    pub(super) fn load(&self) -> (usize, bool) {
        let waiting = self.lock();
        (waiting.queue.len() + usize::from(waiting.in_flight), waiting.is_failing)
    }

    /// Nothing panics while it holds the lock.
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn is_busy(&self) -> bool {
        self.in_flight || !self.queue.is_empty()
    }

    /// The worst of those that no earlier one of the same key waits before.
    fn take(&mut self) -> Option<Delivery> {
        let mut keys = HashSet::new();
        let first = self.queue.iter().enumerate().filter(|(_, delivery)| keys.insert(delivery.message.key.as_str()));
        let place = first.min_by_key(|(place, delivery)| (delivery.severity(), *place))?.0;
        let delivery = self.queue.remove(place)?;
        self.bytes = self.bytes.saturating_sub(delivery.message.bytes());
        self.in_flight = true;
        Some(delivery)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts::message::Speaker;
    use crate::alerts::{Alert, EventType};

    fn delivery(action: Action, severity: Severity, key: &str) -> Delivery {
        let alert = Alert::new(EventType::Custom, severity, "x").dedup_key(key);
        let message = Arc::new(Message::new(alert, &Speaker::default()));
        let ended = if action == Action::Resolve { vec![Arc::clone(&message)] } else { Vec::new() };
        Delivery { action, message, ended }
    }

    fn take(outbox: &Outbox) -> Option<(Action, String)> {
        let delivery = outbox.lock().take()?;
        Some((delivery.action, delivery.message.key.clone()))
    }

    #[test]
    fn the_worst_goes_first_and_a_key_keeps_its_order() {
        let outbox = Outbox::new(Channel::Slack);
        for (action, severity, key) in [
            (Action::Trigger, Severity::Info, "a"),
            (Action::Trigger, Severity::Warning, "b"),
            (Action::Resolve, Severity::Critical, "a"),
            (Action::Trigger, Severity::Critical, "c"),
            (Action::Resolve, Severity::Critical, "c"),
        ] {
            assert!(outbox.push(delivery(action, severity, key)));
        }
        let order: Vec<_> = std::iter::from_fn(|| take(&outbox)).collect();
        let expected = [
            (Action::Trigger, "c"),
            (Action::Resolve, "c"),
            (Action::Trigger, "b"),
            (Action::Trigger, "a"),
            (Action::Resolve, "a"),
        ];
        assert_eq!(order, expected.map(|(action, key)| (action, key.to_owned())));
        assert_eq!(outbox.lock().bytes, 0);
    }

    #[test]
    fn a_full_queue_takes_no_trigger_and_still_every_resolve() {
        let outbox = Outbox::new(Channel::Slack);
        for number in 0..MOST {
            assert!(outbox.push(delivery(Action::Trigger, Severity::Info, &number.to_string())));
        }
        let before = COUNTS.queue_full.load();
        assert!(!outbox.push(delivery(Action::Trigger, Severity::Critical, "more")));
        assert!(COUNTS.queue_full.load() > before);
        assert!(outbox.push(delivery(Action::Resolve, Severity::Info, "1")));
    }

    #[test]
    fn large_alerts_fill_it_sooner() {
        let outbox = Outbox::new(Channel::Webhook);
        let alert = Alert::new(EventType::Custom, Severity::Info, "x").details("y ".repeat(400_000));
        let large = Arc::new(Message::new(alert, &Speaker::default()));
        let taken = (0..40).filter(|_| outbox.push(Delivery::new(Action::Trigger, Arc::clone(&large)))).count();
        assert_eq!(taken, MOST_BYTES / large.bytes());
    }

    #[test]
    fn what_is_left_at_the_end_is_counted_once() {
        let outbox = Outbox::new(Channel::Slack);
        outbox.push(delivery(Action::Trigger, Severity::Info, "a"));
        outbox.push(delivery(Action::Trigger, Severity::Info, "b"));
        assert!(!outbox.flush(Duration::ZERO));
        outbox.close(None);
        assert!(!outbox.push(delivery(Action::Trigger, Severity::Info, "late")));
        assert_eq!((outbox.stop(Duration::ZERO), outbox.stop(Duration::ZERO)), (2, 0));
        assert!(matches!(outbox.next(|_| None, None), Next::Stop));
    }
}
