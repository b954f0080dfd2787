//! What `[alerts]` of `observe.toml` changes.

use super::super::promql::{duration, short, time};
use super::super::slo;
use super::measure::Measure;
use super::{ALERTS, Standard, Threshold, of_minutes};
use crate::error::{Error, Result};
use crate::settings::{Alert, Settings};
use std::time::Duration;

const SEVERITIES: [&str; 3] = ["critical", "warning", "info"];

/// The figures of an alert for one service.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) struct Tuned {
    pub(in super::super) threshold: Threshold,
    pub(in super::super) window: Duration,
    pub(in super::super) holds: Duration,
    pub(in super::super) severity: String,
    pub(in super::super) min_calls: u64,
    pub(in super::super) is_enabled: bool,
}

impl Tuned {
    /// What is said for this service alone goes before what is said for all.
    pub(super) fn new(standard: &Standard, service: &str, settings: &Settings) -> Result<Self> {
        let mut tuned = Self {
            threshold: standard.threshold,
            window: of_minutes(standard.window),
            holds: of_minutes(standard.holds),
            severity: standard.severity.to_owned(),
            min_calls: 10,
            is_enabled: true,
        };
        for key in [standard.name.to_owned(), format!("{service}/{}", standard.name)] {
            if let Some(alert) = settings.alerts.get(&key) {
                tuned.apply(alert, standard, &format!("alerts.{key}"))?;
            }
        }
        let scrape = duration(&settings.metrics.scrape_interval, "metrics.scrape_interval")?;
        if standard.window > 0 && tuned.window < scrape * 4 {
            let message = format!(
                "alerts.{}.window: within {} Prometheus scrapes fewer than four times",
                standard.name,
                time(tuned.window)
            );
            return Err(Error::new(message).help(format!("write at least {}", time(scrape * 4))));
        }
        Ok(tuned)
    }

    fn apply(&mut self, alert: &Alert, standard: &Standard, place: &str) -> Result<()> {
        if let Some(text) = &alert.threshold {
            self.threshold = standard.threshold.parse(text, &format!("{place}.threshold"))?;
        }
        if let Some(text) = &alert.window {
            if standard.window == 0 {
                return Err(Error::new(format!("{place}.window: this alert is about now, and has no window")));
            }
            self.window = duration(text, &format!("{place}.window"))?;
        }
        if let Some(text) = &alert.r#for {
            let place = format!("{place}.for");
            self.holds = if text == "0s" { Duration::ZERO } else { duration(text, &place)? };
        }
        if let Some(calls) = alert.min_calls {
            if !matches!(standard.measure, Measure::Errors { .. } | Measure::Failed { .. }) {
                return Err(Error::new(format!("{place}.min_calls: this alert is not about a share of calls")));
            }
            self.min_calls = calls;
        }
        if let Some(text) = &alert.severity {
            self.severity = severity(text, place)?;
        }
        if let Some(text) = &alert.enabled {
            self.is_enabled = is_enabled(text, place)?;
        }
        Ok(())
    }

    /// The threshold for people.
    pub(super) fn shown_threshold(&self) -> String {
        match self.threshold {
            Threshold::None => String::new(),
            Threshold::Share(share) => format!("{}%", short(share * 100.0)),
            Threshold::Seconds(seconds) => Duration::try_from_secs_f64(seconds).map(time).unwrap_or_default(),
            Threshold::Count(count) => short(count),
        }
    }
}

impl Threshold {
    /// The figure of it; 0 where there is none.
    pub(super) fn value(self) -> f64 {
        match self {
            Self::None => 0.0,
            Self::Share(value) | Self::Seconds(value) | Self::Count(value) => value,
        }
    }

    fn parse(self, text: &str, place: &str) -> Result<Self> {
        let wrong = |help: &str| Error::new(format!("{place}: `{text}` does not fit this alert")).help(help);
        match self {
            Self::None => Err(Error::new(format!("{place}: this alert has no threshold to set"))),
            Self::Share(_) => {
                let percent = text.strip_suffix('%').and_then(|number| number.trim().parse::<f64>().ok());
                // What no share can pass would be an alert that never fires, or always.
                let is_share = percent.is_some_and(|percent| percent > 0.0 && percent < 100.0);
                let share = percent.filter(|_| is_share).map(|percent| Self::Share(percent / 100.0));
                share.ok_or_else(|| wrong("write a share above 0% and below 100%, such as `5%`"))
            }
            Self::Seconds(_) => {
                let seconds = duration(text, place).map_err(|_| wrong("write a time, such as `2s` or `24h`"))?;
                Ok(Self::Seconds(seconds.as_secs_f64()))
            }
            Self::Count(_) => {
                let count = text.parse::<f64>().ok().filter(|count| *count >= 0.0 && count.is_finite());
                count.map(Self::Count).ok_or_else(|| wrong("write a number, such as `3`"))
            }
        }
    }
}

/// A severity that routes know.
pub(in super::super) fn severity(text: &str, place: &str) -> Result<String> {
    if SEVERITIES.contains(&text) {
        return Ok(text.to_owned());
    }
    let message = format!("{place}.severity: there is no severity `{text}`");
    Err(Error::new(message).help(format!("the severities are {}", SEVERITIES.join(", "))))
}

/// Whether `enabled` says yes.
pub(in super::super) fn is_enabled(text: &str, place: &str) -> Result<bool> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(Error::new(format!("{place}.enabled: `{text}` is neither `yes` nor `no`"))),
    }
}

/// Refuses settings of an alert, or for a service, that does not exist: they would change nothing.
pub(in super::super) fn check(settings: &Settings, services: &[&str]) -> Result<()> {
    let names = || ALERTS.iter().map(|alert| alert.name).chain(slo::ALERTS);
    for key in settings.alerts.keys() {
        let (service, name) =
            key.rsplit_once('/').map_or((None, key.as_str()), |(service, name)| (Some(service), name));
        let (what, wrong, nearest) = if !names().any(|known| known == name) {
            ("alert", name, observe_rules::suggest::nearest(name, names()))
        } else if let Some(service) = service.filter(|service| !services.contains(service)) {
            ("service", service, observe_rules::suggest::nearest(service, services.iter().copied()))
        } else {
            continue;
        };
        let error = Error::new(format!("alerts.{key}: there is no {what} `{wrong}`"));
        return Err(match nearest {
            Some(nearest) => error.help(format!("the nearest is `{nearest}`")),
            None => error.help(format!("the alerts are {}", names().collect::<Vec<_>>().join(", "))),
        });
    }
    Ok(())
}
