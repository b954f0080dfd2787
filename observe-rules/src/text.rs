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
    fn what_does_not_fit_is_left_out() {
        assert_eq!(Text::<4>::new().str("abc").str("äö").str("d").as_str(), "abcd");
    }
}
