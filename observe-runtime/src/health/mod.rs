//! Health: checks of what the service depends on, asked together, each within its time.
//!
//! A check is registered by [`#[health_check]`](macro@crate::health_check) on a function, or by [`register`]. It is
//! *critical*, and the service is not ready without it, or it *degrades* the service only.
//!
//! ```
//! use observe::health::{Check, Kind};
//!
//! // With a pool: Check::new("ledger", move || { let pool = pool.clone(); async move { pool.acquire().await.map(drop) } })
//! let ledger = Check::new("ledger", || async { Ok::<(), std::io::Error>(()) }).kind(Kind::Database);
//! observe::health::register(ledger).keep();
//! ```
//!
//! | path | answer |
//! |---|---|
//! | `/health/live` | 200 as long as the process answers; asks nobody |
//! | `/health/ready` | 200, or 503 as soon as a critical check fails or does not answer in time |
//! | `/health/ready/NAME` | the same for one check alone |
//! | `/health/startup` | 503 until [`started`], where [`starting`] was called |
//! | `/health` | all checks, with what the process takes |
//!
//! All checks of an answer run at the same time. Each has a thread of its own and a time-out; one that hangs is
//! `unknown`, is not started a second time, and holds up nobody. Requests that come together share one run, and an
//! answer is kept for a second. `init!` lets all of them run every 15 seconds, so that `health_check_status` in
//! `/metrics` is true though nobody asks.

mod answer;
mod change;
mod check;
pub mod checks;
#[doc(hidden)]
pub mod declared;
mod json;
mod metric;
mod outcome;
#[cfg(feature = "dev-page")]
mod overview;
mod performance;
mod question;
mod refresh;
mod registry;
mod report;
#[cfg(feature = "http")]
mod response;
mod round;
mod settings;
mod slot;
mod verbose;
mod wait;

pub use change::Change;
pub use check::{Check, Kind};
#[cfg(feature = "dev-page")]
pub(crate) use json::health as word;
pub use outcome::{IntoOutcome, Outcome, Status};
#[cfg(feature = "dev-page")]
pub(crate) use overview::{Component, overview};
pub use registry::{Health, Registered};
#[cfg(feature = "http")]
pub use response::respond;

use crate::config;
use std::sync::LazyLock;

/// What servers say of how long an answer may be kept: not at all, as it is about this moment.
pub const CACHE_CONTROL: &str = "no-store";

/// The checks of this process, with all that are declared by the attribute.
static HEALTH: LazyLock<Health> = LazyLock::new(|| {
    let health = Health::new();
    for check in declared::all() {
        health.register(check).keep();
    }
    metric::register();
    health
});

fn global() -> &'static Health {
    &HEALTH
}

/// Registers a check. It is asked until what is returned is dropped; `.keep()` leaves it there.
///
/// A name that another check has gets a number behind it, and a warning; a 101st check is a warning and nothing else.
///
/// ```
/// use observe::health::{Check, register};
///
/// let registered = register(Check::blocking("settings", || std::fs::metadata("/etc").map(drop)));
/// drop(registered);    // it is asked no more
/// ```
pub fn register(check: Check) -> Registered {
    let registered = global().register(check);
    refresh::begin();
    registered
}

/// Answers a request for `/health` or a path below it: the status, the media type and the body. For servers that
/// `observe::axum` does not know; needs a runtime of tokio with its timers.
///
/// `query` is what stands behind the `?`, `accept` the Accept header. Why a check fails is told only with
/// `from_inside`, which a server sets for those who may read metrics. A request by HEAD is answered as one by GET. The
/// answer is not to be kept: [`CACHE_CONTROL`].
///
/// ```
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
/// # runtime.block_on(async {
/// let (status, media_type, body) = observe::health::answer("/health/live", None, None, false).await;
/// assert_eq!((status, media_type, &*body), (200, "application/json", r#"{"status":"alive"}"#));
/// # });
/// # Ok::<(), std::io::Error>(())
/// ```
pub async fn answer(
    path: &str,
    query: Option<&str>,
    accept: Option<&str>,
    from_inside: bool,
) -> (u16, &'static str, String) {
    global().answer(path, query, accept, from_inside).await
}

/// Calls `listener` whenever a component's state changes, on the thread of the check: it should not take long.
///
/// The first answer of a check is a change where it is not a success. A panic of `listener` is caught.
///
/// ```
/// observe::health::on_change(|change| {
///     if change.is_critical && change.now == observe::health::Status::Fail {
///         eprintln!("{} does not work", change.name);
///     }
/// });
/// ```
pub fn on_change(listener: impl Fn(&Change) + Send + Sync + 'static) {
    global().on_change(listener);
}

/// The service is not ready before [`started`] is called, whatever the checks say. Without this it is ready at once.
pub fn starting() {
    global().starting();
}

/// The service has started.
///
/// ```
/// observe::health::starting();
/// // migrations, caches, models
/// observe::health::started();
/// ```
pub fn started() {
    global().started();
}

/// The service is not ready any more, for good: it finishes what it has begun. `observe::axum::serve` calls this when
/// the process is told to stop, before it closes its door.
pub fn drain() {
    global().drain();
}

/// Whether the service is about to stop.
#[cfg(feature = "dev-page")]
pub(crate) fn is_draining() -> bool {
    global().phase() == report::Phase::Draining
}

/// How many checks there are.
pub(crate) fn count() -> usize {
    global().slots().len()
}

/// What does not work by now, as [`on_change`] would have told it.
#[cfg(feature = "alerts")]
pub(crate) fn failing() -> Vec<Change> {
    let change = |slot: &std::sync::Arc<slot::Slot>| {
        let now = slot.last().filter(|finding| !finding.status().is_usable())?;
        let (name, is_critical) = (slot.name.to_string(), slot.is_critical);
        Some(Change { name, before: None, now: now.status(), is_critical, text: now.outcome.text })
    };
    global().slots().iter().filter_map(change).collect()
}

/// Takes what `init!` has read, and begins to ask.
pub(crate) fn init(settings: &config::Settings) {
    let config::HealthSettings { budget, ready_budget, interval, timeouts } = settings.health.clone();
    let health = global();
    health.set(|known| {
        *known = settings::Settings {
            budget,
            ready_budget,
            timeouts,
            service: settings.resource.get("service.name").to_owned(),
            version: settings.resource.get("service.version").to_owned(),
        };
    });
    checks::remember_warnings(&settings.warnings);
    if let Some(interval) = interval {
        refresh::want(interval);
    }
}
