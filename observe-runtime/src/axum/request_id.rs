//! The id that joins everything which one request causes.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use std::sync::Arc;

/// The header that carries the id, in and out.
pub(super) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id that is taken from a caller.
const MAX_LENGTH: usize = 64;

/// The id of the current request; handlers find it in the request's extensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// The caller's id where it is a plain word, else a new one.
    ///
    /// An id goes into every log line, so it is no place for free text: letters, digits and `-_.`
    /// only, and nothing that the scrubber takes for personal data.
    pub(super) fn from_headers(headers: &HeaderMap) -> Self {
        let given = headers.get(HEADER).and_then(|value| value.to_str().ok());
        match given.filter(|id| is_plain(id)) {
            Some(id) => Self(id.into()),
            None => Self(format!("{:032x}", fastrand::u128(..)).into()),
        }
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn header_value(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&self.0).ok()
    }
}

fn is_plain(id: &str) -> bool {
    (1..=MAX_LENGTH).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
        && crate::scrub::find(id).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id_of(given: &str) -> RequestId {
        let mut headers = HeaderMap::new();
        headers.insert(HEADER, HeaderValue::from_str(given).unwrap());
        RequestId::from_headers(&headers)
    }

    #[test]
    fn a_plain_word_is_kept() {
        assert_eq!(id_of("req-1.a_B").as_str(), "req-1.a_B");
    }

    #[test]
    fn anything_else_gets_a_new_id() {
        for given in ["", "a b", "a@b.example", "123-45-6789", "x\"y", &"x".repeat(65)] {
            let id = id_of(given);
            assert_ne!(id.as_str(), given);
            assert_eq!(id.as_str().len(), 32);
        }
    }
}
