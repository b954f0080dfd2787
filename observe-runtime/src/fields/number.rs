//! Numbers that detectors know by their form: cards are often kept as integers.

use crate::redact::scrub::scrub;
use crate::span::AttributeValue;
use std::borrow::Cow;

/// A number with fewer digits has no form that could be told.
const LEAST: u64 = 100_000_000;

/// What is shown in place of a number, where detectors find something in its digits. Of a small one that is
/// a comparison.
#[inline]
pub(crate) fn found_in_number(value: &AttributeValue) -> Option<String> {
    let number = match value {
        AttributeValue::I64(value) => value.unsigned_abs(),
        AttributeValue::U64(value) => *value,
        AttributeValue::F64(value) => whole(*value)?,
        AttributeValue::Bool(_) | AttributeValue::Text(_) => return None,
    };
    if number < LEAST { None } else { found_in_digits(number) }
}

#[cold]
fn found_in_digits(number: u64) -> Option<String> {
    match scrub(itoa::Buffer::new().format(number)) {
        Cow::Borrowed(_) => None,
        Cow::Owned(found) => Some(found),
    }
}

/// A float without a fraction, as far as floats are exact.
#[inline]
fn whole(value: f64) -> Option<u64> {
    /// Two to the power of 63.
    const MOST: f64 = 9_223_372_036_854_775_808.0;
    let value = value.abs();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive, whole, and below 2^63")]
    (value < MOST && value.fract() == 0.0).then_some(value as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_found_as_a_number_of_every_type() {
        for value in [
            AttributeValue::U64(4_111_111_111_111_111),
            AttributeValue::I64(4_111_111_111_111_111),
            AttributeValue::I64(-4_111_111_111_111_111),
            AttributeValue::F64(4_111_111_111_111_111.0),
        ] {
            assert_eq!(found_in_number(&value).as_deref(), Some("[REDACTED:card]"), "{value}");
        }
    }

    #[test]
    fn other_numbers_stay_numbers() {
        for value in [
            AttributeValue::U64(0),
            AttributeValue::U64(u64::MAX),
            AttributeValue::I64(i64::MIN),
            AttributeValue::U64(1_763_764_800_000_000_000),
            AttributeValue::U64(1_763_764_800_000),
            AttributeValue::F64(f64::NAN),
            AttributeValue::F64(f64::INFINITY),
            AttributeValue::F64(1e300),
            AttributeValue::F64(4_111_111_111_111_111.5),
            AttributeValue::Bool(true),
        ] {
            assert_eq!(found_in_number(&value), None, "{value}");
        }
    }
}
