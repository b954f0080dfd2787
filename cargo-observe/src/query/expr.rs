//! Walking a parsed query.

use promql_parser::label::{METRIC_NAME, MatchOp, Matcher};
use promql_parser::parser::token::TokenType;
use promql_parser::parser::{Expr, VectorSelector};

/// Why a query has no form: a variable stands where anything can.
pub(crate) const INVALID: &str = "a variable stands where anything can";

/// The parts of an expression, from left to right.
pub(crate) fn children(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Aggregate(aggregate) => aggregate.param.as_deref().into_iter().chain([&*aggregate.expr]).collect(),
        Expr::Unary(unary) => vec![&unary.expr],
        Expr::Binary(binary) => vec![&binary.lhs, &binary.rhs],
        Expr::Paren(paren) => vec![&paren.expr],
        Expr::Subquery(subquery) => vec![&subquery.expr],
        Expr::Call(call) => call.args.args.iter().map(|argument| &**argument).collect(),
        _ => Vec::new(),
    }
}

/// An expression and all of its parts, the outer before the inner.
pub(crate) fn walk(expr: &Expr) -> Vec<&Expr> {
    let mut found = vec![expr];
    let mut at = 0;
    while let Some(expr) = found.get(at) {
        let inner = children(expr);
        found.extend(inner);
        at += 1;
    }
    found
}

/// The selector that an expression is, with a range or without.
pub(crate) fn selector(expr: &Expr) -> Option<&VectorSelector> {
    match expr {
        Expr::VectorSelector(selector) => Some(selector),
        Expr::MatrixSelector(matrix) => Some(&matrix.vs),
        _ => None,
    }
}

/// All selectors of an expression.
pub(crate) fn selectors(expr: &Expr) -> Vec<&VectorSelector> {
    walk(expr).into_iter().filter_map(selector).collect()
}

/// The name of the series that a selector asks for, where it asks for one.
pub(crate) fn name_of(selector: &VectorSelector) -> Option<&str> {
    let by_matcher = || matchers(selector).find(|matcher| matcher.name == METRIC_NAME && matcher.op == MatchOp::Equal);
    selector.name.as_deref().or_else(|| by_matcher().map(|matcher| matcher.value.as_str()))
}

/// All matchers of a selector.
pub(crate) fn matchers(selector: &VectorSelector) -> impl Iterator<Item = &Matcher> {
    selector.matchers.matchers.iter().chain(selector.matchers.or_matchers.iter().flatten())
}

/// The expression within any parentheses.
pub(crate) fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(paren) => bare(&paren.expr),
        _ => expr,
    }
}

/// The number that an expression is.
pub(crate) fn number(expr: &Expr) -> Option<f64> {
    match bare(expr) {
        Expr::NumberLiteral(number) => Some(number.val),
        Expr::Unary(unary) => number(&unary.expr).map(|value| -value),
        Expr::Binary(binary) => {
            let (a, b) = (number(&binary.lhs)?, number(&binary.rhs)?);
            match sign(binary.op) {
                "+" => Some(a + b),
                "-" => Some(a - b),
                "*" => Some(a * b),
                "/" => Some(a / b),
                "^" => Some(a.powf(b)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// An operator or an aggregation as it is written.
pub(crate) fn sign(token: TokenType) -> &'static str {
    const SIGNS: [&str; 30] = [
        "+",
        "-",
        "*",
        "/",
        "%",
        "^",
        "==",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "and",
        "or",
        "unless",
        "atan2",
        "sum",
        "avg",
        "count",
        "min",
        "max",
        "group",
        "stddev",
        "stdvar",
        "topk",
        "bottomk",
        "count_values",
        "quantile",
        "limitk",
        "limit_ratio",
    ];
    let shown = token.to_string();
    SIGNS.into_iter().find(|sign| *sign == shown).unwrap_or("")
}

/// The functions that take what a counter has grown by.
pub(crate) const GROWTH: [&str; 3] = ["rate", "irate", "increase"];

/// The functions that take how a gauge has moved.
pub(crate) const MOVEMENT: [&str; 5] = ["delta", "idelta", "deriv", "predict_linear", "double_exponential_smoothing"];
