//! JSON to any URL, signed where there is a key for that.

use super::{Receiver, Request, metadata, rfc3339};
use crate::alerts::message::Speaker;
use crate::alerts::outbox::Delivery;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;
use std::fmt::Write as _;
use std::time::SystemTime;

/// Grows with the first change that a reader of the old form would stumble over.
const FORM: u32 = 1;

/// The header of the signature.
const SIGNATURE: &str = "x-observe-signature";

pub(in super::super) struct Webhook {
    pub(in super::super) secret: Option<String>,
    pub(in super::super) speaker: Speaker,
}

impl Receiver for Webhook {
    fn request(&mut self, delivery: &Delivery, now: SystemTime) -> Option<Request> {
        let (message, speaker) = (&delivery.message, &self.speaker);
        let links: Vec<_> = message.links.iter().map(|(href, text)| json!({ "href": href, "text": text })).collect();
        let mut request = Request::json(&json!({
            "version": FORM,
            "action": delivery.action.name(),
            "dedup_key": message.key,
            "event_type": message.event_type.name(),
            "severity": message.severity.name(),
            "summary": message.summary,
            "details": message.details,
            "metadata": metadata(message),
            "links": links,
            "held_back": message.held,
            "timestamp": rfc3339(message.at),
            "sent_at": rfc3339(now),
            "service": {
                "name": speaker.service,
                "version": speaker.version,
                "environment": speaker.environment,
                "host": speaker.host,
            },
        }));
        request.header = self.secret.as_deref().and_then(|secret| signature(secret, &request.body));
        Some(request)
    }
}

/// `sha256=` and the HMAC of the body in hexadecimal digits.
fn signature(secret: &str, body: &[u8]) -> Option<(&'static str, String)> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(body);
    let mut text = "sha256=".to_owned();
    for byte in mac.finalize().into_bytes() {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    Some((SIGNATURE, text))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{alert, delivery, speaker};
    use super::*;
    use crate::alerts::outbox::Action;
    use serde_json::Value;

    #[test]
    fn the_body_is_what_the_guide_says() {
        let request = Webhook { secret: None, speaker: speaker() }
            .request(&delivery(Action::Trigger, alert()), SystemTime::now())
            .unwrap();
        let mut body: Value = serde_json::from_slice(&request.body).unwrap();
        for time in ["timestamp", "sent_at"] {
            assert!(humantime::parse_rfc3339(body[time].take().as_str().unwrap()).is_ok());
        }
        let expected = json!({
            "version": 1, "action": "trigger", "dedup_key": "model/risk", "event_type": "model_failure",
            "severity": "error", "summary": "the model <risk> & co fail", "details": "no file",
            "metadata": { "model": "risk-7" },
            "links": [{ "href": "https://runbooks.example.org/model", "text": "Runbook" }],
            "held_back": 0, "timestamp": null, "sent_at": null,
            "service": { "name": "app", "version": "1.2.3", "environment": "production", "host": "web-1" },
        });
        assert_eq!(body, expected);
        assert!(request.header.is_none());
    }

    #[test]
    fn a_signature_is_that_of_rfc_4231() {
        // Test case 2 of section 4.3.
        let (name, value) = signature("Jefe", b"what do ya want for nothing?").unwrap();
        assert_eq!(name, SIGNATURE);
        assert_eq!(value, "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }
}
