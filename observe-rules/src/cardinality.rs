//! How many time series a metric has: the product of its labels' values, times what one
//! combination exposes.

use crate::text::Text;

/// The budget of a metric that names none, and of a whole family in a scrape.
///
/// The prediction of trouble is the requirement's own: at most 10,000 series a metric.
pub const DEFAULT_MAX_SERIES: usize = 10_000;

/// One label and the number of its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Factor {
    /// The label's name.
    pub label: &'static str,
    /// The label's type, as the user wrote it.
    pub type_name: &'static str,
    /// How many values the type has.
    pub cardinality: usize,
}

/// What one combination of label values exposes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A counter or a gauge: one series.
    Single,
    /// A classic histogram with this many bounds: a series for each, and `+Inf`, `_sum`, `_count`.
    Histogram {
        /// The number of finite bounds.
        bounds: usize,
    },
    /// A summary with this many quantiles: a series for each, and `_sum`, `_count`.
    Summary {
        /// The number of quantiles.
        quantiles: usize,
    },
}

impl Shape {
    /// Series for one combination of label values.
    #[must_use]
    pub const fn series(self) -> usize {
        match self {
            Self::Single => 1,
            Self::Histogram { bounds } => bounds + 3,
            Self::Summary { quantiles } => quantiles + 2,
        }
    }
}

/// All series of a metric. `u128`, so that no product of label types can overflow unseen.
///
/// ```
/// # use observe_rules::cardinality::{Factor, Shape, series};
/// let factors = [
///     Factor { label: "model", type_name: "Model", cardinality: 3 },
///     Factor { label: "status", type_name: "Outcome", cardinality: 4 },
/// ];
/// assert_eq!(series(&factors, Shape::Single), 12);
/// assert_eq!(series(&factors, Shape::Histogram { bounds: 8 }), 132);
/// ```
#[must_use]
pub const fn series(factors: &[Factor], shape: Shape) -> u128 {
    let mut series = shape.series() as u128;
    let mut at = 0;
    while at < factors.len() {
        series = series.saturating_mul(factors[at].cardinality as u128);
        at += 1;
    }
    series
}

/// Refuses a metric that has more series than its budget.
///
/// Meant for a `const` item, whose error shows the message; each factor is in it.
///
/// # Panics
///
/// With `OBS0201` where the metric is over `budget`.
#[track_caller]
pub const fn assert_within(metric: &str, factors: &[Factor], shape: Shape, budget: usize) {
    let series = series(factors, shape);
    if series <= budget as u128 {
        return;
    }
    let mut text = Text::<2048>::new()
        .str("OBS0201: metric `")
        .str(metric)
        .str("` has ")
        .number(series)
        .str(" series, over its budget of ")
        .number(budget as u128)
        .str(": ");
    let mut at = 0;
    while at < factors.len() {
        text = text
            .str(factors[at].label)
            .str("(")
            .str(factors[at].type_name)
            .str(")=")
            .number(factors[at].cardinality as u128)
            .str(" x ");
        at += 1;
    }
    text = match shape {
        Shape::Single => text.str("1 series each"),
        Shape::Histogram { bounds } => text.str("(").number(bounds as u128).str(" buckets + 3) series each"),
        Shape::Summary { quantiles } => text.str("(").number(quantiles as u128).str(" quantiles + 2) series each"),
    };
    text = text
        .str("\n  = help: drop a label, use a coarser enum or fewer buckets, or raise the budget: `max_series = ")
        .number(series)
        .str("`");
    panic!("{}", text.as_str());
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANT: Factor = Factor { label: "tenant", type_name: "Tenant", cardinality: 13 };

    #[test]
    fn no_labels_is_one_combination() {
        assert_eq!(series(&[], Shape::Single), 1);
        assert_eq!(series(&[], Shape::Histogram { bounds: 10 }), 13);
        assert_eq!(series(&[], Shape::Summary { quantiles: 3 }), 5);
    }

    #[test]
    fn a_product_beyond_every_integer_saturates() {
        let huge = Factor { label: "x", type_name: "X", cardinality: usize::MAX };
        assert_eq!(series(&[huge, huge, huge], Shape::Single), u128::MAX);
    }

    #[test]
    fn the_budget_itself_is_allowed() {
        assert_within("m", &[TENANT], Shape::Single, 13);
    }

    #[test]
    #[should_panic(expected = "metric `m` has 13 series, over its budget of 12: tenant(Tenant)=13 x 1 series each")]
    fn one_more_is_refused() {
        assert_within("m", &[TENANT], Shape::Single, 12);
    }

    #[test]
    #[should_panic(
        expected = "has 65 series, over its budget of 64: tenant(Tenant)=13 x (3 quantiles + 2) series each"
    )]
    fn the_quantiles_of_a_summary_count() {
        assert_within("m", &[TENANT], Shape::Summary { quantiles: 3 }, 64);
    }
}
