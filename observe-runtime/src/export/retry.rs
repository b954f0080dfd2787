//! When to try again what could not be exported.

use std::time::{Duration, Instant};

/// The wait after the first failure; each further one doubles it.
const FIRST: Duration = Duration::from_secs(1);
/// The longest wait of our own accord: a collector that is back should not wait for us.
const LONGEST: Duration = Duration::from_secs(15);
/// The longest wait that a collector may ask for: more is a mistake, or a way to silence a service.
const LONGEST_ASKED_FOR: Duration = Duration::from_mins(5);

/// A wait that grows with every failure in a row.
#[derive(Debug, Default)]
pub(crate) struct Retry {
    failures: u32,
    /// When the next attempt is due; `None` where nothing has failed.
    due: Option<Instant>,
}

impl Retry {
    /// Remembers a failure, after which the collector may have asked for a wait.
    ///
    /// The wait is between half of what is due and all of it, at random: services that lost their
    /// collector at one moment should not come back to it at one moment.
    pub(crate) fn failed(&mut self, asked_for: Option<Duration>) {
        let wait = FIRST.saturating_mul(1 << self.failures.min(8)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        let wait = wait.mul_f64(0.5 + fastrand::f64() / 2.0);
        let wait = asked_for.map_or(wait, |asked_for| asked_for.min(LONGEST_ASKED_FOR).max(wait));
        self.due = Instant::now().checked_add(wait);
    }

    /// Something was exported: all is well.
    pub(crate) fn reset(&mut self) {
        *self = Self::default();
    }

    /// How long to wait still; `None` where that is over, or nothing has failed.
    pub(crate) fn wait(&self) -> Option<Duration> {
        let wait = self.due?.saturating_duration_since(Instant::now());
        (!wait.is_zero()).then_some(wait)
    }

    /// Whether the last attempt has failed.
    pub(crate) fn is_failing(&self) -> bool {
        self.failures > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_up_to_a_limit() {
        let mut retry = Retry::default();
        assert!(!retry.is_failing() && retry.wait().is_none());
        for (failure, longest) in [1, 2, 4, 8, 15, 15, 15].into_iter().enumerate() {
            retry.failed(None);
            let (wait, longest) = (retry.wait().unwrap(), Duration::from_secs(longest));
            assert!(wait <= longest, "{failure}: {wait:?}");
            // Some of it is over by now: no machine takes a third of a second for that.
            assert!(wait >= longest.mul_f64(0.5).saturating_sub(Duration::from_millis(300)), "{failure}: {wait:?}");
        }
        retry.reset();
        assert!(!retry.is_failing() && retry.wait().is_none());
    }

    #[test]
    fn a_collector_may_ask_for_a_longer_wait_within_reason() {
        let asked_for = |wait| {
            let mut retry = Retry::default();
            retry.failed(Some(wait));
            retry.wait().unwrap()
        };
        assert!(asked_for(Duration::from_mins(1)) > Duration::from_secs(30));
        assert!(asked_for(Duration::MAX) <= LONGEST_ASKED_FOR);
        assert!(asked_for(Duration::ZERO) <= FIRST);
    }
}
