//! Metrics of the process, the machine and the runtimes of tokio, under the names that Prometheus' own clients use.

mod disks;
mod runtimes;
mod sample;
mod sampler;

pub(crate) use runtimes::watch_current_runtime;

use crate::families;
use crate::metric::{Descriptor, Encoder, Number, Series, Source, registry};
use observe_rules::families::PROCESS;
use sample::Sample;
use sampler::Sampler;
use std::sync::{Arc, Mutex, Once, PoisonError};

/// Shows them in every scrape from now on.
pub(crate) fn register() {
    static REGISTERED: Once = Once::new();
    REGISTERED.call_once(|| {
        families::mark(families::PROCESS);
        families::mark(families::TOKIO);
        registry().add(Box::leak(Box::new(Machine { sampler: Sampler::start(), shown: Mutex::default() })));
        registry().add(&runtimes::RUNTIMES);
    });
}

/// The process and the machine that it runs on.
struct Machine {
    sampler: Sampler,
    /// What the families of one scrape are shown from.
    shown: Mutex<Option<Arc<Sample>>>,
}

/// Takes the value of one series.
type Take<'a> = &'a mut dyn FnMut(&[(&str, &str)], Number);

/// What each family of the group shows, in its order.
const SHOWN: [fn(&Sample, Take<'_>); PROCESS.families.len()] = [
    |sample, one| one(&[], Number::Float(sample.cpu_seconds)),
    |sample, one| one(&[], Number::Unsigned(sample.resident_bytes)),
    |sample, one| one(&[], Number::Unsigned(sample.virtual_bytes)),
    |sample, one| any(sample.open_fds, one),
    |sample, one| any(sample.max_fds, one),
    |sample, one| any(sample.threads, one),
    |sample, one| one(&[], Number::Unsigned(sample.start_seconds)),
    |sample, one| one(&[], Number::Unsigned(sample.uptime_seconds)),
    |sample, one| {
        if let Some(ratio) = sample.system_cpu_ratio {
            one(&[], Number::Float(ratio));
        }
    },
    |sample, one| {
        one(&[("state", "available")], Number::Unsigned(sample.memory_available));
        one(&[("state", "used")], Number::Unsigned(sample.memory_used));
    },
    |sample, one| {
        for disk in &sample.disks {
            one(&[("mountpoint", &disk.mountpoint), ("state", "available")], Number::Unsigned(disk.available));
            one(&[("mountpoint", &disk.mountpoint), ("state", "used")], Number::Unsigned(disk.used));
        }
    },
];

/// What this system can't say has no series.
fn any(number: Option<u64>, one: Take<'_>) {
    if let Some(number) = number {
        one(&[], Number::Unsigned(number));
    }
}

impl Machine {
    fn shown(&self) -> std::sync::MutexGuard<'_, Option<Arc<Sample>>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Source for Machine {
    fn families(&self) -> Vec<Descriptor> {
        Descriptor::all(&PROCESS)
    }

    fn read(&self, _: &mut Vec<u64>) {
        *self.shown() = self.sampler.latest();
    }

    fn show(&self, family: usize, _: &[u64], encoder: &mut dyn Encoder) {
        let sample = self.shown().clone();
        if let (Some(sample), Some(show)) = (sample, SHOWN.get(family)) {
            show(&sample, &mut |labels, value| shown(encoder, labels, value));
        }
    }
}

/// Disks and runtimes come and go, so no series has a fixed place.
fn shown(encoder: &mut dyn Encoder, labels: &[(&str, &str)], value: Number) {
    match *labels {
        [] => encoder.number(Series { index: None, labels: &[("", ""); 0] }, value),
        [one] => encoder.number(Series { index: None, labels: &[one] }, value),
        [one, two, ..] => encoder.number(Series { index: None, labels: &[one, two] }, value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str, series: &str) -> f64 {
        let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("{series} is not in:\n{text}")).parse().unwrap()
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_process_and_its_machine_are_in_a_scrape() {
        register();
        let text = crate::exposition();
        // What must hold for every process that runs this test.
        assert!(value(&text, "process_cpu_seconds_total") >= 0.0);
        let resident = value(&text, "process_resident_memory_bytes");
        assert!(resident > 1e6 && resident < value(&text, "process_virtual_memory_bytes"), "{resident}");
        let open = value(&text, "process_open_fds");
        assert!(open >= 3.0 && open <= value(&text, "process_max_fds"), "{open}");
        // The test's own thread, the one that leads the process, and the sampler's.
        assert!(value(&text, "process_threads") >= 3.0);
        let used = value(&text, "system_memory_bytes{state=\"used\"}");
        assert!(used > resident && value(&text, "system_memory_bytes{state=\"available\"}") > 0.0);
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs_f64();
        let (start, uptime) = (value(&text, "process_start_time_seconds"), value(&text, "process_uptime_seconds"));
        assert!(start > now - 86_400.0 && start <= now && (now - start - uptime).abs() < 10.0, "{start} {uptime}");
    }

    #[test]
    fn no_namespace_goes_before_their_names() {
        for descriptor in Descriptor::all(&PROCESS) {
            assert_eq!(descriptor.full_name("care"), descriptor.name);
        }
    }
}
