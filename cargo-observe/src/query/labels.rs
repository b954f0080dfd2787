//! Which labels the result of a query has.

use super::expr::{self, sign};
use super::{Known, Part, Series};
use crate::catalogue::Kind;
use promql_parser::label::MatchOp;
use promql_parser::parser::{BinaryExpr, Call, Expr, LabelModifier, VectorMatchCardinality, VectorSelector};
use std::collections::BTreeSet;

/// How many recorded metrics may be made of one another before nothing more is said.
const DEPTH: usize = 16;

/// The labels of a result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Labels {
    /// Those that every series has.
    pub(crate) certain: BTreeSet<String>,
    /// Those that a series may have.
    pub(crate) possible: BTreeSet<String>,
    /// What else it may have.
    pub(crate) rest: Rest,
}

/// What a result may have beside the labels that are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rest {
    #[default]
    Nothing,
    /// What who scrapes has set.
    Target,
    Anything,
}

impl Labels {
    fn anything() -> Self {
        Self { rest: Rest::Anything, ..Self::default() }
    }

    fn exactly(labels: impl IntoIterator<Item = String>) -> Self {
        let certain: BTreeSet<String> = labels.into_iter().collect();
        Self { possible: certain.clone(), certain, rest: Rest::Nothing }
    }

    /// Whether a series can have this label.
    pub(crate) fn can_have(&self, name: &str, known: &Known<'_>) -> bool {
        let by_rest = match self.rest {
            Rest::Nothing => false,
            Rest::Target => known.is_target_label(name),
            Rest::Anything => true,
        };
        by_rest || name.contains(super::MARK) || self.possible.contains(name)
    }

    fn keep(self, names: &[String], known: &Known<'_>) -> Self {
        let names = names.iter().filter(|name| self.can_have(name, known));
        let possible: BTreeSet<String> = names.cloned().collect();
        let has_variable = possible.iter().any(|name| name.contains(super::MARK));
        let rest = if has_variable { Rest::Anything } else { Rest::Nothing };
        Self { certain: possible.intersection(&self.certain).cloned().collect(), possible, rest }
    }

    fn drop(mut self, names: &[String]) -> Self {
        for name in names {
            self.certain.remove(name);
            self.possible.remove(name);
        }
        self
    }

    fn with(mut self, names: impl IntoIterator<Item = String>) -> Self {
        self.possible.extend(names);
        self
    }

    fn or(self, other: &Self) -> Self {
        Self {
            certain: self.certain.intersection(&other.certain).cloned().collect(),
            possible: self.possible.union(&other.possible).cloned().collect(),
            rest: self.rest.max(other.rest),
        }
    }
}

/// The labels of an expression's result.
pub(crate) fn labels_of(expr: &Expr, known: &Known<'_>) -> Labels {
    labels(expr, known, 0)
}

fn labels(expr: &Expr, known: &Known<'_>, depth: usize) -> Labels {
    let of = |expr: &Expr| labels(expr, known, depth);
    match expr {
        Expr::Paren(paren) => of(&paren.expr),
        Expr::Unary(unary) => of(&unary.expr),
        Expr::Subquery(subquery) => of(&subquery.expr),
        Expr::NumberLiteral(_) | Expr::StringLiteral(_) => Labels::default(),
        Expr::VectorSelector(selector) => selected(selector, known, depth),
        Expr::MatrixSelector(matrix) => selected(&matrix.vs, known, depth),
        Expr::Aggregate(aggregate) => {
            let inner = of(&aggregate.expr);
            match (sign(aggregate.op), &aggregate.modifier) {
                ("topk" | "bottomk" | "limitk" | "limit_ratio", _) => inner,
                (operation, modifier) => {
                    let kept = match modifier {
                        Some(LabelModifier::Include(names)) => inner.keep(&names.labels, known),
                        Some(LabelModifier::Exclude(names)) => inner.drop(&names.labels),
                        None => Labels::default(),
                    };
                    let counted = aggregate.param.as_deref().filter(|_| operation == "count_values");
                    kept.with(counted.and_then(string).map(str::to_owned))
                }
            }
        }
        Expr::Call(call) => called(call, known, depth),
        Expr::Binary(binary) => joined(binary, &of(&binary.lhs), &of(&binary.rhs), known),
        Expr::Extension(_) => Labels::anything(),
    }
}

