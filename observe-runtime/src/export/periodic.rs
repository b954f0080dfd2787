//! The thread that exports all metrics at an interval, on request, and once more at the end.

use super::outage::Outage;
use super::retry::Retry;
use super::worker::LEAST_PAUSE;
use super::{ExportError, Failure, MetricExporter};
use crate::count::Count;
use crate::metric::{Descriptor, Encoder, Number, Series, Source};
use observe_rules::families;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Exports of metrics that did not arrive.
pub(super) static FAILURES: Count = Count::new();

/// Says how many they are. Shown where metrics are exported at all.
pub(super) struct Failures;

impl Source for Failures {
    fn families(&self) -> Vec<Descriptor> {
        Descriptor::all(&families::METRICS_EXPORT)
    }

    fn read(&self, _: &mut Vec<u64>) {}

    fn show(&self, _: usize, _: &[u64], encoder: &mut dyn Encoder) {
        encoder.number(Series { index: Some(0), labels: &[] }, Number::Unsigned(FAILURES.load()));
    }
}

/// When metrics are exported, and how long one export may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct PeriodicSettings {
    /// From the beginning of one export to that of the next.
    pub(super) interval: Duration,
    pub(super) timeout: Duration,
}

/// The export thread's other side. Dropping it ends the thread, after the export it is at.
pub(super) struct Periodic {
    shared: Arc<Shared>,
}

struct Shared {
    settings: PeriodicSettings,
    state: Mutex<State>,
    /// Wakes the export thread.
    work: Condvar,
    /// Wakes whoever waits for an export.
    done: Condvar,
}

/// Exports are asked for by number, so that one which had begun before does not count as the answer.
#[derive(Default)]
struct State {
    asked: u64,
    answered: u64,
    /// The latest that was asked for and did not arrive.
    failed: u64,
    stop: bool,
    /// Until when the last export is waited for; `None` is without an end.
    until: Option<Instant>,
    /// Nobody waits for it any more.
    is_given_up: bool,
}

impl Periodic {
    /// Starts the export thread.
    pub(super) fn start(
        exporter: Box<dyn MetricExporter>,
        settings: PeriodicSettings,
        outage: Arc<Outage>,
        failures: &'static Count,
    ) -> io::Result<Self> {
        let (work, done) = (Condvar::new(), Condvar::new());
        let shared = Arc::new(Shared { settings, state: Mutex::default(), work, done });
        let worker = Worker { shared: Arc::clone(&shared), exporter, retry: Retry::default(), outage, failures };
        thread::Builder::new().name("observe-metrics".to_owned()).spawn(move || worker.run())?;
        Ok(Self { shared })
    }

    /// Asks for an export of all that was counted until now. Returns its number, to wait for.
    pub(super) fn ask(&self) -> u64 {
        self.ask_with(|_| ())
    }

    /// The same for the last one, after which the thread ends. Whoever asks waits until then, or without an end.
    pub(super) fn ask_last(&self, until: Option<Instant>) -> u64 {
        self.ask_with(|state| (state.stop, state.until) = (true, until))
    }

    /// Both at once: a thread that is to end before it is asked would do that without the last export.
    fn ask_with(&self, change: impl FnOnce(&mut State)) -> u64 {
        let mut state = self.shared.lock();
        change(&mut state);
        state.asked += 1;
        self.shared.work.notify_one();
        state.asked
    }

    /// Waits until the export of this number is through; `false` where it did not arrive, or the time was
    /// too short.
    pub(super) fn wait(&self, number: u64, timeout: Duration) -> bool {
        let state = self.shared.lock();
        match self.shared.done.wait_timeout_while(state, timeout, |state| state.answered < number) {
            Ok((state, result)) => !result.timed_out() && state.failed < number,
            Err(_) => false,
        }
    }

    /// The same for the last one, of which nothing is tried any more after that.
    pub(super) fn wait_last(&self, number: u64, timeout: Duration) -> bool {
        let arrived = self.wait(number, timeout);
        self.give_up();
        arrived
    }

    fn give_up(&self) {
        let mut state = self.shared.lock();
        (state.stop, state.is_given_up) = (true, true);
        self.shared.work.notify_one();
    }
}

