//! The id that joins everything which one request causes.

use crate::http::{MOST_OF_A_WORD, is_plain_word};

/// An id: a plain word, which needs no memory of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Id {
    bytes: [u8; MOST_OF_A_WORD],
    length: u8,
}

impl Id {
    /// The caller's id where it is a plain word, else a new one.
    ///
    /// An id goes into every log line, so it is no place for free text: letters, digits and `-_.` only, and nothing
    /// that the scrubber takes for personal data.
    pub(crate) fn given_or_new(given: Option<&str>) -> Self {
        given.filter(|id| is_plain_word(id)).and_then(Self::of).unwrap_or_else(Self::random)
    }

    fn of(word: &str) -> Option<Self> {
        let mut bytes = [0; MOST_OF_A_WORD];
        bytes.get_mut(..word.len())?.copy_from_slice(word.as_bytes());
        Some(Self { bytes, length: u8::try_from(word.len()).ok()? })
    }

    /// 32 hexadecimal digits.
    fn random() -> Self {
        const DIGITS: [u8; 16] = *b"0123456789abcdef";
        let mut bytes = [0; MOST_OF_A_WORD];
        for (pair, byte) in bytes.chunks_exact_mut(2).zip(fastrand::u128(..).to_be_bytes()) {
            pair.copy_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 0xf)]]);
        }
        Self { bytes, length: 32 }
    }

    pub(crate) fn as_str(&self) -> &str {
        // Made of a text: it is one.
        std::str::from_utf8(&self.bytes[..usize::from(self.length)]).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_word_is_kept() {
        for id in ["req-1.a_B", "4bf92f35-77b3-4da6-a3ce-929d0e0e4736", &"x".repeat(64)] {
            assert_eq!(Id::given_or_new(Some(id)).as_str(), id);
        }
    }

    #[test]
    fn anything_else_gets_a_new_id() {
        for given in ["", "a b", "a@b.example", "123-45-6789", "x\"y", "a\n", "ü", &"x".repeat(65)] {
            let id = Id::given_or_new(Some(given));
            assert_ne!(id.as_str(), given);
            assert_eq!(id.as_str().len(), 32);
        }
        assert_ne!(Id::given_or_new(None), Id::given_or_new(None));
    }

    #[test]
    fn a_new_id_is_hexadecimal() {
        let id = Id::given_or_new(None);
        let is_digit = |digit: u8| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit);
        assert!(id.as_str().bytes().all(is_digit), "{id:?}");
    }
}
