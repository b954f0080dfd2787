//! Labels and values that a metric has not, and labels that are summed away before they are needed.

use super::asked::{Asked, list, similar};
use crate::catalogue::{Metric, Values};
use crate::check::Finding;
use crate::query::expr::{self, sign};
use crate::query::{Labels, MARK, Part, Series, labels_of};
use observe_rules::Code;
use promql_parser::label::{METRIC_NAME, MatchOp, Matcher};
use promql_parser::parser::{BinaryExpr, Expr, LabelModifier, VectorMatchCardinality, VectorSelector};

pub(super) fn check(asked: &Asked<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for part in expr::walk(asked.expr) {
        if let Some(selector) = expr::selector(part) {
            findings.extend(expr::matchers(selector).filter_map(|matcher| matches(asked, part, selector, matcher)));
        }
        match part {
            Expr::Aggregate(aggregate) => {
                let names = aggregate.modifier.iter().flat_map(|modifier| &modifier.labels().labels);
                findings.extend(names.filter_map(|name| has_label(asked, &[&aggregate.expr], name)));
            }
            Expr::Binary(binary) => findings.extend(joins(asked, binary)),
            Expr::Call(call) if call.func.name == "label_replace" => {
                let source = call.args.args.get(3).map(|source| expr::bare(source));
                if let (Some(Expr::StringLiteral(source)), Some(vector)) = (source, call.args.args.first()) {
                    findings.extend(has_label(asked, &[vector], &source.val));
                }
            }
            _ => {}
        }
    }
    findings
}

/// That a matcher names a label of the metric, and a value that it can have.
fn matches(asked: &Asked<'_>, part: &Expr, selector: &VectorSelector, matcher: &Matcher) -> Option<Finding> {
    // A label that isn't there is an empty one, and may be asked for as that.
    if matcher.name == METRIC_NAME || matcher.name.contains(MARK) || matcher.is_match("") && is_positive(matcher) {
        return None;
    }
    if !labels_of(part, asked.known).can_have(&matcher.name, asked.known) {
        return has_label(asked, &[part], &matcher.name);
    }
    let Series::Declared(metric, series) = asked.known.selected(selector) else { return None };
    if !is_positive(matcher) || matcher.value.contains(MARK) {
        return None;
    }
    if matcher.name == "le" && series == Part::Bucket {
        return is_bound(asked, metric, matcher);
    }
    let Values::Known(values) = &metric.label(&matcher.name)?.values else { return None };
    if values.iter().any(|value| matcher.is_match(value)) {
        return None;
    }
    let fault = if matcher.op == MatchOp::Equal { "is never" } else { "never matches" };
    let message = format!("label `{}` of `{}` {fault} `{}`", matcher.name, metric.name, matcher.value);
    let help = match similar(&matcher.value, values.iter().map(String::as_str)) {
        near if near.is_empty() => format!("it is {}", list(values.iter().map(String::as_str))),
        near => near,
    };
    Some(asked.finding(Code::Obs1045, &matcher.value, message).help(help))
}

fn is_positive(matcher: &Matcher) -> bool {
    matches!(matcher.op, MatchOp::Equal | MatchOp::Re(_))
}

/// That `le` is a bound of the histogram. Prometheus 3 writes a whole number as `1.0`, and 2 as `1`.
fn is_bound(asked: &Asked<'_>, metric: &Metric, matcher: &Matcher) -> Option<Finding> {
    let forms = |bound: &f64| [bound.to_string(), format!("{bound:?}")];
    let asked_for = matcher.value.parse::<f64>().ok().filter(|_| matcher.op == MatchOp::Equal);
    let fits = |bound: &f64| {
        forms(bound).iter().any(|form| matcher.is_match(form))
            || asked_for.is_some_and(|value| value.total_cmp(bound).is_eq())
    };
    if metric.buckets.iter().any(fits) || matcher.is_match("+Inf") {
        return None;
    }
    let message = format!("`{}` is no bound of the buckets of `{}`", matcher.value, metric.name);
    let bounds: Vec<String> = metric.buckets.iter().map(f64::to_string).collect();
    let help = format!("its bounds are {}", list(bounds.iter().map(String::as_str)));
    Some(asked.finding(Code::Obs1052, &matcher.value, message).help(help))
}

