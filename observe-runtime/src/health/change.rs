//! What is said when a component's state changes.

use super::outcome::Status;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

/// A component that is in another state than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The name of the check.
    pub name: String,
    /// What it was; `None` where nobody had asked before.
    pub before: Option<Status>,
    /// What it is now.
    pub now: Status,
    /// Whether the service is not ready without it.
    pub is_critical: bool,
    /// Why, scrubbed; empty where all is well.
    pub text: String,
}

type Listener = Arc<dyn Fn(&Change) + Send + Sync>;

/// Those who want to know.
#[derive(Default)]
pub(super) struct Listeners(Mutex<Vec<Listener>>);

impl Listeners {
    pub(super) fn add(&self, listener: impl Fn(&Change) + Send + Sync + 'static) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::new(listener));
    }

    /// Writes the line and tells everybody. A listener that panics loses nothing for the others.
    pub(super) fn announce(&self, change: &Change) {
        log(change);
        let listeners = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for listener in listeners {
            let _ = catch_unwind(AssertUnwindSafe(|| listener(change)));
        }
    }
}

/// One line, as loud as it matters.
fn log(change: &Change) {
    let Change { name, now, is_critical, text, .. } = change;
    let status = now.as_str();
    match now {
        Status::Pass => tracing::info!(target: "observe", "health: {name} works again"),
        Status::Warn => tracing::warn!(target: "observe", status, "health: {name} works, but: {text}"),
        Status::Fail | Status::Unknown if *is_critical => {
            tracing::error!(target: "observe", status, "health: {name} does not work: {text}");
        }
        Status::Fail | Status::Unknown => {
            tracing::warn!(target: "observe", status, "health: {name} does not work: {text}");
        }
    }
}
