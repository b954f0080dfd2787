//! Quantiles of histograms, of which only the buckets are known.

/// The value that the share `quantile` of all observations is not above, estimated; `quantile` is between 0 and 1.
///
/// The estimate is that of `histogram_quantile` in Prometheus, so that the page says what a dashboard says: observations
/// are thought of as spread evenly within their bucket, the first of which begins at 0, and of what is beyond all finite
/// bounds the last of them is all that can be said. See the documentation of `PromQL`, "`histogram_quantile()`", and
/// `promql/quantile.go`.
///
/// `None` where there are no observations, or no finite bounds.
pub(super) fn quantile(quantile: f64, bounds: &[f64], buckets: &[u64]) -> Option<f64> {
    let all: u64 = buckets.iter().sum();
    let last = *bounds.last()?;
    if all == 0 {
        return None;
    }
    let rank = quantile * float(all);
    let mut below = 0;
    for (at, (bound, count)) in bounds.iter().zip(buckets).enumerate() {
        let with = below + count;
        if float(with) < rank {
            below = with;
            continue;
        }
        let start = match at.checked_sub(1).and_then(|before| bounds.get(before)) {
            Some(before) => *before,
            // Nobody knows where it begins.
            None if *bound <= 0.0 => return Some(*bound),
            None => 0.0,
        };
        // Empty only where the rank is 0.
        let share = if *count == 0 { 0.0 } else { (rank - float(below)) / float(*count) };
        return Some(start + (bound - start) * share);
    }
    Some(last)
}

#[expect(clippy::cast_precision_loss, reason = "an estimate of more than 2^53 observations is not worse for it")]
fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn is(of: f64, bounds: &[f64], buckets: &[u64], expected: Option<f64>) {
        let found = quantile(of, bounds, buckets);
        let is_equal = match (found, expected) {
            (Some(found), Some(expected)) => (found - expected).abs() < 1e-12,
            (found, expected) => found == expected,
        };
        assert!(is_equal, "{found:?} and not {expected:?}");
    }

    /// Ten observations: 2 up to 0.1, 4 up to 0.5, 3 up to 1, 1 beyond.
    const BOUNDS: &[f64] = &[0.1, 0.5, 1.0];
    const BUCKETS: &[u64] = &[2, 4, 3, 1];

    #[test]
    fn a_quantile_is_interpolated_within_its_bucket() {
        // The fifth of ten is the third of four in 0.1 to 0.5.
        is(0.5, BOUNDS, BUCKETS, Some(0.1 + 0.4 * 3.0 / 4.0));
        // The seventh is the first of three in 0.5 to 1.
        is(0.7, BOUNDS, BUCKETS, Some(0.5 + 0.5 / 3.0));
        // A rank between two: 7.5 is one and a half of three.
        is(0.75, BOUNDS, BUCKETS, Some(0.75));
    }

    #[test]
    fn the_first_bucket_begins_at_zero() {
        is(0.1, BOUNDS, BUCKETS, Some(0.05));
        is(0.0, BOUNDS, BUCKETS, Some(0.0));
    }

    #[test]
    fn a_rank_at_the_end_of_a_bucket_is_its_bound() {
        is(0.2, BOUNDS, BUCKETS, Some(0.1));
        is(0.6, BOUNDS, BUCKETS, Some(0.5));
        is(0.9, BOUNDS, BUCKETS, Some(1.0));
    }

    #[test]
    fn beyond_all_bounds_the_last_of_them_is_said() {
        is(0.95, BOUNDS, BUCKETS, Some(1.0));
        is(1.0, BOUNDS, BUCKETS, Some(1.0));
        is(0.5, BOUNDS, &[0, 0, 0, 7], Some(1.0));
    }

    #[test]
    fn a_first_bucket_that_is_not_above_zero_says_its_bound() {
        is(0.1, &[-1.0, 1.0], &[5, 5, 0], Some(-1.0));
        is(0.1, &[0.0, 1.0], &[5, 5, 0], Some(0.0));
        is(0.75, &[-1.0, 1.0], &[5, 5, 0], Some(0.0));
    }

    #[test]
    fn empty_buckets_are_passed_over() {
        is(0.5, BOUNDS, &[0, 0, 4, 0], Some(0.75));
        is(0.5, BOUNDS, &[1, 0, 0, 1], Some(0.1));
    }

    #[test]
    fn without_observations_or_finite_bounds_there_is_none() {
        is(0.5, BOUNDS, &[0, 0, 0, 0], None);
        is(0.5, &[], &[3], None);
        is(0.5, &[], &[], None);
    }
}
