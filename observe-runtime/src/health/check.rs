//! A check, and how it is to be asked.

use super::outcome::{IntoOutcome, Outcome};
use super::wait;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::Handle;

/// The longest that a check may take: the whole answer of `/health` has to be there within this time.
pub(super) const LONGEST: Duration = Duration::from_secs(5);

/// What a check looks at: it says how long the check may take, where nothing else does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// A database: two seconds.
    Database,
    /// Redis, or another cache: one second.
    Redis,
    /// A service of somebody else: three seconds.
    External,
    /// The machine that the program runs on: one second.
    System,
    /// A part of the program itself: two seconds.
    #[default]
    Component,
}

impl Kind {
    /// How long a check of this kind may take by default.
    ///
    /// ```
    /// use observe::health::Kind;
    /// assert_eq!(Kind::Redis.timeout().as_secs(), 1);
    /// ```
    #[must_use]
    pub const fn timeout(self) -> Duration {
        Duration::from_secs(match self {
            Self::Redis | Self::System => 1,
            Self::Database | Self::Component => 2,
            Self::External => 3,
        })
    }

    /// The kind's name in `OBSERVE_HEALTH_TIMEOUTS`.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Redis => "redis",
            Self::External => "external",
            Self::System => "system",
            Self::Component => "component",
        }
    }

    /// What `application/health+json` calls it.
    pub(super) const fn component_type(self) -> &'static str {
        match self {
            Self::Database | Self::Redis => "datastore",
            Self::System => "system",
            Self::External | Self::Component => "component",
        }
    }
}

/// Asks once, on a thread that may be blocked; `None` where there was no answer by then.
pub(super) type Work = Arc<dyn Fn(Instant) -> Option<Outcome> + Send + Sync>;

/// A check of one component, to be [registered](super::register).
///
/// ```
/// use observe::health::{Check, Kind};
/// use std::time::Duration;
///
/// let check = Check::new("ledger", || async { Ok::<(), std::io::Error>(()) })
///     .kind(Kind::Database)
///     .timeout(Duration::from_millis(500))
///     .degrading();
/// let registered = observe::health::register(check);
/// ```
pub struct Check {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) is_critical: bool,
    /// `None` where nothing was said.
    pub(super) timeout: Option<Duration>,
    pub(super) cached_for: Duration,
    pub(super) work: Work,
    /// The runtime that its connections belong to.
    pub(super) runtime: Option<Handle>,
    /// Whether what it causes is neither traced nor logged.
    pub(super) is_quiet: bool,
}

impl Check {
    /// A check that waits. It is polled on a thread of its own, within the runtime of tokio in which it was made, so
    /// that one which blocks its thread blocks nobody else. When its time is over, its future is dropped.
    ///
    /// The name is `snake_case`, of at most 64 letters; of another one, what does not fit becomes `_`.
    pub fn new<M, F>(name: impl Into<String>, make: M) -> Self
    where
        M: Fn() -> F + Send + Sync + 'static,
        F: Future<Output: IntoOutcome>,
    {
        let work = move |deadline| wait::until(deadline, make()).map(IntoOutcome::into_outcome);
        Self::of(name.into(), Arc::new(work))
    }

    /// A check that does not wait for futures and may block its thread. It can't be stopped: one that is still at it
    /// when its time is over is not started again before it has ended.
    ///
    /// ```
    /// use observe::health::Check;
    /// let check = Check::blocking("settings", || std::fs::metadata("/etc/hosts").map(drop));
    /// ```
    pub fn blocking<R: IntoOutcome>(name: impl Into<String>, ask: impl Fn() -> R + Send + Sync + 'static) -> Self {
        Self::of(name.into(), Arc::new(move |_| Some(ask().into_outcome())))
    }

    fn of(name: String, work: Work) -> Self {
        Self {
            name,
            kind: Kind::default(),
            is_critical: true,
            timeout: None,
            cached_for: Duration::from_secs(1),
            work,
            runtime: Handle::try_current().ok(),
            is_quiet: false,
        }
    }

    /// What it looks at; [`Kind::Component`] by default.
    #[must_use]
    pub fn kind(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }

    /// How long it may take, five seconds at most; as its [`Kind`] says by default. `OBSERVE_HEALTH_TIMEOUTS` goes
    /// before this where it names the check.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout: Some(timeout.clamp(Duration::from_millis(1), LONGEST)), ..self }
    }

    /// How long its answer is kept before it is asked again; one second by default.
    #[must_use]
    pub fn cached_for(self, time: Duration) -> Self {
        Self { cached_for: time, ..self }
    }

    /// The service is not ready without this component. So it is by default.
    #[must_use]
    pub fn critical(self) -> Self {
        Self { is_critical: true, ..self }
    }

    /// The service goes on without this component, and is degraded.
    #[must_use]
    pub fn degrading(self) -> Self {
        Self { is_critical: false, ..self }
    }

    /// What it causes is neither traced nor logged: of checks that are ours, whose outcome says all.
    pub(super) fn quiet(self) -> Self {
        Self { is_quiet: true, ..self }
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Check")
            .field("name", &self.name)
            .field("kind", &self.kind)
            .field("is_critical", &self.is_critical)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_check_may_take_no_time_or_more_than_the_whole_answer() {
        let asked = |timeout| Check::blocking("a", || ()).timeout(timeout).timeout;
        assert_eq!(asked(Duration::ZERO), Some(Duration::from_millis(1)));
        assert_eq!(asked(Duration::from_mins(1)), Some(LONGEST));
    }

    #[test]
    fn kinds_have_the_times_that_the_page_says() {
        let seconds = |kind: Kind| kind.timeout().as_secs();
        assert_eq!((seconds(Kind::Database), seconds(Kind::Redis), seconds(Kind::External)), (2, 1, 3));
        assert_eq!((seconds(Kind::System), seconds(Kind::Component)), (1, 2));
        for kind in [Kind::Database, Kind::Redis, Kind::External, Kind::System, Kind::Component] {
            assert_eq!(kind.timeout(), observe_rules::health::default_timeout(kind.word()), "{kind:?}");
        }
    }
}
