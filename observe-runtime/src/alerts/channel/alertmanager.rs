//! Alertmanager's API v2.
//!
//! It forgets what nobody repeats. So what is active is said again each minute, with an end a few minutes ahead; when
//! the process is gone, that end comes.

use super::{Receiver, Request, rfc3339};
use crate::alerts::message::{Message, Speaker};
use crate::alerts::outbox::{Action, Delivery};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

const REPEATED: Duration = Duration::from_mins(1);
/// Four repetitions may be missed.
const LASTS: Duration = Duration::from_mins(5);
/// What nobody resolves ends that long after it was last sent.
const LONGEST: Duration = Duration::from_hours(24);
/// The most alerts that are repeated; the oldest ends first.
const MOST: usize = 1000;
/// How much of a text is an annotation.
const LONGEST_TEXT: usize = 4000;

pub(in super::super) struct Alertmanager {
    speaker: Speaker,
    active: Vec<Active>,
    next: Option<Instant>,
}

struct Active {
    message: Arc<Message>,
    /// When it began; `message` is the last of those that are alike.
    since: SystemTime,
}

impl Alertmanager {
    pub(in super::super) fn new(speaker: Speaker) -> Self {
        Self { speaker, active: Vec::new(), next: None }
    }

    /// One alert. Its labels are what identifies it there, so that nothing is among them that changes.
    fn alert(&self, message: &Message, since: SystemTime, ends: SystemTime) -> Value {
        let Speaker { service, environment, .. } = &self.speaker;
        let mut annotations: Map<String, Value> = message
            .metadata
            .iter()
            .map(|(name, value)| (label_name(name), short(value).into()))
            .chain([("summary".to_owned(), short(&message.summary).into())])
            .collect();
        if !message.details.is_empty() {
            annotations.insert("description".to_owned(), short(&message.details).into());
        }
        if message.held > 0 {
            annotations.insert("held_back".to_owned(), message.held.to_string().into());
        }
        for (place, (href, _)) in message.links.iter().enumerate() {
            let name = if place == 0 { "runbook_url".to_owned() } else { format!("link_{place}_url") };
            annotations.insert(name, href.as_str().into());
        }
        json!({
            "labels": {
                "alertname": message.event_type.name(),
                "severity": message.severity.name(),
                "service": service,
                "environment": environment,
                "dedup_key": message.key,
            },
            "annotations": annotations,
            "startsAt": rfc3339(since),
            "endsAt": rfc3339(ends),
        })
    }

    fn since(&self, message: &Message) -> SystemTime {
        self.active.iter().find(|active| is_same(&active.message, message)).map_or(message.at, |active| active.since)
    }
}

impl Receiver for Alertmanager {
    fn request(&mut self, delivery: &Delivery, now: SystemTime) -> Option<Request> {
        let one = |message: &Message, ends| self.alert(message, self.since(message), ends);
        let alerts: Vec<Value> = match delivery.action {
            Action::Trigger => vec![one(&delivery.message, now + LASTS)],
            // An end that is not before the clock of the other machine would leave it active until then.
            Action::Resolve => delivery.ended.iter().map(|message| one(message, now)).collect(),
            Action::Acknowledge => Vec::new(),
        };
        (!alerts.is_empty()).then(|| Request::json(&alerts.into()))
    }

    fn delivered(&mut self, delivery: &Delivery) {
        match delivery.action {
            Action::Trigger => {
                let since = self.since(&delivery.message);
                self.active.retain(|active| !is_same(&active.message, &delivery.message));
                if self.active.len() >= MOST {
                    self.active.remove(0);
                }
                self.active.push(Active { message: Arc::clone(&delivery.message), since });
                self.next = self.next.or_else(|| Instant::now().checked_add(REPEATED));
            }
            Action::Resolve => self.active.retain(|active| active.message.key != delivery.message.key),
            Action::Acknowledge => {}
        }
    }

    fn next_tick(&self) -> Option<Instant> {
        self.next
    }

