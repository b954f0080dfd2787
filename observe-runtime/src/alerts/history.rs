//! The last alerts, as they may be seen.

use super::message::Message;
use super::{EventType, Severity};
use std::collections::VecDeque;
use std::time::SystemTime;

/// The most that are kept.
pub(super) const MOST: usize = 1000;

/// What became of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// It was handed to one channel or more.
    Sent,
    /// One like it was sent a short while ago: it is counted, and told of with others.
    HeldBack,
    /// No channel takes such an alert, or has room for it: there is a log line.
    Logged,
}

#[cfg(feature = "axum")]
impl Fate {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::HeldBack => "held_back",
            Self::Logged => "logged",
        }
    }
}

/// An alert of the past.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Past {
    /// When it was sent by the code.
    pub at: SystemTime,
    /// What it was about.
    pub event_type: EventType,
    /// How urgent it was.
    pub severity: Severity,
    /// What it said, redacted.
    pub summary: String,
    /// What it is resolved by.
    pub dedup_key: String,
    /// What became of it.
    pub fate: Fate,
}

#[derive(Default)]
pub(super) struct History(VecDeque<Past>);

impl History {
    pub(super) fn add(&mut self, message: &Message, fate: Fate) {
        if self.0.len() >= MOST {
            self.0.pop_front();
        }
        self.0.push_back(Past {
            at: message.at,
            event_type: message.event_type,
            severity: message.severity,
            summary: message.summary.clone(),
            dedup_key: message.key.clone(),
            fate,
        });
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Past> {
        self.0.iter()
    }

    /// Empties it: how many there were.
    #[cfg(any(test, feature = "axum"))]
    pub(super) fn clear(&mut self) -> usize {
        std::mem::take(&mut self.0).len()
    }
}
