//! The metrics at one moment, read from their exposition, and what moved between two of them.

use std::collections::BTreeMap;

/// The type of a family, as far as it is shown differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Counter,
    Gauge,
    Histogram,
}

/// Every series with its value.
#[derive(Clone, Debug, Default)]
pub(super) struct Samples {
    values: BTreeMap<String, f64>,
    families: BTreeMap<String, Family>,
}

/// A series that moved.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Moved {
    /// Its name and labels; for a histogram the family's name.
    pub(super) series: String,
    /// The value before, for a histogram the count.
    pub(super) from: f64,
    /// The value after.
    pub(super) to: f64,
    /// What else there is to say.
    pub(super) note: Option<Note>,
}

/// More about a series that moved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Note {
    /// The mean of what a histogram took in between.
    Mean(f64),
    /// The highest value of a gauge that was seen in between.
    Highest(f64),
}

impl Samples {
    /// The metrics of this process, now.
    pub(super) fn now() -> Self {
        Self::parse(&observe::exposition())
    }

    /// The metrics in a text of the Prometheus format.
    fn parse(text: &str) -> Self {
        let mut samples = Self::default();
        for line in text.lines() {
            if let Some(typed) = line.strip_prefix("# TYPE ") {
                samples.families.extend(parse_type(typed));
            } else if let Some((series, value)) = line.rsplit_once(' ')
                && !line.starts_with('#')
                && let Ok(value) = value.parse()
            {
                samples.values.insert(series.to_owned(), value);
            }
        }
        samples
    }

    /// Takes over every value of `other` that is higher: the peaks of gauges, after many calls.
    pub(super) fn raise(&mut self, other: Self) {
        for (series, value) in other.values {
            let highest = self.values.entry(series).or_insert(value);
            *highest = highest.max(value);
        }
    }

    /// What moved from `before` until now, in the order of the names, with the peaks in `highest`.
    pub(super) fn moved_since(&self, before: &Self, highest: &Self) -> Vec<Moved> {
        self.values.keys().filter_map(|series| self.moved(series, before, highest)).collect()
    }

    fn moved(&self, series: &str, before: &Self, highest: &Self) -> Option<Moved> {
        let (name, labels) = series.split_at(series.find('{').unwrap_or(series.len()));
        let (from, to) = (before.value(series), self.value(series));
        let change = |series, note| Some(Moved { series, from, to, note });
        if let Some(family) = name.strip_suffix("_count").filter(|it| self.is(it, Family::Histogram)) {
            let sum = format!("{family}_sum{labels}");
            let mean = (self.value(&sum) - before.value(&sum)) / (to - from);
            return if to > from { change(format!("{family}{labels}"), Some(Note::Mean(mean))) } else { None };
        }
        if self.is(name, Family::Gauge) {
            let peak = highest.value(series).max(from).max(to);
            let note = (peak > from.max(to)).then_some(Note::Highest(peak));
            return if differ(from, to) || note.is_some() { change(series.to_owned(), note) } else { None };
        }
        if self.is(name, Family::Counter) && differ(from, to) { change(series.to_owned(), None) } else { None }
    }

    /// The value of a series; 0 where it is not there yet.
    fn value(&self, series: &str) -> f64 {
        self.values.get(series).copied().unwrap_or(0.0)
    }

    fn is(&self, family: &str, expected: Family) -> bool {
        self.families.get(family) == Some(&expected)
    }
}

fn differ(a: f64, b: f64) -> bool {
    (a - b).abs() > f64::EPSILON
}

/// `name counter`
fn parse_type(line: &str) -> Option<(String, Family)> {
    let (name, family) = line.split_once(' ')?;
    let family = match family {
        "counter" => Family::Counter,
        "gauge" => Family::Gauge,
        "histogram" => Family::Histogram,
        _ => return None,
    };
    Some((name.to_owned(), family))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "\
# HELP a_total A with a # in it
# TYPE a_total counter
a_total{k=\"x y\"} 2
a_total{k=\"same\"} 1
# TYPE t_seconds histogram
t_seconds_bucket{s=\"ok\",le=\"+Inf\"} 1
t_seconds_sum{s=\"ok\"} 0.5
t_seconds_count{s=\"ok\"} 1
# TYPE g gauge
g 3
";

    const AFTER: &str = "\
# TYPE a_total counter
a_total{k=\"x y\"} 5
a_total{k=\"same\"} 1
a_total{k=\"new\"} 1
# TYPE t_seconds histogram
t_seconds_bucket{s=\"ok\",le=\"+Inf\"} 5
t_seconds_sum{s=\"ok\"} 1.5
t_seconds_count{s=\"ok\"} 5
# TYPE g gauge
g 3
";

    fn moved(series: &str, from: f64, to: f64, note: Option<Note>) -> Moved {
        Moved { series: series.to_owned(), from, to, note }
    }

    #[test]
    fn what_moved_and_nothing_else() {
        let (before, after) = (Samples::parse(BEFORE), Samples::parse(AFTER));
        assert_eq!(
            after.moved_since(&before, &Samples::default()),
            [
                moved("a_total{k=\"new\"}", 0.0, 1.0, None),
                moved("a_total{k=\"x y\"}", 2.0, 5.0, None),
                moved("t_seconds{s=\"ok\"}", 1.0, 5.0, Some(Note::Mean(0.25))),
            ]
        );
        assert!(after.moved_since(&after, &after).is_empty());
    }

    #[test]
    fn a_gauge_moved_if_it_did_in_between() {
        let before = Samples::parse(BEFORE);
        let mut highest = before.clone();
        for value in [4, 7, 5] {
            highest.raise(Samples::parse(&format!("# TYPE g gauge\ng {value}\n")));
        }
        assert_eq!(before.moved_since(&before, &highest), [moved("g", 3.0, 3.0, Some(Note::Highest(7.0)))]);
    }
}
