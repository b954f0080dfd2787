//! An alert as code writes it.

use super::{EventType, Severity};
use std::fmt::{Display, Write as _};

/// Something that somebody should know of now. [`send`](super::send) sends it.
///
/// All its texts pass redaction before they are kept or sent: what names promise to be personal is hidden, and all
/// of it is looked at for personal data and secrets. Don't put patients or users into an alert all the same.
///
/// ```
/// use observe::alerts::{self, Alert, EventType, Severity};
///
/// let alert = Alert::new(EventType::JobFailure, Severity::Error, "the nightly backup failed")
///     .details("the disk is full")
///     .metadata("job", "backup")
///     .dedup_key("backup")
///     .link("https://runbooks.example.org/backup", "Runbook");
/// let key = alerts::send(alert);
/// // Later, when it works again:
/// alerts::resolve(&key);
/// ```
#[derive(Clone, Debug)]
#[must_use = "an alert is sent by `observe::alerts::send`"]
pub struct Alert {
    pub(super) event_type: EventType,
    pub(super) severity: Severity,
    pub(super) summary: String,
    pub(super) details: String,
    pub(super) metadata: Vec<(String, String)>,
    pub(super) dedup_key: Option<String>,
    /// Each a URL and a text.
    pub(super) links: Vec<(String, String)>,
}

impl Alert {
    /// An alert with a sentence that says what is wrong; 1024 characters of it are kept.
    pub fn new(event_type: EventType, severity: Severity, summary: impl Display) -> Self {
        Self {
            event_type,
            severity,
            summary: text(summary),
            details: String::new(),
            metadata: Vec::new(),
            dedup_key: None,
            links: Vec::new(),
        }
    }

    /// What helps whoever is called. A second call adds a line.
    pub fn details(mut self, details: impl Display) -> Self {
        if !self.details.is_empty() {
            self.details.push('\n');
        }
        self.details += &text(details);
        self
    }

    /// A value with its name, which decides whether the value may be seen. 50 are kept.
    pub fn metadata(mut self, name: impl Into<String>, value: impl Display) -> Self {
        self.metadata.push((name.into(), text(value)));
        self
    }

    /// By which this alert is told from others, and resolved. Without one it is made of the service, the event
    /// type and the summary. PagerDuty takes 255 characters, and what is longer, or reads like personal data, has
    /// a pseudonym at its end.
    pub fn dedup_key(mut self, key: impl Into<String>) -> Self {
        self.dedup_key = Some(key.into());
        self
    }

    /// A page that helps, such as a runbook: a URL, and a text for it. 10 are kept.
    pub fn link(mut self, href: impl Into<String>, text: impl Into<String>) -> Self {
        self.links.push((href.into(), text.into()));
        self
    }
}

/// The text of a value. One that fails to be formatted keeps what it wrote before; `to_string` would panic.
fn text(value: impl Display) -> String {
    let mut text = String::new();
    let _ = write!(text, "{value}");
    text
}
