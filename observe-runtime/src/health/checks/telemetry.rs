//! Telemetry itself: its settings, and whether what it sends arrives.

use crate::export::counters::{self, Counts};
use crate::export::failing;
use crate::health::{Check, Kind, Outcome};
use crate::metric::is_enabled;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many settings were not used as they are written; the sentences are in the log.
static WARNINGS: OnceLock<usize> = OnceLock::new();

pub(in crate::health) fn remember_warnings(warnings: &[String]) {
    let _ = WARNINGS.set(warnings.len());
}

/// Whether all settings are used as they are written: what is wrong with one is a warning in the log at the start.
#[must_use]
pub fn configuration() -> Check {
    component("configuration", || match WARNINGS.get() {
        None => Outcome::warn("`observe::init!` was not called"),
        Some(0) => Outcome::pass(),
        Some(1) => Outcome::warn("one setting is not used as it is written; the log of the start says which"),
        Some(many) => {
            Outcome::warn(format!("{many} settings are not used as they are written; the log of the start says which"))
        }
    })
}

/// Whether spans arrive; the figure is `lost`, how many did not since the process began.
#[must_use]
pub fn tracing() -> Check {
    exported("tracing", "spans", &counters::SPANS)
}

/// Whether log records arrive at the collector; the figure is `lost`. Lines on standard error are not concerned.
#[must_use]
pub fn logs() -> Check {
    exported("logs", "logs", &counters::LOGS)
}

/// Whether metrics are counted, and arrive where they are exported.
#[must_use]
pub fn metrics() -> Check {
    component("metrics", || {
        if failing().contains(&"metrics") {
            Outcome::fail("metrics can't be exported")
        } else if is_enabled() {
            Outcome::pass()
        } else {
            Outcome::warn("metrics are switched off")
        }
    })
}

fn component(name: &str, ask: impl Fn() -> Outcome + Send + Sync + 'static) -> Check {
    Check::blocking(name, ask).kind(Kind::Component).degrading()
}

fn exported(name: &str, signal: &'static str, counts: &'static Counts) -> Check {
    let before = AtomicU64::new(lost(counts));
    component(name, move || {
        let lost = lost(counts);
        let new = lost.saturating_sub(before.swap(lost, Ordering::Relaxed));
        let outcome = if failing().contains(&signal) {
            Outcome::fail(format!("{signal} can't be exported"))
        } else if new > 0 {
            Outcome::warn(format!("{new} {signal} were lost since the last check"))
        } else {
            Outcome::pass()
        };
        #[expect(clippy::cast_precision_loss, reason = "a count to be looked at")]
        let lost = lost as f64;
        outcome.with("lost", lost)
    })
}

fn lost(counts: &Counts) -> u64 {
    counts.lost().into_iter().map(|(_, count)| count.load()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    static COUNTS: Counts = Counts::new();

    #[test]
    fn what_is_lost_is_told_once() {
        let check = exported("tracing", "spans", &COUNTS);
        let ask = || (check.work)(std::time::Instant::now()).unwrap();
        assert_eq!(ask(), Outcome::pass().with("lost", 0.0));
        COUNTS.queue_full.add(3);
        assert_eq!(ask(), Outcome::warn("3 spans were lost since the last check").with("lost", 3.0));
        assert_eq!(ask(), Outcome::pass().with("lost", 3.0));
    }
}
