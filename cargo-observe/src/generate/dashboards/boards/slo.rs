//! Objectives: whether they are kept, what is left of the error budgets, how fast it goes.

use super::Made;
use crate::catalogue::{Metric, Objective};
use crate::generate::dashboards::board::{Board, Folder};
use crate::generate::dashboards::by_kind::{of_one, title};
use crate::generate::dashboards::panel::{Panel, query};
use crate::generate::dashboards::promql::{failure, ratio};
use crate::generate::dashboards::units;
use crate::generate::slo_names;

/// From these burn rates on somebody is paged, or a ticket is written.
const BURNS: [(&str, &str); 4] =
    [("1h", "page from 14.4"), ("6h", "page from 6"), ("1d", "ticket from 3"), ("3d", "ticket from 1")];

pub(crate) fn board(made: &Made<'_>) -> Board {
    let mut board = Board::new(
        "slo",
        "Objectives",
        Folder::Operations,
        "Whether what is promised is kept, what is left of the error budgets, and how fast it goes.",
    );
    board.from = "now-7d";
    let promised: Vec<&Metric> = made.finder.all().filter(|metric| metric.objective.is_some()).collect();
    if promised.is_empty() {
        board.left_out.push(("the whole dashboard".to_owned(), "no metric has an `objective`".to_owned()));
        return board;
    }
    board.section("Error budgets");
    board.add(budgets());
    for (window, meaning) in BURNS {
        board.add(burn(window, meaning).size(6, 7));
    }
    for metric in promised {
        let Some(objective) = &metric.objective else { continue };
        for (name, bad, target) in promises(made, metric, objective) {
            board.section(&name);
            kept(&mut board, metric, &bad, target);
        }
    }
    board
}

/// What a metric promises: its name, the part of calls that didn't keep it over a window that stands for `WINDOW`, and the
/// part that has to.
fn promises(made: &Made<'_>, metric: &Metric, objective: &Objective) -> Vec<(String, String, f64)> {
    let scope = made.finder.scope.over("WINDOW");
    let by = ["job"];
    let mut promises = Vec::new();
    if let (Some(success), Some(failure)) = (objective.success, failure(metric)) {
        let bad = ratio(&scope.rate_by(&by, metric, "", &[&failure]), &scope.rate_by(&by, metric, "", &[]));
        promises.push((format!("{}: {success} % end well", title(metric)), bad, success / 100.0));
    }
    if let Some(latency) = &objective.latency {
        let all = scope.rate_by(&by, metric, "_count", &[]);
        let fast = scope.rate_by(&by, metric, "_bucket", &[&bound(latency.seconds)]);
        let bad = format!("1 - ({})", ratio(&fast, &all));
        promises.push((
            format!("{}: {} % within {} s", title(metric), latency.target, latency.seconds),
            bad,
            latency.target / 100.0,
        ));
    }
    promises
}

/// The matcher of a bucket: Prometheus 3 writes a whole number with `.0`.
fn bound(seconds: f64) -> String {
    if seconds.fract() == 0.0 { format!(r#"le=~"{seconds}(\\.0)?""#) } else { format!(r#"le="{seconds}""#) }
}

fn kept(board: &mut Board, metric: &Metric, bad: &str, target: f64) {
    let over = |window: &str| bad.replace("WINDOW", window);
    let budget = ((1.0 - target) * 1e9).round() / 1e9;
    let kept = Panel::gauge("Kept, in the time shown").unit(units::RATIO).max(1.0).bad_below(target).size(6, 7);
    board.add(of_one(kept, metric, query(format!("1 - ({})", over("$__range")), "{{job}}")));
    let left = Panel::stat("Error budget left, in the time shown").unit(units::RATIO).bad_below(0.0).size(6, 7);
    board.add(of_one(left, metric, query(format!("1 - ({}) / {budget}", over("$__range")), "{{job}}")));
    let failing = Panel::timeseries("Not kept").unit(units::RATIO).all_red().bad_from(budget).size(12, 7);
    board.add(of_one(failing, metric, query(over("$__rate_interval"), "{{job}}")));
}

fn budgets() -> Panel {
    Panel::timeseries("Error budget left, of the period")
        .unit(units::RATIO)
        .from_below()
        .bad_below(0.0)
        .size(24, 7)
        .describe("By the recording rules that `cargo observe generate alerts` makes")
        .plain(query(format!("sum by (service, slo) ({})", slo_names::BUDGET_REMAINING), "{{service}} {{slo}}"))
}

/// 1 uses up the budget in just the period that it is for.
fn burn(window: &str, meaning: &str) -> Panel {
    let of_budget = format!("{} / on (service, slo) group_left () {}", slo_names::errors(window), slo_names::BUDGET);
    Panel::timeseries(format!("Burn rate, {window}"))
        .bad_from(1.0)
        .describe(format!("How many times faster than allowed the budget is used up: {meaning}. By the recording rules that `cargo observe generate alerts` makes"))
        .plain(query(of_budget, "{{service}} {{slo}}"))
}
