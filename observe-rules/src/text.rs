//! Text put together in a `const fn`, for messages that only a const panic can show.

/// A buffer of at most `N` bytes; what doesn't fit is left out.
pub(crate) struct Text<const N: usize> {
    bytes: [u8; N],
    len: usize,
}

impl<const N: usize> Text<N> {
    pub(crate) const fn new() -> Self {
        Self { bytes: [0; N], len: 0 }
    }

    pub(crate) const fn str(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        // A text that doesn't fit is left out whole: half a character is no text.
        if self.len + text.len() <= N {
            let mut at = 0;
            while at < text.len() {
                self.bytes[self.len] = text[at];
                self.len += 1;
                at += 1;
            }
        }
        self
    }

    pub(crate) const fn number(self, number: u128) -> Self {
        const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
        let digit = DIGITS[(number % 10) as usize];
        if number < 10 { self.str(digit) } else { self.number(number / 10).str(digit) }
    }

    /// A number as people write it, with at most nine decimals; there is no float formatting in const code.
    pub(crate) const fn decimal(self, value: f64) -> Self {
        // What is finite and as large is no size or time that anybody measures.
        const MOST: f64 = 1e30;
        const NANO: u128 = 1_000_000_000;
        if value.is_nan() {
            return self.str("NaN");
        }
        let text = if value < 0.0 { self.str("-") } else { self };
        let value = value.abs();
        if value > MOST {
            return text.str(if value.is_infinite() { "infinite" } else { "more than 1e30" });
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive, and at most 1e30")]
        let whole = value as u128;
        #[expect(clippy::cast_precision_loss, reason = "it was a float before, and is the same again")]
        let part = value - whole as f64;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 1e9")]
        let nanos = (part * 1e9 + 0.5) as u128;
        let mut text = text.number(whole + nanos / NANO);
        let mut rest = nanos % NANO;
        if rest > 0 {
            text = text.str(".");
            let mut place = NANO / 10;
            while rest > 0 {
                text = text.number(rest / place);
                rest %= place;
                place /= 10;
            }
        }
        text
    }

    /// A number as a literal of Rust that is an `f64`.
    pub(crate) const fn literal(self, value: f64) -> Self {
        let text = self.decimal(value);
        #[expect(clippy::float_cmp, reason = "whole numbers are exactly that")]
        let is_whole = value.trunc() == value;
        if is_whole { text.str(".0") } else { text }
    }

    pub(crate) const fn as_str(&self) -> &str {
        match core::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Text;

    #[test]
    fn numbers_are_written_in_full() {
        let text = Text::<64>::new().number(0).str(" ").number(10_203).str(" ").number(u128::from(u64::MAX));
        assert_eq!(text.as_str(), "0 10203 18446744073709551615");
    }

    #[test]
    fn decimals_are_written_as_people_write_them() {
        for (value, text) in [
            (0.0, "0"),
            (0.25, "0.25"),
            (0.1 + 0.2, "0.3"),
            (-1.5, "-1.5"),
            (0.000_000_001, "0.000000001"),
            (0.999_999_999_9, "1"),
            (262_144.0, "262144"),
            (1e20, "100000000000000000000"),
            (1e31, "more than 1e30"),
            (f64::INFINITY, "infinite"),
            (f64::NEG_INFINITY, "-infinite"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(Text::<64>::new().decimal(value).as_str(), text);
        }
    }

    #[test]
    fn a_literal_is_a_float() {
        assert_eq!(Text::<64>::new().literal(256.0).str(", ").literal(0.5).as_str(), "256.0, 0.5");
    }

    #[test]
    fn what_does_not_fit_is_left_out() {
        assert_eq!(Text::<4>::new().str("abc").str("äö").str("d").as_str(), "abcd");
    }
}
