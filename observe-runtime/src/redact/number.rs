//! Numbers that detectors know by their form: cards are often kept as integers.

use super::scrub::scrub;
use std::borrow::Cow;

/// A number with fewer digits has no form that could be told.
const LEAST: u64 = 100_000_000;

/// What is shown in place of an integer, where detectors find something in its digits.
#[inline]
pub(crate) fn found_in_integer(number: u64) -> Option<String> {
    if number < LEAST { None } else { found_in_digits(number) }
}

#[cold]
fn found_in_digits(number: u64) -> Option<String> {
    match scrub(itoa::Buffer::new().format(number)) {
        Cow::Borrowed(_) => None,
        Cow::Owned(found) => Some(found),
    }
}

/// The same for a float without a fraction, as far as floats are exact.
pub(crate) fn found_in_float(number: f64) -> Option<String> {
    /// Two to the power of 63.
    const MOST: f64 = 9_223_372_036_854_775_808.0;
    let number = number.abs();
    if number >= MOST || number.fract() != 0.0 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive, whole, and below 2^63")]
    found_in_integer(number as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_found_as_a_number() {
        assert_eq!(found_in_integer(4_111_111_111_111_111).as_deref(), Some("[REDACTED:card]"));
        for number in [4_111_111_111_111_111.0, -4_111_111_111_111_111.0] {
            assert_eq!(found_in_float(number).as_deref(), Some("[REDACTED:card]"));
        }
    }

    #[test]
    fn other_numbers_stay_numbers() {
        for number in [0, u64::MAX, i64::MIN.unsigned_abs(), 1_763_764_800_000_000_000, 1_763_764_800_000, 219_450_187]
        {
            assert_eq!(found_in_integer(number), None, "{number}");
        }
        for number in [f64::NAN, f64::INFINITY, 1e300, 4_111_111_111_111_111.5] {
            assert_eq!(found_in_float(number), None, "{number}");
        }
    }
}
