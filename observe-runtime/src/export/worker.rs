//! A thread that takes what waits of one signal, and exports it in batches.
//!
//! What can't be exported is kept and tried again, while the queue has room for what comes after it. So
//! nothing is lost in an outage that memory can bridge, and what is lost is counted.

use super::backlog::Backlog;
use super::counters::Counts;
use super::outage::Outage;
use super::retry::Retry;
use super::{ExportError, Failure};
use crate::span::Held;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

/// The shortest pause at the end before a collector is asked again: one that asks for none is not to be flooded.
pub(super) const LEAST_PAUSE: Duration = Duration::from_millis(100);

/// What is exported: a queue of it, and its way out.
pub(super) trait Signal: Send + 'static {
    /// What goes out in one request.
    type Batch: Send;

    /// What it is called in lines, in the plural.
    const NAME: &'static str;

    /// Whether a batch waits.
    fn is_due(&self) -> bool;

    /// How many items wait.
    fn waiting(&self) -> usize;

    /// How long an item waits for others, where this was asked for.
    fn delay(&self, asked: Duration) -> Duration {
        asked
    }

    /// Does what is to be done now and then, with nothing locked.
    fn tick(&self) {}

    /// Moves a batch into the backlog if there is a full one; how many items were taken for it.
    fn take_batch(&mut self, backlog: &mut Backlog<Self::Batch>) -> usize;

    /// Moves all that waits now into the backlog, the last time also what waits for something else.
    fn take_all(&mut self, backlog: &mut Backlog<Self::Batch>, is_last: bool);

    /// Says how much of what was taken waits still.
    fn set_held(&self, held: Held);

    /// Sends a batch, within `timeout`.
    fn export(&mut self, batch: &Self::Batch, timeout: Duration) -> Result<(), ExportError>;

    /// Gets a batch back that is not needed any more, for its memory.
    fn recycle(&mut self, _: Self::Batch) {}

    /// Whether there is another place for what can't be exported.
    fn has_fallback(&self) -> bool {
        false
    }

    /// Puts a batch there.
    fn fall_back(&mut self, _: &Self::Batch) {}

    /// Gives up what neither a queue nor the backlog has, at the very end: how many items that was.
    fn abandon(&mut self) -> usize {
        0
    }
}

/// Where what is to be exported waits.
pub(super) trait Intake: Send + Sync {
    /// Takes nothing any more.
    fn close(&self);

    /// How many items wait.
    fn waiting(&self) -> usize;

    /// The same with those that were taken and are not exported yet.
    #[cfg(feature = "dev-page")]
    fn load(&self) -> usize {
        self.waiting()
    }
}

/// When and how a signal is exported.
#[derive(Clone, Copy, Debug)]
pub(super) struct Schedule {
    /// How long an item waits for others.
    pub(super) delay: Duration,
    /// How long one export may take.
    pub(super) timeout: Duration,
}

/// The export of one signal, seen from outside of its thread.
pub(super) struct Pipeline {
    shared: Arc<Shared>,
    thread: Thread,
    intake: Arc<dyn Intake>,
    /// What it exports, in the plural.
    pub(super) name: &'static str,
}

struct Shared {
    schedule: Schedule,
    counts: &'static Counts,
    state: Mutex<State>,
    /// Wakes whoever waits for a flush.
    done: Condvar,
}

#[derive(Default)]
struct State {
    /// Flushes that were asked for, and those that are done.
    asked: u64,
    done: u64,
    /// The last flush that left something behind.
    incomplete: u64,
    /// What the thread has taken out of the queue and not exported yet.
    held: usize,
    /// Nothing more will come: the next flush is the last.
    is_last: bool,
    /// Until when the last one is waited for.
    until: Option<Instant>,
    stop: bool,
}

impl Pipeline {
    /// Starts the export thread.
    pub(super) fn start<S: Signal>(
        signal: S,
        intake: Arc<dyn Intake>,
        schedule: Schedule,
        counts: &'static Counts,
        outage: Arc<Outage>,
    ) -> io::Result<Self> {
        let shared = Arc::new(Shared { schedule, counts, state: Mutex::default(), done: Condvar::new() });
        let worker = Worker {
            shared: Arc::clone(&shared),
            signal,
            backlog: Backlog::default(),
            retry: Retry::default(),
            outage,
        };
        let thread = thread::Builder::new().name(format!("observe-{}", S::NAME)).spawn(move || worker.run())?;
        Ok(Self { shared, thread: thread.thread().clone(), intake, name: S::NAME })
    }

    /// The thread, for a queue that wakes it.
    pub(super) fn thread(&self) -> Thread {
        self.thread.clone()
    }

