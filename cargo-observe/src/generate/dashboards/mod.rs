//! Grafana dashboards, one file each, in a folder for those who look into them.
//!
//! A panel is made where the catalogue has its metric, and nowhere else; what is left out, and why, `docs/dashboards.md`
//! says, which is made here too. The exceptions are what the optional exporters have, and Prometheus itself.

mod board;
mod boards;
mod by_kind;
mod find;
mod grafana;
mod limits;
mod page;
mod panel;
mod promql;
#[cfg(test)]
mod tests;
mod units;

use super::Model;
use crate::error::{Error, Result};
use crate::files::Files;
use board::Board;
use boards::Made;
use find::Finder;
use limits::Limits;

pub(crate) use by_kind::QUANTILES;
pub(crate) use find::Finder as Metrics;
pub(crate) use promql::{Scope, failure, ratio, shown_labels, sum_by};

/// What all of ours are tagged with.
const TAG: &str = "observe";
/// The folder of the dashboards' files; those in it are Grafana's folders.
pub(crate) const FOLDER: &str = "grafana/dashboards";
/// A trace in Grafana's Explore, by the id that was clicked.
const TRACE_URL: &str = "/explore?schemaVersion=1&panes=%7B%22t%22:%7B%22datasource%22:%22${traces}%22,%22queries%22:%5B%7B%22refId%22:%22A%22,\
    %22query%22:%22${__value.raw}%22%7D%5D,%22range%22:%7B%22from%22:%22now-24h%22,%22to%22:%22now%22%7D%7D%7D";

pub(crate) fn files(model: &Model<'_>) -> Result<Files> {
    let boards = boards(model)?;
    let presence = presence(&Finder::new(model.catalogue));
    let mut files = Files::default();
    files.add("docs/dashboards.md", page::dashboards(&boards));
    files.add("docs/log-queries.md", page::log_queries());
    for board in boards.into_iter().filter(Board::shows) {
        let path = format!("{FOLDER}/{}/{}.json", board.folder.name(), file_name(&board.name));
        let json =
            serde_json::to_string_pretty(&board.dashboard(&presence)).map_err(|error| Error::new(error.to_string()))?;
        files.add(path, json);
    }
    Ok(files)
}

fn boards(model: &Model<'_>) -> Result<Vec<Board>> {
    let made =
        Made { catalogue: model.catalogue, finder: Finder::new(model.catalogue), limits: Limits::of(model.settings)? };
    Ok(boards::all(&made))
}

/// Series that every service has, by which Grafana finds out which there are.
fn presence(finder: &Finder<'_>) -> String {
    let is_up = |name: &str| name.ends_with("_up");
    let mut names: Vec<&str> = finder
        .all()
        .filter(|metric| is_up(&metric.bare_name) && metric.labels.is_empty())
        .map(|metric| metric.name.as_str())
        .collect();
    names.dedup();
    match names.as_slice() {
        [] => "up".to_owned(),
        [name] => (*name).to_owned(),
        names => format!(r#"{{__name__=~"{}"}}"#, names.join("|")),
    }
}

/// A name as that of a file.
fn file_name(name: &str) -> String {
    name.chars().map(|letter| if letter.is_alphanumeric() || "-_.".contains(letter) { letter } else { '-' }).collect()
}
