//! Numbers as the formats write them.

/// Adds a count.
pub(super) fn push_unsigned(text: &mut String, number: u64) {
    text.push_str(itoa::Buffer::new().format(number));
}

/// Adds a float in as few digits as read back as the same.
pub(super) fn push_float(text: &mut String, number: f64) {
    if number.is_finite() {
        let mut buffer = zmij::Buffer::new();
        let digits = buffer.format_finite(number);
        text.push_str(digits.strip_suffix(".0").unwrap_or(digits));
    } else {
        text.push_str(if number.is_nan() {
            "NaN"
        } else if number > 0.0 {
            "+Inf"
        } else {
            "-Inf"
        });
    }
}

/// A bound or a quantile as the Prometheus libraries write it, so that the label stays the same
/// when a service moves to another of them: an exponent, of two digits at least, where it is below
/// -4 or above 5.
pub(super) fn label_float(number: f64) -> String {
    let scientific = format!("{number:e}");
    match scientific.split_once('e').and_then(|(digits, exponent)| Some((digits, exponent.parse::<i32>().ok()?))) {
        Some((_, -4..6)) => number.to_string(),
        Some((digits, exponent)) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", exponent.unsigned_abs())
        }
        None => {
            let mut text = String::new();
            push_float(&mut text, number);
            text
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn float(number: f64) -> String {
        let mut text = String::new();
        push_float(&mut text, number);
        text
    }

    #[test]
    fn counts_are_whole_up_to_the_greatest() {
        let mut text = String::new();
        push_unsigned(&mut text, u64::MAX);
        push_unsigned(&mut text, 0);
        assert_eq!(text, "184467440737095516150");
    }

    #[test]
    fn floats_are_short_and_read_back() {
        assert_eq!(float(0.1 + 0.2), "0.30000000000000004");
        assert_eq!(float(1.0), "1");
        assert_eq!(float(0.0), "0");
        assert_eq!(float(-0.0), "-0");
        assert_eq!(float(1e21), "1e+21");
        assert_eq!(float(5e-324), "5e-324");
        assert_eq!(float(-12.5), "-12.5");
        for number in [0.1, 1e16, 123_456_789.125, f64::MAX, f64::MIN_POSITIVE, 1e-7, 9_007_199_254_740_993.0] {
            assert_eq!(float(number).parse(), Ok(number));
        }
    }

    #[test]
    fn what_is_no_number_is_written_as_the_formats_ask() {
        assert_eq!(float(f64::NAN), "NaN");
        assert_eq!(float(-f64::NAN), "NaN");
        assert_eq!(float(f64::INFINITY), "+Inf");
        assert_eq!(float(f64::NEG_INFINITY), "-Inf");
    }

    #[test]
    fn labels_have_exponents_early() {
        let texts = [1e-10, 1e-5, 0.0001, 0.01, 0.25, 1.0, 10.0, 1e5, 1e6, 1_234_567.0, 1e10, 1e100].map(label_float);
        let expected = [
            "1e-10",
            "1e-05",
            "0.0001",
            "0.01",
            "0.25",
            "1",
            "10",
            "100000",
            "1e+06",
            "1.234567e+06",
            "1e+10",
            "1e+100",
        ];
        assert_eq!(texts, expected);
        assert_eq!(label_float(0.0), "0");
        assert_eq!(label_float(-2.5), "-2.5");
        assert_eq!(label_float(f64::INFINITY), "+Inf");
    }
}
