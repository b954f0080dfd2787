//! Alerts of a test: kept in place of being sent.

use super::message::{Message, Speaker, safe_key};
use super::outbox::Action;
use super::{Alert, EventType, Severity};
use std::cell::RefCell;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

type Kept = Arc<Mutex<Vec<CapturedAlert>>>;

thread_local! {
    static KEPT: RefCell<Option<Kept>> = const { RefCell::new(None) };
}

/// What a test sees of an alert: redacted, as a channel would get it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CapturedAlert {
    /// `trigger`, `acknowledge` or `resolve`. The last two have nothing but a key.
    pub action: &'static str,
    /// What it is about.
    pub event_type: EventType,
    /// How urgent it is.
    pub severity: Severity,
    /// The sentence.
    pub summary: String,
    /// What helps.
    pub details: String,
    /// Names and values.
    pub metadata: Vec<(String, String)>,
    /// What it is resolved by.
    pub dedup_key: String,
}

/// Alerts of one thread since [`capture`].
#[must_use = "alerts are captured until this is dropped"]
pub struct AlertCapture {
    kept: Kept,
    before: Option<Kept>,
}

/// Keeps the alerts that this thread sends from now on, in place of sending them, until the capture is dropped.
///
/// Nothing is held back. Work that moves to another thread is not seen there; a
/// [`testing::Capture`](crate::testing::Capture), which keeps alerts too, can follow it.
///
/// ```
/// use observe::alerts::{self, Severity};
///
/// let capture = alerts::capture();
/// alerts::alert_system_down("database", "connection refused");
///
/// let alerts = capture.alerts();
/// assert_eq!((alerts[0].severity, alerts[0].summary.as_str()), (Severity::Critical, "database is down"));
/// ```
pub fn capture() -> AlertCapture {
    Following(Kept::default()).begin()
}

/// A capture that another thread is to take part in.
pub(crate) struct Following(Kept);

impl Following {
    /// From here on this thread's alerts are the capture's.
    pub(crate) fn begin(&self) -> AlertCapture {
        begin(Arc::clone(&self.0))
    }
}

fn begin(kept: Kept) -> AlertCapture {
    let before = KEPT.with(|place| place.replace(Some(Arc::clone(&kept))));
    AlertCapture { kept, before }
}

impl AlertCapture {
    pub(crate) fn for_another_thread(&self) -> Following {
        Following(Arc::clone(&self.kept))
    }

    /// All of them, in order.
    #[must_use]
    pub fn alerts(&self) -> Vec<CapturedAlert> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for AlertCapture {
    fn drop(&mut self) {
        let _ = KEPT.try_with(|place| place.replace(self.before.take()));
    }
}

impl fmt::Debug for AlertCapture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.alerts()).finish()
    }
}

/// Keeps the alert if this thread captures: its key.
pub(super) fn keep(alert: &Alert) -> Option<String> {
    let kept = kept()?;
    let message = Message::new(alert.clone(), &Speaker::default());
    let key = message.key.clone();
    push(&kept, Action::Trigger, message);
    Some(key)
}

/// The same for what ends an alert, or says that somebody is at it.
pub(super) fn keep_key(action: Action, key: &str) -> Option<()> {
    let kept = kept()?;
    push(&kept, action, Message { summary: String::new(), ..Message::about(safe_key(key)) });
    Some(())
}

fn kept() -> Option<Kept> {
    KEPT.try_with(|place| place.try_borrow().ok().and_then(|kept| kept.clone())).ok().flatten()
}

fn push(kept: &Kept, action: Action, message: Message) {
    let Message { event_type, severity, summary, details, metadata, key: dedup_key, .. } = message;
    let action = action.name();
    let alert = CapturedAlert { action, event_type, severity, summary, details, metadata, dedup_key };
    kept.lock().unwrap_or_else(PoisonError::into_inner).push(alert);
}
