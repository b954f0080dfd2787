//! Reads samples out of a Prometheus text.

/// All samples of this name, whatever their labels, added up; `None` where there is none, or where
/// one is no whole number.
///
/// Some libraries write every value as a float: a whole one below 2^53 is exact.
#[must_use]
pub fn sum(text: &str, name: &str) -> Option<i64> {
    let values = text.lines().filter_map(|line| {
        let rest = line.strip_prefix(name)?;
        if rest.starts_with(['{', ' ']) { rest.rsplit(' ').next() } else { None }
    });
    values.map(whole).reduce(|sum, value| Some(sum? + value?))?
}

#[expect(clippy::cast_possible_truncation, reason = "the value is whole and small enough")]
fn whole(value: &str) -> Option<i64> {
    value.parse().ok().or_else(|| {
        let float: f64 = value.parse().ok()?;
        (float.fract() == 0.0 && float.abs() < 9e15).then_some(float as i64)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_series_of_a_family_are_added_up() {
        let text =
            "# HELP a_total Calls\na_total{b=\"c\"} 3\na_total{b=\"d\"} 4.0\na_totally 100\nx -1\nx{b=\"c\"} 0\n";
        assert_eq!(sum(text, "a_total"), Some(7));
        assert_eq!(sum(text, "x"), Some(-1));
        assert_eq!(sum(text, "a"), None);
    }

    #[test]
    fn half_a_call_is_no_sum() {
        assert_eq!(sum("a 1\na{b=\"c\"} 0.5\n", "a"), None);
        assert_eq!(sum("a NaN\n", "a"), None);
    }
}
