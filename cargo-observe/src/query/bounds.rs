//! Between which numbers the result of a query lies.

use super::expr::{self, bare, number, sign};
use super::{Known, Part, Series};
use crate::catalogue::{Kind, Scope};
use promql_parser::parser::{Call, Expr, VectorSelector};

/// The least and the greatest that a result can be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bounds {
    pub(crate) least: f64,
    pub(crate) greatest: f64,
}

const ANY: Bounds = Bounds { least: f64::NEG_INFINITY, greatest: f64::INFINITY };
const POSITIVE: Bounds = Bounds { least: 0.0, greatest: f64::INFINITY };
const SHARE: Bounds = Bounds { least: 0.0, greatest: 1.0 };

impl Bounds {
    fn exactly(value: f64) -> Self {
        Self { least: value, greatest: value }
    }

    fn new(least: f64, greatest: f64) -> Self {
        Self { least, greatest }
    }

    /// The bounds of any number of such values together.
    fn sum(one: Self) -> Self {
        if one.least >= 0.0 { POSITIVE } else { ANY }
    }

    /// The bounds of what is made of two values, of which all four corners are seen.
    fn combine(self, other: Self, operation: impl Fn(f64, f64) -> f64) -> Self {
        let corners = [self.least, self.greatest].map(|a| [other.least, other.greatest].map(|b| operation(a, b)));
        let corners = corners.as_flattened();
        if corners.iter().any(|corner| corner.is_nan()) {
            return ANY;
        }
        let fold = |start: f64, pick: fn(f64, f64) -> f64| corners.iter().copied().fold(start, pick);
        Self::new(fold(f64::INFINITY, f64::min), fold(f64::NEG_INFINITY, f64::max))
    }
}

/// The bounds of an expression, as far as they can be proved.
pub(crate) fn bounds(expr: &Expr, known: &Known<'_>) -> Bounds {
    if let Some(value) = number(expr) {
        return Bounds::exactly(value);
    }
    match bare(expr) {
        Expr::VectorSelector(selector) => selected(selector, known),
        Expr::MatrixSelector(matrix) => selected(&matrix.vs, known),
        Expr::Subquery(subquery) => bounds(&subquery.expr, known),
        Expr::Unary(unary) => Bounds::exactly(0.0).combine(bounds(&unary.expr, known), |a, b| a - b),
        Expr::Call(call) => called(call, known),
        Expr::Aggregate(aggregate) => {
            let inner = bounds(&aggregate.expr, known);
            match sign(aggregate.op) {
                "avg" | "min" | "max" | "quantile" | "topk" | "bottomk" | "limitk" | "limit_ratio" => inner,
                "count" | "stddev" | "stdvar" => POSITIVE,
                "group" => Bounds::exactly(1.0),
                "sum" => Bounds::sum(inner),
                _ => ANY,
            }
        }
        Expr::Binary(binary) => {
            let (left, right) = (bounds(&binary.lhs, known), bounds(&binary.rhs, known));
            match sign(binary.op) {
                "+" => left.combine(right, |a, b| a + b),
                "-" => left.combine(right, |a, b| a - b),
                "*" => left.combine(right, |a, b| if a == 0.0 || b == 0.0 { 0.0 } else { a * b }),
                "/" if is_share(&binary.lhs, &binary.rhs, known) => SHARE,
                "/" if right.least > 0.0 => left.combine(right, |a, b| a / b),
                "/" if left.least >= 0.0 && right.least >= 0.0 => POSITIVE,
                "and" | "unless" => left,
                "or" => Bounds::new(left.least.min(right.least), left.greatest.max(right.greatest)),
                _ if binary.op.is_comparison_operator() && binary.return_bool() => SHARE,
                _ if binary.op.is_comparison_operator() => left,
                _ => ANY,
            }
        }
        _ => ANY,
    }
}

fn selected(selector: &VectorSelector, known: &Known<'_>) -> Bounds {
    match known.selected(selector) {
        Series::Declared(metric, part) => match (metric.kind, part) {
            (Kind::Info, _) => Bounds::exactly(1.0),
            (Kind::Counter, _) | (_, Part::Bucket | Part::Count) => POSITIVE,
            // What observe measures of a system is a share of the whole; a program's own ratio can be another.
            (Kind::Gauge, _) if metric.scope == Scope::System && metric.unit == "ratio" => SHARE,
            _ => ANY,
        },
        Series::Scraped if expr::name_of(selector) == Some("up") => SHARE,
        _ => ANY,
    }
}

