//! The request's id as handlers see it, and the header that carries it.

use crate::request_id::Id;
use ::http::{HeaderMap, HeaderName, HeaderValue};

/// The header that carries the id, in and out.
pub(super) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The id of the current request; handlers find it in the request's extensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(Id);

impl RequestId {
    /// The caller's id where it may be shown, else a new one.
    pub(super) fn from_headers(headers: &HeaderMap) -> Self {
        Self(Id::given_or_new(headers.get(HEADER).and_then(|value| value.to_str().ok())))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(super) fn header_value(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(self.as_str()).ok()
    }
}
