//! What changed of metrics.

use super::change::{Bump, Changes};
use super::pairs::{Pairs, list, pair};
use crate::catalogue::{Catalogue, Label, Metric, Objective, Values};
use observe_rules::{Code, suggest};

pub(super) fn compare(old: &Catalogue, new: &Catalogue, changes: &mut Changes) {
    let name = |metric: &Metric| metric.name.clone();
    let Pairs { both, gone, added } = pair(&old.metrics, &new.metrics, name).rename(is_renamed);
    for (before, after) in both {
        metric(before, after, changes);
    }
    for metric in gone {
        let message = format!("metric `{}` is gone", metric.name);
        changes.add(Code::Obs1201, Bump::Major, &metric.name, &metric.place, message);
    }
    for metric in added {
        changes.add(
            Code::Obs1202,
            Bump::Minor,
            &metric.name,
            &metric.place,
            format!("metric `{}` is new", metric.name),
        );
    }
}

/// Whether two metrics are one that has another name now: of the same place, or of a similar name with the same labels.
fn is_renamed(before: &Metric, after: &Metric) -> bool {
    let is_there = before.place == after.place && before.place.line > 0 && before.base == after.base;
    let names = |metric: &Metric| metric.labels.iter().map(|label| label.name.clone()).collect::<Vec<_>>();
    let is_alike =
        suggest::nearest(&before.name, [after.name.as_str()]).is_some() || before.bare_name == after.bare_name;
    before.kind == after.kind && (is_there || is_alike && names(before) == names(after))
}

fn metric(before: &Metric, after: &Metric, changes: &mut Changes) {
    let name = &after.name;
    let mut say = |code: Code, bump: Bump, message: String| changes.add(code, bump, name, &after.place, message);
    if before.name != after.name {
        say(Code::Obs1203, Bump::Major, format!("metric `{}` is named `{name}` now", before.name));
    }
    if before.kind != after.kind {
        let kind = |metric: &Metric| format!("{:?}", metric.kind).to_lowercase();
        say(Code::Obs1204, Bump::Major, format!("`{name}` was a {} and is a {}", kind(before), kind(after)));
    }
    if before.unit != after.unit {
        let unit =
            |metric: &Metric| if metric.unit.is_empty() { "no unit".to_owned() } else { format!("`{}`", metric.unit) };
        say(Code::Obs1205, Bump::Major, format!("the unit of `{name}` was {} and is {}", unit(before), unit(after)));
    }
    if before.help != after.help {
        say(Code::Obs1206, Bump::Patch, format!("the help of `{name}` says something else"));
    }
    if before.outcome != after.outcome {
        let label = |metric: &Metric| metric.outcome.as_ref().map_or("none".to_owned(), |label| format!("`{label}`"));
        let message = format!("the label of `{name}` for the outcome was {} and is {}", label(before), label(after));
        say(Code::Obs1217, Bump::Major, message);
    }
    if (&before.base, before.scope) != (&after.base, after.scope)
        || before.name == after.name && before.bare_name != after.bare_name
    {
        say(
            Code::Obs1218,
            Bump::Patch,
            format!("`{name}` is sorted elsewhere: by its base, its bare name or its scope"),
        );
    }
    match before.max_series.max(before.series).cmp(&after.max_series.max(after.series)) {
        std::cmp::Ordering::Less => {
            let message = format!("`{name}` may have {} series, {} before", after.max_series, before.max_series);
            say(Code::Obs1215, Bump::Minor, message);
        }
        std::cmp::Ordering::Equal if (before.series, before.max_series) == (after.series, after.max_series) => {}
        _ => {
            let message = format!(
                "`{name}` has at most {} series of {}, {} of {} before",
                after.series, after.max_series, before.series, before.max_series
            );
            say(Code::Obs1215, Bump::Patch, message);
        }
    }
    objective(before, after, changes);
    buckets(before, after, changes);
    quantiles(before, after, changes);
    labels(before, after, changes);
    super::services::programs(&before.programs, &after.programs, "metric", name, &after.place, changes);
}

