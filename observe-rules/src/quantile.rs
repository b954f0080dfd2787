//! Quantiles of summaries.

use crate::text::Text;

/// The most quantiles that a summary may have; each is a series for every combination of labels.
pub const MAX_QUANTILES: usize = 10;

/// Refuses quantiles that no summary can have.
///
/// Meant for a `const` item, whose error shows the message.
///
/// # Panics
///
/// With `OBS0404` where a quantile is not above 0 and below 1, or not above the one before it, and with
/// `OBS0405` where there are none, or more than [`MAX_QUANTILES`].
#[track_caller]
pub const fn assert_valid(metric: &str, quantiles: &[f64]) {
    if quantiles.is_empty() || quantiles.len() > MAX_QUANTILES {
        let text = Text::<512>::new()
            .str("OBS0405: summary `")
            .str(metric)
            .str("` has ")
            .number(quantiles.len() as u128)
            .str(" quantiles\n  = help: give between 1 and ")
            .number(MAX_QUANTILES as u128)
            .str(": `quantiles = [0.5, 0.95, 0.99]`");
        panic!("{}", text.as_str());
    }
    let mut at = 0;
    while at < quantiles.len() {
        let quantile = quantiles[at];
        let previous = if at == 0 { 0.0 } else { quantiles[at - 1] };
        // Written so that NaN, which compares with nothing, fails too.
        let fits = quantile > previous && quantile < 1.0;
        if !fits {
            let text = Text::<512>::new()
                .str("OBS0404: summary `")
                .str(metric)
                .str("`: quantile ")
                .number(at as u128 + 1)
                .str(" (")
                .decimal(quantile);
            // Which of the two it breaks; NaN breaks both.
            let text = if quantile >= 1.0 {
                text.str(") is not below 1")
            } else {
                text.str(") is not above ").decimal(previous)
            };
            let text = text.str("\n  = help: give quantiles between 0 and 1, each above the one before: `quantiles = [0.5, 0.95, 0.99]`");
            panic!("{}", text.as_str());
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As generated code does it.
    const _: () = assert_valid("m", &[0.5, 0.99]);

    #[test]
    fn usual_quantiles_are_valid() {
        assert_valid("m", &[0.5]);
        assert_valid("m", &[0.5, 0.9, 0.95, 0.99, 0.999]);
        assert_valid("m", &[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99]);
    }

    #[test]
    #[should_panic(expected = "OBS0405: summary `m` has 0 quantiles\n  = help: give between 1 and 10")]
    fn no_quantiles_are_refused() {
        assert_valid("m", &[]);
    }

    #[test]
    #[should_panic(expected = "OBS0405: summary `m` has 11 quantiles")]
    fn more_than_10_are_refused() {
        assert_valid("m", &[0.5; 11]);
    }

    #[test]
    #[should_panic(expected = "OBS0404: summary `m`: quantile 2 (0.5) is not above 0.5")]
    fn equal_quantiles_are_refused() {
        assert_valid("m", &[0.5, 0.5]);
    }

    #[test]
    #[should_panic(expected = "quantile 1 (0) is not above 0")]
    fn the_smallest_value_is_no_quantile() {
        assert_valid("m", &[0.0]);
    }

    #[test]
    #[should_panic(expected = "quantile 2 (1) is not below 1")]
    fn the_largest_value_is_no_quantile() {
        assert_valid("m", &[0.5, 1.0]);
    }

    #[test]
    #[should_panic(expected = "quantile 1 (95) is not below 1")]
    fn a_percentile_is_no_quantile() {
        assert_valid("m", &[95.0]);
    }

    #[test]
    #[should_panic(expected = "quantile 1 (NaN) is not above 0")]
    fn nan_is_refused() {
        assert_valid("m", &[f64::NAN]);
    }
}
