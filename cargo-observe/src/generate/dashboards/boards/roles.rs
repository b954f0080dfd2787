//! One page for each role: what a clinician, an administrator, an operator asks first.

use super::{Made, ai, audit, http, infrastructure, logs, overview, telemetry};
use crate::generate::dashboards::board::{Board, Folder};
use crate::generate::dashboards::panel::{Panel, query};
use crate::generate::dashboards::units;

/// Whether the assistant answers, and how fast: no machinery, no money.
pub(crate) fn clinician(made: &Made<'_>) -> Board {
    let mut board = Board::new(
        "clinician",
        "For clinicians",
        Folder::Clinicians,
        "Whether questions are answered, how fast, and how sure it is that they will be.",
    );
    let mine = made.finder.find("rag_queries_total", &[]);
    let program = mine.metrics.first().and_then(|metric| metric.programs.first()).map(String::as_str);
    let Some(program) = program else {
        board.left_out.push((
            "the whole dashboard".to_owned(),
            "nothing emits `rag_queries_total`: nobody asks questions here".to_owned(),
        ));
        return board;
    };
    let made = &Made { finder: made.finder.of_program(program), ..*made };
    board.jobs = job_of(made, program);
    board.section("Now");
    board.add(overview::up(made).size(6, 6));
    board.add(answered(made).size(6, 6));
    board.add(usual_time(made).size(6, 6));
    board.add(
        ai::rate_by_some(made, "Questions per second", units::PER_SECOND, "rag_queries_total", &["status"])
            .red("(error|panicked|cancelled)$")
            .size(6, 6),
    );
    board.section("Answers");
    board.add(overview::rag_time(made));
    board.add(
        ai::rate_by_some(made, "Documents added per second", units::PER_SECOND, "document_uploads_total", &["status"])
            .red("(error|panicked|cancelled)$"),
    );
    board.section("What answers depend on");
    board.add(overview::health(made).size(24, 7));
    board
}

/// The job of a program, where its name is known.
pub(crate) fn job_of(made: &Made<'_>, program: &str) -> Vec<String> {
    let program = made.catalogue.programs.iter().find(|it| it.name == program);
    program.and_then(|it| it.service.clone()).into_iter().collect()
}

fn answered(made: &Made<'_>) -> Panel {
    let scope = &made.finder.scope;
    Panel::gauge("Questions that were answered")
        .unit(units::RATIO)
        .max(1.0)
        .bad_below(0.99)
        .each(&made.finder.find("rag_queries_total", &[]), |metric| {
            Some(query(format!("1 - ({})", scope.failed(&["job"], metric)?), "{{job}}"))
        })
}

fn usual_time(made: &Made<'_>) -> Panel {
    let scope = &made.finder.scope;
    Panel::stat("Usual time to an answer")
        .unit(units::SECONDS)
        .each(&made.finder.find("rag_query_duration_seconds", &[]), |metric| {
            Some(query(scope.quantile(0.5, &["job"], metric, &[]), "{{job}}"))
        })
}

/// Access, records, data, cost.
pub(crate) fn administrator(made: &Made<'_>) -> Board {
    let mut board = Board::new(
        "administrator",
        "For administrators",
        Folder::Administration,
        "Access, records, backups, personal data that was hidden, and cost.",
    );
    board.from = "now-24h";
    board.section("Access");
    board.add(audit::unwritten(made).size(6, 7));
    board.add(audit::backup(made).size(6, 7));
    board.add(audit::log_ins(made).size(12, 7));
    board.section("Data");
    board.add(telemetry::redactions(made));
    board.add(ai::rate_by_some(
        made,
        "Documents added per second",
        units::PER_SECOND,
        "document_uploads_total",
        &["status"],
    ));
    board.section("Cost");
    board.add(ai::cost(made));
    board.add(ai::tokens_by_user(made));
    board.section("Entries");
    board.add(logs::panel("Entries of the audit log", logs::AUDIT));
    board
}

/// Whether anything needs somebody, on one screen.
pub(crate) fn operator(made: &Made<'_>) -> Board {
    let mut board = Board::new(
        "operator",
        "For operators",
        Folder::Operations,
        "Whether anything needs somebody now: services, errors, time, room that is left.",
    );
    board.from = "now-3h";
    board.section("Now");
    board.add(overview::up(made).size(6, 7));
    board.add(http::error_rate(made).size(9, 7));
    board.add(http::response_time(made).size(9, 7));
    board.section("Room");
    board.add(infrastructure::memory(made).size(8, 7));
    board.add(infrastructure::disk(made).size(8, 7));
    board.add(infrastructure::descriptors(made).size(8, 7));
    board.section("Since when");
    board.add(infrastructure::uptime(made).size(24, 5));
    board.section("Logs");
    board.add(logs::panel("Errors and warnings", logs::ERRORS));
    board
}
