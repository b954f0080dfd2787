//! Alerts that the program sends: to PagerDuty, Slack, Alertmanager and webhooks.
//!
//! ```
//! use observe::alerts::{self, Alert, EventType, Severity};
//!
//! # fn back_up() -> Result<(), String> { Err("the disk is full".into()) }
//! if let Err(error) = back_up() {
//!     let alert = Alert::new(EventType::JobFailure, Severity::Error, "the backup failed");
//!     alerts::send(alert.details(error).dedup_key("backup"));
//! } else {
//!     alerts::resolve("backup");
//! }
//! ```
//!
//! Sending never blocks and never fails: each channel has a bounded queue, a thread, and a retry with growing pauses.
//! What is worse goes first, and of one key a resolve never overtakes its trigger. Alerts that are alike (of one event
//! type, severity and deduplication key) are sent once in a while, with one message for all that was held back in
//! between. What waits at the end of the process is sent within `OBSERVE_SHUTDOWN_TIMEOUT`, as spans are.
//!
//! Where no channel is set up, alerts are log lines and [`history`]. The guide's page on alerts has the settings, the
//! payloads and all limits.

mod alert;
mod calls;
#[cfg(feature = "testing")]
mod capture;
mod channel;
mod counters;
mod delivery;
#[cfg(feature = "dev-page")]
mod exported;
mod figures;
mod history;
mod incidents;
mod kinds;
mod manager;
mod message;
#[cfg(feature = "health")]
mod on_health;
mod outbox;
#[cfg(feature = "axum")]
mod rest;
mod routes;
mod start;
#[cfg(feature = "axum")]
mod token;
mod windows;

pub use alert::Alert;
pub use calls::{
    alert_deployment_status, alert_high_error_rate, alert_high_latency, alert_high_risk_prediction,
    alert_model_failure, alert_security_breach, alert_system_down,
};
pub use calls::{
    resolve_deployment_status, resolve_high_error_rate, resolve_high_latency, resolve_high_risk_prediction,
    resolve_model_failure, resolve_security_breach, resolve_system_down,
};
#[cfg(feature = "testing")]
pub use capture::{AlertCapture, CapturedAlert, capture};
#[cfg(feature = "dev-page")]
pub(crate) use exported::state;
pub use history::{Fate, Past};
pub use kinds::{Channel, DeploymentStatus, EventType, Severity};
#[cfg(feature = "health")]
pub use on_health::on_health_change;
#[cfg(feature = "axum")]
pub use rest::axum_routes;
#[cfg(feature = "axum")]
pub(crate) use rest::has_tokens;
pub(crate) use start::{Sending, start};

use manager::Manager;

/// Sends an alert, and returns the key by which it is resolved.
///
/// It goes to the channels that take alerts of its type and severity, is written as a log line and kept in the
/// [`history`]. Where one like it was sent a short while ago, it is held back, and counted in a later message. Nothing
/// waits for a network here, and nothing can fail: what is lost is counted in `alerts_lost_total`.
///
/// ```
/// use observe::alerts::{self, Alert, EventType, Severity};
///
/// let alert = Alert::new(EventType::ResourceExhaustion, Severity::Warning, "91 % of the disk is full");
/// let key = alerts::send(alert.dedup_key("disk"));
/// assert_eq!(key, "disk");
/// ```
#[expect(clippy::must_use_candidate, reason = "who never resolves an alert needs no key")]
pub fn send(alert: Alert) -> String {
    #[cfg(feature = "testing")]
    if let Some(key) = capture::keep(&alert) {
        return key;
    }
    Manager::of_process().send(alert).0
}

/// Says that what was sent under this key is over, wherever it was sent; `false` where nobody had to be told.
///
/// May be called as often as one likes: after the first time there is nothing to say until another alert of that key
/// is sent. A key that this process knows nothing of is resolved at PagerDuty once, as it may be that of an alert
/// from before a restart. The message for a trigger that was sent is never lost for want of room, and is retried
/// until it arrives or the process ends.
///
/// ```
/// assert!(!observe::alerts::resolve("nothing-of-the-kind"), "no channel is set up here");
/// ```
#[expect(clippy::must_use_candidate, reason = "most who resolve have nothing to do with the answer")]
pub fn resolve(dedup_key: &str) -> bool {
    #[cfg(feature = "testing")]
    if capture::keep_key(outbox::Action::Resolve, dedup_key).is_some() {
        return true;
    }
    Manager::of_process().resolve(dedup_key)
}

/// Says that somebody is at it; `false` where nobody had to be told. Alertmanager knows no such thing.
///
/// ```
/// observe::alerts::acknowledge("disk");
/// ```
#[expect(clippy::must_use_candidate, reason = "most who acknowledge have nothing to do with the answer")]
pub fn acknowledge(dedup_key: &str) -> bool {
    #[cfg(feature = "testing")]
    if capture::keep_key(outbox::Action::Acknowledge, dedup_key).is_some() {
        return true;
    }
    Manager::of_process().acknowledge(dedup_key)
}

/// The last thousand alerts of this process, the oldest first, without details.
///
/// ```
/// use observe::alerts::{self, Alert, EventType, Severity};
///
/// alerts::send(Alert::new(EventType::Custom, Severity::Info, "hello"));
/// assert_eq!(alerts::history().last().unwrap().summary, "hello");
/// ```
#[must_use]
pub fn history() -> Vec<Past> {
    Manager::of_process().history()
}

/// Where alerts go, for who reads the start of a log.
pub(crate) fn destinations() -> String {
    let state = Manager::of_process().lock();
    let channels: Vec<&str> = state.outboxes.iter().map(|outbox| outbox.channel.name()).collect();
    match channels.is_empty() {
        _ if !state.is_on => "off (OBSERVE_ALERTS)".to_owned(),
        true => "log lines, no channel".to_owned(),
        false => channels.join(", "),
    }
}

/// The key of an alert about one thing of this service, which has others of the same type beside it.
fn key_of(event_type: EventType, what: &str) -> String {
    let service = Manager::of_process().lock().speaker.service.clone();
    [service.as_str(), event_type.name(), what]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("/")
}
