//! What the service depends on, and who is called when one of these does not work.

use std::sync::Arc;

use observe::alerts::{self, Alert, EventType, Severity};
use observe::health::{self, Change, Check, Kind, Outcome, Status, checks};

use crate::app::App;
use crate::auth;
use crate::backup::Backup;
use crate::error::StoreError;

/// Registers every check. Without the first four the service is not ready; the others degrade it.
pub(crate) fn register(app: &Arc<App>, has_backup: bool) {
    let shared = || Arc::clone(app);
    let store = shared();
    let database = move || store.store.count_users().map(|users| counted("users", users));
    health::register(Check::blocking("database", database).kind(Kind::Database)).keep();
    let store = shared();
    let vectors = move || store.store.count_vectors().map(has_vectors);
    health::register(Check::blocking("vector_store", vectors).kind(Kind::Database)).keep();
    let audit = shared();
    health::register(Check::blocking("audit_log", move || audit.audit.check())).keep();
    let revoked = shared();
    let ask = move || auth::check_revocation(&revoked.store);
    health::register(Check::blocking("token_revocation", ask)).keep();
    if has_backup {
        health::register(Backup::check()).keep();
    }
    for check in [checks::configuration(), checks::tracing()] {
        health::register(check).keep();
    }
    health::on_change(call_somebody);
}

/// A store without vectors answers nothing.
fn has_vectors(vectors: i64) -> Outcome {
    if vectors > 0 { counted("vectors", vectors) } else { Outcome::fail(StoreError::NoVectors.to_string()) }
}

#[expect(clippy::cast_precision_loss, reason = "a figure to be looked at")]
fn counted(name: &'static str, number: i64) -> Outcome {
    Outcome::pass().with(name, number as f64)
}

/// Whoever is on call hears of what the service can't do without, and that it works again.
fn call_somebody(change: &Change) {
    if !change.is_critical {
        return;
    }
    let key = format!("voiceassist/health/{}", change.name);
    match change.now {
        Status::Pass | Status::Warn => {
            alerts::resolve(&key);
        }
        Status::Fail | Status::Unknown => {
            let summary = format!("{} does not work", change.name);
            let alert = Alert::new(EventType::SystemDown, Severity::Critical, summary);
            alerts::send(alert.details(&change.text).metadata("component", &change.name).dedup_key(key));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(is_critical: bool, now: Status) -> Change {
        Change { name: "database".to_owned(), before: None, now, is_critical, text: "locked".to_owned() }
    }

    #[test]
    fn what_is_critical_calls_somebody_and_says_when_it_is_over() {
        let capture = alerts::capture();
        for change in [change(true, Status::Fail), change(false, Status::Fail), change(true, Status::Pass)] {
            call_somebody(&change);
        }
        let keys: Vec<String> = capture.alerts().into_iter().map(|alert| alert.dedup_key).collect();
        assert_eq!(keys, ["voiceassist/health/database"; 2]);
    }

    #[test]
    fn a_store_without_vectors_is_none() {
        assert_eq!((has_vectors(0).status(), has_vectors(1).status()), (Status::Fail, Status::Pass));
    }
}
