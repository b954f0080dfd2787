//! All services at a glance, with the latest errors of their logs.

use super::{Made, http, logs};
use crate::generate::dashboards::board::{Board, Folder};
use crate::generate::dashboards::panel::{GREEN, ORANGE, Panel, RED, query};
use crate::generate::dashboards::promql::{failure, sum_by};
use crate::generate::dashboards::units;

/// What a health check's value means.
pub(crate) const HEALTH: [(f64, &str, &str); 3] =
    [(1.0, "works", GREEN), (0.5, "degraded", ORANGE), (0.0, "fails", RED)];

pub(crate) fn board(made: &Made<'_>) -> Board {
    let mut board = Board::new(
        "overview",
        "Overview",
        Folder::Operations,
        "All services at a glance: traffic, errors, time, health, logs.",
    );
    board.section("Now");
    board.add(up(made).size(4, 6));
    board.add(http::request_rate(made).size(10, 6));
    board.add(http::error_rate(made).size(10, 6));
    board.section("Time");
    board.add(http::response_time(made));
    board.add(rag_time(made));
    board.section("Load and access");
    board.add(active_connections(made).size(8, 7));
    board.add(refused_log_ins(made).size(8, 7));
    board.add(database_connections(made).size(8, 7));
    board.section("Health");
    board.add(health(made).size(24, 8));
    board.section("Logs");
    board.add(logs::panel("Errors and warnings", logs::ERRORS));
    board
}

pub(crate) fn up(made: &Made<'_>) -> Panel {
    let scope = &made.finder.scope;
    let found =
        made.finder.find_all("service_up", |metric| metric.bare_name.ends_with("_up") && metric.labels.is_empty());
    let states = [(1.0, "up", GREEN), (0.0, "down", RED)];
    Panel::stat("Services").mapped(&states).each(&found, |metric| {
        // What is not scraped any more was there an hour ago.
        let expr = format!("max by (job) ({})", scope.select(metric, "", &[]));
        Some(query(expr, "{{job}}"))
    })
}

pub(crate) fn rag_time(made: &Made<'_>) -> Panel {
    let scope = &made.finder.scope;
    Panel::timeseries("RAG query duration, P95")
        .unit(units::SECONDS)
        .bad_from(made.limits.rag)
        .each(&made.finder.find("rag_query_duration_seconds", &[]), |metric| {
            Some(query(scope.quantile(0.95, &["job"], metric, &[]), "{{job}}").with_exemplars())
        })
}

pub(crate) fn active_connections(made: &Made<'_>) -> Panel {
    let scope = &made.finder.scope;
    Panel::timeseries("Active connections").each(&made.finder.find("active_connections", &[]), |metric| {
        Some(query(sum_by(&["job"], &scope.select(metric, "", &[])), "{{job}}"))
    })
}

pub(crate) fn refused_log_ins(made: &Made<'_>) -> Panel {
    let scope = &made.finder.scope;
    Panel::timeseries("Authentication failures per second").unit(units::PER_SECOND).all_red().each(
        &made.finder.find("authentication_attempts_total", &[]),
        |metric| {
            let failure = failure(metric)?;
            let label = failure.split('!').next()?.to_owned();
            Some(query(
                scope.rate_by(&["job", &label], metric, "", &[&failure]),
                format!("{{{{job}}}} {{{{{label}}}}}"),
            ))
        },
    )
}

pub(crate) fn database_connections(made: &Made<'_>) -> Panel {
    let (scope, finder) = (&made.finder.scope, &made.finder);
    let found = finder.find("database_connections_active", &[]);
    let mut panel = Panel::gauge("Database connections in use")
        .each(&found, |metric| Some(query(sum_by(&["job"], &scope.select(metric, "", &[])), "{{job}}")));
    // With the pools' sizes the scale has an end: the largest of them is a number that only Prometheus has.
    if !panel.metrics.is_empty() && !finder.find("database_connections_max", &[]).metrics.is_empty() {
        panel = panel
            .describe("Connections to databases that are in use; how full the pools are, the capacity dashboard shows");
    }
    panel
}

pub(crate) fn health(made: &Made<'_>) -> Panel {
    let scope = &made.finder.scope;
    Panel::states("Health checks", &HEALTH).each(&made.finder.find("health_check_status", &["component"]), |metric| {
        let expr = format!("min by (job, component) ({})", scope.select(metric, "", &[]));
        Some(query(expr, "{{job}} {{component}}"))
    })
}
