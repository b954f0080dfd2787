//! How telemetry itself does: what it lost, what it costs, what it hid.

use super::Made;
use crate::catalogue::{Kind, Scope};
use crate::generate::dashboards::board::{Board, Folder};
use crate::generate::dashboards::by_kind::{counter, panels};
use crate::generate::dashboards::panel::{Panel, query};
use crate::generate::dashboards::units;

pub(crate) fn board(made: &Made<'_>) -> Board {
    let mut board = Board::new(
        "telemetry",
        "Telemetry",
        Folder::Operations,
        "What telemetry itself lost, what memory it takes, what redaction hid.",
    );
    let own = made.finder.find_all("telemetry", |metric| metric.scope == Scope::Telemetry);
    let is_loss = |name: &str| {
        ["_lost_total", "_dropped_total", "_overflow_total", "_refused_total"]
            .iter()
            .any(|ending| name.ends_with(ending))
    };
    let (losses, others): (Vec<_>, Vec<_>) =
        own.metrics.into_iter().partition(|metric| metric.kind == Kind::Counter && is_loss(&metric.bare_name));
    board.section("Lost");
    for metric in losses {
        board.add(counter(&made.finder, metric).all_red().size(8, 7));
    }
    board.section("Done");
    for metric in others {
        if metric.bare_name == "observe_redactions_total" {
            board.add(redactions(made).size(8, 7));
            continue;
        }
        for panel in panels(&made.finder, metric) {
            board.add(panel.size(8, 7));
        }
    }
    board.section("Scrapes");
    let up = Panel::timeseries("Scrapes that were answered").unit(units::RATIO).max(1.0).plain(query(
        r#"avg_over_time(up{job=~"$job",instance=~"$instance"}[$__rate_interval])"#,
        "{{job}} {{instance}}",
    ));
    board.add(up.describe("Prometheus' own `up`: 1 where every scrape in the window was answered"));
    let taken = Panel::timeseries("Series of a scrape")
        .plain(query(r#"scrape_samples_scraped{job=~"$job",instance=~"$instance"}"#, "{{job}} {{instance}}"));
    board.add(taken.describe("Prometheus' own `scrape_samples_scraped`: what the labels of a service really cost"));
    board
}

pub(crate) fn redactions(made: &Made<'_>) -> Panel {
    let scope = &made.finder.scope;
    Panel::timeseries("Values hidden per second, by kind")
        .unit(units::PER_SECOND)
        .each(&made.finder.find("observe_redactions_total", &["kind"]), |metric| {
            Some(query(format!("{} > 0", scope.rate_by(&["job", "kind"], metric, "", &[])), "{{job}} {{kind}}"))
        })
}
