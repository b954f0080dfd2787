//! Samples are taken on a thread of their own: a disk that does not answer holds up no scrape.

use super::sample::{Reader, Sample};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// So long a sample is good for other scrapes too.
const FRESH: Duration = Duration::from_secs(1);

/// So long a scrape waits for a new sample, before it shows the one that there is.
const PATIENCE: Duration = Duration::from_millis(5);

/// For the first one, without which there is nothing to show.
const FIRST_PATIENCE: Duration = Duration::from_millis(100);

pub(super) struct Sampler {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    wanted: bool,
    latest: Option<(Instant, Arc<Sample>)>,
}

impl Sampler {
    /// Starts the thread, which takes a first sample. Where no thread can be had there are no samples.
    pub(super) fn start() -> Self {
        let shared = Arc::new(Shared { state: Mutex::new(State { wanted: true, latest: None }), ..Shared::default() });
        let theirs = Arc::clone(&shared);
        let _ = thread::Builder::new().name("observe-process".to_owned()).spawn(move || {
            if let Some(reader) = Reader::new() {
                theirs.sample(reader);
            }
        });
        Self { shared }
    }

    /// A sample of the last second, or the one before.
    pub(super) fn latest(&self) -> Option<Arc<Sample>> {
        let mut state = self.shared.state();
        let old = state.latest.as_ref().map(|(taken, _)| *taken);
        if old.is_none_or(|taken| taken.elapsed() >= FRESH) {
            state.wanted = true;
            self.shared.changed.notify_all();
            let patience = if old.is_none() { FIRST_PATIENCE } else { PATIENCE };
            let is_old = |state: &mut State| state.latest.as_ref().map(|(taken, _)| *taken) == old;
            state = match self.shared.changed.wait_timeout_while(state, patience, is_old) {
                Ok((state, _)) => state,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
        state.latest.as_ref().map(|(_, sample)| Arc::clone(sample))
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What runs on the thread: for as long as the process, and idle unless somebody asks.
    fn sample(&self, mut reader: Reader) {
        loop {
            let waiting = self.changed.wait_while(self.state(), |state| !state.wanted);
            drop(waiting.unwrap_or_else(PoisonError::into_inner));
            let sample = reader.read();
            let mut state = self.state();
            state.wanted = false;
            if let Some(sample) = sample {
                state.latest = Some((Instant::now(), Arc::new(sample)));
            }
            self.changed.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn scrapes_of_one_second_share_a_sample() {
        let sampler = Sampler::start();
        let first = sampler.latest().unwrap();
        assert!(Arc::ptr_eq(&first, &sampler.latest().unwrap()));
        // As if a second had passed.
        let shared = Arc::clone(&sampler.shared);
        let age = |state: &mut State| {
            let (taken, sample) = state.latest.take().unwrap();
            state.latest = taken.checked_sub(FRESH).map(|taken| (taken, sample));
        };
        age(&mut shared.state());
        // It comes, though maybe not for the scrape that asked for it.
        while Arc::ptr_eq(&first, &sampler.latest().unwrap()) {
            thread::yield_now();
        }
    }

    /// As in a forked child, or while a disk does not answer.
    #[test]
    fn without_an_answer_the_last_sample_is_shown() {
        let latest = Instant::now().checked_sub(FRESH).map(|taken| (taken, Arc::new(Sample::default())));
        let shared = Shared { state: Mutex::new(State { wanted: false, latest }), ..Shared::default() };
        let sampler = Sampler { shared: Arc::new(shared) };
        assert!(sampler.latest().is_some());
        assert!(Sampler { shared: Arc::default() }.latest().is_none());
    }
}
