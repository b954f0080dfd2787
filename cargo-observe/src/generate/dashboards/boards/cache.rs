//! Caches and Redis.

use super::Made;
use super::ai::rate_by_some;
use crate::generate::dashboards::board::{Board, Folder};
use crate::generate::dashboards::panel::{Panel, query};
use crate::generate::dashboards::promql::{legend, ratio};
use crate::generate::dashboards::units;

pub(crate) fn board(made: &Made<'_>) -> Board {
    let scope = &made.finder.scope;
    let mut board = Board::new(
        "cache",
        "Cache",
        Folder::Operations,
        "How often the cache has what is asked for, and how Redis does.",
    );
    board.section("Hits");
    board.add(hit_rate(made, Panel::gauge("Hit rate").size(6, 8).max(1.0)));
    board.add(hit_rate(made, Panel::timeseries("Hit rate").size(18, 8).max(1.0)));
    board.add(rate_by_some(made, "Hits per second", units::PER_SECOND, "cache_hits_total", &["cache"]));
    board.add(rate_by_some(made, "Misses per second", units::PER_SECOND, "cache_misses_total", &["cache"]));
    board.section("Time");
    for (title, name) in [
        ("Cache operations, P95", "cache_operation_duration_seconds"),
        ("Redis operations, P95", "redis_operation_duration_seconds"),
    ] {
        board.add(Panel::timeseries(title).unit(units::SECONDS).each(&made.finder.find(name, &[]), |metric| {
            let by: Vec<&str> = ["job"].into_iter().chain(metric.label("operation").map(|_| "operation")).collect();
            Some(query(scope.quantile(0.95, &by, metric, &[]), legend(&by)).with_exemplars())
        }));
    }
    board.section("Redis");
    board.add(rate_by_some(
        made,
        "Redis operations per second",
        units::PER_SECOND,
        "redis_operations_total",
        &["operation"],
    ));
    board.add(
        Panel::timeseries("Failed Redis operations")
            .unit(units::RATIO)
            .all_red()
            .each(&made.finder.find("redis_operations_total", &[]), |metric| {
                Some(query(scope.failed(&["job"], metric)?, "{{job}}"))
            }),
    );
    for (title, name) in [("Redis memory", "redis_memory_bytes"), ("Redis memory limit", "redis_memory_max_bytes")] {
        board.add(Panel::timeseries(title).unit(units::BYTES).each(&made.finder.find(name, &[]), |metric| {
            // It is NaN while Redis doesn't answer.
            Some(query(format!("{} >= 0", scope.select(metric, "", &[])), "{{job}} {{instance}}"))
        }));
    }
    board.section("Redis, by its exporter");
    board.add(exported("Memory in use", units::BYTES, "redis_memory_used_bytes", "{{instance}}"));
    board.add(exported("Clients", units::COUNT, "redis_connected_clients", "{{instance}}"));
    board
}

/// A panel of a metric that an optional exporter has, and no program of the workspace.
pub(crate) fn exported(title: &str, unit: &'static str, expr: &str, legend: &str) -> Panel {
    Panel::timeseries(title)
        .unit(unit)
        .describe(format!("`{expr}`: it is there where the exporter runs, which is optional"))
        .plain(query(expr, legend))
}

pub(crate) fn hit_rate(made: &Made<'_>, panel: Panel) -> Panel {
    let scope = &made.finder.scope;
    panel.unit(units::RATIO).each(&made.finder.find("cache_hits_total", &[]), |hits| {
        let misses = made.finder.beside(hits, "cache_misses_total")?;
        let by: Vec<&str> =
            ["job"].into_iter().chain(hits.label("cache").and(misses.label("cache")).map(|_| "cache")).collect();
        let hit = scope.rate_by(&by, hits, "", &[]);
        let missed = scope.rate_by(&by, misses, "", &[]);
        // Each may be there without the other one.
        let asked = format!("(({hit} or {missed} * 0) + ({missed} or {hit} * 0))");
        Some(query(ratio(&hit, &asked), legend(&by)))
    })
}
