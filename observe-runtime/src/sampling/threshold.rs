//! The two numbers that decide whether a trace is kept: how many are rejected, and where this one
//! stands among all.
//!
//! Source: OpenTelemetry specification, `trace/tracestate-probability-sampling.md` and
//! `trace/tracestate-handling.md`.

use std::fmt;

/// Bits of both numbers.
const BITS: u32 = 56;

/// How many values a [`Randomness`] can have.
const VALUES: u64 = 1 << BITS;

/// Hexadecimal digits of both numbers.
const DIGITS: u32 = BITS / 4;

/// Digits that a threshold has after its leading `f`s (recommended by the specification): a
/// probability is met within a part in 8,192, as long as it is above 2^-44.
const PRECISION: u32 = 4;

/// How many of 2^56 traces are rejected: those whose [`Randomness`] is below it.
///
/// Written as `th` into the tracestate's member `ot`, it says how many traces a kept one stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Threshold(u64);

impl Threshold {
    /// Keeps every trace: each counts once.
    pub(crate) const ZERO: Self = Self(0);

    /// Keeps none. It has no text, and needs none: no span is ever kept by it.
    pub(crate) const NEVER: Self = Self(VALUES);

    /// The threshold that keeps this part of all traces, from 0 to 1; `None` for any other number.
    ///
    /// It is rounded to the digits that `th` is written with, so that what is written is what is
    /// done. The smallest probability above zero is 2^-56, and what is smaller is raised to it.
    pub(crate) fn from_probability(probability: f64) -> Option<Self> {
        if !(0.0..=1.0).contains(&probability) {
            return None;
        }
        if probability == 0.0 {
            return Some(Self::NEVER);
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 2^56, and rounded")]
        let kept = ((probability * two_to_56()).round() as u64).max(1);
        Some(Self(rounded(VALUES - kept)))
    }

    /// Reads the value of `th`: 1 to 14 lower-case hexadecimal digits, zeros at the end left out.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let value = hexadecimal(text)?;
        let missing = DIGITS.checked_sub(u32::try_from(text.len()).ok()?)?;
        Some(Self(value << (4 * missing)))
    }

    /// The number itself, at most 2^56.
    pub(crate) const fn to_bits(self) -> u64 {
        self.0
    }

    /// The threshold of this number; `None` where it is above 2^56.
    pub(crate) fn from_bits(bits: u64) -> Option<Self> {
        (bits <= VALUES).then_some(Self(bits))
    }

    /// How many traces one that is kept stands for: the inverse of the probability to be kept.
    #[cfg_attr(not(test), expect(dead_code, reason = "span counts are made by who receives the spans"))]
    pub(crate) fn adjusted_count(self) -> f64 {
        two_to_56() / float(VALUES - self.0)
    }
}

impl fmt::Display for Threshold {
    /// The value of `th`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zeros = (self.0.trailing_zeros() / 4).min(DIGITS - 1);
        let digits = (DIGITS - zeros) as usize;
        write!(f, "{:0digits$x}", self.0 >> (4 * zeros))
    }
}

/// Where a trace stands among all: 56 bits that are equally often each of their values, and the same
/// wherever the trace goes, so that all who decide by them agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Randomness(u64);

impl Randomness {
    /// The last 56 bits of a trace id, which are taken to be random.
    #[inline]
    pub(crate) fn of_trace(id: u128) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "the lower bits are what is asked for")]
        let low = id as u64;
        Self(low % VALUES)
    }

    /// Reads the value of `rv`: exactly 14 lower-case hexadecimal digits.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        (text.len() == DIGITS as usize).then(|| hexadecimal(text)).flatten().map(Self)
    }

    /// Whether a trace that stands here is kept.
    #[inline]
    pub(crate) fn is_kept_by(self, threshold: Threshold) -> bool {
        self.0 >= threshold.0
    }
}

impl fmt::Display for Randomness {
    /// The value of `rv`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:0digits$x}", self.0, digits = DIGITS as usize)
    }
}

/// Up to 14 lower-case digits; the standard library would take a sign and upper case too.
fn hexadecimal(text: &str) -> Option<u64> {
    let all_digits = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (all_digits && text.len() <= DIGITS as usize).then(|| u64::from_str_radix(text, 16).ok()).flatten()
}

/// Rounds a threshold to [`PRECISION`] digits after its leading `f`s.
fn rounded(threshold: u64) -> u64 {
    // Four bits that the probability is short of one are one more `f`.
    let leading = (BITS - 1).saturating_sub((VALUES - threshold).ilog2()) / 4;
    let cut = 4 * DIGITS.saturating_sub(PRECISION + leading);
    if cut == 0 {
        return threshold;
    }
    // No carry into the 57th bit: a half of the last digit is less than what is kept.
    (threshold + (1 << (cut - 1))) >> cut << cut
}

fn two_to_56() -> f64 {
    float(VALUES)
}

