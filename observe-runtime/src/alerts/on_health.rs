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

#[cfg(all(test, feature = "testing"))]
mod tests {
    use super::*;

    #[test]
    fn only_what_goes_down_or_comes_back_is_told() {
        let told = |before, now, is_critical| {
            let capture = crate::alerts::capture();
            heard(&Change { name: "bank".to_owned(), before, now, is_critical, text: "no route".to_owned() });
            capture.alerts().iter().map(|alert| (alert.action, alert.dedup_key.clone())).collect::<Vec<_>>()
        };
        let down = told(None, Status::Fail, true);
        assert_eq!((down.len(), down[0].0), (1, "trigger"));
        assert_eq!(told(Some(Status::Warn), Status::Unknown, true), down);
        let up = told(Some(Status::Unknown), Status::Warn, true);
        assert_eq!(up, [("resolve", down[0].1.clone())]);
        for (before, now, is_critical) in [
            (Some(Status::Fail), Status::Unknown, true),
            (Some(Status::Pass), Status::Warn, true),
            (None, Status::Warn, true),
            (None, Status::Fail, false),
            (Some(Status::Fail), Status::Pass, false),
        ] {
            assert_eq!(told(before, now, is_critical), [], "{before:?} to {now:?}");
        }
    }
}
