//! A registered check: its run under way, and what is known of it.
//!
//! A run has a thread of its own. Whoever asks while one is under way waits for that one; while one is under way that
//! should be over, nobody waits and no other is started.

use super::change::{Change, Listeners};
use super::check::{Check, Kind, Work};
use super::outcome::{Outcome, Status};
use super::settings::Settings;
use crate::redact::scrub_owned;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread;
use std::time::{Duration, Instant, SystemTime};
use tokio::runtime::Handle;
use tokio::sync::watch;

/// How old an answer may be to stand for a component whose next one is not there yet.
const FRESH: Duration = Duration::from_secs(30);

/// The longest text of an outcome, in bytes.
const LONGEST_TEXT: usize = 1024;

/// What all checks of one registry share.
#[derive(Default)]
pub(super) struct Common {
    pub(super) settings: RwLock<Settings>,
    pub(super) listeners: Listeners,
}

impl Common {
    pub(super) fn settings(&self) -> Settings {
        self.settings.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// What one run has found out.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    pub(super) outcome: Outcome,
    pub(super) elapsed: Duration,
    pub(super) at: SystemTime,
    done: Instant,
    /// Since when every answer had this status; `None` where this is no answer of the check.
    #[cfg(feature = "dev-page")]
    pub(super) since: Option<SystemTime>,
    /// The status before that.
    #[cfg(feature = "dev-page")]
    pub(super) before: Option<Status>,
}

impl Finding {
    fn new(outcome: Outcome, elapsed: Duration) -> Self {
        Self {
            outcome,
            elapsed,
            at: SystemTime::now(),
            done: Instant::now(),
            #[cfg(feature = "dev-page")]
            since: None,
            #[cfg(feature = "dev-page")]
            before: None,
        }
    }

    /// Says since when it is so, now that it comes after this one.
    #[cfg(feature = "dev-page")]
    fn follow(&mut self, last: Option<&Self>) {
        (self.since, self.before) = match last {
            Some(last) if last.status() == self.status() => (last.since, last.before),
            last => (Some(self.at), last.map(Self::status)),
        };
    }

    pub(super) fn status(&self) -> Status {
        self.outcome.status
    }
}

/// Who asks.
#[derive(Clone, Copy)]
pub(super) struct Asking<'a> {
    /// For checks that were made outside of any.
    pub(super) runtime: &'a Handle,
    /// An answer of this age is as good as a new one, where the check itself asks for no more.
    pub(super) contented_with: Duration,
}

impl<'a> Asking<'a> {
    /// Somebody who wants to know how it is now.
    pub(super) fn now(runtime: &'a Handle) -> Self {
        Self { runtime, contented_with: Duration::ZERO }
    }
}

pub(super) struct Slot {
    pub(super) name: Arc<str>,
    pub(super) kind: Kind,
    pub(super) is_critical: bool,
    timeout: Option<Duration>,
    cached_for: Duration,
    work: Work,
    runtime: Option<Handle>,
    is_quiet: bool,
    common: Arc<Common>,
    state: Mutex<State>,
    /// How many times something became known.
    settled: watch::Sender<u64>,
}

#[derive(Default)]
struct State {
    running: Option<Run>,
    last: Option<Finding>,
    /// What is still to be told, in the order in which it happened.
    untold: VecDeque<Change>,
    /// Whether somebody tells it just now.
    is_telling: bool,
}

#[derive(Clone, Copy)]
struct Run {
    started: Instant,
    timeout: Duration,
    /// Whether it was said that it takes too long.
    is_overdue: bool,
}

impl Run {
    fn deadline(&self) -> Instant {
        self.started + self.timeout
    }
}

