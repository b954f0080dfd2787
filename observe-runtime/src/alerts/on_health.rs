//! Alerts of what the service depends on, made of its health checks.

use crate::health::{Change, Status, failing, on_change};
use std::sync::Once;

/// Has an alert sent when a critical health check fails or does not answer, and resolved when it works again.
///
/// Once is enough, and more often does no harm. The alert is that of
/// [`alert_system_down`](super::alert_system_down), with the check's name and the reason. All checks are asked every 15
/// seconds (`OBSERVE_HEALTH_INTERVAL`), so nobody has to ask for `/health`.
///
/// ```
/// observe::alerts::on_health_change();
/// ```
pub fn on_health_change() {
    static LISTENS: Once = Once::new();
    LISTENS.call_once(|| {
        on_change(heard);
        // What was found out before. Twice is once, as it has the same key.
        failing().iter().for_each(heard);
    });
}

fn heard(change: &Change) {
    let is_down = |status: Status| matches!(status, Status::Fail | Status::Unknown);
    match (change.before.is_some_and(is_down), is_down(change.now)) {
        (false, true) if change.is_critical => {
            super::alert_system_down(&change.name, &change.text);
        }
        (true, false) if change.is_critical => {
            super::resolve_system_down(&change.name);
        }
        // Another reason for the same, or nothing that stops the service.
        _ => {}
    }
}
