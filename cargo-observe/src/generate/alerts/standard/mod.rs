//! The standard alerts: each where a service has what it reads, and with what `observe.toml` says of it.

mod list;
mod measure;
mod tune;

use super::promql::{minutes, time};
use super::promtool::{State, Test, TestFile};
use super::rule::{Group, Pairs, Rule, RuleFile, pairs};
use super::service::Service;
use super::{Annotated, LeftOut};
use crate::error::Result;
use crate::settings::Settings;
use measure::{Built, Measure};
use serde_saphyr::LitString;
use std::time::Duration;
use tune::Tuned;

pub(super) use list::ALERTS;
pub(super) use tune::{check as check_settings, is_enabled, severity};

/// An alert, as it is where nobody says otherwise.
#[derive(Debug)]
pub(super) struct Standard {
    pub(super) name: &'static str,
    pub(super) group: &'static str,
    pub(super) severity: &'static str,
    /// Which way it goes: `security` and `compliance` have receivers of their own.
    pub(super) kind: &'static str,
    pub(super) measure: Measure,
    pub(super) threshold: Threshold,
    /// Over which time it is measured, in minutes; 0 where it is about now.
    pub(super) window: u64,
    /// For how many minutes it has to hold.
    pub(super) holds: u64,
    /// What is so, in a few words; after the service's name.
    pub(super) summary: &'static str,
    /// The same with figures: `{value}`, `{threshold}` and `{window}` are replaced.
    pub(super) description: &'static str,
    pub(super) page: Page,
}

/// What a runbook says beside the figures.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) impact: &'static str,
    /// What to look at, and what it would mean.
    pub(super) look: &'static [&'static str],
    pub(super) act: &'static [&'static str],
}

/// The limit of an alert, in its unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Threshold {
    /// There is none to set.
    None,
    /// A share of all, from 0 to 1.
    Share(f64),
    Seconds(f64),
    Count(f64),
}

/// A standard alert of one service.
#[derive(Debug)]
pub(super) struct Alert {
    pub(super) standard: &'static Standard,
    pub(super) tuned: Tuned,
    pub(super) built: Built,
    labels: Pairs,
}

/// The alerts that a service can have; the others with the reason.
pub(super) fn alerts(service: &Service<'_>, settings: &Settings) -> Result<(Vec<Alert>, Vec<LeftOut>)> {
    let (mut alerts, mut left_out) = (Vec::new(), Vec::new());
    for standard in ALERTS {
        let tuned = Tuned::new(standard, service.name, settings)?;
        let built = if tuned.is_enabled { standard.measure.build(service, &tuned) } else { Err("switched off".into()) };
        match built {
            Ok(built) => {
                let labels = pairs([("kind", standard.kind), ("service", service.name), ("severity", &tuned.severity)]);
                alerts.push(Alert { standard, tuned, built, labels });
            }
            Err(why) => left_out.push(LeftOut { service: service.name.to_owned(), alert: standard.name.into(), why }),
        }
    }
    Ok((alerts, left_out))
}

/// The rules, group by group.
pub(super) fn rules(service: &Service<'_>, alerts: &[Alert], annotated: &Annotated<'_>) -> RuleFile {
    let mut groups: Vec<Group> = Vec::new();
    for alert in alerts {
        let rule = alert.rule(service, annotated);
        match groups.iter_mut().find(|group| group.name == alert.standard.group) {
            Some(group) => group.rules.push(rule),
            None => {
                groups.push(Group { name: alert.standard.group.to_owned(), interval: None, rules: vec![rule] });
            }
        }
    }
    RuleFile { groups }
}

impl Alert {
    fn rule(&self, service: &Service<'_>, annotated: &Annotated<'_>) -> Rule {
        let standard = self.standard;
        let value = match standard.threshold {
            Threshold::Share(_) => "{{ $value | humanizePercentage }}",
            Threshold::Seconds(_) => "{{ $value | humanizeDuration }}",
            Threshold::None | Threshold::Count(_) => "{{ $value | humanize }}",
        };
        let description = standard
            .description
            .replace("{value}", value)
            .replace("{threshold}", &self.tuned.shown_threshold())
            .replace("{window}", &time(self.tuned.window));
        let summary = format!("{}: {}", service.name, standard.summary);
        Rule::Alert {
            alert: standard.name.to_owned(),
            expr: LitString(self.built.rule()),
            // What is told at once says so.
            holds: Some(if self.tuned.holds.is_zero() { "0s".to_owned() } else { time(self.tuned.holds) }),
            labels: self.labels.clone(),
            annotations: annotated.annotations(standard.name, &summary, &description),
        }
    }

    /// How long it takes until the alert fires after the trouble began, at most, in minutes.
    fn delay(&self) -> u64 {
        minutes(self.built.delay) + minutes(self.tuned.holds) + 3
    }

    /// How long it takes until the alert ends after the trouble did.
    fn recovery(&self) -> u64 {
        minutes(self.tuned.window) + 3
    }
}

/// The tests of a service's rules.
pub(super) fn tests(service: &Service<'_>, alerts: &[Alert]) -> TestFile {
    let mut file = TestFile::of(&format!("{}.yml", service.file_name()));
    let all = || alerts.iter().flat_map(|alert| &alert.built.samples);
    let longest = alerts.iter().map(|alert| minutes(alert.tuned.window)).max().unwrap_or(0) + 10;
    let well = [(State::Well, longest)];
    file.tests.push(Test::new("a healthy service", all(), &well).expect_silent(longest - 1, None));
    let quiet = [(State::Well, 10), (State::Quiet, longest)];
    file.tests.push(Test::new("a quiet service", all(), &quiet).expect_silent(longest + 9, None));
    let mut absent = Test::new("a service without a series", [], &[]);
    for alert in alerts {
        absent = match alert.standard.measure {
            Measure::Down => absent.expect_fires(10, alert.standard.name, &alert.labels),
            _ => absent.expect_silent(10, Some(alert.standard.name)),
        };
    }
    file.tests.push(absent);
    for alert in alerts {
        let (name, labels, samples) = (alert.standard.name, &alert.labels, &alert.built.samples);
        let (delay, warm) = (alert.delay(), alert.recovery() + 5);
        let ends = warm + delay + alert.recovery();
        let course = [(State::Well, warm), (State::Unwell, delay), (State::Well, alert.recovery())];
        file.tests.push(
            Test::new(format!("{name} fires, and ends"), samples, &course)
                .expect_silent(warm - 1, Some(name))
                .expect_fires(warm + delay - 1, name, labels)
                .expect_silent(ends - 1, Some(name)),
        );
        let near = [(State::Near, warm + delay)];
        file.tests.push(
            Test::new(format!("{name} is silent below its threshold"), samples, &near)
                .expect_silent(warm + delay - 1, Some(name)),
        );
        let cold = [(State::Unwell, delay + 1)];
        file.tests.push(
            Test::new(format!("{name} fires for a new service"), samples, &cold).expect_fires(delay, name, labels),
        );
    }
    file
}

/// A time of so many minutes.
const fn of_minutes(minutes: u64) -> Duration {
    Duration::from_mins(minutes)
}
