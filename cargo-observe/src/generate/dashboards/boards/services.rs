//! A dashboard for each service: its requests, all of its own metrics, and whatever stands nowhere else. So a metric that
//! is declared today is on a dashboard today.

use super::roles::job_of;
use super::{Made, http, logs, overview};
use crate::catalogue::{Metric, Program, Scope, Values};
use crate::generate::dashboards::board::{Board, Folder};
use crate::generate::dashboards::by_kind::panels;
use crate::generate::dashboards::grafana::Variable;
use std::collections::{BTreeMap, BTreeSet};

/// How many labels a reader can choose values of; more hide the dashboard.
const VARIABLES: usize = 4;

pub(crate) fn boards(made: &Made<'_>, shown: &BTreeSet<String>) -> Vec<Board> {
    made.catalogue.programs.iter().map(|program| board(made, program, shown)).collect()
}

fn board(made: &Made<'_>, program: &Program, shown: &BTreeSet<String>) -> Board {
    let service = program.service.as_deref().unwrap_or(&program.name);
    let finder = made.finder.of_program(&program.name);
    let about = format!(
        "The service {service}: its requests, its own metrics, and whatever else it has that no other dashboard shows."
    );
    let mut board = Board::new(format!("service-{service}"), format!("Service {service}"), Folder::Services, &about);
    board.jobs = job_of(made, &program.name);

    let plain = Made { finder: finder.clone(), ..*made };
    board.section("Requests");
    board.add(overview::up(&plain).size(4, 7));
    board.add(http::request_rate(&plain).size(7, 7));
    board.add(http::error_rate(&plain).size(6, 7));
    board.add(http::response_time(&plain).size(7, 7));

    let business: Vec<&Metric> = finder.all().filter(|metric| metric.scope == Scope::Business).collect();
    let others: Vec<&Metric> =
        finder.all().filter(|metric| metric.scope != Scope::Business && !shown.contains(&metric.name)).collect();
    let choices = choices(business.iter().chain(&others).copied());
    board.variables = choices.iter().map(|(name, values)| Variable::known(name, values)).collect();
    let mut chosen = finder;
    chosen.scope = chosen.scope.with_variables(choices.into_keys().map(str::to_owned).collect());

    board.section("Business");
    for metric in business {
        panels(&chosen, metric).into_iter().for_each(|panel| board.add(panel.size(8, 7)));
    }
    board.section("System");
    for metric in others {
        panels(&chosen, metric).into_iter().for_each(|panel| board.add(panel.size(8, 7)));
    }
    board.section("Logs");
    board.add(logs::panel("Errors and warnings", logs::ERRORS));
    board
}

/// Labels whose values are known, and the same wherever the label is.
fn choices<'a>(metrics: impl Iterator<Item = &'a Metric>) -> BTreeMap<&'a str, &'a Vec<String>> {
    let mut domains: BTreeMap<&str, Option<&Vec<String>>> = BTreeMap::new();
    for label in metrics.flat_map(|metric| &metric.labels) {
        let values = match &label.values {
            Values::Known(values) if values.len() > 1 => Some(values),
            _ => None,
        };
        let domain = domains.entry(&label.name).or_insert(values);
        if *domain != values {
            *domain = None;
        }
    }
    domains.into_iter().filter_map(|(name, values)| Some((name, values?))).take(VARIABLES).collect()
}
