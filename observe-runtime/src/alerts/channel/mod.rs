//! How each channel wants to be told.

mod alertmanager;
mod pagerduty;
mod slack;
mod webhook;

pub(super) use alertmanager::Alertmanager;
pub(super) use pagerduty::PagerDuty;
pub(super) use slack::Slack;
pub(super) use webhook::Webhook;

use super::message::Message;
use super::outbox::Delivery;
use serde_json::{Map, Value};
use std::time::{Duration, Instant, SystemTime};

/// What is posted.
pub(super) struct Request {
    pub(super) body: Vec<u8>,
    pub(super) header: Option<(&'static str, String)>,
}

impl Request {
    fn json(value: &Value) -> Self {
        Self { body: value.to_string().into_bytes(), header: None }
    }
}

/// Turns alerts into what one service takes.
pub(super) trait Receiver: Send {
    /// What to post for this; `None` where the service knows no such thing.
    fn request(&mut self, delivery: &Delivery, now: SystemTime) -> Option<Request>;

    /// It was taken.
    fn delivered(&mut self, _: &Delivery) {}

    /// The least time from one request to the next.
    fn least_pause(&self) -> Duration {
        Duration::ZERO
    }

    /// When something has to be said again.
    fn next_tick(&self) -> Option<Instant> {
        None
    }

    /// Says it.
    fn tick(&mut self, _: SystemTime) -> Option<Request> {
        None
    }
}

/// A time as RFC 3339 has it, in UTC.
fn rfc3339(time: SystemTime) -> String {
    humantime::format_rfc3339_millis(time).to_string()
}

/// The metadata as an object; of a name that is there twice the last value.
fn metadata(message: &Message) -> Map<String, Value> {
    message.metadata.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect()
}

#[cfg(test)]
mod testing {
    use crate::alerts::message::{Message, Speaker};
    use crate::alerts::outbox::{Action, Delivery};
    use crate::alerts::{Alert, EventType, Severity};
    use std::sync::Arc;

    pub(super) fn speaker() -> Speaker {
        Speaker {
            service: "app".to_owned(),
            version: "1.2.3".to_owned(),
            environment: "production".to_owned(),
            host: "web-1".to_owned(),
        }
    }

    pub(super) fn alert() -> Alert {
        Alert::new(EventType::ModelFailure, Severity::Error, "the model <risk> & co fail")
            .details("no file")
            .metadata("model", "risk-7")
            .dedup_key("model/risk")
            .link("https://runbooks.example.org/model", "Runbook")
    }

    pub(super) fn delivery(action: Action, alert: Alert) -> Delivery {
        let message = Arc::new(Message::new(alert, &speaker()));
        let ended = if action == Action::Resolve { vec![Arc::clone(&message)] } else { Vec::new() };
        Delivery { action, message, ended }
    }
}
