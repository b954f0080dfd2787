//! Histogram bounds, in the unit that the histogram's name says.

use crate::text::Text;

/// Bounds for calls that people wait for: 10 ms to 10 s.
pub const API: &[f64] = &[0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Bounds for calls of language models: 100 ms to a minute.
pub const AI: &[f64] = &[0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];

/// Bounds for the size of messages and documents: powers of four from 256 bytes to 16 MiB.
pub const BYTES: &[f64] =
    &[256.0, 1024.0, 4096.0, 16_384.0, 65_536.0, 262_144.0, 1_048_576.0, 4_194_304.0, 16_777_216.0];

/// The presets by the names that `buckets = …` knows.
pub const PRESETS: &[(&str, &[f64])] = &[("api", API), ("ai", AI), ("bytes", BYTES)];

/// The unit that the bounds of a preset are in; `None` means that there is no such preset.
///
/// ```
/// # use observe_rules::bucket::preset_unit;
/// assert_eq!(preset_unit("api"), Some("seconds"));
/// assert_eq!(preset_unit("bytes"), Some("bytes"));
/// assert_eq!(preset_unit("apis"), None);
/// ```
#[must_use]
pub fn preset_unit(preset: &str) -> Option<&'static str> {
    let known = PRESETS.iter().any(|(name, _)| *name == preset);
    known.then_some(if preset == "bytes" { "bytes" } else { "seconds" })
}

/// The most bounds that a histogram may have; each is a series for every combination of labels.
pub const MAX_BOUNDS: usize = 64;

/// [`assert_valid_in`] for a histogram of durations.
///
/// # Panics
///
/// As [`assert_valid_in`] does.
#[track_caller]
pub const fn assert_valid(metric: &str, bounds: &[f64]) {
    assert_valid_in(metric, "seconds", bounds);
}

/// Refuses bounds that no histogram can count into; `unit` is the base unit in the metric's name, or `""`.
///
/// Meant for a `const` item, whose error shows the message.
///
/// # Panics
///
/// With `OBS0401` where a bound is not finite, not above zero, or not above the one before it,
/// and with `OBS0402` where there are none, or more than [`MAX_BOUNDS`].
#[track_caller]
pub const fn assert_valid_in(metric: &str, unit: &str, bounds: &[f64]) {
    let bytes = is(unit, "bytes");
    if bounds.is_empty() || bounds.len() > MAX_BOUNDS {
        let text = Text::<512>::new()
            .str("OBS0402: histogram `")
            .str(metric)
            .str("` has ")
            .number(bounds.len() as u128)
            .str(" bounds\n  = help: give between 1 and ")
            .number(MAX_BOUNDS as u128)
            .str(if bytes { ", or a preset: `buckets = bytes`" } else { ", or a preset: `buckets = api`" });
        panic!("{}", text.as_str());
    }
    let mut at = 0;
    while at < bounds.len() {
        let previous = if at == 0 { 0.0 } else { bounds[at - 1] };
        // Written so that NaN, which compares with nothing, fails too.
        let grows = bounds[at] > previous && bounds[at] < f64::INFINITY;
        if !grows {
            let text = Text::<512>::new().str("OBS0401: histogram `").str(metric).str("`: bound ");
            let text = value(text.number(at as u128 + 1).str(" ("), bounds[at], unit);
            let text = value(text.str(") is not above "), previous, unit).str("\n  = help: give finite bounds");
            let text = if unit.is_empty() { text } else { text.str(" in ").str(unit) };
            let text = text.str(", above zero, each above the one before: `buckets = ").str(if bytes {
                "[1024.0, 65536.0]`"
            } else {
                "[0.1, 0.5, 2.0]`"
            });
            panic!("{}", text.as_str());
        }
        at += 1;
    }
}

/// Writes a number with its unit, seconds by their symbol.
pub(crate) const fn value<const N: usize>(text: Text<N>, value: f64, unit: &str) -> Text<N> {
    let text = text.decimal(value);
    if unit.is_empty() {
        text
    } else if is(unit, "seconds") {
        text.str(" s")
    } else {
        text.str(" ").str(unit)
    }
}

/// `==` on texts is no const function.
const fn is(unit: &str, other: &str) -> bool {
    let (unit, other) = (unit.as_bytes(), other.as_bytes());
    let mut at = 0;
    while at < unit.len() && at < other.len() && unit[at] == other[at] {
        at += 1;
    }
    at == unit.len() && at == other.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_are_valid() {
        for (name, bounds) in PRESETS {
            assert_valid(name, bounds);
            assert!(preset_unit(name).is_some_and(|unit| crate::unit::BASE.contains(&unit)), "{name}");
        }
    }

    #[test]
    fn sizes_grow_by_four() {
        assert_eq!(BYTES.len(), 9);
        assert!(BYTES.windows(2).all(|pair| (pair[1] / pair[0] - 4.0).abs() < f64::EPSILON));
    }

    #[test]
    #[should_panic(
        expected = "bound 2 (256 bytes) is not above 1024 bytes\n  = help: give finite bounds in bytes, above zero, each above the one before: `buckets = [1024.0, 65536.0]`"
    )]
    fn bounds_are_shown_in_their_unit() {
        assert_valid_in("m", "bytes", &[1024.0, 256.0]);
    }

    #[test]
    #[should_panic(expected = "bound 1 (0) is not above 0\n  = help: give finite bounds, above zero")]
    fn a_histogram_may_have_no_unit() {
        assert_valid_in("m", "", &[0.0]);
    }

    #[test]
    #[should_panic(
        expected = "OBS0402: histogram `m` has 65 bounds\n  = help: give between 1 and 64, or a preset: `buckets = bytes`"
    )]
    fn more_than_64_bounds_are_refused() {
        assert_valid_in("m", "bytes", &[1.0; 65]);
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
