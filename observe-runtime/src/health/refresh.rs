//! Asking all checks now and then, so that metrics and alerts are true though nobody asks `/health`.

use super::round::{Until, round};
use super::{Health, performance};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;
use tokio::runtime::Builder;

/// Asks at this interval, on a thread of its own: a runtime that is stuck is just what should be found out.
pub(super) fn start(health: &'static Health, interval: Duration) {
    static STARTED: AtomicBool = AtomicBool::new(false);
    if STARTED.swap(true, Ordering::SeqCst) {
        return;
    }
    let started = thread::Builder::new().name("health".to_owned()).spawn(move || {
        // For checks that were made outside of any runtime, which get this one.
        let runtime = match Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return say_off(&error),
        };
        runtime.block_on(async {
            loop {
                round(&health.slots(), health.common.settings().budget, Until::All).await;
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
