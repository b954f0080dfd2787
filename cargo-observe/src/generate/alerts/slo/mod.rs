//! Objectives as rules: how much of the error budget is spent and how fast, by the method of several windows and burn
//! rates of Google's Site Reliability Workbook, chapter 5.

mod objective;
mod rules;
mod tests;

use super::promql::{duration, time};
use super::service::Service;
use super::standard::{is_enabled, severity};
use super::{Annotated, LeftOut};
use crate::error::{Error, Result};
use crate::settings::Settings;
use std::time::Duration;

pub(super) use objective::Objective;
pub(super) use rules::rules;
pub(super) use tests::tests;

/// The names of the alerts: that which calls somebody, and that which makes a ticket.
pub(super) const ALERTS: [&str; 2] = ["ErrorBudgetBurnFast", "ErrorBudgetBurnSlow"];

const HOUR: Duration = Duration::from_hours(1);
const MINUTES_5: Duration = Duration::from_mins(5);

/// Two windows in which the budget is spent too fast. The longer one says that it matters, the shorter one that it goes on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Burn {
    tier: Tier,
    /// The part of the budget of the whole period that is spent within the longer window, in percent.
    budget_percent: f64,
    long: Duration,
    short: Duration,
}

/// How an alert is treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tier {
    Page,
    Ticket,
}

/// Of 30 days these are 14.4, 6, 3 and 1 times the pace that just spends the budget.
const BURNS: [Burn; 4] = [
    Burn { tier: Tier::Page, budget_percent: 2.0, long: HOUR, short: MINUTES_5 },
    Burn { tier: Tier::Page, budget_percent: 5.0, long: Duration::from_hours(6), short: Duration::from_mins(30) },
    Burn { tier: Tier::Ticket, budget_percent: 10.0, long: Duration::from_hours(24), short: Duration::from_hours(2) },
    Burn { tier: Tier::Ticket, budget_percent: 10.0, long: Duration::from_hours(72), short: Duration::from_hours(6) },
];

/// What holds for all objectives.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Terms {
    period: Duration,
    min_calls: u64,
    /// By tier, page first; `None` where it is switched off.
    severities: [Option<String>; 2],
}

/// The objectives of a service that rules can be made of; the others with the reason.
pub(super) fn objectives<'a>(service: &Service<'a>) -> (Vec<Objective<'a>>, Vec<LeftOut>) {
    let (mut found, mut left_out) = (Vec::new(), Vec::new());
    for metric in service.metrics() {
        for (id, objective) in Objective::of(service, metric) {
            match objective {
                Ok(objective) => found.push(objective),
                Err(why) => {
                    left_out.push(LeftOut { service: service.name.to_owned(), alert: format!("objective {id}"), why });
                }
            }
        }
    }
    (found, left_out)
}

impl Terms {
    /// Reads the settings for a service, and refuses what can't work.
    pub(super) fn new(settings: &Settings, service: &str) -> Result<Self> {
        let period = duration(&settings.slo.period, "slo.period")?;
        let kept = HOUR * 24 * settings.retention.metrics_days;
        let longest = BURNS.map(|burn| burn.long).into_iter().max().unwrap_or_default();
        if period < longest {
            let message = format!("slo.period: {} is shorter than the longest window, {}", time(period), time(longest));
            return Err(Error::new(message).help("write `30d`, or at least `7d`"));
        }
        if period > kept {
            let message = format!("slo.period: {} is longer than metrics are kept, {}", time(period), time(kept));
            return Err(Error::new(message).help("shorten `slo.period`, or raise `retention.metrics_days`"));
        }
        let scrape = duration(&settings.metrics.scrape_interval, "metrics.scrape_interval")?;
        let shortest = MINUTES_5;
        if shortest < scrape * 4 {
            let message = format!(
                "metrics.scrape_interval: with a scrape each {} the shortest window, {}, has fewer than four",
                time(scrape),
                time(shortest)
            );
            return Err(Error::new(message).help("scrape at least each 75s"));
        }
        let mut severities = [Some("critical".to_owned()), Some("warning".to_owned())];
        for (name, standard) in ALERTS.iter().zip(&mut severities) {
            for key in [(*name).to_owned(), format!("{service}/{name}")] {
                let Some(alert) = settings.alerts.get(&key) else { continue };
                let place = format!("alerts.{key}");
                if alert.threshold.is_some()
                    || alert.window.is_some()
                    || alert.r#for.is_some()
                    || alert.min_calls.is_some()
                {
                    let error = Error::new(format!("{place}: the objective and `[slo]` make its figures"));
                    return Err(error.help("only `severity` and `enabled` can be set"));
                }
                if let Some(text) = &alert.severity {
                    *standard = Some(severity(text, &place)?);
                }
                if alert.enabled.as_deref().is_some_and(|text| is_enabled(text, &place) == Ok(false)) {
                    *standard = None;
                }
                alert.enabled.as_deref().map_or(Ok(true), |text| is_enabled(text, &place))?;
            }
        }
        Ok(Self { period, min_calls: settings.slo.min_calls, severities })
    }
}

impl Burn {
    /// How many times the pace that just spends the budget.
    fn factor(&self, terms: &Terms) -> f64 {
        self.budget_percent / 100.0 * terms.period.as_secs_f64() / self.long.as_secs_f64()
    }

    /// The share of failed calls above which it fires; `None` where no share can be.
    fn threshold(&self, objective: &Objective<'_>, terms: &Terms) -> Option<f64> {
        let threshold = self.factor(terms) * objective.budget();
        (threshold < 1.0).then_some(threshold)
    }
}

impl Tier {
    const ALL: [Self; 2] = [Self::Page, Self::Ticket];

    fn alert(self) -> &'static str {
        ALERTS[self as usize]
    }

    fn name(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Ticket => "ticket",
        }
    }

    fn burns(self) -> impl Iterator<Item = Burn> {
        BURNS.into_iter().filter(move |burn| burn.tier == self)
    }
}

/// What no alert of an objective can say: the pairs of windows whose threshold no share can pass.
pub(super) fn impossible(objective: &Objective<'_>, terms: &Terms, annotated: &Annotated<'_>) -> Vec<LeftOut> {
    let left_out = BURNS.iter().filter(|burn| burn.threshold(objective, terms).is_none()).map(|burn| {
        let (long, factor) = (time(burn.long), super::promql::short(burn.factor(terms)));
        let why = format!(
            "over {long} it could never fire: {factor} times the budget of {} is more than all calls",
            super::promql::short(objective.budget())
        );
        LeftOut {
            service: annotated.service.to_owned(),
            alert: format!("{} of {}", burn.tier.alert(), objective.id),
            why,
        }
    });
    left_out.collect()
}