    fn tick(&mut self, now: SystemTime) -> Option<Request> {
        let age = |message: &Message| now.duration_since(message.at).unwrap_or_default();
        self.active.retain(|active| age(&active.message) < LONGEST);
        self.next = if self.active.is_empty() { None } else { Instant::now().checked_add(REPEATED) };
        let ends = now + LASTS;
        let alerts: Vec<Value> =
            self.active.iter().map(|active| self.alert(&active.message, active.since, ends)).collect();
        (!alerts.is_empty()).then(|| Request::json(&alerts.into()))
    }
}

/// Whether both have the same labels.
fn is_same(one: &Message, other: &Message) -> bool {
    (one.event_type, one.severity, &one.key) == (other.event_type, other.severity, &other.key)
}

fn short(text: &str) -> String {
    crate::alerts::message::cut(text, LONGEST_TEXT)
}

/// Letters, digits and `_`, not beginning with a digit: other names are refused.
fn label_name(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if plain.starts_with(|c: char| c.is_ascii_digit()) || plain.is_empty() { format!("_{plain}") } else { plain }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{alert, delivery, speaker};
    use super::*;
    use crate::alerts::Severity;

    fn json(request: Option<Request>) -> Value {
        serde_json::from_slice(&request.unwrap().body).unwrap()
    }

    fn time(value: &Value) -> SystemTime {
        humantime::parse_rfc3339(value.as_str().unwrap()).unwrap()
    }

    #[test]
    fn an_alert_has_labels_that_stay_and_an_end_that_moves() {
        let mut receiver = Alertmanager::new(speaker());
        let trigger = delivery(Action::Trigger, alert().metadata("9 lives", "x"));
        let now = SystemTime::now();
        let first = json(receiver.request(&trigger, now));
        assert_eq!(
            first[0]["labels"],
            json!({
                "alertname": "model_failure", "severity": "error", "service": "app", "environment": "production",
                "dedup_key": "model/risk",
            })
        );
        let annotations = &first[0]["annotations"];
        assert_eq!((&annotations["description"], &annotations["_9_lives"]), (&"no file".into(), &"x".into()));
        assert!(time(&first[0]["endsAt"]) > now + Duration::from_mins(4));
        assert!(receiver.next_tick().is_none(), "nothing was delivered yet");
        receiver.delivered(&trigger);
        assert!(receiver.next_tick().is_some());
        let later = now + Duration::from_mins(1);
        let again = json(receiver.tick(later));
        assert_eq!((&again[0]["labels"], &again[0]["startsAt"]), (&first[0]["labels"], &first[0]["startsAt"]));
        assert!(time(&again[0]["endsAt"]) > later + Duration::from_mins(4));
    }

    #[test]
    fn a_resolve_ends_what_was_said_under_its_key_whatever_its_severity() {
        let mut receiver = Alertmanager::new(speaker());
        let (error, worse) = (alert(), Alert { severity: Severity::Critical, ..alert() });
        for alert in [&error, &worse] {
            receiver.delivered(&delivery(Action::Trigger, alert.clone()));
        }
        let mut resolve = delivery(Action::Resolve, worse);
        resolve.ended.push(delivery(Action::Trigger, error).message);
        let now = SystemTime::now();
        let sent = json(receiver.request(&resolve, now));
        assert_eq!(sent.as_array().unwrap().len(), 2);
        assert!(sent.as_array().unwrap().iter().all(|alert| time(&alert["endsAt"]) <= now));
        receiver.delivered(&resolve);
        assert!(receiver.tick(now).is_none() && receiver.next_tick().is_none());
    }

    #[test]
    fn what_nobody_resolves_ends_after_a_day() {
        let mut receiver = Alertmanager::new(speaker());
        receiver.delivered(&delivery(Action::Trigger, alert()));
        assert!(receiver.tick(SystemTime::now() + Duration::from_hours(23)).is_some());
        assert!(receiver.tick(SystemTime::now() + Duration::from_hours(25)).is_none());
        assert!(receiver.next_tick().is_none());
    }

    #[test]
    fn an_acknowledgement_is_nothing_that_it_knows() {
        let mut receiver = Alertmanager::new(speaker());
        assert!(receiver.request(&delivery(Action::Acknowledge, alert()), SystemTime::now()).is_none());
    }

    use crate::alerts::Alert;
}
