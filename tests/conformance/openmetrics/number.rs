//! Numbers as the formats write them.

use super::Format;

/// A value. `f64` reads the same texts, but for a NaN with a sign.
pub(super) fn number(text: &str) -> Option<f64> {
    let value: f64 = text.parse().ok()?;
    (!value.is_nan() || text.eq_ignore_ascii_case("nan")).then_some(value)
}

/// A timestamp: seconds in digits, or whole milliseconds in the format 0.0.4.
pub(super) fn timestamp(text: &str, format: Format) -> Option<f64> {
    if format == Format::Prometheus {
        text.parse::<i64>().ok()?;
    }
    // `inf` and `nan` are numbers, and no time.
    text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte)).then(|| text.parse().ok())?
}

/// A bucket's upper bound. Infinity is written in one way only.
pub(super) fn bound(text: &str) -> Option<f64> {
    number(text).filter(|bound| !bound.is_nan() && (bound.is_finite() || text == "+Inf"))
}

/// Whether a value may count events.
pub(super) fn is_count(value: f64) -> bool {
    value >= 0.0 && value.is_finite() && value.fract() == 0.0
}
