//! What arrived and is not as the catalogue says.

use serde::Serialize;

/// How many different findings are kept. What comes on top is counted.
const MOST: usize = 1_000;
/// How many characters of a value are shown: a value that nobody declared may be anything.
const SHOWN: usize = 80;

/// In which way something is not as the catalogue says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    UnknownMetric,
    WrongType,
    WrongUnit,
    UnknownLabel,
    UnknownValue,
    TooManyValues,
    UnknownSpan,
    WrongKindOfSpan,
    UnknownAttribute,
    /// A name nobody declared that promises personal data or a secret.
    SensitiveName,
    /// A body or a line that could not be read.
    Malformed,
}

/// One thing that is not as the catalogue says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Finding {
    pub(super) kind: Kind,
    /// The metric, the span, or where a body came from.
    pub(super) subject: String,
    /// The label or attribute, where it is one's.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) name: String,
    /// The value, type or unit that came; or what else there is to say.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) what: String,
}

impl Finding {
    pub(super) fn new(kind: Kind, subject: &str, name: &str, what: &str) -> Self {
        Self { kind, subject: shortened(subject), name: shortened(name), what: shortened(what) }
    }

    /// The sentence for people.
    pub(super) fn sentence(&self) -> String {
        let Self { kind, subject, name, what } = self;
        match kind {
            Kind::UnknownMetric => format!("metric `{subject}` is not in the catalogue"),
            Kind::WrongType | Kind::WrongUnit => format!("metric `{subject}` {what}"),
            Kind::UnknownLabel => format!("metric `{subject}` has the label `{name}`, which is not in the catalogue"),
            Kind::UnknownValue => {
                format!("metric `{subject}` has {name}=\"{what}\", which is not among the values of that label")
            }
            Kind::TooManyValues => format!("metric `{subject}`: label `{name}` has more values than {what}"),
            Kind::UnknownSpan => format!("span `{subject}` is not in the catalogue"),
            Kind::WrongKindOfSpan => format!("span `{subject}` {what}"),
            Kind::UnknownAttribute => {
                format!("span `{subject}` has the attribute `{name}`, which is not in the catalogue")
            }
            Kind::SensitiveName => format!("{what} `{subject}` has `{name}`, whose name promises personal data"),
            Kind::Malformed => format!("{subject}: {what}"),
        }
    }
}

/// Findings with how often each came.
#[derive(Debug, Default)]
pub(super) struct Findings {
    seen: std::collections::BTreeMap<Finding, u64>,
    left_out: u64,
}

impl Findings {
    pub(super) fn add(&mut self, finding: Finding) {
        if let Some(count) = self.seen.get_mut(&finding) {
            *count += 1;
        } else if self.seen.len() < MOST {
            self.seen.insert(finding, 1);
        } else {
            self.left_out += 1;
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Finding, u64)> {
        self.seen.iter().map(|(finding, count)| (finding, *count))
    }

    /// How many came after there was no room for another one.
    pub(super) fn left_out(&self) -> u64 {
        self.left_out
    }
}

/// The beginning of a text, without what would confuse a terminal.
fn shortened(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_finding_is_counted_and_not_repeated() {
        let mut findings = Findings::default();
        for _ in 0..3 {
            findings.add(Finding::new(Kind::UnknownMetric, "requests_total", "", ""));
        }
        let all: Vec<_> = findings.iter().map(|(finding, count)| (finding.subject.as_str(), count)).collect();
        assert_eq!(all, [("requests_total", 3)]);
    }

    #[test]
    fn a_flood_of_findings_is_counted_and_not_kept() {
        let mut findings = Findings::default();
        for number in 0..MOST + 7 {
            findings.add(Finding::new(Kind::UnknownMetric, &format!("m{number}"), "", ""));
        }
        assert_eq!((findings.iter().count(), findings.left_out()), (MOST, 7));
    }

    #[test]
    fn a_long_value_is_cut_and_control_characters_are_gone() {
        let finding = Finding::new(Kind::UnknownValue, "m", "label", &format!("\u{1b}[2J{}", "x".repeat(500)));
        assert_eq!(finding.what.chars().count(), SHOWN + 1);
        assert!(!finding.what.contains('\u{1b}') && finding.what.ends_with('…'));
    }
}
