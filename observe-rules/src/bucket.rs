//! Histogram bounds, in seconds.

use crate::text::Text;

/// Bounds for calls that people wait for: 10 ms to 10 s.
pub const API: &[f64] = &[0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Bounds for calls of language models: 100 ms to a minute.
pub const AI: &[f64] = &[0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];

/// The presets by the names that `buckets = …` knows.
pub const PRESETS: &[(&str, &[f64])] = &[("api", API), ("ai", AI)];

/// The most bounds that a histogram may have; each is a series for every combination of labels.
pub const MAX_BOUNDS: usize = 64;

/// Refuses bounds that no histogram can count into.
///
/// Meant for a `const` item, whose error shows the message.
///
/// # Panics
///
/// With `OBS0401` where a bound is not finite, not above zero, or not above the one before it,
/// and with `OBS0402` where there are none, or more than [`MAX_BOUNDS`].
#[track_caller]
pub const fn assert_valid(metric: &str, bounds: &[f64]) {
    if bounds.is_empty() || bounds.len() > MAX_BOUNDS {
        let text = Text::<512>::new()
            .str("OBS0402: histogram `")
            .str(metric)
            .str("` has ")
            .number(bounds.len() as u128)
            .str(" bounds\n  = help: give between 1 and ")
            .number(MAX_BOUNDS as u128)
            .str(", or a preset: `buckets = api`");
        panic!("{}", text.as_str());
    }
    let mut at = 0;
    while at < bounds.len() {
        let previous = if at == 0 { 0.0 } else { bounds[at - 1] };
        // Written so that NaN, which compares with nothing, fails too.
        let grows = bounds[at] > previous && bounds[at] < f64::INFINITY;
        if !grows {
            let text = Text::<512>::new().str("OBS0401: histogram `").str(metric).str("`: bound ");
            let text = seconds(text.number(at as u128 + 1).str(" ("), bounds[at]);
            let text = seconds(text.str(" s) is not above "), previous)
                .str(" s\n  = help: give finite bounds in seconds, above zero, each above the one before: `buckets = [0.1, 0.5, 2.0]`");
            panic!("{}", text.as_str());
        }
        at += 1;
    }
}

/// Writes a number of seconds to the microsecond; there is no float formatting in const code.
const fn seconds<const N: usize>(text: Text<N>, value: f64) -> Text<N> {
    if value.is_nan() {
        return text.str("NaN");
    }
    let text = if value < 0.0 { text.str("-") } else { text };
    let value = value.abs();
    if value > 1e15 {
        return text.str("infinite");
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive, and below 1e15 s")]
    let micros = (value * 1e6 + 0.5) as u128;
    let mut text = text.number(micros / 1_000_000);
    let mut rest = micros % 1_000_000;
    if rest > 0 {
        text = text.str(".");
        let mut place = 100_000;
        while rest > 0 {
            text = text.number(rest / place);
            rest %= place;
            place /= 10;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_are_valid() {
        for (name, bounds) in PRESETS {
            assert_valid(name, bounds);
        }
    }

    #[test]
    #[should_panic(expected = "bound 3 (0.025 s) is not above 0.025 s")]
    fn equal_bounds_are_refused() {
        assert_valid("m", &[0.01, 0.025, 0.025]);
    }

    #[test]
    #[should_panic(expected = "bound 1 (NaN s) is not above 0 s")]
    fn nan_is_refused() {
        assert_valid("m", &[f64::NAN]);
    }

    #[test]
    #[should_panic(expected = "bound 2 (infinite s) is not above 1.5 s")]
    fn infinity_is_implicit() {
        assert_valid("m", &[1.5, f64::INFINITY]);
    }

    #[test]
    #[should_panic(expected = "bound 1 (-1 s) is not above 0 s")]
    fn time_does_not_run_backwards() {
        assert_valid("m", &[-1.0]);
    }

    #[test]
    #[should_panic(expected = "OBS0402: histogram `m` has 0 bounds")]
    fn no_bounds_are_refused() {
        assert_valid("m", &[]);
    }
}