fn objective(before: &Metric, after: &Metric, changes: &mut Changes) {
    if before.objective == after.objective {
        return;
    }
    let shown = |objective: &Option<Objective>| {
        let Some(objective) = objective else { return "none".to_owned() };
        let success = objective.success.map(|share| format!("{share}% succeed"));
        let latency =
            objective.latency.as_ref().map(|latency| format!("{}% within {} s", latency.target, latency.seconds));
        success.into_iter().chain(latency).collect::<Vec<_>>().join(", ")
    };
    let message = format!(
        "the objective of `{}` was {} and is {}",
        after.name,
        shown(&before.objective),
        shown(&after.objective)
    );
    changes.add(Code::Obs1216, Bump::Minor, &after.name, &after.place, message);
}

fn buckets(before: &Metric, after: &Metric, changes: &mut Changes) {
    let Pairs { gone, added, .. } = pair(&before.buckets, &after.buckets, |bound| bound.to_bits());
    let shown = |bounds: &[&f64]| list(bounds.iter().map(ToString::to_string));
    if !gone.is_empty() {
        let message = format!("`{}` has no bucket up to {} any more", after.name, shown(&gone));
        changes.add(Code::Obs1212, Bump::Major, &after.name, &after.place, message);
    }
    if !added.is_empty() {
        let message = format!("`{}` has a bucket up to {}", after.name, shown(&added));
        changes.add(Code::Obs1213, Bump::Minor, &after.name, &after.place, message);
    }
}

fn quantiles(before: &Metric, after: &Metric, changes: &mut Changes) {
    let Pairs { gone, added, .. } = pair(&before.quantiles, &after.quantiles, |quantile| quantile.to_bits());
    let shown = |quantiles: &[&f64]| list(quantiles.iter().map(ToString::to_string));
    if !gone.is_empty() {
        let message = format!("`{}` has no quantile {} any more", after.name, shown(&gone));
        changes.add(Code::Obs1214, Bump::Major, &after.name, &after.place, message);
    }
    if !added.is_empty() {
        let message = format!("`{}` has the quantile {}", after.name, shown(&added));
        changes.add(Code::Obs1214, Bump::Minor, &after.name, &after.place, message);
    }
}

fn labels(before: &Metric, after: &Metric, changes: &mut Changes) {
    let Pairs { both, gone, added } = pair(&before.labels, &after.labels, |label| label.name.clone());
    let subject = |label: &Label| format!("{}.{}", after.name, label.name);
    for label in added {
        let message = format!("`{}` has a new label `{}`, which splits every series", after.name, label.name);
        changes.add(Code::Obs1207, Bump::Major, &subject(label), &after.place, message);
    }
    for label in gone {
        let message = format!("`{}` has no label `{}` any more", after.name, label.name);
        changes.add(Code::Obs1208, Bump::Major, &subject(label), &after.place, message);
    }
    for (one, other) in both {
        let mut say = |code: Code, bump: Bump, message: String| {
            changes.add(code, bump, &subject(other), &after.place, message);
        };
        let of = format!("label `{}` of `{}`", other.name, after.name);
        match (&one.values, &other.values) {
            (Values::Known(before), Values::Known(after)) => {
                let Pairs { gone, added, .. } = pair(before, after, String::clone);
                let shown = |values: &[&String]| list(values.iter().map(|value| format!("`{value}`")));
                if !gone.is_empty() {
                    say(Code::Obs1209, Bump::Major, format!("{of} is never {} any more", shown(&gone)));
                }
                if !added.is_empty() {
                    say(Code::Obs1210, Bump::Minor, format!("{of} can be {}", shown(&added)));
                }
            }
            (Values::AtMost(before), Values::AtMost(after)) if before == after => {}
            (Values::AtMost(before), Values::AtMost(after)) => {
                let bump = if after > before { Bump::Minor } else { Bump::Patch };
                say(Code::Obs1211, bump, format!("{of} has at most {after} values, {before} before"));
            }
            (Values::Known(_), Values::AtMost(most)) => {
                say(Code::Obs1211, Bump::Minor, format!("{of} is open now, with at most {most} values"));
            }
            (Values::AtMost(_), Values::Known(values)) => {
                let shown = list(values.iter().map(|value| format!("`{value}`")));
                say(Code::Obs1211, Bump::Major, format!("{of} was open, and is only {shown} now"));
            }
        }
    }
}
