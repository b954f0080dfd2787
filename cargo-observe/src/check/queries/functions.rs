//! What fits a counter, a gauge, a histogram and a summary.

use super::asked::Asked;
use crate::catalogue::Kind;
use crate::check::Finding;
use crate::query::expr::{self, GROWTH, MOVEMENT, bare, sign};
use crate::query::{Part, Role, Series, labels_of};
use observe_rules::Code;
use promql_parser::parser::{AggregateExpr, Call, Expr};

pub(super) fn check(asked: &Asked<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for part in expr::walk(asked.expr) {
        match part {
            Expr::Call(call) => findings.extend(called(asked, call)),
            Expr::Aggregate(aggregate) => findings.extend(aggregated(asked, aggregate)),
            _ => {}
        }
    }
    if matches!(asked.query.role, Role::Alert | Role::Graph) {
        findings.extend(shown_as_they_are(asked.expr).into_iter().filter_map(|name| raw(asked, name)));
    }
    findings
}

fn called(asked: &Asked<'_>, call: &Call) -> Vec<Finding> {
    let name = call.func.name;
    let argument = |at: usize| call.args.args.get(at).map(|argument| bare(argument));
    let mut findings = Vec::new();
    if let Some(selector) = argument(0).and_then(expr::selector) {
        let metric = expr::name_of(selector).unwrap_or_default();
        let series = asked.known.selected(selector);
        if GROWTH.contains(&name) && series.is_gauge() && !is_bare_histogram(series) {
            let message = format!("`{name}` is for counters, and `{metric}` goes down as well as up");
            let help = "`delta` and `deriv` say how a gauge moves, `avg_over_time` and `max_over_time` what it was";
            findings.push(asked.finding(Code::Obs1046, metric, message).help(help));
        }
        if MOVEMENT.contains(&name) && series.is_counter() {
            let message = format!("`{name}` takes the restart of a program for a fall of the counter `{metric}`");
            findings.push(asked.finding(Code::Obs1047, metric, message).help("write `rate` or `increase`"));
        }
        if GROWTH.contains(&name) && asked.known.is_sum_of_counter(metric) {
            findings.push(sum_before(asked, name, metric));
        }
    }
    if let Some(Expr::Subquery(subquery)) = argument(0).filter(|_| GROWTH.contains(&name)) {
        let parts = expr::walk(&subquery.expr);
        let is_aggregated = parts.iter().any(|part| matches!(part, Expr::Aggregate(_)));
        let is_rate = parts.iter().any(|part| matches!(part, Expr::Call(call) if GROWTH.contains(&call.func.name)));
        let mut selectors = expr::selectors(&subquery.expr).into_iter();
        let counter = selectors.find(|selector| asked.known.selected(selector).is_counter());
        if let Some(counter) = counter.and_then(expr::name_of).filter(|_| is_aggregated && !is_rate) {
            findings.push(sum_before(asked, name, counter));
        }
    }
    if name == "histogram_quantile" {
        findings.extend(call.args.args.last().and_then(|buckets| has_buckets(asked, buckets)));
    }
    let share = matches!(name, "histogram_quantile" | "quantile_over_time").then(|| argument(0).and_then(expr::number));
    findings.extend(share.flatten().and_then(|value| is_share(asked, name, value)));
    findings
}

fn sum_before(asked: &Asked<'_>, function: &str, metric: &str) -> Finding {
    let message = format!("`{function}` of a sum of `{metric}` takes the restart of one program for a fall of all");
    asked.finding(Code::Obs1049, metric, message).help(format!("sum what is a rate: `sum({function}(...))`"))
}

fn is_bare_histogram(series: Series<'_>) -> bool {
    matches!(series, Series::Declared(metric, Part::Value) if metric.kind == Kind::Histogram)
}

