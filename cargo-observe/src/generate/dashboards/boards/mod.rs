//! The dashboards, one file for each kind of question.

mod ai;
mod audit;
mod business;
mod cache;
mod capacity;
mod http;
mod incident;
mod infrastructure;
mod logs;
mod overview;
mod roles;
mod services;
mod slo;
mod telemetry;

use super::board::Board;
use super::find::Finder;
use super::limits::Limits;
use crate::catalogue::Catalogue;
use std::collections::BTreeSet;

pub(crate) use logs::QUERIES;

/// What all dashboards are made of.
#[derive(Debug)]
pub(crate) struct Made<'a> {
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) finder: Finder<'a>,
    pub(crate) limits: Limits,
}

/// All dashboards, those that would show nothing too.
pub(crate) fn all(made: &Made<'_>) -> Vec<Board> {
    let mut boards = vec![
        overview::board(made),
        http::board(made),
        ai::board(made),
        cache::board(made),
        infrastructure::board(made),
        slo::board(made),
        business::board(made),
        business::predictions(made),
        audit::board(made),
        roles::clinician(made),
        roles::administrator(made),
        roles::operator(made),
        incident::board(made),
        capacity::board(made),
        telemetry::board(made),
        logs::board(),
    ];
    let shown: BTreeSet<String> = boards.iter().flat_map(Board::metrics).collect();
    boards.extend(services::boards(made, &shown));
    boards
}
