//! Asking all checks now and then, so that metrics and alerts are true though nobody asks `/health`.

use super::round::{Until, round};
use super::slot::Asking;
use super::{global, performance};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;
use tokio::runtime::{Builder, Handle};

/// The interval, until there is a thread that keeps it.
static WANTED: Mutex<Option<Duration>> = Mutex::new(None);

/// Asks at this interval from now on, as soon as there is a check.
pub(super) fn want(interval: Duration) {
    *WANTED.lock().unwrap_or_else(PoisonError::into_inner) = Some(interval);
    if !global().slots().is_empty() {
        begin();
    }
}

/// There is a check. It is asked on a thread of its own: a runtime that is stuck is just what should be found out.
pub(super) fn begin() {
    let Some(interval) = WANTED.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
    // That of the program, for checks that were made outside of any; else the thread's own.
    let home = Handle::try_current().ok();
    let started = thread::Builder::new().name("health".to_owned()).spawn(move || {
        let runtime = match Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return say_off(&error),
        };
        let home = home.as_ref().unwrap_or(runtime.handle());
        runtime.block_on(async {
            loop {
                round(&global().slots(), global().common.settings().budget, Until::All, Asking::now(home)).await;
                // The share of a processor is one since the last reading.
                performance::read();
                tokio::time::sleep(interval).await;
            }
        });
    });
    if let Err(error) = started {
        say_off(&error);
    }
}

fn say_off(error: &std::io::Error) {
    tracing::warn!(target: "observe", "health checks run only when /health is asked for: {error}");
}