    /// Asks for an export of all that has ended by now. Returns its number, to wait for.
    pub(super) fn ask(&self) -> u64 {
        self.ask_as(|_| ())
    }

    /// The same for the last time: nothing is taken any more. Whoever asks waits until then, or without an end.
    pub(super) fn ask_last(&self, until: Option<Instant>) -> u64 {
        self.intake.close();
        self.ask_as(|state| (state.is_last, state.until) = (true, until))
    }

    fn ask_as(&self, change: impl FnOnce(&mut State)) -> u64 {
        let mut state = self.shared.lock();
        change(&mut state);
        state.asked += 1;
        let number = state.asked;
        drop(state);
        self.thread.unpark();
        number
    }

    /// Waits until all is exported that this flush is about; `false` where some of it is not, because the
    /// time was too short, nobody takes it, or the thread was ended before.
    pub(super) fn wait(&self, number: u64, timeout: Duration) -> bool {
        let state = self.shared.lock();
        let is_busy = |state: &mut State| state.done < number && !state.stop;
        match self.shared.done.wait_timeout_while(state, timeout, is_busy) {
            Ok((state, _)) => state.done >= number && state.incomplete < number,
            Err(_) => false,
        }
    }

    /// Ends the thread. What is not exported by then is lost, and counted: also what is under way, because
    /// nobody waits for it any more. Returns how many items that are.
    pub(super) fn stop(&self) -> usize {
        let mut state = self.shared.lock();
        if state.stop {
            return 0;
        }
        state.stop = true;
        // With the lock held, without which the thread takes nothing.
        let lost = self.intake.waiting() + state.held;
        drop(state);
        self.shared.done.notify_all();
        self.thread.unpark();
        self.shared.counts.shutdown.add(lost);
        lost
    }
}

/// An export that nobody can ask for anything any more is over: of an `init` that failed, no thread is left.
impl Drop for Pipeline {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Shared {
    /// A thread that panicked while it held the lock left nothing half-written.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What runs on the export thread.
struct Worker<S: Signal> {
    shared: Arc<Shared>,
    signal: S,
    backlog: Backlog<S::Batch>,
    retry: Retry,
    outage: Arc<Outage>,
}

/// Why the export thread goes to work.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Due {
    /// There is a batch, or it is time to try again.
    Batch,
    /// Items have waited long enough.
    Everything,
    /// A flush was asked for.
    Flush { number: u64, is_last: bool },
}

/// What became of an attempt.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sent {
    All,
    /// Nobody takes it now. A collector that is there says when it may be tried again.
    Later {
        asked_for: Option<Duration>,
    },
}

impl<S: Signal> Worker<S> {
    fn run(mut self) {
        let mut next = self.next_time();
        while let Some(due) = self.wait(next) {
            let (flush, is_last) = match due {
                Due::Flush { number, is_last } => (Some(number), is_last),
                Due::Batch | Due::Everything => (None, false),
            };
            // A batch, and no more before somebody may have asked for something. All that waits now, and not
            // what comes in the meantime: whoever waits for it would wait for ever.
            let mut left = if due == Due::Batch { 1 } else { self.signal.waiting() };
            let mut sent = Sent::All;
            while left > 0
                && let Some(taken @ 1..) = self.take(S::take_batch)
            {
                left = left.saturating_sub(taken);
                // Each is sent before the next is taken, so that what waits lies in one place. After a failure
                // they only gather.
                if sent == Sent::All {
                    sent = self.send(flush.is_some());
                }
            }
            if due != Due::Batch {
                // A function of the user's may be called here, and what that does must not end the thread.
                let _ = catch_unwind(AssertUnwindSafe(|| self.signal.tick()));
                self.take(|signal, backlog| signal.take_all(backlog, is_last));
                next = self.next_time();
            }
            if sent == Sent::All {
                sent = self.send(flush.is_some());
            }
            match (flush, sent) {
                // The collector is there, wants a moment, and there is one.
                (Some(_), Sent::Later { asked_for: Some(wait) }) if is_last && self.has_time_for(wait) => {
                    self.pause(wait.max(LEAST_PAUSE));
                }
                (Some(number), sent) => self.answer(number, sent),
                (None, _) => {}
            }
        }
        self.shared.counts.shutdown.add(self.signal.abandon());
    }

    /// Whether whoever shuts down waits that long.
    fn has_time_for(&self, wait: Duration) -> bool {
        let until = self.shared.lock().until;
        until.is_none_or(|until| Instant::now().checked_add(wait).is_some_and(|then| then < until))
    }

    /// When all that waits has waited long enough; `None` for a delay beyond all clocks.
    fn next_time(&self) -> Option<Instant> {
        Instant::now().checked_add(self.signal.delay(self.shared.schedule.delay))
    }

