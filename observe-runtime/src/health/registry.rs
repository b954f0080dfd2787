//! The checks that there are.

use super::change::Change;
use super::check::Check;
use super::report::Phase;
use super::settings::Settings;
use super::slot::{Common, Slot};
use observe_rules::families::MOST_CHECKS;
use std::fmt;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, PoisonError, RwLock, Weak};
use std::time::Duration;

/// The most checks: each is a series, a key in every answer, and a thread while it is asked.
const MOST: usize = MOST_CHECKS;

/// The longest name, in bytes.
const LONGEST_NAME: usize = 64;

/// Checks that are asked together, and the state of the service around them.
///
/// A program has one, which the functions of [this module](super) are about. One of its own is for a test, so that tests
/// may run beside each other.
///
/// ```
/// use observe::health::{Check, Health};
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
/// # runtime.block_on(async {
/// let health = Health::new();
/// health.register(Check::blocking("ledger", || Err::<(), _>("no such table"))).keep();
/// let (status, _, body) = health.answer("/health/ready", None, None, true).await;
/// assert_eq!(status, 503);
/// assert!(body.contains("no such table"));
/// # });
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Default)]
pub struct Health {
    pub(super) common: Arc<Common>,
    slots: Arc<RwLock<Vec<Arc<Slot>>>>,
    phase: AtomicU8,
}

impl Health {
    /// Without checks, and ready.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How long the whole answer of `/health` may take, five seconds at most.
    #[must_use]
    pub fn budget(self, budget: Duration) -> Self {
        self.set(|settings| settings.budget = budget.min(super::check::LONGEST));
        self
    }

    /// How long the whole answer of `/health/ready` may take, five seconds at most.
    #[must_use]
    pub fn ready_budget(self, budget: Duration) -> Self {
        self.set(|settings| settings.ready_budget = budget.min(super::check::LONGEST));
        self
    }

    pub(super) fn set(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.common.settings.write().unwrap_or_else(PoisonError::into_inner));
    }

    /// As [`register`](super::register), here.
    pub fn register(&self, check: Check) -> Registered {
        let mut slots = self.slots.write().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= MOST {
            tracing::warn!(
                target: "observe",
                "health check `{}` is not registered: there are {MOST} already", clean(&check.name)
            );
            return Registered { slots: Weak::new(), slot: Weak::new() };
        }
        let name = free_name(&check.name, |name| slots.iter().any(|slot| *slot.name == *name));
        if name != check.name {
            tracing::warn!(
                target: "observe",
                "health check `{}` is called `{name}`: a name is `snake_case`, short, and of one check only",
                clean(&check.name)
            );
        }
        let slot = Slot::new(check, name.into(), Arc::clone(&self.common));
        slots.push(Arc::clone(&slot));
        Registered { slots: Arc::downgrade(&self.slots), slot: Arc::downgrade(&slot) }
    }

    /// As [`on_change`](super::on_change), here.
    pub fn on_change(&self, listener: impl Fn(&Change) + Send + Sync + 'static) {
        self.common.listeners.add(listener);
    }

    /// As [`starting`](super::starting), here.
    pub fn starting(&self) {
        // A service that drains does not start again.
        let _ = self.phase.compare_exchange(SERVING, STARTING, Ordering::SeqCst, Ordering::SeqCst);
    }

    /// As [`started`](super::started), here.
    pub fn started(&self) {
        let _ = self.phase.compare_exchange(STARTING, SERVING, Ordering::SeqCst, Ordering::SeqCst);
    }

    /// As [`drain`](super::drain), here.
    pub fn drain(&self) {
        self.phase.store(DRAINING, Ordering::SeqCst);
    }

    pub(super) fn phase(&self) -> Phase {
        match self.phase.load(Ordering::SeqCst) {
            SERVING => Phase::Serving,
            STARTING => Phase::Starting,
            _ => Phase::Draining,
        }
    }

    pub(super) fn slots(&self) -> Vec<Arc<Slot>> {
        self.slots.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

const SERVING: u8 = 0;
const STARTING: u8 = 1;
const DRAINING: u8 = 2;

impl fmt::Debug for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<Arc<str>> = self.slots().iter().map(|slot| Arc::clone(&slot.name)).collect();
        f.debug_struct("Health").field("checks", &names).field("phase", &self.phase()).finish()
    }
}

/// A check that is asked until this is dropped, or for ever where it is [kept](Self::keep).
#[must_use = "the check is taken away when this is dropped: keep it, or call `.keep()`"]
pub struct Registered {
    slots: Weak<RwLock<Vec<Arc<Slot>>>>,
    slot: Weak<Slot>,
}

impl Registered {
    /// Leaves the check there for the rest of the process.
    pub fn keep(mut self) {
        self.slots = Weak::new();
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        if let Some(slots) = self.slots.upgrade() {
            let mut slots = slots.write().unwrap_or_else(PoisonError::into_inner);
            slots.retain(|slot| !std::ptr::eq(Arc::as_ptr(slot), self.slot.as_ptr()));
        }
    }
}

impl fmt::Debug for Registered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.slot.upgrade().map(|slot| Arc::clone(&slot.name));
        f.debug_struct("Registered").field("check", &name).finish_non_exhaustive()
    }
}

/// The name as a label's value and a JSON key can have it.
fn clean(name: &str) -> String {
    let fits = |letter: char| if letter.is_ascii_lowercase() || letter.is_ascii_digit() { letter } else { '_' };
    let name: String = name.chars().take(LONGEST_NAME).map(|letter| fits(letter.to_ascii_lowercase())).collect();
    if name.is_empty() { "check".to_owned() } else { name }
}

/// The same with a number behind it where another check has it.
fn free_name(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let name = clean(name);
    if !is_taken(&name) {
        return name;
    }
    // One of so many is free: there are fewer checks.
    let numbered = (2..=MOST + 1).map(|number| format!("{name}_{number}")).find(|numbered| !is_taken(numbered));
    numbered.unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_made_fit_and_is_of_one_check_only() {
        let free = |name: &str| free_name(name, |taken| ["ledger", "ledger_2"].contains(&taken));
        assert_eq!((free("cache"), free("Ledger"), free("a b\n")), ("cache".into(), "ledger_3".into(), "a_b_".into()));
        assert_eq!((free(""), free(&"x".repeat(99))), ("check".into(), "x".repeat(LONGEST_NAME)));
    }

    #[test]
    fn a_check_goes_with_what_stands_for_it() {
        let health = Health::new();
        let kept = health.register(Check::blocking("a", || ()));
        health.register(Check::blocking("b", || ())).keep();
        assert_eq!(health.slots().len(), 2);
        drop(kept);
        assert_eq!(health.slots().iter().map(|slot| slot.name.to_string()).collect::<Vec<_>>(), ["b"]);
    }

    #[test]
    fn no_more_than_a_hundred_are_registered_and_the_rest_does_no_harm() {
        let health = Health::new();
        for number in 0..=MOST {
            health.register(Check::blocking(format!("check_{number}"), || ())).keep();
        }
        assert_eq!(health.slots().len(), MOST);
    }
}
