//! Objectives: what share of calls succeeds, or ends within a time.

use crate::{bucket, text::Text};

/// Refuses a threshold of latency, in seconds, that is no bound of the histogram of durations.
///
/// Buckets are counted up to their bounds and to nothing in between, so only at a bound is the share of
/// calls known that were fast enough. Meant for a `const` item, whose error shows the message.
///
/// # Panics
///
/// With `OBS0406` where `threshold` is none of `bounds`.
#[track_caller]
pub const fn assert_boundary(metric: &str, bounds: &[f64], threshold: f64) {
    // The nearest below and above, by their places; the bounds grow.
    let mut above = 0;
    while above < bounds.len() && bounds[above] < threshold {
        above += 1;
    }
    // Neither below nor above, and not NaN: equal.
    if above < bounds.len() && bounds[above] <= threshold {
        return;
    }
    let text = Text::<2048>::new().str("OBS0406: the objective of `").str(metric).str("` is at ");
    let text = bucket::value(text, threshold, "seconds")
        .str(", which is no bound of its histogram, so that the calls within it can't be counted");
    if threshold.is_nan() || bounds.is_empty() {
        let text = text.str("\n  = help: give one of the histogram's bounds");
        panic!("{}", text.as_str());
    }
    let has_both = above > 0 && above < bounds.len();
    let mut text = text
        .str(if has_both { "\n  = help: the nearest bounds are" } else { "\n  = help: the nearest bound is" })
        .str(" `latency = ");
    if above > 0 {
        text = text.literal(bounds[above - 1]);
    }
    if has_both {
        text = text.str("` and `latency = ");
    }
    if above < bounds.len() {
        text = text.literal(bounds[above]);
    }
    text = text.str("`");
    if threshold > 0.0 && threshold < f64::INFINITY && bounds.len() < bucket::MAX_BOUNDS {
        text = text.str("; or add it: `buckets = [");
        let mut at = 0;
        while at <= bounds.len() {
            text = if at > 0 { text.str(", ") } else { text };
            text = text.literal(if at < above {
                bounds[at]
            } else if at == above {
                threshold
            } else {
                bounds[at - 1]
            });
            at += 1;
        }
        text = text.str("]`");
    }
    let text = text.str("; where only an alert is wanted, generated alerts use the quantile there");
    panic!("{}", text.as_str());
}

/// Refuses a target that is no percentage of calls that can be promised.
///
/// A target of 100 leaves no budget of errors, and every first error would be an alert. Meant for a
/// `const` item, whose error shows the message.
///
/// # Panics
///
/// With `OBS0407` where `percent` is not above 0 and below 100.
#[track_caller]
pub const fn assert_target(metric: &str, percent: f64) {
    // Written so that NaN, which compares with nothing, fails too.
    let fits = percent > 0.0 && percent < 100.0;
    if !fits {
        let text = Text::<512>::new()
            .str("OBS0407: the objective of `")
            .str(metric)
            .str("` promises ")
            .decimal(percent)
            .str(" percent of calls\n  = help: give a percentage above 0 and below 100, such as `99.9`");
        panic!("{}", text.as_str());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bucket::{AI, API};

    /// As generated code does it.
    const _: () = {
        assert_boundary("m", API, 0.25);
        assert_target("m", 99.9);
    };

    #[test]
    fn every_bound_is_a_threshold() {
        for bounds in [API, AI] {
            for bound in bounds {
                assert_boundary("m", bounds, *bound);
            }
        }
    }

    #[test]
    #[should_panic(
        expected = "OBS0406: the objective of `m` is at 0.2 s, which is no bound of its histogram, so that the calls within it can't be counted\n  = help: the nearest bounds are `latency = 0.1` and `latency = 0.25`; or add it: `buckets = [0.1, 0.2, 0.25]`; where"
    )]
    fn a_threshold_between_bounds_is_refused() {
        assert_boundary("m", &[0.1, 0.25], 0.2);
    }

    #[test]
    #[should_panic(expected = "the nearest bound is `latency = 10.0`; or add it: `buckets = [5.0, 10.0, 12.5]`")]
    fn a_threshold_above_all_bounds_is_refused() {
        assert_boundary("m", &[5.0, 10.0], 12.5);
    }

    #[test]
    #[should_panic(expected = "the nearest bound is `latency = 0.1`; or add it: `buckets = [0.005, 0.1]`")]
    fn a_threshold_below_all_bounds_is_refused() {
        assert_boundary("m", &[0.1], 0.005);
    }

    #[test]
    #[should_panic(
        expected = "is at -1 s, which is no bound of its histogram, so that the calls within it can't be counted\n  = help: the nearest bound is `latency = 0.1`; where"
    )]
    fn no_bound_is_offered_that_would_be_refused() {
        assert_boundary("m", &[0.1], -1.0);
    }

    #[test]
    #[should_panic(expected = "is at NaN s")]
    fn nan_is_no_bound() {
        assert_boundary("m", API, f64::NAN);
    }

    #[test]
    #[should_panic(expected = "is at infinite s")]
    fn the_bound_at_infinity_promises_nothing() {
        assert_boundary("m", API, f64::INFINITY);
    }

    #[test]
    fn usual_targets_are_valid() {
        for percent in [50.0, 99.0, 99.9, 99.999] {
            assert_target("m", percent);
        }
    }

    #[test]
    #[should_panic(expected = "OBS0407: the objective of `m` promises 100 percent of calls")]
    fn nobody_can_promise_everything() {
        assert_target("m", 100.0);
    }

    #[test]
    #[should_panic(expected = "promises 0 percent")]
    fn a_promise_of_nothing_is_refused() {
        assert_target("m", 0.0);
    }

    #[test]
    #[should_panic(expected = "promises NaN percent")]
    fn nan_is_no_target() {
        assert_target("m", f64::NAN);
    }
}
