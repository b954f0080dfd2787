//! What an annotation says of a metered function.

use super::label::LabelInfo;
use super::ladder::{API_LADDER, Ladder};
use crate::call::outcome;
use observe_rules::metric::Family;
use std::borrow::Cow;

/// What the macro knows about a metered function. What is said seldom takes little room: there is one
/// of these in the program for each function.
#[derive(Clone, Copy, Debug)]
pub struct MeterDefinition {
    /// The base name of its families.
    pub name: &'static str,
    /// What the function does, for HELP.
    pub help: &'static str,
    /// The user's labels.
    pub labels: &'static [LabelInfo],
    /// The module and the line that declare it.
    pub place: (&'static str, u32),
    /// What becomes of the counter.
    pub calls: Choice,
    /// What becomes of the histogram.
    pub duration: Choice,
    /// What becomes of the gauge.
    pub in_progress: Choice,
    /// The label that says how a call ended, where it is not `status`.
    pub outcome: Option<&'static str>,
    /// The label that an error is, besides.
    pub errors: Option<&'static LabelInfo>,
    /// The histogram's bounds.
    pub ladder: &'static Ladder,
    /// What the service promises of the calls.
    pub objective: Option<&'static Objective>,
}

/// What becomes of one family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Called after the base name.
    Default,
    /// Called as the user says.
    Named(&'static str),
    /// Not kept at all.
    Off,
}

/// What a service promises of a function's calls: percentages, and a duration in seconds.
#[derive(Clone, Copy, Debug)]
pub struct Objective {
    /// Of all calls this many end as `ok`.
    pub success: Option<f64>,
    /// This many, the second, take no longer than the first, which is one of the histogram's bounds.
    pub latency: Option<(f64, f64)>,
}

impl MeterDefinition {
    /// A definition that says no more than it must.
    #[must_use]
    pub const fn of(
        name: &'static str,
        help: &'static str,
        labels: &'static [LabelInfo],
        place: (&'static str, u32),
    ) -> Self {
        Self {
            name,
            help,
            labels,
            place,
            calls: Choice::Default,
            duration: Choice::Default,
            in_progress: Choice::Default,
            outcome: None,
            errors: None,
            ladder: &API_LADDER,
            objective: None,
        }
    }

    /// How many ways to end there are.
    pub(super) const fn outcomes(&self) -> usize {
        match self.errors {
            Some(errors) => outcome::VALUES.len() - 1 + errors.cardinality,
            None => outcome::VALUES.len(),
        }
    }

    /// The label that says how a call ended.
    pub(super) fn outcome(&self) -> &'static str {
        self.outcome.unwrap_or("status")
    }

    /// The families that are not off.
    pub(super) fn shown(&self) -> impl Iterator<Item = (Family, Choice)> {
        let choices =
            [(Family::Calls, self.calls), (Family::Duration, self.duration), (Family::InProgress, self.in_progress)];
        choices.into_iter().filter(|(_, choice)| *choice != Choice::Off)
    }

    /// The same, with their names.
    pub(super) fn families(&self) -> impl Iterator<Item = (Family, Cow<'static, str>)> {
        let base = self.name;
        self.shown().map(move |(family, choice)| match choice {
            Choice::Named(name) => (family, Cow::Borrowed(name)),
            Choice::Default | Choice::Off => (family, Cow::Owned(format!("{base}{}", family.suffix()))),
        })
    }
}
