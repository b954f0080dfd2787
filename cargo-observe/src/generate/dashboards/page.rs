//! The pages beside the dashboards: which there are and what they lack, and the queries of logs to copy.

use super::FOLDER;
use super::board::{Board, uid};
use super::boards::QUERIES;
use std::fmt::Write as _;

const MADE: &str =
    "<!-- Made by `cargo observe generate dashboards`: change the annotations or observe.toml, not this file. -->\n";

/// Which dashboards there are, and what was left out of them.
pub(super) fn dashboards(boards: &[Board]) -> String {
    let mut page = format!(
        "{MADE}\n# Dashboards\n\nA panel is there where something of the workspace emits its metric. The files are in `{FOLDER}`, a folder of \
        Grafana each.\n\n| dashboard | folder | uid | what it shows |\n|---|---|---|---|\n"
    );
    for board in boards.iter().filter(|board| board.shows()) {
        let _ = writeln!(
            page,
            "| {} | {} | `{}` | {} |",
            board.title,
            board.folder.name(),
            uid(&board.name),
            board.description
        );
    }
    page += "\n## Left out\n";
    let mut is_whole = true;
    for board in boards.iter().filter(|board| !board.left_out.is_empty()) {
        is_whole = false;
        let state = if board.shows() { "" } else { " (not made)" };
        let _ = writeln!(page, "\n{}{state}:\n", board.title);
        for (panel, why) in &board.left_out {
            let _ = writeln!(page, "- {panel}: {why}");
        }
    }
    if is_whole {
        page += "\nNothing.\n";
    }
    page
}

/// The queries of logs, to be copied.
pub(super) fn log_queries() -> String {
    let mut page = format!(
        "{MADE}\n# Log queries\n\nSaved queries of Loki for common investigations, as the dashboard *Log queries* has them. Put a service's name in \
        the place of `$job` (`.+` for all), and what is looked for in the place of `$request_id`, `$trace_id`, `$user` and `$slow_ms`.\n\n\
        Lines are found by `service_name`: Loki gives it to what comes by OTLP, and by itself to what is shipped with a label \
        `service`. `detected_level` is Loki's too, of the level that a line has.\n"
    );
    for query in QUERIES {
        let text = query.text().replace("$__auto", if query.legend.is_some() { "5m" } else { "$__auto" });
        let _ = write!(page, "\n## {}\n\n{}.\n\n```logql\n{text}\n```\n", query.title, query.about);
    }
    page
}
