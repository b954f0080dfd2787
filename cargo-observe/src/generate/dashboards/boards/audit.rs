//! Who was let in, who was not, and whether it was written down.

use super::ai::each_counter;
use super::{Made, logs, overview, telemetry};
use crate::generate::dashboards::board::{Board, Folder};
use crate::generate::dashboards::by_kind::age;
use crate::generate::dashboards::panel::{Panel, query};
use crate::generate::dashboards::promql::{legend, shown_labels};
use crate::generate::dashboards::units;

pub(crate) fn board(made: &Made<'_>) -> Board {
    let mut board = Board::new(
        "audit",
        "Audit log",
        Folder::Administration,
        "Who was let in, who was refused, and whether it was recorded. Users and patients are pseudonyms here as everywhere.",
    );
    board.from = "now-24h";
    board.section("Records");
    board.add(unwritten(made).size(8, 7));
    board.add(log_ins(made).size(8, 7));
    board.add(overview::refused_log_ins(made).size(8, 7));
    board.section("Integrity");
    for name in [
        "token_revocation_failures_total",
        "data_integrity_check_failures_total",
        "observe_metrics_endpoint_refused_total",
        "rate_limit_violations_total",
    ] {
        each_counter(made, &mut board, name);
    }
    board.add(backup(made));
    board.add(telemetry::redactions(made));
    board.section("Entries");
    board.add(logs::panel("Entries of the audit log", logs::AUDIT));
    board.add(logs::panel("Refused requests", logs::REFUSED));
    board
}

/// One is too many.
pub(crate) fn unwritten(made: &Made<'_>) -> Panel {
    let scope = made.finder.scope.over("$__range");
    Panel::stat("Records that could not be written").bad_from(1.0).each(
        &made.finder.find("audit_log_failures_total", &[]),
        |metric| {
            Some(query(format!("sum by (job) (increase({}[$__range]))", scope.select(metric, "", &[])), "{{job}}"))
        },
    )
}

pub(crate) fn log_ins(made: &Made<'_>) -> Panel {
    let scope = &made.finder.scope;
    Panel::timeseries("Attempts to log in, per second")
        .unit(units::PER_SECOND)
        .stacked()
        .red("(error|failed|refused|panicked)$")
        .each(&made.finder.find("authentication_attempts_total", &[]), |metric| {
            let by = [&["job"], shown_labels(metric).as_slice()].concat();
            Some(query(scope.rate_by(&by, metric, "", &[]), legend(&by)))
        })
}

pub(crate) fn backup(made: &Made<'_>) -> Panel {
    let found = made.finder.find("last_backup_timestamp_seconds", &[]);
    match found.metrics.first() {
        Some(metric) => age(&made.finder, metric).bad_from(made.limits.backup),
        None => Panel::stat("Since last backup").each(&found, |_| None),
    }
}
