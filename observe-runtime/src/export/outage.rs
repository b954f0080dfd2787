//! What is said of a receiver that fails: a line when that begins, and a line when it is over.

use super::ExportError;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The least time between two outages that are told apart: one that comes and goes is not worth two lines
/// each time.
const APART: Duration = Duration::from_mins(1);

/// The signals whose last export failed, for health checks.
static FAILING: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());

/// The signals whose last export failed.
#[cfg(feature = "health")]
pub(crate) fn failing() -> Vec<&'static str> {
    FAILING.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Remembers how the last export of a signal went.
fn remember(signal: &'static str, has_failed: bool) {
    let mut failing = FAILING.lock().unwrap_or_else(PoisonError::into_inner);
    failing.retain(|known| *known != signal);
    if has_failed {
        failing.push(signal);
    }
}

/// One receiver, whatever signals go there: if it is gone, it is gone for all of them.
#[derive(Debug, Default)]
pub(crate) struct Outage(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// The signals whose last export failed.
    failing: Vec<&'static str>,
    /// All whose export failed since that began.
    failed: Vec<&'static str>,
    /// Whether the beginning was said, so that the end is.
    is_said: bool,
    last_said: Option<Instant>,
}

impl Outage {
    /// An export of this signal failed.
    pub(super) fn failed(&self, signal: &'static str, error: &ExportError) {
        remember(signal, true);
        #[cfg(feature = "dev-page")]
        super::known::remember(signal, Some(error));
        if self.begins(signal) {
            tracing::warn!(
                target: "observe",
                "{signal} can't be exported: {error}; the service goes on, /metrics counts what is lost, and a line says when \
                 it works again"
            );
        }
    }

    /// An export of this signal arrived.
    pub(super) fn worked(&self, signal: &'static str) {
        remember(signal, false);
        #[cfg(feature = "dev-page")]
        super::known::remember(signal, None);
        if let Some(signals) = self.ends(signal) {
            tracing::info!(target: "observe", "{signals} are exported again");
        }
    }

    /// Whether a line is due that says so.
    pub(crate) fn begins(&self, signal: &'static str) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let State { failing, failed, .. } = &mut *state;
        for signals in [failing, failed] {
            if !signals.contains(&signal) {
                signals.push(signal);
            }
        }
        let is_apart = state.last_said.is_none_or(|last| last.elapsed() > APART);
        if state.is_said || !is_apart {
            return false;
        }
        (state.is_said, state.last_said) = (true, Some(Instant::now()));
        true
    }

    /// The signals that a line is due about, because they work again.
    pub(crate) fn ends(&self, signal: &'static str) -> Option<String> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.failing.retain(|failing| *failing != signal);
        if !state.failing.is_empty() {
            return None;
        }
        let failed = std::mem::take(&mut state.failed);
        std::mem::take(&mut state.is_said).then(|| listed(&failed))
    }
}

/// `spans, metrics and logs`.
pub(super) fn listed(signals: &[&str]) -> String {
    match signals {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        signals => signals.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_of_all_signals_is_two_lines() {
        let outage = Outage::default();
        assert_eq!(outage.ends("spans"), None, "nothing has failed");
        assert!(outage.begins("spans"));
        assert!(!outage.begins("metrics") && !outage.begins("spans"));
        assert_eq!(outage.ends("spans"), None, "metrics still fail");
        assert_eq!(outage.ends("metrics").unwrap(), "spans and metrics");
        assert_eq!(outage.ends("metrics"), None);
    }

    #[test]
    fn one_that_comes_and_goes_is_not_told_each_time() {
        let outage = Outage::default();
        assert!(outage.begins("spans") && outage.ends("spans").is_some());
        assert!(!outage.begins("spans") && outage.ends("spans").is_none());
    }
}