fn called(call: &Call, known: &Known<'_>) -> Bounds {
    let argument = |at: usize| call.args.args.get(at).map_or(ANY, |argument| bounds(argument, known));
    match call.func.name {
        "rate" | "irate" | "increase" | "resets" | "changes" | "count_over_time" | "stddev_over_time"
        | "stdvar_over_time" | "timestamp" | "abs" => POSITIVE,
        "avg_over_time" | "min_over_time" | "max_over_time" | "last_over_time" | "first_over_time" | "sort"
        | "sort_desc" | "label_replace" | "label_join" | "scalar" | "vector" => argument(0),
        "quantile_over_time" => argument(1),
        "sum_over_time" => Bounds::sum(argument(0)),
        "absent" | "absent_over_time" | "present_over_time" => Bounds::exactly(1.0),
        "histogram_quantile" => quantile(call, known),
        "clamp_min" => Bounds::new(argument(0).least.max(argument(1).least), f64::INFINITY),
        "clamp_max" => Bounds::new(f64::NEG_INFINITY, argument(0).greatest.min(argument(1).greatest)),
        "hour" => Bounds::new(0.0, 23.0),
        "minute" => Bounds::new(0.0, 59.0),
        "day_of_week" => Bounds::new(0.0, 6.0),
        "day_of_month" => Bounds::new(1.0, 31.0),
        "day_of_year" => Bounds::new(1.0, 366.0),
        "days_in_month" => Bounds::new(28.0, 31.0),
        "month" => Bounds::new(1.0, 12.0),
        _ => ANY,
    }
}

/// A quantile is at most the highest bound, whatever was measured above it.
fn quantile(call: &Call, known: &Known<'_>) -> Bounds {
    let selectors = call.args.args.last().map(|buckets| expr::selectors(buckets)).unwrap_or_default();
    let highest = selectors.iter().map(|selector| match known.selected(selector) {
        Series::Declared(metric, Part::Bucket) => metric.buckets.last().copied().unwrap_or(f64::INFINITY),
        _ => f64::INFINITY,
    });
    let lowest = selectors.iter().map(|selector| match known.selected(selector) {
        Series::Declared(metric, Part::Bucket) if metric.buckets.first().is_some_and(|bound| *bound > 0.0) => 0.0,
        _ => f64::NEG_INFINITY,
    });
    if selectors.is_empty() {
        return ANY;
    }
    Bounds::new(lowest.fold(f64::INFINITY, f64::min), highest.fold(f64::NEG_INFINITY, f64::max))
}

/// Whether one expression is a part of the other, so that their quotient is between 0 and 1: the same sum of the same
/// counter with the matchers of the whole and more.
pub(crate) fn is_share(part: &Expr, whole: &Expr, known: &Known<'_>) -> bool {
    // A guard against nothing is no other whole.
    let whole = match bare(whole) {
        Expr::Binary(binary) if binary.op.is_comparison_operator() && !binary.return_bool() => &binary.lhs,
        _ => whole,
    };
    match (bare(part), bare(whole)) {
        (Expr::Aggregate(part), Expr::Aggregate(whole)) => {
            let is_sum = matches!(sign(part.op), "sum" | "count");
            is_sum && part.op == whole.op && part.modifier == whole.modifier && is_share(&part.expr, &whole.expr, known)
        }
        (Expr::Call(part), Expr::Call(whole)) => {
            let arguments = || part.args.args.iter().zip(&whole.args.args);
            part.func.name == whole.func.name
                && expr::GROWTH.contains(&part.func.name)
                && arguments().all(|(part, whole)| is_share(part, whole, known))
        }
        (Expr::MatrixSelector(part), Expr::MatrixSelector(whole)) => {
            part.range == whole.range && is_selected_share(&part.vs, &whole.vs, known)
        }
        (Expr::VectorSelector(part), Expr::VectorSelector(whole)) => is_selected_share(part, whole, known),
        _ => false,
    }
}

fn is_selected_share(part: &VectorSelector, whole: &VectorSelector, known: &Known<'_>) -> bool {
    let (of_part, of_whole) = (&part.matchers, &whole.matchers);
    let is_plain = of_part.or_matchers.is_empty() && of_whole.or_matchers.is_empty();
    let has_all = of_whole.matchers.iter().all(|matcher| of_part.matchers.contains(matcher));
    // Whatever a bucket counts, the histogram has counted, too.
    let is_bucket = match (&part.name, &whole.name) {
        (Some(part), Some(whole)) => {
            part.strip_suffix("_bucket").is_some_and(|name| Some(name) == whole.strip_suffix("_count"))
        }
        _ => false,
    };
    let is_same = part.name.is_some() && (part.name == whole.name || is_bucket);
    let is_then = part.offset == whole.offset && part.at == whole.at;
    is_plain && is_same && is_then && has_all && known.selected(part).is_counter()
}