/// That one of these expressions can have a label.
fn has_label(asked: &Asked<'_>, exprs: &[&Expr], name: &str) -> Option<Finding> {
    let labels: Vec<Labels> = exprs.iter().map(|expr| labels_of(expr, asked.known)).collect();
    if name.is_empty() || labels.iter().any(|labels| labels.can_have(name, asked.known)) {
        return None;
    }
    let parts: Vec<&Expr> = exprs.iter().flat_map(|expr| expr::walk(expr)).collect();
    let recorded = parts.iter().filter_map(|part| expr::selector(part)).find_map(|selector| {
        matches!(asked.known.selected(selector), Series::Recorded).then(|| expr::name_of(selector)).flatten()
    });
    let had = |part: &&Expr| expr::selector(part).is_some() && labels_of(part, asked.known).can_have(name, asked.known);
    if parts.iter().any(had) {
        let message = format!("label `{name}` is asked for here, and was aggregated away before");
        return Some(asked.finding(Code::Obs1055, name, message).help(format!("keep it: `by ({name}, ...)`")));
    }
    let own: Vec<&str> = labels.iter().flat_map(|labels| &labels.possible).map(String::as_str).collect();
    let metrics = parts.iter().filter_map(|part| expr::selector(part)).filter_map(expr::name_of);
    let mut metrics: Vec<&str> = metrics.collect();
    metrics.sort_unstable();
    metrics.dedup();
    let verb = if metrics.len() > 1 { "have" } else { "has" };
    let message = format!("{} {verb} no label `{name}`", list(metrics));
    let help = match similar(name, own.iter().copied()) {
        near if !near.is_empty() => near,
        _ if own.is_empty() => "it has no labels".to_owned(),
        _ => format!("there are {}", list(own)),
    };
    let finding = asked.finding(Code::Obs1044, name, message).help(help);
    Some(match recorded {
        Some(record) => finding.note(format!("`{record}` has the labels that its rule keeps")),
        None => finding.note("labels of the scrape are named by `target_labels`, in `[check]` of observe.toml"),
    })
}

/// That both sides of an operator have the labels in which they have to agree.
fn joins(asked: &Asked<'_>, binary: &BinaryExpr) -> Vec<Finding> {
    let (left, right) = (labels_of(&binary.lhs, asked.known), labels_of(&binary.rhs, asked.known));
    let is_scalar = |expr: &Expr| expr.value_type() == promql_parser::parser::value::ValueType::Scalar;
    if is_scalar(&binary.lhs) || is_scalar(&binary.rhs) {
        return Vec::new();
    }
    let operator = sign(binary.op);
    let modifier = binary.modifier.as_ref();
    let mut findings = Vec::new();
    let lacks = |name: &str, side: &str| {
        let message = format!("the {side} side of `{operator}` has no label `{name}`, so that nothing matches");
        asked.finding(Code::Obs1056, name, message)
    };
    match modifier.and_then(|modifier| modifier.matching.as_ref()) {
        Some(LabelModifier::Include(names)) => {
            for name in &names.labels {
                let (in_left, in_right) = (left.can_have(name, asked.known), right.can_have(name, asked.known));
                match (in_left, in_right) {
                    (false, false) => findings.extend(has_label(asked, &[&binary.lhs, &binary.rhs], name)),
                    (false, true) if right.certain.contains(name) => findings.push(lacks(name, "left")),
                    (true, false) if left.certain.contains(name) => findings.push(lacks(name, "right")),
                    _ => {}
                }
            }
        }
        _ if operator == "or" => {}
        other => {
            let ignored = other.map(|modifier| modifier.labels().labels.as_slice()).unwrap_or_default();
            let missing = |from: &Labels, other: &Labels| {
                let is_missing = |name: &&String| !ignored.contains(name) && !other.can_have(name, asked.known);
                from.certain.iter().find(is_missing).cloned()
            };
            let finding = missing(&left, &right)
                .map(|name| lacks(&name, "right"))
                .or_else(|| missing(&right, &left).map(|name| lacks(&name, "left")));
            let help = "say which labels count: `on (...)`, with `group_left` where one side has more series";
            findings.extend(finding.map(|finding| finding.help(help)));
        }
    }
    let taken = modifier.and_then(|modifier| match &modifier.card {
        VectorMatchCardinality::ManyToOne(names) => Some((&binary.rhs, names)),
        VectorMatchCardinality::OneToMany(names) => Some((&binary.lhs, names)),
        _ => None,
    });
    if let Some((one, names)) = taken {
        findings.extend(names.labels.iter().filter_map(|name| has_label(asked, &[one], name)));
    }
    findings
}
