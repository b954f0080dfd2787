//! Thresholds that are never or always reached, divisions by nothing, and ranges that are too short.

use super::asked::Asked;
use crate::check::Finding;
use crate::query::expr::{self, GROWTH, MOVEMENT, bare, number, sign};
use crate::query::{Role, bounds, is_share};
use observe_rules::Code;
use promql_parser::parser::{BinaryExpr, Expr};
use std::time::Duration;

/// How many scrapes a range has to hold, so that one that fails leaves enough for a rate.
const SCRAPES: u32 = 4;

pub(super) fn check(asked: &Asked<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for part in expr::walk(asked.expr) {
        match part {
            Expr::Binary(binary) if binary.op.is_comparison_operator() && !binary.return_bool() => {
                findings.extend(is_never(asked, binary));
            }
            Expr::Binary(binary) if sign(binary.op) == "/" => findings.extend(divides_by_nothing(asked, binary)),
            Expr::Call(call) if GROWTH.contains(&call.func.name) || MOVEMENT.contains(&call.func.name) => {
                findings.extend(call.args.args.first().and_then(|range| is_short(asked, call.func.name, range)));
            }
            Expr::Subquery(subquery) if subquery.step.is_some_and(|step| step >= subquery.range) => {
                let message = "the step of a subquery is as long as its range, which holds one value at most";
                findings.push(asked.finding(Code::Obs1059, "", message).help("make the range several steps long"));
            }
            _ => {}
        }
    }
    if asked.query.role == Role::Alert {
        findings.extend(conditions(asked.expr).into_iter().filter_map(|binary| is_always(asked, binary)));
        findings.extend(compares(asked));
    }
    findings
}

/// A comparison as one of a value with a number, whichever side it stands on.
fn threshold(binary: &BinaryExpr) -> Option<(&Expr, &'static str, f64)> {
    let operator = sign(binary.op);
    if let Some(value) = number(&binary.rhs) {
        return number(&binary.lhs).is_none().then_some((&*binary.lhs, operator, value));
    }
    let turned = match operator {
        "<" => ">",
        ">" => "<",
        "<=" => ">=",
        ">=" => "<=",
        other => other,
    };
    number(&binary.lhs).map(|value| (&*binary.rhs, turned, value))
}

fn is_never(asked: &Asked<'_>, binary: &BinaryExpr) -> Option<Finding> {
    let (value, operator, limit) = threshold(binary)?;
    let range = bounds(value, asked.known);
    let is_impossible = match operator {
        ">" => range.greatest <= limit,
        ">=" => range.greatest < limit,
        "<" => range.least >= limit,
        "<=" => range.least > limit,
        "==" => limit < range.least || limit > range.greatest,
        _ => false,
    };
    if !is_impossible {
        return None;
    }
    let reach = match operator {
        "<" | "<=" => format!("is never below {}", range.least),
        _ if range.greatest.is_finite() => format!("is never above {}", range.greatest),
        _ => format!("is never below {}", range.least),
    };
    let message = format!("`{operator} {limit}` never holds: what it compares {reach}");
    Some(asked.finding(Code::Obs1053, operator, message))
}

/// The comparisons that decide whether an alert fires. Others are guards, and may hold for every number that is one.
fn conditions(expr: &Expr) -> Vec<&BinaryExpr> {
    match bare(expr) {
        Expr::Binary(binary) if binary.op.is_comparison_operator() => vec![binary],
        Expr::Binary(binary) if binary.op.is_set_operator() => {
            [conditions(&binary.lhs), conditions(&binary.rhs)].concat()
        }
        _ => Vec::new(),
    }
}

fn is_always(asked: &Asked<'_>, binary: &BinaryExpr) -> Option<Finding> {
    if binary.return_bool() {
        let message = "a comparison with `bool` has a value for every series, and an alert fires for each of them";
        return Some(asked.finding(Code::Obs1054, "bool", message).help("leave out `bool`"));
    }
    let (value, operator, limit) = threshold(binary)?;
    let range = bounds(value, asked.known);
    let holds = match operator {
        ">" => range.least > limit,
        ">=" => range.least >= limit,
        "<" => range.greatest < limit,
        "<=" => range.greatest <= limit,
        "!=" => limit < range.least || limit > range.greatest,
        // What is 1 wherever it is there is asked for, and not compared.
        _ => false,
    };
    let message = format!(
        "`{operator} {limit}` always holds: what it compares is between {} and {}",
        range.least, range.greatest
    );
    holds.then(|| asked.finding(Code::Obs1054, operator, message))
}

