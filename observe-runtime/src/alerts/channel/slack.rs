//! An incoming webhook of Slack: a header, and an attachment whose colour tells the severity.
//!
//! Each text has a limit, and Slack refuses messages whose texts are too long together (between 9,597 and 11,341
//! characters) without documenting it. The limits below keep under both.

use super::{Receiver, Request};
use crate::alerts::Severity;
use crate::alerts::message::{Message, Speaker, cut};
use crate::alerts::outbox::{Action, Delivery};
use serde_json::{Value, json};
use std::time::{Duration, SystemTime};

/// Of the header, which is plain text.
const HEADER: usize = 150;
/// Of the summary where it goes on, of details, of a value and of a link: together under 8,500, with up to ten values
/// and five links.
const SUMMARY: usize = 1100;
const DETAILS: usize = 2400;
const FIELD: usize = 250;
const LINK: usize = 400;
const MOST_FIELDS: usize = 10;
const MOST_LINKS: usize = 5;

pub(in super::super) struct Slack {
    pub(in super::super) channel: String,
    pub(in super::super) username: String,
    pub(in super::super) speaker: Speaker,
}

impl Receiver for Slack {
    fn request(&mut self, delivery: &Delivery, _: SystemTime) -> Option<Request> {
        let message = &delivery.message;
        let (title, colour) = match delivery.action {
            Action::Trigger => {
                (format!("{}: {}", message.severity.name().to_uppercase(), message.summary), colour(message))
            }
            Action::Acknowledge => (format!("Acknowledged: {}", message.summary), colour(message)),
            Action::Resolve => (format!("Resolved: {}", message.summary), "#2eb67d"),
        };
        let blocks = match delivery.action {
            Action::Trigger => self.trigger(message),
            Action::Acknowledge | Action::Resolve => vec![self.context(message)],
        };
        Some(Request::json(&json!({
            "channel": self.channel,
            "username": self.username,
            // What notifications show, which have no blocks.
            "text": escaped(&title, SUMMARY),
            "blocks": [{ "type": "header", "text": { "type": "plain_text", "text": cut(&title, HEADER), "emoji": false } }],
            "attachments": [{ "color": colour, "blocks": blocks }],
            // What an alert names is not fetched.
            "unfurl_links": false,
            "unfurl_media": false,
        })))
    }

    /// More than a message a second is too many for one webhook.
    fn least_pause(&self) -> Duration {
        Duration::from_secs(1)
    }
}

impl Slack {
    fn trigger(&self, message: &Message) -> Vec<Value> {
        let mut blocks = Vec::new();
        // A header that was cut has the beginning only.
        if message.summary.chars().count() + "CRITICAL: ".len() > HEADER {
            blocks.push(section(&escaped(&message.summary, SUMMARY)));
        }
        if !message.details.is_empty() {
            blocks.push(section(&escaped(&message.details, DETAILS)));
        }
        let fields: Vec<Value> = message.metadata.iter().take(MOST_FIELDS).map(field).collect();
        if !fields.is_empty() {
            blocks.push(json!({ "type": "section", "fields": fields }));
        }
        let left = message.metadata.len().saturating_sub(MOST_FIELDS);
        if left > 0 {
            blocks.push(section(&format!("{left} more values are not shown here")));
        }
        let links: Vec<String> = message.links.iter().filter_map(link).take(MOST_LINKS).collect();
        if !links.is_empty() {
            blocks.push(section(&links.join("\n")));
        }
        blocks.push(self.context(message));
        blocks
    }

    /// Who says it, and by what it is told apart.
    fn context(&self, message: &Message) -> Value {
        let Speaker { service, environment, version, .. } = &self.speaker;
        let held = if message.held > 0 { format!(" · {} held back", message.held) } else { String::new() };
        let who = format!("{service} {version} in {environment} · {}{held}", message.event_type);
        json!({
            "type": "context",
            "elements": [
                mrkdwn(&escaped(&who, FIELD)),
                mrkdwn(&escaped(&format!("key {}", message.key), 2 * FIELD)),
            ],
        })
    }
}

fn section(text: &str) -> Value {
    json!({ "type": "section", "text": mrkdwn(text) })
}

/// Verbatim: else Slack makes links and mentions of what looks like one, such as `@channel` in somebody's input.
fn mrkdwn(text: &str) -> Value {
    json!({ "type": "mrkdwn", "text": text, "verbatim": true })
}

fn field((name, value): &(String, String)) -> Value {
    // An empty value would be refused with all the rest.
    let value = if value.trim().is_empty() { "–" } else { value };
    mrkdwn(&format!("*{}*\n{}", escaped(name, FIELD / 4), escaped(value, FIELD)))
}

/// `<url|text>`; none where the URL does not fit, as half a link leads somewhere else.
fn link((href, text): &(String, String)) -> Option<String> {
    let href = href.replace('&', "&amp;").replace('<', "%3C").replace('>', "%3E").replace('|', "%7C");
    let text = if text.trim().is_empty() { "link".to_owned() } else { escaped(text, LINK / 4).replace('|', "/") };
    Some(format!("<{href}|{text}>")).filter(|link| link.chars().count() <= LINK)
}

