//! What the process takes of the machine, for `/health`.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;
use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

/// Three figures; none of those that this platform does not tell.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Performance {
    /// Resident memory in mebibytes.
    pub(super) memory_usage_mb: Option<f64>,
    /// Of one processor, since the last reading; more than 100 where several work.
    pub(super) cpu_percent: Option<f32>,
    pub(super) uptime_seconds: Option<u64>,
}

/// Kept, because the share of a processor is a difference of two readings.
static READER: Mutex<Option<Reader>> = Mutex::new(None);

struct Reader {
    pid: Pid,
    system: System,
    read: Instant,
    last: Performance,
}

/// Reads the figures; of two readings within a moment the second one is the first, as a share of no time is none.
pub(super) fn read() -> Performance {
    let mut reader = READER.lock().unwrap_or_else(PoisonError::into_inner);
    if reader.is_none() {
        *reader = Reader::new();
    }
    reader.as_mut().map(Reader::read).unwrap_or_default()
}

impl Reader {
    fn new() -> Option<Self> {
        let (pid, mut system) = (sysinfo::get_current_pid().ok()?, System::new().ok()?);
        refresh(&mut system, pid);
        let mut reader = Self { pid, system, read: Instant::now(), last: Performance::default() };
        reader.last = reader.figures();
        Some(reader)
    }

    fn read(&mut self) -> Performance {
        if self.read.elapsed() >= sysinfo::MINIMUM_CPU_UPDATE_INTERVAL {
            refresh(&mut self.system, self.pid);
            self.read = Instant::now();
            self.last = self.figures();
        }
        self.last
    }

    fn figures(&self) -> Performance {
        let Some(process) = self.system.process(self.pid) else { return Performance::default() };
        #[expect(clippy::cast_precision_loss, reason = "a mebibyte more or less of petabytes")]
        let memory = process.memory() as f64 / f64::from(1 << 20);
        Performance {
            memory_usage_mb: Some(memory),
            cpu_percent: Some(process.cpu_usage()),
            uptime_seconds: Some(process.run_time()),
        }
    }
}

fn refresh(system: &mut System, pid: Pid) {
    let figures = ProcessRefreshKind::nothing().with_cpu().with_memory();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), false, figures);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_takes_memory() {
        assert!(read().memory_usage_mb.is_some_and(|memory| memory > 0.1), "{:?}", read());
    }
}
