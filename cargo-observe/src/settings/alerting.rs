//! What `observe.toml` says of objectives, and of those who are told.

use serde::Deserialize;

/// `[slo]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Slo {
    /// Over which time an objective holds: `"30d"`.
    pub(crate) period: String,
    /// How many calls the longer window of a burn rate has to have before its alert may fire.
    pub(crate) min_calls: u64,
}

/// `[alertmanager]`. Secrets stand in files, never here.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Alertmanager {
    /// The channel for critical alerts and warnings.
    pub(crate) slack_channel: String,
    /// The channel for alerts of the kind `security`; that of all others where it is empty.
    pub(crate) slack_security_channel: String,
    /// The channel for alerts of the kind `compliance`; that of all others where it is empty.
    pub(crate) slack_compliance_channel: String,
    /// Where events for PagerDuty are sent.
    pub(crate) pagerduty_url: String,
    /// Who is told by webhook; nobody where it is empty.
    pub(crate) webhook_url: String,
    /// `"yes"` where the webhook wants a bearer token.
    pub(crate) webhook_token: String,
    /// Who gets e-mail about critical alerts; nobody where it is empty.
    pub(crate) email_to: Vec<String>,
    /// Who gets e-mail about alerts of the kind `security`; those of critical ones where it is empty.
    pub(crate) email_security_to: Vec<String>,
    /// Who gets e-mail about alerts of the kind `compliance`; those of critical ones where it is empty.
    pub(crate) email_compliance_to: Vec<String>,
    /// The server for e-mail, with its port: `"mail.example.org:587"`.
    pub(crate) smtp_smarthost: String,
    /// The sender of e-mail.
    pub(crate) smtp_from: String,
    /// Whose password the server wants; nobody's where it is empty.
    pub(crate) smtp_username: String,
    /// How long the first alert of a group waits for others.
    pub(crate) group_wait: String,
    /// How long later alerts of a group wait.
    pub(crate) group_interval: String,
    /// When a critical alert that still fires is told again.
    pub(crate) repeat_critical: String,
    /// When any other alert that still fires is told again.
    pub(crate) repeat: String,
}

impl Default for Slo {
    fn default() -> Self {
        Self { period: "30d".to_owned(), min_calls: 100 }
    }
}

impl Default for Alertmanager {
    fn default() -> Self {
        Self {
            slack_channel: "#alerts".to_owned(),
            slack_security_channel: String::new(),
            slack_compliance_channel: String::new(),
            pagerduty_url: "https://events.pagerduty.com/v2/enqueue".to_owned(),
            webhook_url: String::new(),
            webhook_token: String::new(),
            email_to: Vec::new(),
            email_security_to: Vec::new(),
            email_compliance_to: Vec::new(),
            smtp_smarthost: String::new(),
            smtp_from: String::new(),
            smtp_username: String::new(),
            // Who is on call hears of a rule within 5 s from its firing.
            group_wait: "2s".to_owned(),
            group_interval: "1m".to_owned(),
            repeat_critical: "1h".to_owned(),
            repeat: "4h".to_owned(),
        }
    }
}