impl Drop for Periodic {
    fn drop(&mut self) {
        self.give_up();
    }
}

impl State {
    /// Whether this is the end, and whoever waits for it waits that long.
    fn has_time_for(&self, pause: Duration) -> bool {
        let is_then = |until| Instant::now().checked_add(pause).is_some_and(|then| then < until);
        self.stop && self.until.is_none_or(is_then)
    }
}

impl Shared {
    /// A thread that panicked while it held the lock left nothing half-written.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What runs on the export thread.
struct Worker {
    shared: Arc<Shared>,
    exporter: Box<dyn MetricExporter>,
    /// What nobody took is read and sent again before the interval is over.
    retry: Retry,
    outage: Arc<Outage>,
    failures: &'static Count,
}

impl Worker {
    fn run(mut self) {
        let mut start = Instant::now();
        while let Some(number) = self.next(start) {
            start = Instant::now();
            let sent = self.export();
            let mut state = self.shared.lock();
            if let Err(Some(pause)) = sent
                && state.has_time_for(pause)
            {
                // The collector is there, wants a moment, and there is one.
                let pause = pause.max(LEAST_PAUSE);
                drop(self.shared.work.wait_timeout_while(state, pause, |state| !state.is_given_up));
                continue;
            }
            state.answered = number;
            if sent.is_err() {
                state.failed = number;
            }
            drop(state);
            self.shared.done.notify_all();
        }
    }

