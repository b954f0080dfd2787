//! An alert as it is kept and sent: redacted, within limits, with what identifies it.

use super::{Alert, EventType, Severity};
use crate::redact::{MASK, hides, pseudonym, scrub_owned};
use crate::scrub::scrub;
use std::time::SystemTime;

/// The longest summary that PagerDuty takes, in characters.
pub(super) const LONGEST_SUMMARY: usize = 1024;
/// The longest key likewise.
const LONGEST_KEY: usize = 255;
/// How much of a key stays where a pseudonym takes the place of the rest.
const KEY_START: usize = 200;
const MOST_METADATA: usize = 50;
const MOST_LINKS: usize = 10;
/// Beyond that nobody reads on, and memory is for other alerts: of details, and of a value of metadata.
const LONGEST_DETAILS: usize = 1 << 20;
const LONGEST_VALUE: usize = 16 << 10;
const LONGEST_NAME: usize = 100;
const LONGEST_LINK: usize = 2000;

/// Who speaks: the same in every alert.
#[derive(Clone, Debug, Default)]
pub(super) struct Speaker {
    pub(super) service: String,
    pub(super) version: String,
    pub(super) environment: String,
    pub(super) host: String,
}

/// An alert that may be seen.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) event_type: EventType,
    pub(super) severity: Severity,
    pub(super) summary: String,
    pub(super) details: String,
    pub(super) metadata: Vec<(String, String)>,
    pub(super) links: Vec<(String, String)>,
    pub(super) key: String,
    pub(super) at: SystemTime,
    /// How many like it were held back since the last one was sent.
    pub(super) held: u64,
}

impl Message {
    pub(super) fn new(alert: Alert, speaker: &Speaker) -> Self {
        let summary = cut(&one_line(scrub_owned(alert.summary)), LONGEST_SUMMARY);
        let key = match alert.dedup_key {
            Some(key) => safe_key(&key),
            None => cut(&format!("{}/{}/{summary}", speaker.service, alert.event_type), LONGEST_KEY),
        };
        let metadata = alert.metadata.into_iter().take(MOST_METADATA).map(|(name, value)| {
            let value = if hides(&name) { MASK.to_owned() } else { cut(&scrub_owned(value), LONGEST_VALUE) };
            (cut(&scrub_owned(name), LONGEST_NAME), value)
        });
        let links = alert.links.into_iter().filter(|(href, _)| is_web(href)).take(MOST_LINKS);
        Self {
            event_type: alert.event_type,
            severity: alert.severity,
            summary,
            details: cut(&scrub_owned(alert.details), LONGEST_DETAILS),
            metadata: metadata.collect(),
            links: links
                .map(|(href, text)| {
                    (cut(&scrub_owned(href), LONGEST_LINK), cut(&one_line(scrub_owned(text)), LONGEST_NAME))
                })
                .collect(),
            key,
            at: SystemTime::now(),
            held: 0,
        }
    }

    /// One that says nothing but its key, to end what this process did not begin.
    pub(super) fn about(key: String) -> Self {
        Self {
            event_type: EventType::Custom,
            severity: Severity::Info,
            summary: "an alert that this process did not send".to_owned(),
            details: String::new(),
            metadata: Vec::new(),
            links: Vec::new(),
            key,
            at: SystemTime::now(),
            held: 0,
        }
    }

    /// Roughly what it takes in memory.
    pub(super) fn bytes(&self) -> usize {
        let pairs = self.metadata.iter().chain(&self.links).map(|(a, b)| a.len() + b.len() + 64);
        256 + self.summary.len() + self.details.len() + self.key.len() + pairs.sum::<usize>()
    }
}

/// The key as it may be seen. It still tells apart what redaction makes the same.
pub(super) fn safe_key(key: &str) -> String {
    let scrubbed = scrub(key);
    let is_plain = scrubbed == key && key.chars().count() <= LONGEST_KEY && !key.contains(char::is_control);
    if is_plain {
        return key.to_owned();
    }
    format!("{} {}", cut(&one_line(scrubbed.into_owned()), KEY_START), pseudonym(key))
}

fn is_web(href: &str) -> bool {
    let is_http = href.starts_with("https://") || href.starts_with("http://");
    // Behind a line break a receiver may go on reading as text.
    is_http && !href.contains(|letter: char| letter.is_whitespace() || letter.is_control())
}

fn one_line(text: String) -> String {
    if text.contains(char::is_control) { text.replace(char::is_control, " ") } else { text }
}

/// The text, of which no more than so many characters are left.
pub(super) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => {
            let kept: String = text.chars().take(most.saturating_sub(1)).collect();
            kept + "…"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(alert: Alert) -> Message {
        Message::new(alert, &Speaker { service: "app".to_owned(), ..Speaker::default() })
    }

    fn alert(summary: &str) -> Alert {
        Alert::new(EventType::Custom, Severity::Info, summary)
    }

    #[test]
    fn nothing_personal_is_kept() {
        let made = message(
            alert("mail of ann@example.com")
                .details("password=hunter2hunter")
                .metadata("patient_name", "Ann Lee")
                .metadata("note", "call 415-555-0132")
                .link("https://x.example.org/?token=k3J9x2", "see ann@example.com")
                .link("javascript:alert(1)", "no")
                .link("https://x.example.org/\njavascript", "no"),
        );
        let text = format!("{made:?}");
        for planted in ["ann@", "hunter2", "Ann Lee", "555", "k3J9x2", "javascript"] {
            assert!(!text.contains(planted), "{planted}: {text}");
        }
        assert_eq!(made.metadata[0], ("patient_name".to_owned(), MASK.to_owned()));
    }

    #[test]
    fn keys_stay_apart_and_are_stable_where_they_are_redacted_or_long() {
        let (one, other) = (safe_key("login/ann@example.com"), safe_key("login/bob@example.com"));
        assert!(one != other && one.starts_with("login/[REDACTED:email] h:"), "{one}");
        assert_eq!(safe_key(&one), one);
        let long = safe_key(&"k".repeat(300));
        assert!(long.chars().count() <= LONGEST_KEY && long != safe_key(&"k".repeat(301)));
        assert_eq!(safe_key("disk/ward-7"), "disk/ward-7");
    }

    #[test]
    fn texts_are_cut_by_characters() {
        let made = message(alert(&"ü".repeat(3000)));
        assert_eq!(made.summary.chars().count(), LONGEST_SUMMARY);
        assert!(made.key.starts_with("app/custom/ü") && made.key.chars().count() == LONGEST_KEY);
        assert_eq!(message(alert("a\nb")).summary, "a b");
    }
}
