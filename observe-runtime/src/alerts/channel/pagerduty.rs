//! PagerDuty's Events API v2.

use super::{Receiver, Request, metadata, rfc3339};
use crate::alerts::message::Speaker;
use crate::alerts::outbox::{Action, Delivery};
use serde_json::{Value, json};
use std::time::SystemTime;

/// The largest event that is taken, in bytes.
const LARGEST: usize = 512_000;

pub(in super::super) struct PagerDuty {
    pub(in super::super) routing_key: String,
    pub(in super::super) speaker: Speaker,
}

impl Receiver for PagerDuty {
    fn request(&mut self, delivery: &Delivery, _: SystemTime) -> Option<Request> {
        let message = &delivery.message;
        let mut event = json!({
            "routing_key": self.routing_key,
            "event_action": delivery.action.name(),
            "dedup_key": message.key,
        });
        if delivery.action != Action::Trigger {
            return Some(Request::json(&event));
        }
        let Speaker { service, version, environment, host } = &self.speaker;
        let mut details = metadata(message);
        if !message.details.is_empty() {
            details.insert("details".to_owned(), message.details.as_str().into());
        }
        if message.held > 0 {
            details.insert("held_back".to_owned(), message.held.into());
        }
        details.insert("service_version".to_owned(), version.as_str().into());
        event["client"] = service.as_str().into();
        event["payload"] = json!({
            "summary": message.summary,
            // It must be there, and a service always has a name.
            "source": if host.is_empty() { service } else { host },
            "severity": message.severity.name(),
            "timestamp": rfc3339(message.at),
            "component": service,
            "group": environment,
            "class": message.event_type.name(),
            "custom_details": details,
        });
        if !message.links.is_empty() {
            event["links"] = message.links.iter().map(|(href, text)| json!({ "href": href, "text": text })).collect();
        }
        Some(within_limit(event))
    }
}

/// The event without its details where it is too large with them.
fn within_limit(mut event: Value) -> Request {
    let whole = Request::json(&event);
    if whole.body.len() <= LARGEST {
        return whole;
    }
    let size = whole.body.len();
    event["payload"]["custom_details"] =
        json!({ "left_out": format!("the details: with them the event has {size} bytes, and {LARGEST} are taken") });
    Request::json(&event)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{alert, delivery, speaker};
    use super::*;
    use crate::alerts::{Alert, Severity};

    fn sent(action: Action, alert: Alert) -> Value {
        let mut receiver = PagerDuty { routing_key: "R".repeat(32), speaker: speaker() };
        let request = receiver.request(&delivery(action, alert), SystemTime::now()).unwrap();
        assert!(request.body.len() <= LARGEST);
        serde_json::from_slice(&request.body).unwrap()
    }

    #[test]
    fn a_trigger_has_all_that_is_asked_for() {
        let mut event = sent(Action::Trigger, alert());
        assert!(humantime::parse_rfc3339(event["payload"]["timestamp"].take().as_str().unwrap()).is_ok());
        let expected = json!({
            "routing_key": "R".repeat(32),
            "event_action": "trigger",
            "dedup_key": "model/risk",
            "client": "app",
            "links": [{ "href": "https://runbooks.example.org/model", "text": "Runbook" }],
            "payload": {
                "summary": "the model <risk> & co fail",
                "source": "web-1",
                "severity": "error",
                "timestamp": null,
                "component": "app",
                "group": "production",
                "class": "model_failure",
                "custom_details": { "details": "no file", "model": "risk-7", "service_version": "1.2.3" },
            },
        });
        assert_eq!(event, expected);
    }

    #[test]
    fn acknowledge_and_resolve_are_a_key_and_no_more() {
        for action in [Action::Acknowledge, Action::Resolve] {
            let event = sent(action, alert());
            let expected =
                json!({ "routing_key": "R".repeat(32), "event_action": action.name(), "dedup_key": "model/risk" });
            assert_eq!(event, expected);
        }
    }

    #[test]
    fn severities_are_those_that_pagerduty_has() {
        for severity in Severity::ALL {
            let event = sent(Action::Trigger, Alert { severity, ..alert() });
            assert!(["critical", "error", "warning", "info"].contains(&event["payload"]["severity"].as_str().unwrap()));
        }
    }

    #[test]
    fn details_that_are_too_large_are_left_out_and_that_is_said() {
        // Each of these takes six bytes in JSON.
        let event = sent(Action::Trigger, alert().details("\u{1} ".repeat(100_000)));
        let details = &event["payload"]["custom_details"];
        assert!(
            details["left_out"].as_str().unwrap().starts_with("the details: with them the event has "),
            "{details}"
        );
        assert_eq!(
            (&event["payload"]["summary"], event["links"].is_array()),
            (&"the model <risk> & co fail".into(), true)
        );
    }
}
