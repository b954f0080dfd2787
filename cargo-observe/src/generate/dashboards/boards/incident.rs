//! What somebody who was called looks at, from top to bottom: what fires, what fails, since when, and what changed.

use super::{Made, http, logs, overview};
use crate::generate::dashboards::board::{Board, Folder};
use crate::generate::dashboards::by_kind::spread;
use crate::generate::dashboards::panel::{Panel, RED, query};
use crate::generate::dashboards::promql::sum_by;
use crate::generate::dashboards::units;

const STEPS: &str = "1. What fires, and since when? 2. Which routes fail, and with which error? 3. A dot in the chart of response \
    times is a trace of a slow request: click it. 4. Did it begin with a restart or a new version? 5. What do the logs say? Each \
    alert's notification links to its runbook.";

pub(crate) fn board(made: &Made<'_>) -> Board {
    let mut board = Board::new(
        "incident",
        "Incident response",
        Folder::Operations,
        "What fires, what fails, since when, and what changed.",
    );
    board.from = "now-1h";
    board.section("What fires");
    board.add(Panel::text("In this order", STEPS));
    board.add(firing());
    board.add(fired());
    board.section("What fails");
    board.add(http::error_rate(made));
    board.add(http::errors_by_route(made));
    board.add(http::errors_by_type(made));
    board.add(overview::health(made));
    board.section("What is slow");
    board.add(http::percentiles(made));
    for metric in made.finder.find("http_request_duration_seconds", &[]).metrics {
        board.add(spread(&made.finder, metric));
    }
    board.section("What changed");
    board.add(restarts(made));
    board.add(versions(made));
    board.section("Logs");
    board.add(logs::panel("Errors and warnings", logs::ERRORS));
    board.add(logs::panel("Failed requests", logs::FAILED));
    board
}

fn firing() -> Panel {
    Panel::table("Alerts that fire")
        .describe("Prometheus' own `ALERTS`; none is good news")
        .plain(query(r#"ALERTS{alertstate="firing"}"#, ""))
}

fn fired() -> Panel {
    Panel::timeseries("Alerts that fire or are about to")
        .describe("Prometheus' own `ALERTS`: how many of each")
        .red("firing$")
        .stacked()
        .plain(query("sum by (alertname, alertstate) (ALERTS)", "{{alertname}} {{alertstate}}"))
}

/// A start that was later than the one before it.
fn restarts(made: &Made<'_>) -> Panel {
    let scope = &made.finder.scope;
    Panel::timeseries("Restarts").each(&made.finder.find("process_start_time_seconds", &[]), |metric| {
        Some(query(
            sum_by(&["job"], &format!("changes({}[$__rate_interval])", scope.select(metric, "", &[]))),
            "{{job}}",
        ))
    })
}

fn versions(made: &Made<'_>) -> Panel {
    let scope = &made.finder.scope;
    let found = made
        .finder
        .find_all("service_info", |metric| metric.bare_name.ends_with("_info") && metric.label("version").is_some());
    Panel::states("Versions", &[(0.0, "gone", RED)]).unit(units::COUNT).each(&found, |metric| {
        let expr = format!("count by (job, version) ({})", scope.select(metric, "", &[]));
        Some(query(expr, "{{job}} {{version}}"))
    })
}
