//! One catalogue of what several programs declare: each thing once, with all programs that have it, and sorted.

use super::super::{Catalogue, Metric, Values};
use super::shown;
use std::fmt;

/// Something that two places declare, and not in the same way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Conflict {
    pub(crate) name: String,
    /// Each place, as `file:line`.
    pub(crate) places: Vec<String>,
    /// What differs.
    pub(crate) what: String,
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is declared at {}, and {}", self.name, self.places.join(" and at "), self.what)
    }
}

/// Sorts everything, and makes one of what is declared in the same way. Of metrics that contradict each other the first is
/// kept.
pub(super) fn merge(catalogue: &mut Catalogue) -> Vec<Conflict> {
    let Catalogue { programs, metrics, spans, redactions, exceptions, health_checks, .. } = catalogue;
    programs.sort();
    programs.dedup();
    exceptions.sort();
    exceptions.dedup();
    spans.sort_by(|a, b| {
        (&a.name, &a.place, &a.function, &a.programs).cmp(&(&b.name, &b.place, &b.function, &b.programs))
    });
    join(spans, |kept, other| {
        let is_same = (&kept.name, &kept.place, &kept.fields) == (&other.name, &other.place, &other.fields);
        is_same.then_some((&mut kept.programs, &other.programs))
    });
    redactions.sort_by(|a, b| (&a.name, &a.place, &a.programs).cmp(&(&b.name, &b.place, &b.programs)));
    join(redactions, |kept, other| {
        let is_same = (&kept.name, &kept.place, &kept.fields) == (&other.name, &other.place, &other.fields);
        is_same.then_some((&mut kept.programs, &other.programs))
    });
    health_checks.sort_by(|a, b| (&a.name, &a.place, &a.programs).cmp(&(&b.name, &b.place, &b.programs)));
    join(health_checks, |kept, other| {
        let is_same = (&kept.name, &kept.place, kept.critical, kept.timeout_ms)
            == (&other.name, &other.place, other.critical, other.timeout_ms);
        is_same.then_some((&mut kept.programs, &other.programs))
    });
    metrics.sort_by(|a, b| (&a.name, &a.place, &a.programs).cmp(&(&b.name, &b.place, &b.programs)));
    let mut conflicts = Vec::new();
    join(metrics, |kept, other| {
        if kept.name != other.name {
            return None;
        }
        if let Some(what) = difference(kept, other) {
            conflicts.push(Conflict {
                name: kept.name.clone(),
                places: vec![shown(&kept.place), shown(&other.place)],
                what,
            });
        }
        Some((&mut kept.programs, &other.programs))
    });
    conflicts.dedup();
    conflicts
}

/// Makes one of neighbours that are the same: the first, with the programs of all.
fn join<T>(
    all: &mut Vec<T>,
    mut same: impl for<'a> FnMut(&'a mut T, &'a T) -> Option<(&'a mut Vec<String>, &'a Vec<String>)>,
) {
    all.dedup_by(|other, kept| match same(kept, other) {
        Some((programs, more)) => {
            programs.extend(more.iter().cloned());
            programs.sort();
            programs.dedup();
            true
        }
        None => false,
    });
}

/// In what two declarations of one name differ; the help may.
fn difference(one: &Metric, other: &Metric) -> Option<String> {
    if one.kind != other.kind {
        let words = [one.kind, other.kind].map(|kind| format!("{kind:?}").to_lowercase());
        return Some(format!("one is a {} and one a {}", words[0], words[1]).replace("a info", "an info"));
    }
    let names = |metric: &Metric| metric.labels.iter().map(|label| label.name.clone()).collect::<Vec<_>>();
    if names(one) != names(other) {
        let list = |metric: &Metric| match names(metric).join(", ") {
            empty if empty.is_empty() => "none".to_owned(),
            names => format!("`{names}`"),
        };
        return Some(format!("the labels are {} and {}", list(one), list(other)));
    }
    let labels = one.labels.iter().zip(&other.labels);
    if let Some((label, other)) = labels.into_iter().find(|(one, other)| one.values != other.values) {
        let (name, values) = (&label.name, [&label.values, &other.values].map(list));
        return Some(format!("label `{name}` is {} and {}", values[0], values[1]));
    }
    let what = if one.buckets != other.buckets {
        "the buckets differ"
    } else if one.quantiles != other.quantiles {
        "the quantiles differ"
    } else if one.objective != other.objective {
        "the objectives differ"
    } else {
        return None;
    };
    Some(what.to_owned())
}

fn list(values: &Values) -> String {
    match values {
        Values::Known(values) => format!("one of {}", values.join(", ")),
        Values::AtMost(most) => format!("at most {most} values"),
    }
}
