//! The families of the process, its machine and its runtimes, under the names that Prometheus' own clients use.

use super::{Family, Group, Label, Scope, at_most, known};

/// More disks are a machine full of containers, and no more is learnt from more.
pub const MOST_DISKS: usize = 16;
/// A program has one runtime of tokio, or two.
pub const MOST_RUNTIMES: usize = 8;

const STATE: Label = known("state", &["available", "used"]);

/// The process and the machine that it runs on.
pub const PROCESS: Group = Group {
    name: "process",
    scope: Scope::System,
    families: &[
        Family::counter("process_cpu_seconds_total", "CPU time that the process has used, user and system", &[])
            .in_unit("seconds")
            .absolute(),
        Family::gauge("process_resident_memory_bytes", "Memory of the process that is in RAM", &[])
            .in_unit("bytes")
            .absolute(),
        Family::gauge("process_virtual_memory_bytes", "Address space of the process", &[]).in_unit("bytes").absolute(),
        Family::gauge("process_open_fds", "File descriptors that the process has open", &[]).absolute(),
        Family::gauge("process_max_fds", "File descriptors that the process may have open", &[]).absolute(),
        Family::gauge("process_threads", "Threads of the process", &[]).absolute(),
        Family::gauge("process_start_time_seconds", "When the process started, since the Unix epoch", &[])
            .in_unit("seconds")
            .absolute(),
        Family::gauge("process_uptime_seconds", "How long the process runs", &[]).in_unit("seconds").absolute(),
        Family::gauge(
            "system_cpu_usage_ratio",
            "Part of all CPUs of the machine that was in use since the scrape before, from 0 to 1",
            &[],
        )
        .in_unit("ratio")
        .absolute(),
        Family::gauge(
            "system_memory_bytes",
            "Memory of the machine by state; all states together are all of it",
            &[STATE],
        )
        .in_unit("bytes")
        .absolute(),
        Family::gauge(
            "system_disk_bytes",
            "Space of the machine's own disks by state; all states together are all of it",
            &[at_most("mountpoint", MOST_DISKS), STATE],
        )
        .in_unit("bytes")
        .absolute(),
    ],
};

const RUNTIME: &[Label] = &[at_most("runtime", MOST_RUNTIMES)];

/// The runtimes of tokio.
pub const TOKIO: Group = Group {
    name: "tokio",
    scope: Scope::System,
    families: &[
        Family::gauge("tokio_workers", "Worker threads of the runtime", RUNTIME).absolute(),
        Family::gauge("tokio_alive_tasks", "Tasks of the runtime that have not ended", RUNTIME).absolute(),
        Family::gauge("tokio_global_queue_depth", "Tasks that wait in the queue of all workers", RUNTIME).absolute(),
        Family::counter("tokio_busy_seconds_total", "Time that workers of the runtime were busy", RUNTIME)
            .in_unit("seconds")
            .absolute(),
        Family::gauge("tokio_busy_ratio", "Part of their time that workers were busy lately, from 0 to 1", RUNTIME)
            .in_unit("ratio")
            .absolute(),
    ],
};
