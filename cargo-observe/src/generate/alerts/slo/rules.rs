//! The rules of one objective: what was, and who is called.

use super::super::Annotated;
use super::super::promql::{select, short, time};
use super::super::rule::{Group, Pairs, Rule, RuleFile};
use super::{BURNS, Objective, Terms, Tier};
use serde_saphyr::LitString;
use std::time::Duration;

/// The share of failed calls over a window, which follows: `slo:sli_error:ratio_rate5m`.
const RATIO: &str = "slo:sli_error:ratio_rate";
/// Failed calls a second.
const ERRORS: &str = "slo:sli_error:rate5m";
/// All calls a second.
const TOTAL: &str = "slo:sli_total:rate5m";
/// All calls within a window, which follows.
const CALLS: &str = "slo:sli_total:increase";

/// The rules of a service's objectives, a group for each.
pub(in super::super) fn rules(objectives: &[Objective<'_>], terms: &Terms, annotated: &Annotated<'_>) -> RuleFile {
    let groups = objectives.iter().map(|objective| Group {
        name: format!("slo {}", objective.id),
        // What is summed over the period is sampled here: once a minute is enough, and bearable over 30 days.
        interval: Some("1m".to_owned()),
        rules: records(objective, terms).into_iter().chain(alerts(objective, terms, annotated)).collect(),
    });
    RuleFile { groups: groups.collect() }
}

/// The windows of all burn rates, from the shortest.
fn windows() -> Vec<Duration> {
    let mut windows: Vec<_> = BURNS.iter().flat_map(|burn| [burn.short, burn.long]).collect();
    windows.sort_unstable();
    windows.dedup();
    windows
}

fn records(objective: &Objective<'_>, terms: &Terms) -> Vec<Rule> {
    let labels = objective.labels();
    let record = |name: &str, expr: String| Rule::record(name, expr, &labels);
    let own = |name: &str| own(name, objective);
    let (period, budget) = (time(terms.period), short(objective.budget()));
    let mut rules = vec![
        record("slo:objective:ratio", format!("vector({})", short(objective.percent / 100.0))),
        record("slo:error_budget:ratio", format!("vector({budget})")),
        record("slo:time_period:days", format!("vector({})", short(terms.period.as_secs_f64() / 86_400.0))),
        record(ERRORS, objective.error_rate("5m")),
        record(TOTAL, objective.total_rate("5m")),
    ];
    for window in windows().into_iter().map(time) {
        // Without a call there is no share, in place of NaN.
        let total = objective.total_rate(&window);
        let share = format!("{}\n/\n({total} > 0)", objective.error_rate(&window));
        rules.push(record(&format!("{RATIO}{window}"), share));
    }
    for burn in BURNS {
        let window = time(burn.long);
        rules.push(record(&format!("{CALLS}{window}"), objective.total_increase(&window)));
    }
    // Weighted by traffic: the mean of shares would count a quiet night as much as a busy day.
    let period_ratio = format!("{RATIO}{period}");
    let over = |name: &str| format!("sum_over_time({}[{period}])", own(name));
    rules.push(record(&period_ratio, format!("{}\n/\n({} > 0)", over(ERRORS), over(TOTAL))));
    let burn_rate = |ratio: &str| format!("{} / {budget}", own(ratio));
    rules.push(record("slo:current_burn_rate:ratio", burn_rate(&format!("{RATIO}5m"))));
    rules.push(record("slo:period_burn_rate:ratio", burn_rate(&period_ratio)));
    rules.push(record("slo:period_error_budget_remaining:ratio", format!("1 - {}", own("slo:period_burn_rate:ratio"))));
    rules
}

/// The series of this name and objective.
fn own(name: &str, objective: &Objective<'_>) -> String {
    select(name, &[("slo", "=", &objective.id), ("service", "=", objective.service)])
}

fn alerts(objective: &Objective<'_>, terms: &Terms, annotated: &Annotated<'_>) -> Vec<Rule> {
    let alert = |tier: Tier| {
        let expr = expression(tier, objective, terms)?;
        let (summary, what) = match tier {
            Tier::Page => {
                ("it spends its error budget fast", "At this pace the error budget is gone long before its time.")
            }
            Tier::Ticket => ("it spends its error budget too fast", "At this pace the error budget does not last."),
        };
        let summary = format!("{}: {summary}: {}", objective.service, objective.id);
        let description = format!(
            "The objective is that {} over {}. Of late {{{{ $value | humanizePercentage }}}} did not. {what}",
            objective.promise(),
            time(terms.period)
        );
        Some(Rule::Alert {
            alert: tier.alert().to_owned(),
            expr: LitString(expr),
            // The windows themselves say how long it has been so.
            holds: None,
            labels: labels(tier, objective, terms)?,
            annotations: annotated.annotations(tier.alert(), &summary, &description),
        })
    };
    Tier::ALL.into_iter().filter_map(alert).collect()
}

/// The labels of an alert, those of its series among them; `None` where it is switched off.
pub(super) fn labels(tier: Tier, objective: &Objective<'_>, terms: &Terms) -> Option<Pairs> {
    let severity = terms.severities[tier as usize].as_deref()?;
    let mut labels = objective.labels();
    for (name, value) in [("kind", "slo"), ("severity", severity), ("tier", tier.name())] {
        labels.insert(name.to_owned(), value.to_owned());
    }
    Some(labels)
}

/// When an alert fires: both windows of a pair are over the threshold, and the longer one has calls enough.
fn expression(tier: Tier, objective: &Objective<'_>, terms: &Terms) -> Option<String> {
    let pairs: Vec<_> = tier
        .burns()
        .filter_map(|burn| {
            let threshold = short(burn.threshold(objective, terms)?);
            let ratio = |window| own(&format!("{RATIO}{}", time(window)), objective);
            let calls = own(&format!("{CALLS}{}", time(burn.long)), objective);
            Some(format!(
                "(\n  {} > {threshold}\n  and\n  {} > {threshold}\n  and\n  {calls} >= {}\n)",
                ratio(burn.short),
                ratio(burn.long),
                terms.min_calls
            ))
        })
        .collect();
    (!pairs.is_empty()).then(|| pairs.join("\nor\n"))
}
