//! A circuit breaker: what fails again and again is left alone for a while, then tried with one call.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use observe::operation::{CircuitState, circuit_breaker};

/// How many failures in a row open it.
const FAILURES: u32 = 3;

/// Watches the calls of one other service.
pub(crate) struct Breaker {
    name: &'static str,
    pause: Duration,
    state: Mutex<State>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Calls go through; so many have failed in a row.
    Closed(u32),
    /// None goes through before then.
    Open(Instant),
    /// One is under way, and decides.
    HalfOpen,
}

/// A call that may go through. Dropped, it has failed: a call that nobody waits for proves nothing.
#[must_use]
pub(crate) struct Permit<'a> {
    breaker: &'a Breaker,
    is_done: bool,
}

impl Breaker {
    /// A closed one of this name.
    pub(crate) fn new(name: &'static str, pause: Duration) -> Self {
        circuit_breaker(name, CircuitState::Closed);
        Self { name, pause, state: Mutex::new(State::Closed(0)) }
    }

    /// A call, if one may go through.
    pub(crate) fn permit(&self) -> Option<Permit<'_>> {
        self.permit_at(Instant::now())
    }

    fn permit_at(&self, now: Instant) -> Option<Permit<'_>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match *state {
            State::Closed(_) => {}
            State::Open(until) if now >= until => self.change(&mut state, State::HalfOpen),
            State::Open(_) | State::HalfOpen => return None,
        }
        Some(Permit { breaker: self, is_done: false })
    }

    fn ended(&self, well: bool, now: Instant) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let open = State::Open(now + self.pause);
        let next = match *state {
            // A late answer of a call that began before it opened.
            State::Open(_) => return,
            _ if well => State::Closed(0),
            State::Closed(failures) if failures + 1 < FAILURES => State::Closed(failures + 1),
            State::Closed(_) | State::HalfOpen => open,
        };
        self.change(&mut state, next);
    }

    fn change(&self, state: &mut State, next: State) {
        let shown = |state| match state {
            State::Closed(_) => CircuitState::Closed,
            State::Open(_) => CircuitState::Open,
            State::HalfOpen => CircuitState::HalfOpen,
        };
        let (before, after) = (shown(*state), shown(next));
        *state = next;
        if before != after {
            circuit_breaker(self.name, after);
            tracing::warn!(breaker = self.name, "the circuit breaker went from {before:?} to {after:?}");
        }
    }
}

impl Permit<'_> {
    /// The call has ended, well or not.
    pub(crate) fn end(mut self, well: bool) {
        self.is_done = true;
        self.breaker.ended(well, Instant::now());
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if !self.is_done {
            self.breaker.ended(false, Instant::now());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSE: Duration = Duration::from_hours(1);

    fn open() -> Breaker {
        let breaker = Breaker::new("test", PAUSE);
        for _ in 0..FAILURES {
            breaker.permit().unwrap().end(false);
        }
        breaker
    }

    #[test]
    fn failures_in_a_row_open_it_and_others_do_not() {
        let breaker = Breaker::new("test", PAUSE);
        for well in [false, false, true, false, false] {
            breaker.permit().unwrap().end(well);
        }
        drop(breaker.permit().unwrap());
        assert!(breaker.permit().is_none());
    }

    #[test]
    fn after_the_pause_one_call_decides() {
        for well in [true, false] {
            let (breaker, later) = (open(), Instant::now() + 2 * PAUSE);
            assert!(breaker.permit().is_none());
            let trial = breaker.permit_at(later).unwrap();
            assert!(breaker.permit_at(later).is_none(), "only one");
            trial.end(well);
            assert_eq!(breaker.permit().is_some(), well);
        }
    }

    #[test]
    fn a_trial_that_nobody_waits_for_opens_it_again() {
        let breaker = open();
        drop(breaker.permit_at(Instant::now() + 2 * PAUSE).unwrap());
        assert!(matches!(*breaker.state.lock().unwrap(), State::Open(_)));
    }

    #[test]
    fn a_late_answer_does_not_close_it() {
        let breaker = Breaker::new("test", PAUSE);
        let late = breaker.permit().unwrap();
        for _ in 0..FAILURES {
            breaker.permit().unwrap().end(false);
        }
        late.end(true);
        assert!(breaker.permit().is_none());
    }
}
