//! Figures as a sentence has them: rounded, and still true.

use std::time::Duration;

/// The most digits behind the point: two figures that are the same in these are the same for whoever reads them.
const MOST_DIGITS: i32 = 6;

/// Two figures with so many digits behind the point at most, or with so many more that they don't look the same where
/// they are not, and that a risk of nearly one is none of one.
pub(super) fn apart(one: f64, other: f64, digits: i32) -> (f64, f64) {
    let rounded = |digits| (round(one, digits), round(other, digits));
    let is_whole = |figure: f64| figure.fract().abs() == 0.0;
    let is_told = |shown: &(f64, f64)| (shown.0 - shown.1).abs() > 0.0 && is_whole(shown.0) == is_whole(one);
    (digits..MOST_DIGITS).map(rounded).find(is_told).unwrap_or_else(|| rounded(MOST_DIGITS))
}

fn round(figure: f64, digits: i32) -> f64 {
    let factor = 10_f64.powi(digits);
    (figure * factor).round() / factor
}

/// A time in its two largest units at most, such as `1s 230ms`.
pub(super) fn shortly(time: Duration) -> humantime::FormattedDuration {
    let unit = match time {
        time if time >= Duration::from_mins(1) => Duration::from_secs(1),
        time if time >= Duration::from_millis(10) => Duration::from_millis(1),
        time if time >= Duration::from_micros(10) => Duration::from_micros(1),
        _ => Duration::from_nanos(1),
    };
    let units = (time.as_nanos() + unit.as_nanos() / 2) / unit.as_nanos();
    // One that is so long that it does not fit is shown as it is.
    let rounded = u32::try_from(units).ok().and_then(|units| unit.checked_mul(units));
    humantime::format_duration(rounded.unwrap_or(time))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(one: f64, other: f64, digits: i32) -> String {
        let (one, other) = apart(one, other, digits);
        format!("{one} {other}")
    }

    #[test]
    fn figures_are_rounded_as_long_as_they_can_be_told_apart() {
        assert_eq!(shown(0.953_728_91, 0.8, 2), "0.95 0.8");
        assert_eq!(shown(0.953_728_91, 0.95, 2), "0.954 0.95");
        assert_eq!(shown(12.345, 5.0, 1), "12.3 5");
        assert_eq!(shown(0.998_932_5, 0.8, 2), "0.999 0.8");
        assert_eq!(shown(0.5, 0.5, 2), "0.5 0.5");
        assert_eq!(shown(f64::NAN, f64::INFINITY, 2), "NaN inf");
    }

    #[test]
    fn times_have_two_units_at_most() {
        let shown = |nanos| shortly(Duration::from_nanos(nanos)).to_string();
        assert_eq!(shown(900_123_456), "900ms");
        assert_eq!(shown(1_229_600_000), "1s 230ms");
        assert_eq!(shown(1_500_400), "1ms 500us");
        assert_eq!(shown(9_999), "9us 999ns");
        assert_eq!(shown(62_400_000_000), "1m 2s");
        assert_eq!(shortly(Duration::MAX).to_string(), humantime::format_duration(Duration::MAX).to_string());
    }
}
