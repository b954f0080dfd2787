//! How often alerts that are alike are sent: those in between are held back, and told of together.

use super::message::{Message, cut};
use super::{EventType, Severity};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The most windows. What comes on top has none, and is sent: the queues are bounded too.
const MOST: usize = 10_000;

/// What alerts have in common that are alike.
type Alike = (EventType, Severity, String);

pub(super) struct Windows {
    /// By severity; zero for no limit.
    limits: [Duration; 4],
    open: HashMap<Alike, Window>,
}

struct Window {
    ends: Instant,
    held: u64,
    /// The last that was held back.
    last: Option<Arc<Message>>,
}

impl Windows {
    pub(super) fn new(limits: [Duration; 4]) -> Self {
        Self { limits, open: HashMap::new() }
    }

    #[cfg(feature = "axum")]
    pub(super) fn limit(&self, severity: Severity) -> Duration {
        self.limits[severity as usize]
    }

    /// Whether this one is sent now; else it is held back. What has ended is asked for [before](Self::ended).
    pub(super) fn lets_through(&mut self, message: &Arc<Message>, now: Instant) -> bool {
        let Some(ends) = self.end(message.severity, now) else { return true };
        let alike = (message.event_type, message.severity, message.key.clone());
        if let Some(window) = self.open.get_mut(&alike) {
            window.held += 1;
            window.last = Some(Arc::clone(message));
            return false;
        }
        if self.open.len() < MOST {
            self.open.insert(alike, Window { ends, held: 0, last: None });
        }
        true
    }

    /// When a window ends that begins now; `None` where there is no limit.
    fn end(&self, severity: Severity, now: Instant) -> Option<Instant> {
        let limit = self.limits[severity as usize];
        // A limit beyond all clocks is one of a year.
        let end = || now.checked_add(limit).unwrap_or_else(|| now + Duration::from_hours(24 * 365));
        (!limit.is_zero()).then(end)
    }

    /// Ends the windows whose time is over: one message for each that held something back, which begins the next.
    pub(super) fn ended(&mut self, now: Instant) -> Vec<Message> {
        if self.open.values().all(|window| window.ends > now) {
            return Vec::new();
        }
        let over: Vec<Alike> =
            self.open.iter().filter(|(_, window)| window.ends <= now).map(|(alike, _)| alike.clone()).collect();
        let mut summaries = Vec::new();
        for alike in over {
            let Some(Window { held, last: Some(last), .. }) = self.open.remove(&alike) else { continue };
            let limit = self.limits[last.severity as usize];
            let what = format!("{held} more within {}: {}", humantime::format_duration(limit), last.summary);
            let summary = cut(&what, super::message::LONGEST_SUMMARY);
            summaries.push(Message { summary, held, ..Message::clone(&last) });
            if let Some(ends) = self.end(last.severity, now) {
                self.open.insert(alike, Window { ends, held: 0, last: None });
            }
        }
        summaries
    }

    /// When something is due that was held back.
    pub(super) fn next_end(&self) -> Option<Instant> {
        self.open.values().filter(|window| window.held > 0).map(|window| window.ends).min()
    }

    /// What was held back under this key is over. The windows stay: what comes and goes must not get past them.
    pub(super) fn resolve(&mut self, key: &str) -> u64 {
        let alike = self.open.iter_mut().filter(|((_, _, known), _)| known == key);
        alike
            .map(|(_, window)| {
                window.last = None;
                std::mem::take(&mut window.held)
            })
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts::Alert;
    use crate::alerts::message::Speaker;

    const LIMITS: [Duration; 4] =
        [Duration::ZERO, Duration::from_mins(5), Duration::from_mins(15), Duration::from_hours(1)];

    fn message(severity: Severity, key: &str) -> Arc<Message> {
        let alert = Alert::new(EventType::HighLatency, severity, "slow").dedup_key(key);
        Arc::new(Message::new(alert, &Speaker::default()))
    }

    #[test]
    fn alerts_that_are_alike_lie_as_far_apart_as_their_severity_says() {
        let start = Instant::now();
        for (severity, seconds) in Severity::ALL.into_iter().zip([0, 300, 900, 3600]) {
            let mut windows = Windows::new(LIMITS);
            let one = message(severity, "a");
            assert!(windows.lets_through(&one, start));
            let soon = start + Duration::from_secs(u64::saturating_sub(seconds, 1));
            assert!(windows.ended(soon).is_empty());
            assert_eq!(windows.lets_through(&one, soon), severity == Severity::Critical, "{severity}");
            let summaries = windows.ended(start + Duration::from_secs(seconds));
            assert_eq!(summaries.len(), usize::from(severity != Severity::Critical), "{severity}");
        }
    }

    #[test]
    fn another_event_type_severity_or_key_is_not_alike() {
        let (mut windows, now) = (Windows::new(LIMITS), Instant::now());
        let one = message(Severity::Error, "a");
        let other_type = Arc::new(Message { event_type: EventType::SystemDown, ..Message::clone(&one) });
        for one in [one, message(Severity::Error, "b"), message(Severity::Warning, "a"), other_type] {
            assert!(windows.lets_through(&one, now));
            assert!(!windows.lets_through(&one, now));
        }
    }

    #[test]
    fn what_was_held_back_is_one_message_and_begins_the_next_window() {
        let (mut windows, start) = (Windows::new(LIMITS), Instant::now());
        let one = message(Severity::Error, "a");
        assert!(windows.lets_through(&one, start) && windows.next_end().is_none());
        (0..7).for_each(|_| assert!(!windows.lets_through(&one, start)));
        let end = start + Duration::from_mins(5);
        assert_eq!(windows.next_end(), Some(end));
        let summaries = windows.ended(end);
        assert_eq!(summaries.len(), 1);
        assert_eq!((summaries[0].held, summaries[0].summary.as_str()), (7, "7 more within 5m: slow"));
        assert!(!windows.lets_through(&one, end), "the summary was sent just now");
        assert_eq!(windows.ended(end + Duration::from_mins(5))[0].held, 1);
        assert!(windows.ended(end + Duration::from_mins(10)).is_empty());
        assert!(windows.lets_through(&one, end + Duration::from_mins(10)));
    }

    #[test]
    fn what_is_resolved_is_not_told_of_later() {
        let (mut windows, start) = (Windows::new(LIMITS), Instant::now());
        let one = message(Severity::Error, "a");
        windows.lets_through(&one, start);
        windows.lets_through(&one, start);
        assert_eq!((windows.resolve("a"), windows.resolve("a"), windows.resolve("b")), (1, 0, 0));
        assert!(!windows.lets_through(&one, start), "what comes and goes does not get past");
        windows.resolve("a");
        assert!(windows.ended(start + Duration::from_mins(5)).is_empty());
    }

    #[test]
    fn windows_are_bounded() {
        let (mut windows, now) = (Windows::new(LIMITS), Instant::now());
        for number in 0..MOST + 10 {
            assert!(windows.lets_through(&message(Severity::Info, &number.to_string()), now));
        }
        assert_eq!(windows.open.len(), MOST);
        windows.ended(now + Duration::from_hours(1));
        assert!(windows.open.is_empty());
    }
}
