//! The runtimes of tokio that telemetry was switched on in, or that a server runs in.

use super::shown;
use crate::metric::{Descriptor, Encoder, Number, Source};
use observe_rules::families::{MOST_RUNTIMES, TOKIO};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::runtime::{Handle, RuntimeMetrics};

/// The shortest time that a ratio is computed over.
const SHORTEST_SPAN: Duration = Duration::from_secs(1);

pub(super) static RUNTIMES: Runtimes = Runtimes(Mutex::new(Vec::new()));

/// Their numbers, each under the place in which it was found: tokio's own ids are different ones in each run.
pub(super) struct Runtimes(Mutex<Vec<Runtime>>);

struct Runtime {
    id: tokio::runtime::Id,
    metrics: RuntimeMetrics,
    /// When it was asked last, and how long its workers had been busy by then.
    before: (Instant, Duration),
    busy: Duration,
    /// Of the workers' time since.
    busy_ratio: f64,
}

/// Shows the runtime that this is called in, if it is called in one and that is not shown yet.
pub(crate) fn watch_current_runtime() {
    let Ok(handle) = Handle::try_current() else { return };
    let mut runtimes = RUNTIMES.lock();
    if runtimes.len() < MOST_RUNTIMES && runtimes.iter().all(|known| known.id != handle.id()) {
        let metrics = handle.metrics();
        let busy = busy(&metrics);
        runtimes.push(Runtime { id: handle.id(), metrics, before: (Instant::now(), busy), busy, busy_ratio: 0.0 });
    }
}

/// Of all workers together.
fn busy(metrics: &RuntimeMetrics) -> Duration {
    (0..metrics.num_workers()).map(|worker| metrics.worker_total_busy_duration(worker)).sum()
}

impl Runtime {
    fn read(&mut self) {
        self.busy = busy(&self.metrics);
        let (since, before) = self.before;
        let passed = since.elapsed();
        if passed >= SHORTEST_SPAN {
            let workers = u32::try_from(self.metrics.num_workers()).unwrap_or(u32::MAX);
            let could = passed.saturating_mul(workers).as_secs_f64();
            self.busy_ratio = (self.busy.saturating_sub(before).as_secs_f64() / could).clamp(0.0, 1.0);
            self.before = (Instant::now(), self.busy);
        }
    }
}

impl Runtimes {
    fn lock(&self) -> MutexGuard<'_, Vec<Runtime>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Source for Runtimes {
    fn families(&self) -> Vec<Descriptor> {
        Descriptor::all(&TOKIO)
    }

    fn read(&self, _: &mut Vec<u64>) {
        self.lock().iter_mut().for_each(Runtime::read);
    }

    fn show(&self, family: usize, _: &[u64], encoder: &mut dyn Encoder) {
        for (place, runtime) in self.lock().iter().enumerate() {
            let value = match family {
                0 => Number::Unsigned(runtime.metrics.num_workers() as u64),
                1 => Number::Unsigned(runtime.metrics.num_alive_tasks() as u64),
                2 => Number::Unsigned(runtime.metrics.global_queue_depth() as u64),
                3 => Number::Float(runtime.busy.as_secs_f64()),
                _ => Number::Float(runtime.busy_ratio),
            };
            shown(encoder, &[("runtime", &place.to_string())], value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_runtime_is_shown_once_and_outlived() {
        super::super::register();
        watch_current_runtime();
        for workers in [1, 2] {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(workers).build().unwrap();
            let _inside = runtime.enter();
            watch_current_runtime();
            watch_current_runtime();
        }
        let text = crate::exposition();
        for line in ["tokio_workers{runtime=\"0\"} 1\n", "tokio_workers{runtime=\"1\"} 2\n"] {
            assert!(text.contains(line), "{line}{text}");
        }
        assert_eq!(text.matches("tokio_workers{").count(), 2);
        assert!(text.contains("tokio_alive_tasks{runtime=\"0\"} 0\n"), "{text}");
    }
}