    /// Waits until an export is due or asked for, and returns the number of the latest that was
    /// asked for; `None` at the end.
    fn next(&self, last: Instant) -> Option<u64> {
        let interval = self.shared.settings.interval;
        // An interval beyond all clocks is one without an end.
        let due = last.checked_add(interval);
        let mut state = self.shared.lock();
        if state.is_given_up {
            return None;
        }
        while state.asked == state.answered {
            let mut left = due.map_or(interval, |due| due.saturating_duration_since(Instant::now()));
            if self.retry.is_failing() {
                left = left.min(self.retry.wait().unwrap_or_default());
            }
            if state.stop {
                return None;
            }
            if left.is_zero() {
                break;
            }
            state = match self.shared.work.wait_timeout(state, left) {
                Ok((state, _)) => state,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
        Some(state.asked)
    }

    /// Exports, and says where that begins to fail or works again. An error is that it did not arrive, and
    /// the pause that the collector asks for.
    fn export(&mut self) -> Result<(), Option<Duration>> {
        let timeout = self.shared.settings.timeout;
        // Metrics may be read by a user's function, and the next export may go well.
        let result = catch_unwind(AssertUnwindSafe(|| self.exporter.export(timeout)));
        let result = result.unwrap_or_else(|_| Err(ExportError::refused("reading the metrics panicked")));
        let Err(error) = result else {
            self.retry.reset();
            self.outage.worked("metrics");
            return Ok(());
        };
        self.failures.add(1);
        self.outage.failed("metrics", &error);
        match error.failure {
            Failure::Unavailable { after } => {
                self.retry.failed(after);
                Err(after)
            }
            // What is wrong now may be right at the next time.
            Failure::Refused | Failure::Partial { .. } => {
                self.retry.reset();
                Err(None)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    /// Says that an export began, and ends it when it is told how.
    struct Gate(mpsc::Sender<()>, mpsc::Receiver<Result<(), ExportError>>);

    impl MetricExporter for Gate {
        fn export(&mut self, _: Duration) -> Result<(), ExportError> {
            let _ = self.0.send(());
            self.1.recv().expect("a test that leaves an export without an end")
        }
    }

    const LONG: Duration = Duration::from_mins(1);
    const SELDOM: PeriodicSettings = PeriodicSettings { interval: Duration::MAX, timeout: LONG };

    fn gate(settings: PeriodicSettings) -> (Periodic, mpsc::Receiver<()>, mpsc::Sender<Result<(), ExportError>>) {
        gate_that_counts(settings, &FAILURES)
    }

    fn gate_that_counts(
        settings: PeriodicSettings,
        failures: &'static Count,
    ) -> (Periodic, mpsc::Receiver<()>, mpsc::Sender<Result<(), ExportError>>) {
        let ((began, begins), (end, ends)) = (mpsc::channel(), mpsc::channel());
        let exporter = Box::new(Gate(began, ends));
        (Periodic::start(exporter, settings, Arc::default(), failures).unwrap(), begins, end)
    }

    #[test]
    fn exports_follow_each_other_without_being_asked_for() {
        let (_periodic, begins, end) = gate(PeriodicSettings { interval: Duration::from_millis(1), timeout: LONG });
        for _ in 0..3 {
            begins.recv().unwrap();
            end.send(Ok(())).unwrap();
        }
    }

    #[test]
    fn an_export_under_way_does_not_answer_for_what_is_asked_after_it_began() {
        let (periodic, begins, end) = gate(SELDOM);
        let first = periodic.ask();
        begins.recv().unwrap();
        let second = periodic.ask();
        end.send(Ok(())).unwrap();
        assert!(periodic.wait(first, LONG));
        begins.recv().unwrap();
        assert!(!periodic.wait(second, Duration::ZERO));
        end.send(Ok(())).unwrap();
        assert!(periodic.wait(second, LONG));
    }

    #[test]
    fn the_last_export_is_the_last() {
        let (periodic, begins, end) = gate(SELDOM);
        let last = periodic.ask_last(None);
        begins.recv().unwrap();
        end.send(Ok(())).unwrap();
        assert!(periodic.wait(last, LONG));
        assert!(begins.recv().is_err(), "the thread is gone, and its exporter with it");
    }

    fn wants_a_pause(pause: Duration) -> Result<(), ExportError> {
        Err(ExportError::new(Failure::Unavailable { after: Some(pause) }, "not now"))
    }

    #[test]
    fn the_last_export_is_tried_again_after_a_pause_that_was_asked_for() {
        let (periodic, begins, end) = gate(SELDOM);
        let last = periodic.ask_last(None);
        begins.recv().unwrap();
        end.send(wants_a_pause(Duration::from_millis(1))).unwrap();
        begins.recv().unwrap();
        end.send(Ok(())).unwrap();
        assert!(periodic.wait_last(last, LONG));
        assert!(begins.recv().is_err());
    }

    #[test]
    fn a_pause_that_there_is_no_time_for_is_not_begun() {
        let (periodic, begins, end) = gate(SELDOM);
        let last = periodic.ask_last(Some(Instant::now() + LONG));
        begins.recv().unwrap();
        end.send(wants_a_pause(2 * LONG)).unwrap();
        assert!(begins.recv().is_err(), "the thread is gone");
        assert!(!periodic.wait_last(last, Duration::ZERO));
    }

    #[test]
    fn a_pause_ends_when_nobody_waits_any_more() {
        let (periodic, begins, end) = gate(SELDOM);
        let last = periodic.ask_last(None);
        begins.recv().unwrap();
        end.send(wants_a_pause(Duration::from_hours(1))).unwrap();
        assert!(!periodic.wait_last(last, Duration::ZERO));
        assert!(begins.recv().is_err(), "the thread is gone");
    }

    #[test]
    fn dropping_it_ends_the_thread_without_another_export() {
        let (periodic, begins, _end) = gate(SELDOM);
        drop(periodic);
        assert!(begins.recv().is_err());
    }

    #[test]
    fn failures_and_panics_are_counted_and_the_thread_goes_on() {
        let failures: &'static Count = Box::leak(Box::default());
        let (periodic, begins, end) = gate_that_counts(SELDOM, failures);
        let asked = periodic.ask();
        begins.recv().unwrap();
        end.send(Err(ExportError::unavailable("no collector"))).unwrap();
        assert!(!periodic.wait(asked, LONG));
        assert_eq!(failures.load(), 1);
        let asked = periodic.ask();
        begins.recv().unwrap();
        // The exporter panics where nobody tells it how to end.
        drop(end);
        assert!(!periodic.wait(asked, LONG));
        assert_eq!(failures.load(), 2);
        assert!(!periodic.wait(periodic.ask(), LONG), "it panics again");
        assert_eq!(failures.load(), 3);
    }
}
