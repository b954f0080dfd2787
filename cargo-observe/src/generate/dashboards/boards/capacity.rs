//! Where growth leads: what is full when, if it goes on as it did.

use super::Made;
use super::infrastructure::used;
use crate::catalogue::Metric;
use crate::generate::dashboards::board::{Board, Folder};
use crate::generate::dashboards::panel::{Panel, query};
use crate::generate::dashboards::promql::sum_by;
use crate::generate::dashboards::units;

pub(crate) fn board(made: &Made<'_>) -> Board {
    let scope = &made.finder.scope;
    let mut board = Board::new(
        "capacity",
        "Capacity",
        Folder::Operations,
        "Where growth leads: straight lines through the last hours and days, which know nothing of tomorrow.",
    );
    board.from = "now-7d";
    board.section("Disk");
    board.add(disk_in_a_week(made));
    board.add(disk_lasts(made));
    board.section("Memory and CPU");
    board.add(
        Panel::timeseries("Resident memory, now and in a day")
            .unit(units::BYTES)
            .each(&made.finder.find("process_resident_memory_bytes", &[]), |metric| {
                Some(query(scope.select(metric, "", &[]), "{{job}} {{instance}} now"))
            })
            .each(&made.finder.find("process_resident_memory_bytes", &[]), |metric| {
                Some(query(
                    format!("predict_linear({}[6h], 86400) > 0", scope.select(metric, "", &[])),
                    "{{job}} {{instance}} in a day",
                ))
            }),
    );
    board.add(
        Panel::timeseries("Memory of the machine, in a day").unit(units::RATIO).bad_from(made.limits.memory).each(
            &made.finder.find("system_memory_bytes", &["state"]),
            |metric| {
                Some(query(
                    format!("predict_linear(({})[6h:5m], 86400) >= 0", used(made, metric, &["job", "instance"])),
                    "{{job}} {{instance}}",
                ))
            },
        ),
    );
    board.add(
        Panel::timeseries("CPU in use, mean of a day").unit(units::RATIO).max(1.0).each(
            &made.finder.find("system_cpu_usage_ratio", &[]),
            |metric| {
                Some(query(format!("avg_over_time({}[1d])", scope.select(metric, "", &[])), "{{job}} {{instance}}"))
            },
        ),
    );
    board.add(descriptors(made));
    board.section("Traffic");
    board.add(traffic(made));
    board.add(pool(made));
    board.section("Telemetry");
    board.add(
        Panel::timeseries("Memory of metrics")
            .unit(units::BYTES)
            .each(&made.finder.find("observe_metrics_memory_bytes", &[]), |metric| {
                Some(query(scope.select(metric, "", &[]), "{{job}} {{instance}}"))
            }),
    );
    let series = Panel::timeseries("Series")
        .plain(query(r#"sum by (job) (scrape_samples_scraped{job=~"$job",instance=~"$instance"})"#, "{{job}}"));
    board.add(series.describe("Prometheus' own `scrape_samples_scraped`: it grows with new values of labels"));
    board
}

fn disk_in_a_week(made: &Made<'_>) -> Panel {
    let scope = &made.finder.scope;
    let found = made.finder.find("system_disk_bytes", &["state", "mountpoint"]);
    let free = |metric: &Metric| {
        sum_by(&["job", "instance", "mountpoint"], &scope.select(metric, "", &[r#"state="available""#]))
    };
    Panel::timeseries("Free disk, now and in a week")
        .unit(units::BYTES)
        .from_below()
        .bad_below(0.0)
        .each(&found, |metric| Some(query(free(metric), "{{job}} {{instance}} {{mountpoint}} now")))
        .each(&found, |metric| {
            Some(query(
                format!("predict_linear(({})[1d:15m], 604800)", free(metric)),
                "{{job}} {{instance}} {{mountpoint}} in a week",
            ))
        })
}

/// How long what is free lasts, where it becomes less.
fn disk_lasts(made: &Made<'_>) -> Panel {
    let scope = &made.finder.scope;
    Panel::timeseries("Until the disk is full").unit(units::SECONDS).bad_below(604_800.0).each(
        &made.finder.find("system_disk_bytes", &["state"]),
        |metric| {
            let free = scope.select(metric, "", &[r#"state="available""#]);
            Some(query(format!("{free} / (-deriv({free}[6h]) > 0)"), "{{job}} {{instance}} {{mountpoint}}"))
        },
    )
}

fn descriptors(made: &Made<'_>) -> Panel {
    let scope = &made.finder.scope;
    Panel::timeseries("File descriptors that are left, in a day").from_below().bad_below(0.0).each(
        &made.finder.find("process_open_fds", &[]),
        |open| {
            let most = made.finder.beside(open, "process_max_fds")?;
            let expr =
                format!("{} - predict_linear({}[6h], 86400)", scope.select(most, "", &[]), scope.select(open, "", &[]));
            Some(query(expr, "{{job}} {{instance}}"))
        },
    )
}

/// Today beside a week ago.
fn traffic(made: &Made<'_>) -> Panel {
    let scope = made.finder.scope.over("1h");
    let found = made.finder.find("http_requests_total", &[]);
    Panel::timeseries("Requests per second, today and a week ago")
        .unit(units::REQUESTS)
        .each(&found, |metric| Some(query(scope.rate_by(&["job"], metric, "", &[]), "{{job}}")))
        .each(&found, |metric| {
            let then = format!("rate({}[1h] offset 7d)", scope.select(metric, "", &[]));
            Some(query(sum_by(&["job"], &then), "{{job}} a week ago"))
        })
}

fn pool(made: &Made<'_>) -> Panel {
    let scope = &made.finder.scope;
    Panel::timeseries("Database connections, part of the pool")
        .unit(units::RATIO)
        .max(1.0)
        .bad_from(made.limits.pool)
        .each(&made.finder.find("database_connections_active", &[]), |active| {
            let most = made.finder.beside(active, "database_connections_max")?;
            let by = ["job", "instance"];
            let expr = format!(
                "{} / ({} > 0)",
                sum_by(&by, &scope.select(active, "", &[])),
                sum_by(&by, &scope.select(most, "", &[]))
            );
            Some(query(expr, "{{job}} {{instance}}"))
        })
}