fn has_buckets(asked: &Asked<'_>, buckets: &Expr) -> Option<Finding> {
    for selector in expr::selectors(buckets) {
        let name = expr::name_of(selector).unwrap_or_default();
        match asked.known.selected(selector) {
            Series::Declared(metric, part) if part != Part::Bucket && !is_bare_histogram(asked.known.series(name)) => {
                let message = format!("`histogram_quantile` needs buckets, and `{name}` has none");
                let help = match metric.kind {
                    Kind::Histogram => format!("its buckets are `{}_bucket`", metric.name),
                    Kind::Summary => format!("its quantiles are measured already: `{}{{quantile=...}}`", metric.name),
                    _ => String::new(),
                };
                return Some(asked.finding(Code::Obs1050, name, message).help(help));
            }
            _ => {}
        }
    }
    if labels_of(buckets, asked.known).can_have("le", asked.known) {
        return None;
    }
    let has_le =
        |part: &&Expr| expr::selector(part).is_some() && labels_of(part, asked.known).can_have("le", asked.known);
    // A recorded metric that lost `le` is said where it was lost by its own rule, too.
    let names: Vec<&str> = expr::selectors(buckets).into_iter().filter_map(expr::name_of).collect();
    let word = if expr::walk(buckets).iter().any(has_le) { "histogram_quantile" } else { names.first().copied()? };
    let message = "`histogram_quantile` needs the label `le`, which is aggregated away";
    Some(asked.finding(Code::Obs1050, word, message).help("keep it: `sum by (le, ...)`"))
}

fn is_share(asked: &Asked<'_>, function: &str, value: f64) -> Option<Finding> {
    if (0.0..=1.0).contains(&value) {
        return None;
    }
    let message = format!("the quantile of `{function}` is {value}, and quantiles are between 0 and 1");
    let finding = asked.finding(Code::Obs1051, function, message);
    Some(if (1.0..=100.0).contains(&value) { finding.help(format!("write {}", value / 100.0)) } else { finding })
}

fn aggregated(asked: &Asked<'_>, aggregate: &AggregateExpr) -> Option<Finding> {
    let operation = sign(aggregate.op);
    if operation == "quantile" {
        let value = aggregate.param.as_deref().and_then(expr::number)?;
        return is_share(asked, operation, value);
    }
    let selector = expr::selector(bare(&aggregate.expr)).filter(|_| matches!(operation, "sum" | "avg"))?;
    match asked.known.selected(selector) {
        Series::Declared(metric, Part::Value) if metric.kind == Kind::Summary => {
            let message = format!("the {operation} of quantiles of `{}` is no quantile of anything", metric.name);
            let help = "`max` says the worst of them; a histogram can be summed before its quantile is made";
            Some(asked.finding(Code::Obs1068, &metric.name, message).help(help))
        }
        _ => None,
    }
}

/// The names of the series whose own values a query shows or compares.
fn shown_as_they_are(expr: &Expr) -> Vec<&str> {
    match expr {
        Expr::VectorSelector(selector) => expr::name_of(selector).into_iter().collect(),
        Expr::Paren(paren) => shown_as_they_are(&paren.expr),
        Expr::Unary(unary) => shown_as_they_are(&unary.expr),
        Expr::Aggregate(aggregate) if matches!(sign(aggregate.op), "count" | "group" | "count_values") => Vec::new(),
        Expr::Aggregate(aggregate) => shown_as_they_are(&aggregate.expr),
        Expr::Binary(binary) => {
            let (left, right) = (shown_as_they_are(&binary.lhs), shown_as_they_are(&binary.rhs));
            match sign(binary.op) {
                // Only whether there is a right side counts.
                "and" | "unless" => left,
                // What is taken from itself, as it was before, is how much it has grown.
                "-" if left.iter().any(|name| right.contains(name)) => Vec::new(),
                _ => [left, right].concat(),
            }
        }
        Expr::Call(call) => match call.func.name {
            "abs" | "ceil" | "floor" | "round" | "clamp" | "clamp_min" | "clamp_max" | "sort" | "sort_desc"
            | "label_replace" | "label_join" => call.args.args.first().map(|vector| shown_as_they_are(vector)),
            "histogram_quantile" => call.args.args.last().map(|vector| shown_as_they_are(vector)),
            _ => None,
        }
        .unwrap_or_default(),
        _ => Vec::new(),
    }
}

fn raw(asked: &Asked<'_>, name: &str) -> Option<Finding> {
    if !asked.known.series(name).is_counter() {
        return None;
    }
    let verb = if asked.query.role == Role::Alert { "compared" } else { "graphed" };
    let message = format!("the counter `{name}` is {verb} as it is: the count since some program began");
    let help = "`increase` says how much was counted in a time, `rate` how much in a second";
    Some(asked.finding(Code::Obs1048, name, message).help(help))
}
