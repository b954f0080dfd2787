//! Reads a text exposition and refuses whatever its format does not allow.
//!
//! Two formats: OpenMetrics 1.0, all of it, and Prometheus text 0.0.4. Where the older format leaves
//! something open (white space, the order of buckets, the sign of a count), the rule of the newer one
//! holds, because that is what we write.
//!
//! The way of a text: `line` reads each line, `family` sorts them into families, `point` judges the
//! samples of one metric at one time.
//!
//! Source: OpenMetrics 1.0 specification; Prometheus documentation, "Exposition formats".

#![allow(dead_code, reason = "each test target that includes this module uses its own part of it")]

mod family;
mod kind;
mod line;
mod number;
mod point;

pub(crate) use kind::Kind;
use std::fmt;

/// The rules to read by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// OpenMetrics text, version 1.0.
    OpenMetrics,
    /// Prometheus text, version 0.0.4.
    Prometheus,
}

impl Format {
    /// The format that a content type names.
    pub(crate) fn of(content_type: &str) -> Option<Self> {
        match content_type {
            "application/openmetrics-text; version=1.0.0; charset=utf-8" => Some(Self::OpenMetrics),
            "text/plain; version=0.0.4; charset=utf-8" => Some(Self::Prometheus),
            _ => None,
        }
    }
}

/// A line that breaks a rule, counted from 1, and the rule. A family is judged as a whole at its end, so a line
/// right after it may be found first.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) line: usize,
    pub(crate) rule: &'static str,
    /// What the line says.
    pub(crate) text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}: {:?}", self.line, self.rule, self.text)
    }
}

/// One family, as the text has it.
#[derive(Debug)]
pub(crate) struct Family {
    /// Without a suffix.
    pub(crate) name: String,
    /// `Unknown` where no TYPE says more.
    pub(crate) kind: Kind,
    pub(crate) help: Option<String>,
    pub(crate) unit: Option<String>,
    pub(crate) samples: Vec<Sample>,
    /// The line that it begins with.
    line: usize,
    /// Whether a TYPE line was seen.
    typed: bool,
}

/// One line with a number.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    /// With its suffix.
    pub(crate) name: String,
    /// With the escapes undone, in the order of the text.
    pub(crate) labels: Labels,
    pub(crate) value: f64,
    /// In seconds, and in milliseconds in the format 0.0.4.
    pub(crate) timestamp: Option<f64>,
    pub(crate) exemplar: Option<Exemplar>,
    /// What the name has after the family's.
    suffix: &'static str,
    line: usize,
}

/// An exemplar of a sample.
#[derive(Clone, Debug)]
pub(crate) struct Exemplar {
    pub(crate) labels: Labels,
    pub(crate) value: f64,
    pub(crate) timestamp: Option<f64>,
}

/// Names and values.
pub(crate) type Labels = Vec<(String, String)>;

/// The families of a text, in its order; or one thing that is wrong with it.
pub(crate) fn read(text: &str, format: Format) -> Result<Vec<Family>, Problem> {
    family::read(text, format).map_err(|(line, rule)| Problem {
        line,
        rule,
        text: text.split('\n').nth(line - 1).unwrap_or_default().to_owned(),
    })
}

impl Sample {
    /// The value of a label, and an empty text where there is none: the formats hold them for equal.
    pub(crate) fn label(&self, name: &str) -> &str {
        self.labels.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

/// The sum of all samples of this name that have these labels.
pub(crate) fn value(families: &[Family], name: &str, labels: &[(&str, &str)]) -> f64 {
    let samples = families.iter().flat_map(|family| &family.samples).filter(|sample| sample.name == name);
    samples.filter(|sample| labels.iter().all(|(name, value)| sample.label(name) == *value)).map(|s| s.value).sum()
}

/// The names of the families that have no TYPE, or no HELP, or an empty one. The formats allow that; we don't.
pub(crate) fn undescribed(families: &[Family]) -> Vec<&str> {
    let described = |family: &Family| family.typed && family.help.as_ref().is_some_and(|help| !help.is_empty());
    families.iter().filter(|family| !described(family)).map(|family| family.name.as_str()).collect()
}
