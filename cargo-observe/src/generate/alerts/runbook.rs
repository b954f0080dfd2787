//! What to do when an alert fires: a page for each.

use super::dashboard;
use super::promql::time;
use super::slo::{self, Objective};
use super::standard::{Alert, Page};
use crate::files::Files;
use crate::settings::Settings;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The pages, by the names of the alerts.
#[derive(Debug, Default)]
pub(super) struct Runbooks {
    pages: BTreeMap<&'static str, Text>,
}

#[derive(Debug)]
struct Text {
    meaning: String,
    page: &'static Page,
    /// Whether `threshold`, `window` and `for` can be set.
    has_figures: bool,
    /// By service, what to look at.
    services: Vec<(String, String)>,
}

const FAST: Page = Page {
    impact: "The service keeps its promise to users no longer, unless somebody acts within hours.",
    look: &[
        "Which calls fail: the metric of the objective by its labels.",
        "What was deployed shortly before, here and at those whom the service calls.",
        "Traces of failed calls, which are always kept.",
    ],
    act: &[
        "Go back to the last release where it began with a new one.",
        "Switch off what fails, if the rest works without it.",
    ],
};

const SLOW: Page = Page {
    impact: "Nothing has to be done this night. In days the promise to users is broken.",
    look: &["Since when: the error ratio over a week.", "Which calls fail: the metric of the objective by its labels."],
    act: &[
        "Put the repair before new features until the budget lasts again.",
        "Where the objective is too strict for what users need, change it.",
    ],
};

impl Runbooks {
    /// Adds an alert of a service.
    pub(super) fn standard(&mut self, service: &str, alert: &Alert) {
        let text = self.pages.entry(alert.standard.name).or_insert_with(|| Text {
            meaning: format!("A service has this alert when {}.", alert.standard.summary),
            page: &alert.standard.page,
            has_figures: true,
            services: Vec::new(),
        });
        text.services.push((service.to_owned(), alert.built.query.clone()));
    }

    /// Adds the objectives of a service.
    pub(super) fn objectives(&mut self, objectives: &[Objective<'_>]) {
        for (name, page, pace) in [(slo::ALERTS[0], &FAST, "hours"), (slo::ALERTS[1], &SLOW, "days")] {
            let text = self.pages.entry(name).or_insert_with(|| Text {
                meaning: format!(
                    "So many calls fail, or take too long, that the error budget of an objective is spent within {pace}."
                ),
                page,
                has_figures: false,
                services: Vec::new(),
            });
            for objective in objectives {
                let (service, id) = (objective.service, &objective.id);
                let query = format!("slo:current_burn_rate:ratio{{slo=\"{id}\",service=\"{service}\"}}");
                text.services.push((service.to_owned(), query));
            }
        }
    }

    pub(super) fn files(self, settings: &Settings) -> Files {
        let mut files = Files::default();
        let mut index = String::from("# Runbooks\n\nOne page for each alert that is generated.\n\n");
        for (name, text) in &self.pages {
            let _ = writeln!(index, "- [{name}]({name}.md)");
            files.add(format!("runbooks/{name}.md"), text.page(name, settings));
        }
        files.add("runbooks/README.md", index);
        files
    }
}

impl Text {
    fn page(&self, name: &str, settings: &Settings) -> String {
        let list = |lines: &[&str]| lines.iter().map(|line| format!("- {line}\n")).collect::<String>();
        let mut text = format!("# {name}\n\n{}\n\n", self.meaning);
        let _ = write!(text, "## Impact\n\n{}\n\n## What to look at\n\n{}\n", self.page.impact, list(self.page.look));
        for (service, query) in &self.services {
            let board = dashboard(name, service);
            let _ = write!(
                text,
                "{service} ([dashboard]({board})), the figure that the alert compares:\n\n```promql\n{query}\n```\n\n"
            );
            let _ = write!(
                text,
                "Its log, in Loki:\n\n```logql\n{{service=\"{service}\"}} | json | level=~\"WARN|ERROR\"\n```\n\n"
            );
        }
        let _ = write!(text, "## What to do\n\n{}\n", list(self.page.act));
        text + &self.silence(name, settings)
    }

    fn silence(&self, name: &str, settings: &Settings) -> String {
        let wait = super::promql::duration("2h", "silence").map(time).unwrap_or_default();
        let service = self.services.first().map_or("", |(service, _)| service);
        let mut text = format!(
            "## How to silence and tune\n\nFor a while, by somebody who says why:\n\n```sh\namtool silence add alertname={name} \
             service={service} --duration={wait} --comment=\"the reason\"\n```\n\n"
        );
        let tune = if self.has_figures {
            format!(
                "For good, in `observe.toml`, then `cargo observe generate`; each line may be left out, and \
                 `[alerts.\"{service}/{name}\"]` is for one service alone. What an alert does not have is refused.\n\n\
                 ```toml\n[alerts.{name}]\nseverity = \"warning\"\nfor = \"10m\"\nthreshold = \"…\"\nwindow = \"10m\"\nenabled = \"no\"\n```\n"
            )
        } else {
            format!(
                "Its figures follow from the objective in the code and from `[slo]` in `observe.toml`: period {}, at least {} \
                 calls within the longer window. `[alerts.{name}]` can set `severity` and `enabled`.\n",
                settings.slo.period, settings.slo.min_calls
            )
        };
        text += &tune;
        text
    }
}
