//! What the services are for: their own counts, what they cost, what they predict.

use super::Made;
use super::ai::{cost, each_counter, tokens_by_user};
use crate::catalogue::{Kind, Metric, Scope, Values};
use crate::generate::dashboards::board::{Board, Folder};
use crate::generate::dashboards::by_kind::{of_one, quantiles, title};
use crate::generate::dashboards::panel::{Panel, query};
use crate::generate::dashboards::promql::{failure, legend, ratio, shown_labels, sum_by};
use crate::generate::dashboards::units;

pub(crate) fn board(made: &Made<'_>) -> Board {
    let mut board = Board::new(
        "business",
        "Business and cost",
        Folder::Business,
        "What the services are for, and what it costs: counts of their own code, not of the machinery.",
    );
    board.from = "now-7d";
    board.section("Cost");
    board.add(cost(made));
    board.add(spent(made));
    board.add(money(made));
    board.add(tokens_by_user(made));
    let own = made.finder.find_all("a counter of the program's own", |metric| is_own_counter(metric));
    for program in &made.catalogue.programs {
        let mut counters =
            own.metrics.iter().filter(|metric| metric.programs.first() == Some(&program.name)).peekable();
        if counters.peek().is_some() {
            board.section(program.service.as_deref().unwrap_or(&program.name));
        }
        for metric in counters {
            board.add(hourly(made, metric));
        }
    }
    board
}

fn is_own_counter(metric: &Metric) -> bool {
    metric.scope == Scope::Business
        && metric.kind == Kind::Counter
        && !is_money(metric)
        && metric.bare_name != "tokens_processed_total"
}

/// Sums of money have the word in their names.
fn is_money(metric: &Metric) -> bool {
    let mut words = metric.bare_name.split('_');
    metric.kind == Kind::Counter && words.any(|word| matches!(word, "cost" | "costs" | "cents" | "revenue" | "price"))
}

/// How many in an hour, told apart by how they ended where that is known.
fn hourly(made: &Made<'_>, metric: &Metric) -> Panel {
    let labels = shown_labels(metric);
    let by = [&["job"], labels.as_slice()].concat();
    let expr = format!("{} * 3600", made.finder.scope.rate_by(&by, metric, "", &[]));
    let panel = Panel::timeseries(format!("{} per hour", title(metric))).size(8, 7);
    let panel = if failure(metric).is_some() { panel.red("(error|panicked|cancelled|failed|refused)$") } else { panel };
    of_one(panel, metric, query(expr, legend(&by)))
}

/// All that models cost in the time that is looked at.
fn spent(made: &Made<'_>) -> Panel {
    let scope = made.finder.scope.over("$__range");
    Panel::bars("Cost of model calls, in the time shown").each(
        &made.finder.find("requests_cost_total", &[]),
        |metric| {
            let labels = ["model", "user_type", "currency"].into_iter().filter(|label| metric.label(label).is_some());
            let by: Vec<&str> = ["job"].into_iter().chain(labels).collect();
            let grown = format!("increase({}[$__range])", scope.select(metric, "", &[]));
            Some(query(format!("sort_desc({})", sum_by(&by, &grown)), legend(&by)))
        },
    )
}

/// Money that was taken.
fn money(made: &Made<'_>) -> Panel {
    let scope = &made.finder.scope;
    let found = made
        .finder
        .find_all("a counter of money", |metric| is_money(metric) && metric.bare_name != "requests_cost_total");
    Panel::timeseries("Money taken, per hour").each(&found, |metric| {
        let labels = shown_labels(metric);
        let by = [&["job"], labels.as_slice()].concat();
        let size = if metric.bare_name.contains("cents") { " / 100" } else { "" };
        Some(query(format!("{} * 3600{size}", scope.rate_by(&by, metric, "", &[])), legend(&by)))
    })
}

pub(crate) fn predictions(made: &Made<'_>) -> Board {
    let scope = &made.finder.scope;
    let mut board = Board::new(
        "predictions",
        "Predictions",
        Folder::Business,
        "What models predict, how long it takes, and which could not be loaded.",
    );
    board.section("Predictions");
    let predictions = made.finder.find("predictions_total", &[]);
    board.add(Panel::timeseries("Predictions per second").unit(units::PER_SECOND).stacked().each(
        &predictions,
        |metric| {
            let labels: Vec<&str> =
                ["outcome", "status"].into_iter().filter(|label| metric.label(label).is_some()).collect();
            let by = [&["job"], labels.as_slice()].concat();
            Some(query(scope.rate_by(&by, metric, "", &[]), legend(&by)))
        },
    ));
    board.add(Panel::timeseries("Predictions per second by model").unit(units::PER_SECOND).each(
        &made.finder.find("predictions_total", &["model"]),
        |metric| {
            Some(query(format!("topk(15, {})", scope.rate_by(&["job", "model"], metric, "", &[])), "{{job}} {{model}}"))
        },
    ));
    board.add(wrong(made));
    for metric in made.finder.find("prediction_duration_seconds", &[]).metrics {
        board.add(quantiles(&made.finder, metric));
    }
    board.section("Risk and trouble");
    each_counter(made, &mut board, "high_risk_predictions_total");
    each_counter(made, &mut board, "model_load_failures_total");
    board.section("Requests");
    let programs: Vec<&str> =
        predictions.metrics.iter().flat_map(|metric| &metric.programs).map(String::as_str).collect();
    if let Some(program) = programs.first() {
        let of_program = Made { finder: made.finder.of_program(program), ..*made };
        board.add(super::http::request_rate(&of_program));
        board.add(super::http::error_rate(&of_program));
    }
    board
}

/// Predictions that were refused or failed: outcomes of that name, among those that the catalogue knows.
fn wrong(made: &Made<'_>) -> Panel {
    let scope = &made.finder.scope;
    let found = made.finder.find("predictions_total", &["outcome"]);
    Panel::timeseries("Predictions that came to nothing").unit(units::RATIO).all_red().each(&found, |metric| {
        let Values::Known(values) = &metric.label("outcome")?.values else { return None };
        let bad: Vec<&str> = values
            .iter()
            .map(String::as_str)
            .filter(|value| matches!(*value, "refused" | "failed" | "error" | "panicked" | "cancelled"))
            .collect();
        if bad.is_empty() {
            return None;
        }
        let by = ["job"];
        let part = scope.rate_by(&by, metric, "", &[&format!(r#"outcome=~"{}""#, bad.join("|"))]);
        Some(query(ratio(&part, &scope.rate_by(&by, metric, "", &[])), "{{job}}"))
    })
}
