//! The ends of a process: what was recorded is sent before it is over, whichever way it ends.
//!
//! The guard, an exit hook, a signal and an aborting panic may come after each other or at once. The
//! first of them shuts the exports down, the others wait for that, and all share one time.

#[cfg(unix)]
mod signals;
#[cfg(unix)]
mod unix;

use crate::export::Exports;
use std::process;
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// What this process exports, from `init` to its last moment: an exit hook finds no other place to look.
static RUNNING: OnceLock<Running> = OnceLock::new();

/// The exports, and how far they are with their end.
pub(crate) struct Running {
    exports: Exports,
    /// For all that is done at the end, together.
    timeout: Duration,
    /// When the end began.
    begun: OnceLock<Instant>,
    /// Who called `init`. A child that it forks has all of this, but for the export threads.
    process: u32,
    phase: Mutex<Phase>,
    /// Wakes whoever waits for the last phase.
    over: Condvar,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    On,
    ShuttingDown,
    Over,
}

/// Makes the exports known to all ends of the process.
pub(crate) fn watch(exports: Exports, timeout: Duration) -> &'static Running {
    let any = exports.any();
    let running = RUNNING.get_or_init(|| Running::new(exports, timeout));
    if any {
        #[cfg(unix)]
        unix::at_exit(exit_hook);
    }
    running
}

/// Has what was recorded sent before the process ends by SIGTERM or SIGINT, where nobody else handles these.
pub(crate) fn watch_signals() {
    #[cfg(unix)]
    if let Some(running) = RUNNING.get().filter(|running| running.exports.any())
        && let Err(error) = signals::watch(running)
    {
        tracing::warn!(
            target: "observe",
            "SIGTERM and SIGINT are not watched: {error}; spans that wait are lost where one of them ends the process"
        );
    }
}

/// Shuts down what is exported, if anything is.
pub(crate) fn shut_down() {
    if let Some(running) = RUNNING.get() {
        running.shut_down();
    }
}

/// Sends all that has ended and all metrics, and waits for it at most this long; `false` where some of it
/// still waits, because the time was too short or nobody takes it.
///
/// What [`Guard::flush`](crate::Guard::flush) does, for code that has no guard at hand: a function that
/// is frozen between two requests sends what it recorded before it answers. `true` where nothing is
/// exported, and in a process whose telemetry is shut down; `false` in a forked child, which has no
/// export thread.
///
/// ```
/// use std::time::Duration;
///
/// # fn handle() {}
/// handle();
/// if !observe::flush(Duration::from_millis(500)) {
///     tracing::warn!("some spans are still on their way");
/// }
/// ```
#[must_use = "`false` says that something is still on its way"]
pub fn flush(timeout: Duration) -> bool {
    RUNNING.get().is_none_or(|running| running.flush(timeout))
}

/// Runs after `main` has returned, and in `process::exit`. A panic must not leave it.
#[cfg(unix)]
extern "C" fn exit_hook() {
    let _ = std::panic::catch_unwind(shut_down);
}

impl Running {
    fn new(exports: Exports, timeout: Duration) -> Self {
        Self {
            exports,
            timeout,
            begun: OnceLock::new(),
            process: process::id(),
            phase: Mutex::new(Phase::On),
            over: Condvar::new(),
        }
    }

    pub(crate) fn exports_anything(&self) -> bool {
        self.exports.any()
    }

    pub(crate) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Sends what has ended; `false` where the time was too short.
    pub(crate) fn flush(&self, timeout: Duration) -> bool {
        // Before any lock: in a child, one may be held by a thread that does not exist there.
        if self.is_forked() {
            return !self.exports.any();
        }
        let phase = self.phase();
        if *phase == Phase::On {
            drop(phase);
            return self.exports.flush(timeout);
        }
        self.wait(phase, timeout)
    }

    /// Sends what there is, for the last time. Returns when that is done, whoever does it, or when the
    /// time is up.
    pub(crate) fn shut_down(&self) {
        if self.is_forked() {
            return;
        }
        self.begin_end();
        let mut phase = self.phase();
        if *phase == Phase::On {
            *phase = Phase::ShuttingDown;
            drop(phase);
            self.exports.shutdown(self.time_left());
            *self.phase() = Phase::Over;
            self.over.notify_all();
        } else {
            self.wait(phase, self.time_left());
        }
    }

    /// From now on the time for the end runs.
    fn begin_end(&self) {
        self.begun.get_or_init(Instant::now);
    }

    /// Of the time for the end.
    fn time_left(&self) -> Duration {
        self.begun.get().map_or(self.timeout, |begun| self.timeout.saturating_sub(begun.elapsed()))
    }

    /// Waits for the last phase; `false` where the time was too short.
    fn wait(&self, phase: MutexGuard<'_, Phase>, timeout: Duration) -> bool {
        let waited = self.over.wait_timeout_while(phase, timeout, |phase| *phase != Phase::Over);
        waited.is_ok_and(|(_, result)| !result.timed_out())
    }

    /// Whether this is a child of the process that called `init`: no export thread will ever answer.
    fn is_forked(&self) -> bool {
        process::id() != self.process
    }

    /// Nothing panics while it holds the lock.
    fn phase(&self) -> MutexGuard<'_, Phase> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
