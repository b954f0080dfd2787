//! Process, machine, runtime, and what the optional exporters know.

use super::Made;
use super::cache::exported;
use crate::catalogue::Metric;
use crate::generate::dashboards::board::{Board, Folder};
use crate::generate::dashboards::panel::{Panel, query};
use crate::generate::dashboards::promql::{ratio, sum_by};
use crate::generate::dashboards::units;

pub(crate) fn board(made: &Made<'_>) -> Board {
    let scope = &made.finder.scope;
    let mut board = Board::new(
        "infrastructure",
        "Infrastructure",
        Folder::Operations,
        "CPU, memory, disk, file descriptors and the async runtime; databases, where their exporters run.",
    );
    let plain = |title: &str, unit: &'static str, name: &str, legend: &str| {
        Panel::timeseries(title)
            .unit(unit)
            .each(&made.finder.find(name, &[]), |metric| Some(query(scope.select(metric, "", &[]), legend)))
    };
    board.section("Machine");
    board.add(plain("CPU in use", units::RATIO, "system_cpu_usage_ratio", "{{job}} {{instance}}").max(1.0).size(8, 8));
    board.add(memory(made).size(8, 8));
    board.add(disk(made).size(8, 8));
    board.section("Process");
    board.add(Panel::timeseries("CPUs in use").each(&made.finder.find("process_cpu_seconds_total", &[]), |metric| {
        Some(query(scope.rate(metric, "", &[]), "{{job}} {{instance}}"))
    }));
    board.add(plain("Resident memory", units::BYTES, "process_resident_memory_bytes", "{{job}} {{instance}}"));
    board.add(plain("Address space", units::BYTES, "process_virtual_memory_bytes", "{{job}} {{instance}}").size(8, 8));
    board.add(descriptors(made).size(8, 8));
    board.add(plain("Threads", units::COUNT, "process_threads", "{{job}} {{instance}}").size(8, 8));
    board.add(uptime(made).size(24, 5));
    board.section("Async runtime");
    board.add(
        plain("Busy workers", units::RATIO, "tokio_busy_ratio", "{{job}} {{instance}} {{runtime}}").max(1.0).size(8, 8),
    );
    board.add(plain("Tasks", units::COUNT, "tokio_alive_tasks", "{{job}} {{instance}} {{runtime}}").size(8, 8));
    board.add(
        plain("Tasks that wait", units::COUNT, "tokio_global_queue_depth", "{{job}} {{instance}} {{runtime}}")
            .size(8, 8),
    );
    board.add(plain("Workers", units::COUNT, "tokio_workers", "{{job}} {{instance}} {{runtime}}"));
    board.add(
        Panel::timeseries("Workers' busy time").each(&made.finder.find("tokio_busy_seconds_total", &[]), |metric| {
            Some(query(scope.rate(metric, "", &[]), "{{job}} {{instance}} {{runtime}}"))
        }),
    );
    board.closed_section("PostgreSQL, by its exporter");
    board.add(exported("Up", units::COUNT, "pg_up", "{{instance}}").size(6, 7));
    board.add(
        exported("Connections", units::COUNT, "sum by (instance, datname) (pg_stat_activity_count)", "{{datname}}")
            .size(6, 7),
    );
    board.add(exported("Size", units::BYTES, "pg_database_size_bytes", "{{datname}}").size(6, 7));
    board.add(
        exported(
            "Commits per second",
            units::PER_SECOND,
            "rate(pg_stat_database_xact_commit[$__rate_interval])",
            "{{datname}}",
        )
        .size(6, 7),
    );
    board.closed_section("Redis, by its exporter");
    board.add(exported("Up", units::COUNT, "redis_up", "{{instance}}").size(6, 7));
    board.add(exported("Memory in use", units::BYTES, "redis_memory_used_bytes", "{{instance}}").size(6, 7));
    board.add(exported("Clients", units::COUNT, "redis_connected_clients", "{{instance}}").size(6, 7));
    board.add(
        exported(
            "Commands per second",
            units::PER_SECOND,
            "rate(redis_commands_processed_total[$__rate_interval])",
            "{{instance}}",
        )
        .size(6, 7),
    );
    board.closed_section("Qdrant, by its own endpoint");
    board.add(exported("Collections", units::COUNT, "collections_total", "{{instance}}"));
    board.add(exported(
        "Requests per second",
        units::REQUESTS,
        "sum by (instance, endpoint) (rate(rest_responses_total[$__rate_interval]))",
        "{{endpoint}}",
    ));
    board
}

/// The part of a metric's `state`s that is `used`.
pub(crate) fn used(made: &Made<'_>, metric: &Metric, by: &[&str]) -> String {
    let scope = &made.finder.scope;
    ratio(&sum_by(by, &scope.select(metric, "", &[r#"state="used""#])), &sum_by(by, &scope.select(metric, "", &[])))
}

pub(crate) fn memory(made: &Made<'_>) -> Panel {
    Panel::timeseries("Memory in use")
        .unit(units::RATIO)
        .max(1.0)
        .bad_from(made.limits.memory)
        .each(&made.finder.find("system_memory_bytes", &["state"]), |metric| {
            Some(query(used(made, metric, &["job", "instance"]), "{{job}} {{instance}}"))
        })
}

pub(crate) fn disk(made: &Made<'_>) -> Panel {
    // The alert is about what is free, the panel about what is not.
    let limit = ((1.0 - made.limits.disk_free) * 1e9).round() / 1e9;
    Panel::timeseries("Disk in use").unit(units::RATIO).max(1.0).bad_from(limit).each(
        &made.finder.find("system_disk_bytes", &["state", "mountpoint"]),
        |metric| {
            Some(query(used(made, metric, &["job", "instance", "mountpoint"]), "{{job}} {{instance}} {{mountpoint}}"))
        },
    )
}

pub(crate) fn descriptors(made: &Made<'_>) -> Panel {
    let scope = &made.finder.scope;
    Panel::timeseries("File descriptors in use").unit(units::RATIO).max(1.0).bad_from(0.9).each(
        &made.finder.find("process_open_fds", &[]),
        |open| {
            let most = made.finder.beside(open, "process_max_fds")?;
            Some(query(
                format!("{} / ({} > 0)", scope.select(open, "", &[]), scope.select(most, "", &[])),
                "{{job}} {{instance}}",
            ))
        },
    )
}

pub(crate) fn uptime(made: &Made<'_>) -> Panel {
    let scope = &made.finder.scope;
    Panel::stat("Time since start")
        .unit(units::SECONDS)
        .each(&made.finder.find("process_start_time_seconds", &[]), |metric| {
            Some(query(format!("time() - {}", scope.select(metric, "", &[])), "{{job}} {{instance}}"))
        })
}
