//! All components as they are now, for the page of the service itself.

use super::report::{Phase, Report};
use super::round::{Until, round};
use super::slot::Asking;
use super::{Health, Kind, Status, global};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::runtime::Handle;

/// The service, and all its components.
pub(crate) struct Overview {
    pub(crate) status: Status,
    /// `starting`, `serving` or `draining`.
    pub(crate) phase: &'static str,
    pub(crate) components: Vec<Component>,
}

pub(crate) struct Component {
    pub(crate) name: Arc<str>,
    pub(crate) kind: Kind,
    pub(crate) is_critical: bool,
    pub(crate) status: Status,
    /// How long the check took, or takes until now.
    pub(crate) elapsed: Duration,
    /// When there was an answer; `None` before the first.
    pub(crate) checked: Option<SystemTime>,
    /// Since when it is as it is.
    pub(crate) changed: Option<SystemTime>,
    /// How it was before that; `None` where it has always been so.
    pub(crate) before: Option<Status>,
    /// Why, scrubbed; empty where there is nothing to say.
    pub(crate) text: String,
    pub(crate) figures: Vec<(&'static str, f64)>,
}

/// How old an answer may be. All checks are asked every 15 seconds in any case, unless that is changed: who looks at the
/// page does not make them run more often, or it would fill with what they do.
const FRESH: Duration = Duration::from_secs(20);

/// Asks all components that were not asked lately, as `/health` does and within the same time.
pub(crate) async fn overview() -> Overview {
    global().overview().await
}

impl Health {
    async fn overview(&self) -> Overview {
        let (settings, runtime) = (self.common.settings(), Handle::current());
        let rows =
            round(&self.slots(), settings.budget, Until::All, Asking { runtime: &runtime, contented_with: FRESH })
                .await;
        let report = Report {
            phase: self.phase(),
            rows,
            warnings: Vec::new(),
            from_inside: true,
            settings,
            now: SystemTime::now(),
            is_single: false,
        };
        let phase = match report.phase {
            Phase::Starting => "starting",
            Phase::Serving => "serving",
            Phase::Draining => "draining",
        };
        let status = report.overall();
        let components = report.rows.into_iter().map(|row| {
            let finding = row.finding;
            Component {
                name: row.name,
                kind: row.kind,
                is_critical: row.is_critical,
                status: finding.status(),
                elapsed: finding.elapsed,
                checked: finding.since.map(|_| finding.at),
                changed: finding.since,
                before: finding.before,
                text: finding.outcome.text,
                figures: finding.outcome.figures,
            }
        });
        Overview { status, phase, components: components.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::health::{Check, Outcome};
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::runtime::{Builder, Runtime};

    fn runtime() -> Runtime {
        Builder::new_current_thread().enable_all().build().unwrap()
    }

    fn ask(health: &Health) -> Overview {
        runtime().block_on(health.overview())
    }

    /// As somebody does who wants to know how it is now.
    fn ask_now(health: &Health) {
        runtime().block_on(health.answer("/health", None, None, true));
    }

    /// One component whose check says what is in the mutex.
    fn health(says: &Arc<Mutex<Outcome>>) -> Health {
        let (health, says) = (Health::new(), Arc::clone(says));
        let check = Check::blocking("ledger", move || says.lock().unwrap().clone());
        health.register(check.kind(Kind::Database).cached_for(Duration::ZERO)).keep();
        health
    }

    #[test]
    fn a_component_says_since_when_it_is_as_it_is_and_how_it_was_before() {
        let says = Arc::new(Mutex::new(Outcome::pass()));
        let health = health(&says);
        let first = ask(&health).components.pop().unwrap();
        assert_eq!((first.status, first.before, first.changed), (Status::Pass, None, first.checked));
        ask_now(&health);
        let again = ask(&health).components.pop().unwrap();
        assert_eq!((again.status, again.before, again.changed), (Status::Pass, None, first.changed));
        *says.lock().unwrap() = Outcome::fail("no such table").with("rows", 3.0);
        ask_now(&health);
        let failed = ask(&health);
        assert_eq!((failed.status, failed.phase), (Status::Fail, "serving"));
        let failed = failed.components.into_iter().next().unwrap();
        assert_eq!((failed.status, failed.before, failed.changed), (Status::Fail, Some(Status::Pass), failed.checked));
        assert_eq!((failed.text.as_str(), failed.figures.as_slice()), ("no such table", &[("rows", 3.0)][..]));
        *says.lock().unwrap() = Outcome::fail("another reason");
        ask_now(&health);
        let still = ask(&health).components.pop().unwrap();
        assert_eq!((still.changed, still.before), (failed.changed, Some(Status::Pass)));
        assert_eq!(still.text, "another reason");
    }

    #[test]
    fn looking_makes_no_check_run_more_often() {
        let runs = Arc::new(AtomicUsize::new(0));
        let (health, counted) = (Health::new(), Arc::clone(&runs));
        let check = Check::blocking("ledger", move || {
            counted.fetch_add(1, Ordering::Relaxed);
        });
        health.register(check.cached_for(Duration::ZERO)).keep();
        let checked = ask(&health).components[0].checked;
        assert_eq!(ask(&health).components[0].checked, checked);
        assert_eq!(runs.load(Ordering::Relaxed), 1);
        ask_now(&health);
        assert_eq!(runs.load(Ordering::Relaxed), 2);
        assert_ne!(ask(&health).components[0].checked, checked);
    }

    #[test]
    fn a_component_that_has_not_answered_yet_has_no_times() {
        let (health, (end, ends)) = (Health::new().budget(Duration::ZERO), std::sync::mpsc::channel::<()>());
        let ends = Mutex::new(ends);
        health
            .register(Check::blocking("slow", move || ends.lock().unwrap().recv().is_ok().then_some(()).ok_or("over")))
            .keep();
        let slow = ask(&health).components.pop().unwrap();
        assert_eq!((slow.status, slow.checked, slow.changed, slow.before), (Status::Unknown, None, None, None));
        drop(end);
    }

    #[test]
    fn nothing_registered_is_healthy_and_a_service_that_drains_is_not() {
        let health = Health::new();
        assert_eq!((ask(&health).status, ask(&health).components.len()), (Status::Pass, 0));
        health.drain();
        assert_eq!((ask(&health).status, ask(&health).phase), (Status::Fail, "draining"));
    }
}
