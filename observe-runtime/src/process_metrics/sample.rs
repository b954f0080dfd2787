//! One reading of the process and the machine.

use super::disks::{Disk, disks};
use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

/// What one scrape shows.
#[derive(Debug, Default)]
pub(super) struct Sample {
    pub(super) cpu_seconds: f64,
    pub(super) resident_bytes: u64,
    pub(super) virtual_bytes: u64,
    pub(super) open_fds: Option<u64>,
    pub(super) max_fds: Option<u64>,
    pub(super) threads: Option<u64>,
    pub(super) start_seconds: u64,
    pub(super) uptime_seconds: u64,
    /// Not known before the second reading: it is a difference.
    pub(super) system_cpu_ratio: Option<f64>,
    pub(super) memory_available: u64,
    pub(super) memory_used: u64,
    pub(super) disks: Vec<Disk>,
}

/// Reads samples, and keeps what the next one is compared with.
pub(super) struct Reader {
    system: System,
    process: Pid,
    has_read: bool,
}

impl Reader {
    /// `None` where this system says nothing.
    pub(super) fn new() -> Option<Self> {
        Some(Self { system: System::new().ok()?, process: sysinfo::get_current_pid().ok()?, has_read: false })
    }

    /// Takes a reading; `None` where the process can't see itself.
    pub(super) fn read(&mut self) -> Option<Sample> {
        let what = ProcessRefreshKind::nothing().with_cpu().with_memory().with_tasks();
        self.system.refresh_processes_specifics(ProcessesToUpdate::Some(&[self.process]), true, what);
        self.system.refresh_memory();
        self.system.refresh_cpu_usage();
        let system_cpu_ratio = self.has_read.then(|| f64::from(self.system.global_cpu_usage()) / 100.0);
        self.has_read = true;
        let process = self.system.process(self.process)?;
        let available = self.system.available_memory();
        Some(Sample {
            #[expect(clippy::cast_precision_loss, reason = "milliseconds of a process are far below 2^53")]
            cpu_seconds: process.accumulated_cpu_time() as f64 / 1e3,
            resident_bytes: process.memory(),
            virtual_bytes: process.virtual_memory(),
            open_fds: process.open_files().map(|number| number as u64),
            max_fds: process.open_files_limit().map(|number| number as u64),
            // Its tasks are those beside the first thread.
            threads: process.tasks().map(|tasks| tasks.len() as u64 + 1),
            start_seconds: process.start_time(),
            uptime_seconds: process.run_time(),
            system_cpu_ratio: system_cpu_ratio.map(|ratio| ratio.clamp(0.0, 1.0)),
            memory_available: available,
            memory_used: self.system.total_memory().saturating_sub(available),
            disks: disks(),
        })
    }
}
