//! Language models and retrieval: tokens, cost, time, breakers.

use super::{Made, overview};
use crate::generate::dashboards::board::{Board, Folder};
use crate::generate::dashboards::by_kind::{QUANTILES, counter};
use crate::generate::dashboards::panel::{GREEN, ORANGE, Panel, RED, query};
use crate::generate::dashboards::promql::{legend, shown_labels};
use crate::generate::dashboards::units;

/// What a breaker's value means.
const BREAKER: [(f64, &str, &str); 3] = [(0.0, "closed", GREEN), (1.0, "half open", ORANGE), (2.0, "open", RED)];

pub(crate) fn board(made: &Made<'_>) -> Board {
    let mut board = Board::new(
        "ai-service",
        "AI service",
        Folder::Operations,
        "Calls of language models: tokens, cost, time, failures; searches; circuit breakers.",
    );
    board.section("Models");
    board.add(calls(made));
    board.add(failures(made));
    board.add(time(made));
    board.add(tokens(made));
    board.section("Cost");
    board.add(cost(made));
    board.add(tokens_by_user(made));
    board.section("When a model fails");
    board.add(breakers(made));
    for name in ["model_fallbacks_total", "rate_limit_violations_total", "model_load_failures_total"] {
        each_counter(made, &mut board, name);
    }
    board.section("Retrieval");
    board.add(overview::rag_time(made));
    board.add(vector_search(made));
    for name in
        ["rag_queries_total", "vector_search_queries_total", "full_text_search_queries_total", "document_uploads_total"]
    {
        each_counter(made, &mut board, name);
    }
    board
}

/// A panel for each metric of a bare name.
pub(crate) fn each_counter(made: &Made<'_>, board: &mut Board, name: &str) {
    let found = made.finder.find(name, &[]);
    if let Some(missing) = found.missing() {
        board.left_out.push((name.to_owned(), missing));
    }
    for metric in found.metrics {
        board.add(counter(&made.finder, metric));
    }
}

/// A rate by what the metric has of these labels.
pub(crate) fn rate_by_some(made: &Made<'_>, title: &str, unit: &'static str, name: &str, labels: &[&str]) -> Panel {
    let scope = &made.finder.scope;
    Panel::timeseries(title).unit(unit).each(&made.finder.find(name, &[]), |metric| {
        let by: Vec<&str> =
            ["job"].into_iter().chain(labels.iter().copied().filter(|label| metric.label(label).is_some())).collect();
        Some(query(scope.rate_by(&by, metric, "", &[]), legend(&by)))
    })
}

fn calls(made: &Made<'_>) -> Panel {
    rate_by_some(made, "Model calls per second", units::PER_SECOND, "model_requests_total", &["provider", "model"])
}

fn failures(made: &Made<'_>) -> Panel {
    let scope = &made.finder.scope;
    Panel::timeseries("Failed model calls").unit(units::RATIO).all_red().bad_from(made.limits.errors).each(
        &made.finder.find("model_requests_total", &[]),
        |metric| {
            let by: Vec<&str> = ["job"].into_iter().chain(metric.label("provider").map(|_| "provider")).collect();
            Some(query(scope.failed(&by, metric)?, legend(&by)))
        },
    )
}

fn time(made: &Made<'_>) -> Panel {
    let scope = &made.finder.scope;
    let found = made.finder.find("ai_request_duration_seconds", &[]);
    let mut panel = Panel::timeseries("Model call duration").unit(units::SECONDS);
    for (quantile, name) in QUANTILES {
        panel = panel.each(&found, |metric| {
            let by: Vec<&str> = ["job"].into_iter().chain(metric.label("provider").map(|_| "provider")).collect();
            Some(query(scope.quantile(quantile, &by, metric, &[]), format!("{} {name}", legend(&by))).with_exemplars())
        });
    }
    panel
}

fn tokens(made: &Made<'_>) -> Panel {
    rate_by_some(made, "Tokens per second", units::PER_SECOND, "ai_tokens_used_total", &["model", "token_type"])
        .stacked()
}

pub(crate) fn tokens_by_user(made: &Made<'_>) -> Panel {
    rate_by_some(made, "Tokens per second by kind of user", units::PER_SECOND, "tokens_processed_total", &["user_type"])
        .stacked()
}

/// What was spent in the last hour: a rate by the second has no meaning to anybody who pays.
pub(crate) fn cost(made: &Made<'_>) -> Panel {
    let scope = &made.finder.scope;
    Panel::timeseries("Cost of model calls, per hour").each(&made.finder.find("requests_cost_total", &[]), |metric| {
        let labels = ["model", "currency"].into_iter().filter(|label| metric.label(label).is_some());
        let by: Vec<&str> = ["job"].into_iter().chain(labels).collect();
        Some(query(format!("{} * 3600", scope.rate_by(&by, metric, "", &[])), legend(&by)))
    })
}

fn breakers(made: &Made<'_>) -> Panel {
    let scope = &made.finder.scope;
    Panel::states("Circuit breakers", &BREAKER).each(&made.finder.find("circuit_breaker_state", &[]), |metric| {
        let by = [&["job", "instance"], shown_labels(metric).as_slice()].concat();
        Some(query(scope.select(metric, "", &[]), legend(&by)))
    })
}

fn vector_search(made: &Made<'_>) -> Panel {
    let scope = &made.finder.scope;
    Panel::timeseries("Vector search duration, P95")
        .unit(units::SECONDS)
        .bad_from(made.limits.vector_search)
        .each(&made.finder.find("vector_search_duration_seconds", &[]), |metric| {
            Some(query(scope.quantile(0.95, &["job"], metric, &[]), "{{job}}").with_exemplars())
        })
}
