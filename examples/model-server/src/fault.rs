//! What goes wrong when it is asked for.

use axum::http::HeaderMap;

/// What is wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It takes its time.
    Slow,
    /// It is an error 500.
    Broken,
    /// It ends in its middle.
    Cut,
    /// It is refused with 429 and `Retry-After`.
    Limited,
}

impl Fault {
    /// The fault of this name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "slow" => Self::Slow,
            "broken" => Self::Broken,
            "cut" => Self::Cut,
            "limited" => Self::Limited,
            _ => return None,
        })
    }

    /// The fault that a request asks for: by its header, or by the end of its model's name.
    pub(crate) fn of_request(headers: &HeaderMap, model: &str) -> Option<Self> {
        let asked = headers.get("x-fault").and_then(|value| value.to_str().ok());
        asked.or_else(|| model.rsplit('-').next()).and_then(Self::from_name)
    }
}