impl Slot {
    pub(super) fn new(check: Check, name: Arc<str>, common: Arc<Common>) -> Arc<Self> {
        let Check { kind, is_critical, timeout, cached_for, work, runtime, is_quiet, .. } = check;
        Arc::new(Self {
            name,
            kind,
            is_critical,
            timeout,
            cached_for,
            work,
            runtime,
            is_quiet,
            common,
            state: Mutex::default(),
            settled: watch::Sender::new(0),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until there is an answer that is not too old, or until it is clear that there is none.
    pub(super) async fn ask(self: Arc<Self>, asking: Asking<'_>) {
        if let Some((run, mut settled)) = self.begin(asking) {
            let left = run.deadline().saturating_duration_since(Instant::now());
            if tokio::time::timeout(left, settled.changed()).await.is_err() {
                self.note_overdue();
            }
        }
    }

    /// The run to wait for, a new one where there is none; `None` where nothing is to be waited for.
    fn begin(self: &Arc<Self>, asking: Asking<'_>) -> Option<(Run, watch::Receiver<u64>)> {
        self.note_overdue();
        let mut state = self.state();
        // Under the lock, so that only what this run finds out is heard of.
        let settled = self.settled.subscribe();
        if let Some(run) = state.running {
            return (!run.is_overdue).then_some((run, settled));
        }
        let cached_for = self.cached_for.max(asking.contented_with);
        if state.last.as_ref().is_some_and(|last| last.done.elapsed() < cached_for) {
            return None;
        }
        let timeout = self.common.settings().timeout(&self.name, self.kind, self.timeout);
        let run = Run { started: Instant::now(), timeout, is_overdue: false };
        state.running = Some(run);
        drop(state);
        let runtime = self.runtime.clone().unwrap_or_else(|| asking.runtime.clone());
        let slot = Arc::clone(self);
        // A thread and no task: a check that blocks must not take a worker of the program away, and the end of the
        // program does not wait for it.
        let spawned = thread::Builder::new().name(format!("health-{}", self.name)).spawn(move || {
            let outcome = slot.run(run, &runtime);
            slot.settle(run, outcome);
        });
        if let Err(error) = spawned {
            self.settle(run, Outcome::unknown(format!("no thread for the check: {error}")));
        }
        Some((run, settled))
    }

    /// Asks, on the calling thread.
    fn run(&self, run: Run, runtime: &Handle) -> Outcome {
        let _entered = runtime.enter();
        let ask = || (self.work)(run.deadline());
        let asked = catch_unwind(AssertUnwindSafe(|| if self.is_quiet { quietly(ask) } else { ask() }));
        match asked {
            Ok(Some(outcome)) => outcome,
            Ok(None) => no_answer(run.timeout),
            // What it says is in the log; here it would be in an answer.
            Err(_) => Outcome::fail("the check panicked"),
        }
    }

    /// A run is over. What comes after its time is no answer any more.
    fn settle(&self, run: Run, outcome: Outcome) {
        let mut state = self.state();
        let is_overdue = state.running.take().is_some_and(|running| running.is_overdue);
        let elapsed = run.started.elapsed();
        if !is_overdue {
            let outcome = if elapsed > run.timeout { no_answer(run.timeout) } else { outcome };
            self.know(state, Finding::new(outcome, elapsed));
        }
    }

    /// Says of a run that takes too long that it does; once.
    fn note_overdue(&self) {
        let mut state = self.state();
        if let Some(run) = &mut state.running
            && !run.is_overdue
            && run.started.elapsed() >= run.timeout
        {
            run.is_overdue = true;
            let finding = Finding::new(no_answer(run.timeout), run.started.elapsed());
            self.know(state, finding);
        }
    }

    /// Keeps what was found out, and tells everybody where it is something new.
    fn know(&self, mut state: MutexGuard<'_, State>, mut finding: Finding) {
        let outcome = &mut finding.outcome;
        outcome.text = scrub_owned(std::mem::take(&mut outcome.text));
        outcome.text.truncate(outcome.text.floor_char_boundary(LONGEST_TEXT));
        let (before, now) = (state.last.as_ref().map(Finding::status), finding.status());
        if before.unwrap_or(Status::Pass) != now {
            state.untold.push_back(Change {
                name: self.name.to_string(),
                before,
                now,
                is_critical: self.is_critical,
                text: finding.outcome.text.clone(),
            });
        }
        #[cfg(feature = "dev-page")]
        finding.follow(state.last.as_ref());
        state.last = Some(finding);
        self.settled.send_modify(|count| *count += 1);
        drop(state);
        self.tell();
    }

    /// Tells what is untold. One at a time, so that nobody hears of the end of a failure before its beginning.
    fn tell(&self) {
        let mut state = self.state();
        if std::mem::replace(&mut state.is_telling, true) {
            return;
        }
        while let Some(change) = state.untold.pop_front() {
            // Listeners may ask about health themselves.
            drop(state);
            self.common.listeners.announce(&change);
            state = self.state();
        }
        state.is_telling = false;
    }

    /// Whether it is clear by now that the service can't be used.
    pub(super) fn is_down(&self) -> bool {
        let state = self.state();
        self.is_critical
            && state.running.is_none_or(|run| run.is_overdue)
            && state.last.as_ref().is_some_and(|last| !last.status().is_usable())
    }

    /// What is to be said just now. While a run is under way, the one before it counts if it is not too old.
    pub(super) fn known(&self) -> Finding {
        self.note_overdue();
        let state = self.state();
        match (&state.running, &state.last) {
            (Some(run), Some(last)) if run.is_overdue => Finding { elapsed: run.started.elapsed(), ..last.clone() },
            (Some(run), last) => match last.as_ref().filter(|last| last.done.elapsed() < FRESH) {
                Some(last) => last.clone(),
                None => Finding::new(Outcome::unknown("no answer yet"), run.started.elapsed()),
            },
            (None, Some(last)) => last.clone(),
            (None, None) => Finding::new(Outcome::unknown("not asked yet"), Duration::ZERO),
        }
    }

    /// The last answer, however old; `None` where nobody has asked.
    pub(super) fn last(&self) -> Option<Finding> {
        self.note_overdue();
        self.state().last.clone()
    }
}

fn no_answer(timeout: Duration) -> Outcome {
    Outcome::unknown(format!("no answer within {}", humantime::format_duration(timeout)))
}

/// Without spans and log lines.
fn quietly<R>(work: impl FnOnce() -> R) -> R {
    crate::export::own_traffic::suppress(work)
}