#[expect(clippy::cast_precision_loss, reason = "a probability is no more exact than that")]
fn float(value: u64) -> f64 {
    value as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn threshold(probability: f64) -> Threshold {
        Threshold::from_probability(probability).unwrap()
    }

    /// The table of the specification, for four digits.
    #[test]
    fn one_in_so_many_is_written_as_the_specification_shows() {
        for (one_in, text, count) in [
            (1.0, "0", 1.0),
            (2.0, "8", 2.0),
            (3.0, "aaab", 3.000_045_777_065_69),
            (4.0, "c", 4.0),
            (5.0, "cccd", 5.000_076_295_109_483),
            (8.0, "e", 8.0),
            (10.0, "e666", 9.999_389_685_688_13),
            (16.0, "f", 16.0),
            (100.0, "fd70a", 99.997_711_234_027_23),
            (1e3, "ffbe77", 1_000.012_874_769_029),
            (1e4, "fff9724", 9_999.830_725_674_266),
            (1e5, "ffff583a", 99_999.238_556_461),
            (1e6, "ffffef39", 999_992.385_564_61),
        ] {
            let threshold = threshold(1.0 / one_in);
            assert_eq!(threshold.to_string(), text, "one in {one_in}");
            assert!((threshold.adjusted_count() / count - 1.0).abs() < 1e-12, "one in {one_in}: {threshold:?}");
        }
    }

    #[test]
    fn the_ends_of_the_range_are_all_and_none() {
        assert_eq!(threshold(1.0), Threshold::ZERO);
        assert_eq!(threshold(0.0), Threshold::NEVER);
        assert_eq!(threshold(-0.0), Threshold::NEVER);
        let highest = Randomness::of_trace(u128::MAX);
        let lowest = Randomness::of_trace(0);
        assert!(lowest.is_kept_by(Threshold::ZERO));
        assert!(!highest.is_kept_by(Threshold::NEVER));
    }

    #[test]
    fn what_is_no_probability_is_refused() {
        for number in [f64::NAN, -0.1, 1.000_001, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(Threshold::from_probability(number), None, "{number}");
        }
    }

    #[test]
    fn a_probability_above_zero_is_never_rounded_to_none() {
        let least = Threshold(VALUES - 1);
        for probability in [2_f64.powi(-56), 2_f64.powi(-60), f64::MIN_POSITIVE, f64::from_bits(1)] {
            assert_eq!(threshold(probability), least, "{probability}");
        }
        assert_eq!(least.to_string(), "ffffffffffffff");
        assert!(Randomness::of_trace(u128::MAX).is_kept_by(least));
        assert_eq!(threshold(3.0 * 2_f64.powi(-56)).to_string(), "fffffffffffffd");
    }

    #[test]
    fn a_probability_is_met_within_a_part_in_eight_thousand() {
        let mut random = fastrand::Rng::with_seed(1);
        for _ in 0..10_000 {
            let probability = 2_f64.powf(-44.0 * random.f64());
            let met = 1.0 / threshold(probability).adjusted_count();
            assert!((met / probability - 1.0).abs() <= 1.0 / 8192.0, "{probability}: {met}");
        }
    }

    /// What is kept at a lower probability is kept at a higher one, which rounding must not undo.
    #[test]
    fn a_higher_probability_never_has_a_higher_threshold() {
        let mut random = fastrand::Rng::with_seed(2);
        for _ in 0..10_000 {
            let probability = 10_f64.powf(-16.0 * random.f64());
            // Neighbours in all sizes, also right beside the powers of 16, where the digits change.
            let power = 16_f64.powi(-random.i32(0..14));
            for (low, high) in [(probability * random.f64(), probability), (power.next_down(), power)] {
                assert!(threshold(low) >= threshold(high), "{low} {high}");
            }
        }
    }

    #[test]
    fn a_threshold_is_read_as_it_was_written() {
        let mut random = fastrand::Rng::with_seed(3);
        for _ in 0..1000 {
            let threshold = Threshold(random.u64(..VALUES) >> random.u32(0..56) << random.u32(0..8) & (VALUES - 1));
            assert_eq!(Threshold::parse(&threshold.to_string()), Some(threshold));
        }
        assert_eq!(Threshold(0x0100_0000_0000_0000 >> 4).to_string(), "1");
        assert_eq!(Threshold(0x00ab_cd00_0000_0000 >> 4).to_string(), "0abcd", "zeros in front stand for something");
    }

    #[test]
    fn a_threshold_may_be_short_or_end_with_zeros() {
        assert_eq!(Threshold::parse("c"), Some(threshold(0.25)));
        assert_eq!(Threshold::parse("c0000000000000"), Some(threshold(0.25)));
        assert_eq!(Threshold::parse("00"), Some(Threshold::ZERO));
    }

    #[test]
    fn what_is_no_threshold_is_refused() {
        for text in ["", "C", "+1", "-1", " 1", "0x1", "g", "100000000000000", "ä"] {
            assert_eq!(Threshold::parse(text), None, "{text}");
        }
    }

    #[test]
    fn randomness_is_the_end_of_the_trace_id() {
        let of_trace = Randomness::of_trace(0x4bf9_2f35_77b3_4da6_a36e_6d1a_7583_2a2f);
        assert_eq!(Some(of_trace), Randomness::parse("6e6d1a75832a2f"));
        for text in ["", "6e6d1a75832a2", "6e6d1a75832a2f0", "6E6d1a75832a2f", "+e6d1a75832a2f"] {
            assert_eq!(Randomness::parse(text), None, "{text}");
        }
    }

    /// The example of the specification: kept from a probability of 56.9 % on.
    #[test]
    fn a_trace_is_kept_from_its_randomness_on() {
        let randomness = Randomness::parse("6e6d1a75832a2f").unwrap();
        assert!(randomness.is_kept_by(Threshold::parse("6e6d1a75832a2f").unwrap()));
        assert!(!randomness.is_kept_by(Threshold::parse("6e6d1a75832a3").unwrap()));
        assert!(randomness.is_kept_by(threshold(0.569)));
        assert!(!randomness.is_kept_by(threshold(0.568)));
    }

    #[test]
    fn of_random_traces_the_asked_part_is_kept() {
        let mut random = fastrand::Rng::with_seed(4);
        let threshold = threshold(0.1);
        let kept = (0..100_000).filter(|_| Randomness::of_trace(random.u128(..)).is_kept_by(threshold)).count();
        // Five standard deviations of 95 to either side.
        assert!((9_525..=10_475).contains(&kept), "{kept}");
    }
}
