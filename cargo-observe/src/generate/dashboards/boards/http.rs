//! The API: requests, errors, time, by service and by route.

use super::Made;
use crate::catalogue::Metric;
use crate::generate::dashboards::board::{Board, Folder};
use crate::generate::dashboards::by_kind::{QUANTILES, spread};
use crate::generate::dashboards::panel::{Panel, query};
use crate::generate::dashboards::promql::{Scope, legend, ratio, sum_by};
use crate::generate::dashboards::units;

const REQUESTS: &str = "http_requests_total";
const DURATION: &str = "http_request_duration_seconds";

pub(crate) fn board(made: &Made<'_>) -> Board {
    let mut board =
        Board::new("api", "API", Folder::Operations, "Requests, errors and response times, by service and by route.");
    fill(made, &mut board);
    board
}

/// The sections of a board that is about requests.
pub(crate) fn fill(made: &Made<'_>, board: &mut Board) {
    let scope = &made.finder.scope;
    board.section("Requests");
    board.add(request_rate(made).size(8, 8));
    board.add(error_rate(made).size(8, 8));
    board.add(percentiles(made).size(8, 8));
    board.section("By route");
    board.add(top("Requests per second by route", units::REQUESTS).each(
        &made.finder.find(REQUESTS, &["endpoint"]),
        |metric| {
            let labels: Vec<&str> = ["job", "method", "endpoint"]
                .into_iter()
                .filter(|&name| name == "job" || metric.label(name).is_some())
                .collect();
            let expr = format!("topk(15, {})", scope.rate_by(&labels, metric, "", &[]));
            Some(query(expr, legend(&labels)))
        },
    ));
    board.add(errors_by_route(made));
    board.add(top("P95 by route", units::SECONDS).bad_from(made.limits.response).each(
        &made.finder.find(DURATION, &["endpoint"]),
        |metric| {
            let expr = scope.quantile(0.95, &["job", "endpoint"], metric, &[]);
            Some(query(format!("topk(15, {expr})"), "{{job}} {{endpoint}}"))
        },
    ));
    board.add(statuses(made));
    board.section("Time");
    for metric in &made.finder.find(DURATION, &[]).metrics {
        board.add(spread(&made.finder, metric));
    }
    board.section("Load and size");
    board.add(
        Panel::timeseries("Requests under way").each(&made.finder.find("http_requests_in_progress", &[]), |metric| {
            Some(query(sum_by(&["job"], &scope.select(metric, "", &[])), "{{job}}"))
        }),
    );
    board.add(errors_by_type(made));
    board.add(size(made, "Request size", "http_request_size_bytes"));
    board.add(size(made, "Response size", "http_response_size_bytes"));
}

pub(crate) fn request_rate(made: &Made<'_>) -> Panel {
    let scope = &made.finder.scope;
    Panel::timeseries("Requests per second").unit(units::REQUESTS).each(&made.finder.find(REQUESTS, &[]), |metric| {
        Some(query(scope.rate_by(&["job"], metric, "", &[]), "{{job}}"))
    })
}

pub(crate) fn error_rate(made: &Made<'_>) -> Panel {
    let scope = &made.finder.scope;
    Panel::timeseries("Error rate (5xx)")
        .unit(units::RATIO)
        .all_red()
        .bad_from(made.limits.errors)
        .each(&made.finder.find(REQUESTS, &["status"]), |metric| {
            Some(query(scope.failed(&["job"], metric)?, "{{job}}"))
        })
        .describe(
            "The part of requests that the server failed to answer; red from the limit of the alert HighErrorRate",
        )
}

pub(crate) fn response_time(made: &Made<'_>) -> Panel {
    let scope = &made.finder.scope;
    Panel::timeseries("Response time, P95")
        .unit(units::SECONDS)
        .bad_from(made.limits.response)
        .each(&made.finder.find(DURATION, &[]), |metric| {
            Some(query(scope.quantile(0.95, &["job"], metric, &[]), "{{job}}").with_exemplars())
        })
}

pub(crate) fn percentiles(made: &Made<'_>) -> Panel {
    let scope = &made.finder.scope;
    let found = made.finder.find(DURATION, &[]);
    let mut panel = Panel::timeseries("Response time").unit(units::SECONDS).bad_from(made.limits.response);
    for (quantile, name) in QUANTILES {
        panel = panel.each(&found, |metric| {
            let legend = format!("{{{{job}}}} {name}");
            Some(query(scope.quantile(quantile, &["job"], metric, &[]), legend).with_exemplars())
        });
    }
    panel
}

pub(crate) fn errors_by_route(made: &Made<'_>) -> Panel {
    let scope = &made.finder.scope;
    top("Error rate (5xx) by route", units::RATIO).all_red().each(
        &made.finder.find(REQUESTS, &["endpoint", "status"]),
        |metric| {
            let by = ["job", "endpoint"];
            let part = scope.rate_by(&by, metric, "", &[r#"status=~"5..""#]);
            // Routes without an error are left out: the list is of those that have some.
            let expr = format!("topk(15, {part} / ({} > 0) > 0)", scope.rate_by(&by, metric, "", &[]));
            Some(query(expr, "{{job}} {{endpoint}}"))
        },
    )
}

pub(crate) fn errors_by_type(made: &Made<'_>) -> Panel {
    let scope = &made.finder.scope;
    Panel::timeseries("Errors per second by type").unit(units::PER_SECOND).all_red().each(
        &made.finder.find("errors_total", &["error"]),
        |metric| {
            Some(query(format!("topk(15, {})", scope.rate_by(&["job", "error"], metric, "", &[])), "{{job}} {{error}}"))
        },
    )
}

fn statuses(made: &Made<'_>) -> Panel {
    let scope = &made.finder.scope;
    Panel::timeseries("Answers per second by status")
        .unit(units::REQUESTS)
        .stacked()
        .red("5\\d\\d$")
        .each(&made.finder.find(REQUESTS, &["status"]), |metric| {
            Some(query(scope.rate_by(&["job", "status"], metric, "", &[]), "{{job}} {{status}}"))
        })
}

fn size(made: &Made<'_>, title: &str, name: &str) -> Panel {
    let scope = &made.finder.scope;
    let mut panel = Panel::timeseries(format!("{title}, mean and P95")).unit(units::BYTES);
    let found = made.finder.find(name, &[]);
    panel = panel.each(&found, |metric| Some(query(mean(scope, metric), "{{job}} mean")));
    panel.each(&found, |metric| Some(query(scope.quantile(0.95, &["job"], metric, &[]), "{{job}} P95")))
}

/// What an observation is on average; nothing where there is none.
fn mean(scope: &Scope, metric: &Metric) -> String {
    ratio(&scope.rate_by(&["job"], metric, "_sum", &[]), &scope.rate_by(&["job"], metric, "_count", &[]))
}

fn top(title: &str, unit: &'static str) -> Panel {
    Panel::timeseries(title).unit(unit)
}
