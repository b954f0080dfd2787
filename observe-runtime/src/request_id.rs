//! The id that joins everything which one request causes.

use crate::http::is_plain_word;

/// The caller's id where it is a plain word, else a new one.
///
/// An id goes into every log line, so it is no place for free text: letters, digits and `-_.` only, and nothing that
/// the scrubber takes for personal data.
pub(crate) fn request_id(given: Option<&str>) -> String {
    match given.filter(|id| is_plain_word(id)) {
        Some(id) => id.to_owned(),
        None => format!("{:032x}", fastrand::u128(..)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_word_is_kept() {
        for id in ["req-1.a_B", "4bf92f35-77b3-4da6-a3ce-929d0e0e4736", &"x".repeat(64)] {
            assert_eq!(request_id(Some(id)), id);
        }
    }

    #[test]
    fn anything_else_gets_a_new_id() {
        for given in ["", "a b", "a@b.example", "123-45-6789", "x\"y", "a\n", "ü", &"x".repeat(65)] {
            let id = request_id(Some(given));
            assert_ne!(id, given);
            assert_eq!(id.len(), 32);
        }
        assert_ne!(request_id(None), request_id(None));
    }
}
