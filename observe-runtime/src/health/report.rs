//! What an answer is made of, and how good it is.

use super::outcome::Status;
use super::round::Row;
use super::settings::Settings;
use std::time::SystemTime;

/// Whether the service takes requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Starting,
    Serving,
    Draining,
}

impl Phase {
    /// Why nothing is taken, whatever the checks say.
    pub(super) const fn refusal(self) -> Option<&'static str> {
        match self {
            Self::Serving => None,
            Self::Starting => Some("starting"),
            Self::Draining => Some("draining"),
        }
    }
}

/// All that an answer may say.
pub(super) struct Report {
    pub(super) phase: Phase,
    pub(super) rows: Vec<Row>,
    /// What was wrong with the question.
    pub(super) warnings: Vec<String>,
    /// Whether the reader may know why something fails.
    pub(super) from_inside: bool,
    pub(super) settings: Settings,
    pub(super) now: SystemTime,
    /// Whether one failing component of any kind is a failure: where one was asked for by name.
    pub(super) is_single: bool,
}

impl Report {
    /// Whether the service can be used.
    pub(super) fn is_ready(&self) -> bool {
        self.phase.refusal().is_none() && self.rows.iter().all(|row| !self.blocks(row))
    }

    fn blocks(&self, row: &Row) -> bool {
        (row.is_critical || self.is_single) && !row.finding.status().is_usable()
    }

    /// `Fail` where it can't be used, `Warn` where anything is not as it should be.
    pub(super) fn overall(&self) -> Status {
        if !self.is_ready() {
            Status::Fail
        } else if self.rows.iter().all(|row| row.finding.status() == Status::Pass) {
            Status::Pass
        } else {
            Status::Warn
        }
    }

    /// Why a component is as it is, for those who may know, where there is something to say.
    pub(super) fn text<'a>(&self, row: &'a Row) -> Option<&'a str> {
        let text = row.finding.outcome.text.as_str();
        (self.from_inside && !text.is_empty()).then_some(text)
    }
}