/// That an alert has a condition, and does not fire for whatever is there.
fn compares(asked: &Asked<'_>) -> Option<Finding> {
    let parts = expr::walk(asked.expr);
    let decides = |part: &&Expr| match part {
        Expr::Binary(binary) => binary.op.is_comparison_operator() || sign(binary.op) == "unless",
        Expr::Call(call) => matches!(call.func.name, "absent" | "absent_over_time"),
        _ => false,
    };
    let selectors = expr::selectors(asked.expr);
    let is_alerts = selectors.iter().any(|selector| expr::name_of(selector).is_none_or(|name| name == "ALERTS"));
    if parts.iter().any(decides) || selectors.is_empty() || is_alerts {
        return None;
    }
    let message = format!("alert `{}` compares nothing, and fires for every series that there is", asked.query.owner);
    Some(asked.finding(Code::Obs1060, "", message).help("compare it with a number, as in `... > 0`"))
}

fn divides_by_nothing(asked: &Asked<'_>, binary: &BinaryExpr) -> Option<Finding> {
    let whole = bare(&binary.rhs);
    let is_traffic = |part: &&Expr| matches!(part, Expr::Call(call) if GROWTH.contains(&call.func.name));
    let is_guarded = match whole {
        Expr::Binary(guard) => guard.op.is_comparison_operator() || guard.op.is_set_operator(),
        Expr::Call(call) => matches!(call.func.name, "clamp_min" | "clamp"),
        _ => false,
    };
    if number(whole).is_some() || is_guarded || bounds(whole, asked.known).least > 0.0 {
        return None;
    }
    if !expr::walk(whole).iter().any(is_traffic) {
        return None;
    }
    // Nothing through nothing is no number, and no alert compares it as true; a recorded metric keeps it.
    let is_nan = is_share(&binary.lhs, whole, asked.known) || is_mean(&binary.lhs, whole);
    let is_asked = match asked.query.role {
        Role::Record => true,
        Role::Alert => !is_nan,
        _ => false,
    };
    let shown = whole.to_string();
    let is_guard = |part: &&Expr| match part {
        Expr::Binary(guard) => guard.op.is_comparison_operator() && bare(&guard.lhs).to_string() == shown,
        _ => false,
    };
    if !is_asked || expr::walk(asked.expr).iter().any(is_guard) {
        return None;
    }
    let message = "this divides by what is 0 while nothing happens";
    let help = "leave out the time without traffic: `... / (... > 0)`";
    Some(asked.finding(Code::Obs1057, "/", message).help(help))
}

/// Whether a sum is divided by its own count: both are nothing at once.
fn is_mean(sum: &Expr, count: &Expr) -> bool {
    let names = |expr: &Expr, ending: &str| -> Vec<String> {
        let names = expr::selectors(expr).into_iter().filter_map(expr::name_of);
        names.map(|name| name.strip_suffix(ending).unwrap_or_default().to_owned()).collect()
    };
    let (sums, counts) = (names(sum, "_sum"), names(count, "_count"));
    sums == counts && sums.iter().all(|name| !name.is_empty())
}

fn is_short(asked: &Asked<'_>, function: &str, range: &Expr) -> Option<Finding> {
    let Expr::MatrixSelector(matrix) = bare(range) else { return None };
    let least = asked.scrape_interval * SCRAPES;
    if matrix.range >= least {
        return None;
    }
    let message = format!(
        "`{function}` over {} sees too few scrapes, which are {} apart",
        shown(matrix.range),
        shown(asked.scrape_interval)
    );
    let word = format!("[{}]", shown(matrix.range));
    let help = format!("make the range {} at least: {SCRAPES} scrapes", shown(least));
    Some(asked.finding(Code::Obs1058, &word, message).help(help))
}

fn shown(time: Duration) -> String {
    promql_parser::util::display_duration(&time)
}