fn colour(message: &Message) -> &'static str {
    match message.severity {
        Severity::Critical => "#8b0000",
        Severity::Error => "#e01e5a",
        Severity::Warning => "#ecb22e",
        Severity::Info => "#36c5f0",
    }
}

/// The text as mrkdwn takes it, of so many characters with its escapes: the three that begin mentions and links are
/// no such here.
fn escaped(text: &str, most: usize) -> String {
    let (mut out, mut length) = (String::new(), 0);
    for letter in text.chars() {
        let piece = match letter {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            _ => "",
        };
        length += piece.len().max(1);
        // One is left for the mark that something is missing.
        if length >= most {
            out.push('…');
            break;
        }
        if piece.is_empty() { out.push(letter) } else { out += piece }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::testing::{alert, delivery, speaker};
    use super::*;
    use crate::alerts::{Alert, EventType};

    fn sent(action: Action, alert: Alert) -> Value {
        let mut slack = Slack { channel: "#alerts".to_owned(), username: "app".to_owned(), speaker: speaker() };
        let request = slack.request(&delivery(action, alert), SystemTime::now()).unwrap();
        serde_json::from_slice(&request.body).unwrap()
    }

    /// All texts in blocks, with how long each may be.
    fn texts(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                if let (Some(Value::String(kind)), Some(Value::String(text))) = (map.get("type"), map.get("text")) {
                    let most = if kind == "plain_text" { 150 } else { 3000 };
                    assert!(!text.is_empty() && text.chars().count() <= most, "{kind}: {text}");
                    assert_eq!(map.get("verbatim"), (kind == "mrkdwn").then_some(&Value::Bool(true)), "{text}");
                    found.push(text.clone());
                }
                for field in map.get("fields").and_then(Value::as_array).into_iter().flatten() {
                    assert!(field["text"].as_str().unwrap().chars().count() <= 2000);
                }
                assert!(map.get("fields").is_none_or(|fields| (1..=10).contains(&fields.as_array().unwrap().len())));
                assert!(map.get("elements").is_none_or(|all| (1..=10).contains(&all.as_array().unwrap().len())));
                map.values().for_each(|value| texts(value, found));
            }
            Value::Array(values) => values.iter().for_each(|value| texts(value, found)),
            _ => {}
        }
    }

    fn total(message: &Value) -> usize {
        let mut found = Vec::new();
        texts(message, &mut found);
        found.iter().map(|text| text.chars().count()).sum::<usize>() + message["text"].as_str().unwrap().chars().count()
    }

    #[test]
    fn a_message_has_channel_name_colour_and_blocks() {
        let message = sent(Action::Trigger, alert());
        assert_eq!((&message["channel"], &message["username"]), (&"#alerts".into(), &"app".into()));
        assert_eq!(message["text"], "ERROR: the model &lt;risk&gt; &amp; co fail");
        assert_eq!(message["blocks"][0]["text"]["text"], "ERROR: the model <risk> & co fail");
        let attachment = &message["attachments"][0];
        assert_eq!(attachment["color"], "#e01e5a");
        let mut found = Vec::new();
        texts(&attachment["blocks"], &mut found);
        assert_eq!(
            found,
            [
                "no file",
                "*model*\nrisk-7",
                "<https://runbooks.example.org/model|Runbook>",
                "app 1.2.3 in production · model_failure",
                "key model/risk",
            ]
        );
    }

    #[test]
    fn severities_and_ends_have_colours_of_their_own() {
        let colour = |action, severity| {
            let message = sent(action, Alert { severity, ..alert() });
            message["attachments"][0]["color"].as_str().unwrap().to_owned()
        };
        let mut colours: Vec<String> = Severity::ALL.map(|severity| colour(Action::Trigger, severity)).to_vec();
        colours.push(colour(Action::Resolve, Severity::Error));
        colours.sort();
        colours.dedup();
        assert_eq!(colours.len(), 5);
    }

    #[test]
    fn the_largest_alert_keeps_every_limit_and_all_of_them_together() {
        for letter in ["&", "ü", "<!channel> "] {
            let mut large = Alert::new(EventType::ResourceExhaustion, Severity::Critical, letter.repeat(2000))
                .details(letter.repeat(10_000))
                .dedup_key(letter.repeat(500));
            for number in 0..60 {
                large = large.metadata(format!("n{number}{}", letter.repeat(200)), letter.repeat(500));
                large =
                    large.link(format!("https://example.org/{number}?a=1&b={}", "x".repeat(300)), letter.repeat(200));
            }
            for action in [Action::Trigger, Action::Acknowledge, Action::Resolve] {
                let message = sent(action, large.clone());
                assert!(message["attachments"][0]["blocks"].as_array().unwrap().len() < 50);
                assert!(total(&message) <= 9000, "{letter}: {}", total(&message));
                let mut found = Vec::new();
                texts(&message["attachments"], &mut found);
                assert!(found.iter().all(|text| !text.contains("<!")), "nobody is called by a text");
            }
        }
    }

    #[test]
    fn what_is_empty_is_no_block() {
        let message = sent(Action::Trigger, Alert::new(EventType::Custom, Severity::Info, "x").metadata("a", ""));
        assert_eq!(message["attachments"][0]["blocks"][0]["fields"][0]["text"], "*a*\n–");
        assert!(total(&message) > 0);
    }
}