fn selected(selector: &VectorSelector, known: &Known<'_>, depth: usize) -> Labels {
    let of_target = ["job", "instance"].map(str::to_owned);
    match known.selected(selector) {
        Series::Declared(metric, part) => {
            let own = metric.labels.iter().map(|label| label.name.clone());
            let made = match (metric.kind, part) {
                (_, Part::Bucket) => Some("le"),
                (Kind::Summary, Part::Value) => Some("quantile"),
                _ => None,
            };
            let all = own.chain(made.map(str::to_owned)).chain(of_target);
            Labels { rest: Rest::Target, ..Labels::exactly(all) }
        }
        // Targets are those of all programs, whatever labels the scrape gives them.
        Series::Scraped => Labels { rest: Rest::Anything, ..Labels::exactly(of_target) },
        Series::Recorded if depth < DEPTH => {
            let name = expr::name_of(selector).unwrap_or_default();
            let all = known.rules(name).iter().filter_map(|query| query.expr.as_ref().ok());
            let all = all.map(|expr| labels(expr, known, depth + 1)).reduce(|all, one| all.or(&one));
            all.unwrap_or_else(Labels::anything).with(known.rule_labels(name).map(str::to_owned))
        }
        Series::Recorded | Series::Foreign | Series::Unknown => Labels::anything(),
    }
}

fn called(call: &Call, known: &Known<'_>, depth: usize) -> Labels {
    let arguments = &call.args.args;
    let first = || arguments.first().map_or_else(Labels::default, |argument| labels(argument, known, depth));
    match call.func.name {
        "vector" | "scalar" | "time" | "pi" => Labels::default(),
        "absent" | "absent_over_time" => {
            let selector = arguments.first().and_then(|argument| expr::selector(expr::bare(argument)));
            let equal = selector.into_iter().flat_map(expr::matchers).filter(|matcher| matcher.op == MatchOp::Equal);
            Labels::exactly(equal.map(|matcher| matcher.name.clone()))
        }
        "label_replace" | "label_join" => {
            first().with(arguments.get(1).and_then(|name| string(name)).map(str::to_owned))
        }
        "histogram_quantile" | "histogram_fraction" => {
            let vector = arguments.last().map_or_else(Labels::default, |argument| labels(argument, known, depth));
            vector.drop(&["le".to_owned()])
        }
        "quantile_over_time" => {
            arguments.last().map_or_else(Labels::default, |argument| labels(argument, known, depth))
        }
        "info" => Labels::anything(),
        _ => first(),
    }
}

fn joined(binary: &BinaryExpr, left: &Labels, right: &Labels, known: &Known<'_>) -> Labels {
    if is_scalar(&binary.lhs) {
        return right.clone();
    }
    if is_scalar(&binary.rhs) {
        return left.clone();
    }
    match sign(binary.op) {
        "and" | "unless" => return left.clone(),
        "or" => return left.clone().or(right),
        _ => {}
    }
    let Some(modifier) = &binary.modifier else { return both(left, right) };
    match (&modifier.card, &modifier.matching) {
        (VectorMatchCardinality::ManyToOne(more), _) => left.clone().with(more.labels.iter().cloned()),
        (VectorMatchCardinality::OneToMany(more), _) => right.clone().with(more.labels.iter().cloned()),
        (_, Some(LabelModifier::Include(names))) => left.clone().keep(&names.labels, known),
        (_, Some(LabelModifier::Exclude(names))) => both(left, right).drop(&names.labels),
        (_, None) => both(left, right),
    }
}

/// Sides that match in every label: what one of them has, the other has, too.
fn both(left: &Labels, right: &Labels) -> Labels {
    if left.rest <= right.rest { left.clone() } else { right.clone() }
}

/// Whether an expression has no series, but is one number.
pub(super) fn is_scalar(expr: &Expr) -> bool {
    expr.value_type() == promql_parser::parser::value::ValueType::Scalar
}

/// The text of an argument.
pub(super) fn string(expr: &Expr) -> Option<&str> {
    match expr::bare(expr) {
        Expr::StringLiteral(text) => Some(&text.val),
        _ => None,
    }
}