    /// Waits for something to do; `None` at the end.
    fn wait(&self, next: Option<Instant>) -> Option<Due> {
        loop {
            {
                let state = self.shared.lock();
                if state.stop {
                    return None;
                }
                if state.asked > state.done {
                    return Some(Due::Flush { number: state.asked, is_last: state.is_last });
                }
            }
            if self.signal.is_due() {
                return Some(Due::Batch);
            }
            let delay = self.signal.delay(self.shared.schedule.delay);
            let left = next.map_or(delay, |next| next.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return Some(Due::Everything);
            }
            let left = match (self.backlog.is_empty(), self.retry.wait()) {
                (true, _) => left,
                (false, None) => return Some(Due::Batch),
                (false, Some(wait)) => left.min(wait),
            };
            thread::park_timeout(left);
        }
    }

    /// Waits this long, whoever wakes the thread, or until the end.
    fn pause(&self, wait: Duration) {
        let begun = Instant::now();
        while let Some(left) = wait.checked_sub(begun.elapsed()).filter(|left| !left.is_zero()) {
            if self.shared.lock().stop {
                return;
            }
            thread::park_timeout(left);
        }
    }

    /// Moves items from the queue to the backlog, where they count as held; `None` where it is too late, or where
    /// that panics, which must not end the thread.
    fn take<T>(&mut self, take: impl FnOnce(&mut S, &mut Backlog<S::Batch>) -> T) -> Option<T> {
        let mut state = self.shared.lock();
        if state.stop {
            return None;
        }
        let taken = catch_unwind(AssertUnwindSafe(|| take(&mut self.signal, &mut self.backlog))).ok();
        state.held = self.backlog.held().items;
        self.signal.set_held(self.backlog.held());
        taken
    }

    /// Sends the backlog, as far as somebody takes it. After a failure a wait is kept to, unless the attempt
    /// was asked for.
    fn send(&mut self, was_asked_for: bool) -> Sent {
        let is_early = !was_asked_for && self.retry.wait().is_some();
        let has_fallback = self.signal.has_fallback();
        while let Some((batch, items)) = self.backlog.front() {
            if is_early && !has_fallback {
                return Sent::Later { asked_for: None };
            }
            let result = if is_early {
                Err(Failure::Unavailable { after: None })
            } else {
                attempt(&mut self.signal, batch, self.shared.schedule.timeout, &self.outage)
            };
            let delivered = match result {
                Ok(()) => items,
                Err(Failure::Partial { rejected }) => items.saturating_sub(rejected),
                Err(_) => 0,
            };
            if delivered == 0 && has_fallback {
                self.signal.fall_back(batch);
            }
            match result {
                // Who refuses something is there too.
                Ok(()) | Err(Failure::Refused | Failure::Partial { .. }) => self.retry.reset(),
                Err(Failure::Unavailable { after }) if !is_early => {
                    self.retry.failed(after);
                    if !has_fallback && !self.backlog.failed() {
                        return Sent::Later { asked_for: after };
                    }
                }
                Err(Failure::Unavailable { .. }) => {}
            }
            if !self.settle(items, delivered) {
                break;
            }
        }
        Sent::All
    }

    /// Takes the oldest batch out of the backlog and counts what became of it; `false` where a shutdown has
    /// counted it as lost.
    fn settle(&mut self, items: usize, delivered: usize) -> bool {
        if let Some(batch) = self.backlog.pop() {
            self.signal.recycle(batch);
        }
        let mut state = self.shared.lock();
        if state.stop {
            return false;
        }
        state.held = self.backlog.held().items;
        self.shared.counts.exported.add(delivered);
        self.shared.counts.export_failed.add(items - delivered);
        drop(state);
        self.signal.set_held(self.backlog.held());
        true
    }

    fn answer(&self, number: u64, sent: Sent) {
        let mut state = self.shared.lock();
        state.done = state.done.max(number);
        if sent != Sent::All {
            state.incomplete = state.incomplete.max(number);
        }
        drop(state);
        self.shared.done.notify_all();
    }
}

/// Sends a batch, and has it said where that begins to fail or works again.
fn attempt<S: Signal>(signal: &mut S, batch: &S::Batch, timeout: Duration, outage: &Outage) -> Result<(), Failure> {
    // A batch that can't be encoded must not end the thread, and with it all that comes later.
    let result = catch_unwind(AssertUnwindSafe(|| signal.export(batch, timeout)));
    match result.unwrap_or_else(|_| Err(ExportError::refused("the exporter panicked"))) {
        Ok(()) => {
            outage.worked(S::NAME);
            Ok(())
        }
        Err(error) => {
            outage.failed(S::NAME, &error);
            Err(error.failure)
        }
    }
}

#[cfg(test)]
#[path = "worker_tests.rs"]
mod tests;
