//! Which alerts were sent and not resolved, so that what resolves them goes where they went.

use super::kinds::Channels;
use super::message::Message;
use std::collections::HashMap;
use std::sync::Arc;

/// The most keys that are known; beyond that the one that was quiet the longest is forgotten.
const MOST: usize = 10_000;

#[derive(Default)]
pub(super) struct Incidents {
    known: HashMap<String, Incident>,
    /// Counts what happens, to tell what was quiet the longest.
    moment: u64,
}

#[derive(Default)]
struct Incident {
    /// Of those that are alike the last one.
    triggers: Vec<Arc<Message>>,
    channels: Channels,
    is_open: bool,
    moment: u64,
}

/// What is known of a key that is resolved.
pub(super) enum Known {
    /// These were sent to these channels.
    Open { triggers: Vec<Arc<Message>>, channels: Channels },
    /// It was resolved before.
    Resolved,
    /// This process has sent nothing under this key.
    Not,
}

impl Incidents {
    /// This was sent to these channels.
    pub(super) fn triggered(&mut self, message: &Message, channels: Channels) {
        // Without what is long: what resolves it does not repeat it.
        let light = Message { details: String::new(), metadata: Vec::new(), links: Vec::new(), ..message.clone() };
        let incident = self.touch(&message.key);
        let is_alike = |known: &Message| (known.event_type, known.severity) == (message.event_type, message.severity);
        incident.triggers.retain(|known| !is_alike(known));
        incident.triggers.push(Arc::new(light));
        incident.channels = incident.channels.and(channels);
        incident.is_open = true;
    }

    /// It is over. A second time says so.
    pub(super) fn resolved(&mut self, key: &str) -> Known {
        let is_known = self.known.contains_key(key);
        let incident = self.touch(key);
        let Incident { triggers, channels, is_open, .. } = std::mem::take(incident);
        match (is_known, is_open) {
            (true, true) => Known::Open { triggers, channels },
            (true, false) => Known::Resolved,
            (false, _) => Known::Not,
        }
    }

    /// The last alert of this key and where it was sent, while it is open.
    pub(super) fn open(&self, key: &str) -> Option<(Arc<Message>, Channels)> {
        let incident = self.known.get(key).filter(|incident| incident.is_open)?;
        Some((Arc::clone(incident.triggers.last()?), incident.channels))
    }

    pub(super) fn is_known(&self, key: &str) -> bool {
        self.known.contains_key(key)
    }

    #[cfg(feature = "axum")]
    pub(super) fn count_open(&self) -> usize {
        self.known.values().filter(|incident| incident.is_open).count()
    }

    fn touch(&mut self, key: &str) -> &mut Incident {
        if self.known.len() >= MOST && !self.known.contains_key(key) {
            let quiet = self.known.iter().min_by_key(|(_, incident)| (incident.is_open, incident.moment));
            if let Some(quiet) = quiet.map(|(key, _)| key.clone()) {
                self.known.remove(&quiet);
            }
        }
        self.moment += 1;
        let incident = self.known.entry(key.to_owned()).or_default();
        incident.moment = self.moment;
        incident
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts::message::Speaker;
    use crate::alerts::{Alert, Channel, EventType, Severity};

    fn message(severity: Severity, key: &str) -> Message {
        Message::new(Alert::new(EventType::Custom, severity, "x").dedup_key(key), &Speaker::default())
    }

    #[test]
    fn a_key_is_resolved_once_wherever_it_went() {
        let mut incidents = Incidents::default();
        incidents.triggered(&message(Severity::Error, "a"), Channels::default().with(Channel::Slack));
        incidents.triggered(&message(Severity::Critical, "a"), Channels::default().with(Channel::PagerDuty));
        incidents.triggered(&message(Severity::Critical, "a"), Channels::default());
        let Known::Open { triggers, channels } = incidents.resolved("a") else { panic!("it was sent") };
        assert_eq!(triggers.len(), 2);
        assert_eq!(channels, Channels::default().with(Channel::Slack).with(Channel::PagerDuty));
        assert!(matches!(incidents.resolved("a"), Known::Resolved) && incidents.open("a").is_none());
        assert!(matches!(incidents.resolved("b"), Known::Not));
        assert!(matches!(incidents.resolved("b"), Known::Resolved));
    }

    #[test]
    fn what_is_open_is_forgotten_last() {
        let mut incidents = Incidents::default();
        incidents.triggered(&message(Severity::Error, "first"), Channels::ALL);
        for number in 0..2 * MOST {
            let _ = incidents.resolved(&number.to_string());
        }
        assert_eq!(incidents.known.len(), MOST);
        assert!(incidents.open("first").is_some());
    }
}
