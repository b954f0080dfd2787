//! Quantiles of what came lately: a ring of sketches, each for a part of the window.
//!
//! A sketch (`DDSketch`) keeps counts by the logarithm of the value, so that a quantile is within
//! [`ACCURACY`] of the true one, whatever the values are, and two sketches add up to one. The sketch
//! of the oldest part makes room for the newest, so that a window moves by a fifth of its length.

use sketches_ddsketch::{Config, DDSketch};

/// A quantile is at most this part of itself away from the true one.
const ACCURACY: f64 = 0.01;

/// Bins of a sketch: 8 KiB at most, for values that lie a factor of 10^8 apart. Of values that lie
/// further apart, the smallest are counted together.
const BINS: u32 = 1024;

/// What is smaller counts as zero.
const SMALLEST: f64 = 1e-9;

/// Parts of a window.
const PARTS: usize = 5;

/// What one series of a summary keeps.
pub(super) struct Window {
    parts: [DDSketch; PARTS],
    /// Which part of time the newest one is for, counted from the start of the process.
    newest: u64,
    /// Of all values since the start, not only of those in the window.
    pub(super) count: u64,
    pub(super) sum: f64,
}

impl Window {
    pub(super) fn new() -> Self {
        Self { parts: std::array::from_fn(|_| empty()), newest: 0, count: 0, sum: 0.0 }
    }

    /// Adds a value, at this moment.
    pub(super) fn add(&mut self, value: f64, now: Moment) {
        self.advance(now);
        self.parts[place(self.newest)].add(value);
        self.count += 1;
        self.sum += value;
    }

    /// The values at these quantiles, of all that is in the window at this moment; NaN where it is empty.
    pub(super) fn quantiles<'a>(&mut self, quantiles: &'a [f64], now: Moment) -> impl Iterator<Item = f64> + use<'a> {
        self.advance(now);
        let mut all = empty();
        for part in &self.parts {
            // All have one configuration, so that they add up.
            let _ = all.merge(part);
        }
        quantiles.iter().map(move |quantile| all.quantile(*quantile).ok().flatten().unwrap_or(f64::NAN))
    }

    /// Empties the parts that are older than the window.
    fn advance(&mut self, Moment(now): Moment) {
        // A clock that was read before another thread's may be a part behind, and never more.
        let gone = now.saturating_sub(self.newest).min(PARTS as u64);
        for part in 0..gone {
            self.parts[place(now - part)] = empty();
        }
        self.newest = self.newest.max(now);
    }

    /// What it takes, in bytes.
    pub(super) fn bytes(&self) -> usize {
        let bins: usize = self.parts.iter().map(DDSketch::length).sum();
        size_of::<Self>() + bins * size_of::<u64>()
    }
}

fn empty() -> DDSketch {
    DDSketch::new(Config::new(ACCURACY, BINS, SMALLEST))
}

fn place(part: u64) -> usize {
    // Below `PARTS`.
    usize::try_from(part % PARTS as u64).unwrap_or_default()
}

/// A moment, as the number of the part of time that it is in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Moment(u64);

impl Moment {
    /// The moment so many nanoseconds after the start, for windows of so many seconds.
    pub(super) fn new(nanos: u64, window_seconds: u32) -> Self {
        let part_nanos = u64::from(window_seconds.max(1)) * 1_000_000_000 / PARTS as u64;
        Self(nanos / part_nanos)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    fn at(seconds: u64) -> Moment {
        Moment::new(seconds * SECOND, 10)
    }

    fn median(window: &mut Window, now: Moment) -> f64 {
        window.quantiles(&[0.5], now).next().unwrap()
    }

    #[track_caller]
    fn is_near(value: f64, expected: f64) {
        // A little more, because at the edge of a bin the value itself is rounded.
        assert!((value - expected).abs() <= expected * ACCURACY * 1.001, "{value} is not near {expected}");
    }

    #[test]
    fn quantiles_are_within_the_accuracy() {
        let mut window = Window::new();
        for value in 1..=1000 {
            window.add(f64::from(value), at(0));
        }
        let quantiles: Vec<f64> = window.quantiles(&[0.5, 0.9, 0.99], at(0)).collect();
        for (value, expected) in quantiles.into_iter().zip([500.0, 900.0, 990.0]) {
            // One rank more or less, beside the accuracy of the value.
            assert!((value - expected).abs() <= expected * ACCURACY + 1.0, "{value} is not near {expected}");
        }
    }

    #[test]
    fn old_values_leave_the_window_and_stay_in_the_sum() {
        let mut window = Window::new();
        window.add(100.0, at(0));
        window.add(1.0, at(6));
        window.add(1.0, at(6));
        is_near(window.quantiles(&[0.99], at(8)).next().unwrap(), 1.0);
        is_near(median(&mut window, at(9)), 1.0);
        window.add(100.0, at(12));
        is_near(median(&mut window, at(12)), 1.0);
        is_near(median(&mut window, at(20)), 100.0);
        assert!(median(&mut window, at(22)).is_nan());
        assert_eq!((window.count, window.sum), (4, 202.0));
    }

    #[test]
    fn a_window_that_was_left_alone_for_long_is_empty() {
        let mut window = Window::new();
        window.add(5.0, at(1));
        assert!(median(&mut window, at(1_000_000)).is_nan());
        window.add(7.0, at(1_000_000));
        is_near(median(&mut window, at(1_000_001)), 7.0);
    }

    #[test]
    fn a_clock_that_is_behind_loses_no_value() {
        let mut window = Window::new();
        window.add(5.0, at(4));
        window.add(5.0, at(3));
        assert_eq!(window.count, 2);
        is_near(median(&mut window, at(3)), 5.0);
    }

    /// A sketch that can't hold a value must not panic in the caller's code.
    #[test]
    fn extreme_values_in_any_order_do_no_harm() {
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..200 {
            let mut window = Window::new();
            for step in 0..60 {
                let value = match random.u8(0..6) {
                    0 => 0.0,
                    1 => f64::MAX,
                    2 => f64::MIN_POSITIVE,
                    3 => f64::EPSILON,
                    4 => random.f64(),
                    _ => 10_f64.powi(random.i32(-300..300)),
                };
                window.add(value, at(step / 4));
                let quantiles: Vec<f64> = window.quantiles(&[0.01, 0.5, 0.99], at(step / 4)).collect();
                assert!(quantiles.is_sorted(), "{quantiles:?}");
            }
            assert!(window.bytes() <= size_of::<Window>() + PARTS * BINS as usize * 8);
        }
    }
}
