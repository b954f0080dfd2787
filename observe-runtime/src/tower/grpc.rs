//! How a gRPC call ended, which is said behind its body.

use crate::grpc_codes::NAMES;
use ::http::HeaderMap;

/// A code of a call's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct GrpcStatus(usize);

impl GrpcStatus {
    /// What headers or trailers say; `None` where they say nothing. A number that is none of the codes is `UNKNOWN`.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let text = headers.get("grpc-status")?.to_str().unwrap_or_default();
        Some(Self(text.parse().ok().filter(|code| *code < NAMES.len()).unwrap_or(2)))
    }

    pub(super) fn number(self) -> u64 {
        self.0 as u64
    }

    pub(super) fn name(self) -> &'static str {
        NAMES[self.0]
    }

    /// Whether it is the server's fault: the others are what a client did, or wanted to know.
    ///
    /// Source: OpenTelemetry semantic conventions, "Semantic conventions for gRPC".
    pub(super) fn is_error(self) -> bool {
        matches!(
            self.name(),
            "UNKNOWN" | "DEADLINE_EXCEEDED" | "UNIMPLEMENTED" | "INTERNAL" | "UNAVAILABLE" | "DATA_LOSS"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(value: &str) -> Option<&'static str> {
        let headers = [("grpc-status".parse().unwrap(), value.parse().unwrap())].into_iter().collect();
        GrpcStatus::of(&headers).map(GrpcStatus::name)
    }

    #[test]
    fn a_number_is_its_code_and_anything_else_is_unknown() {
        assert_eq!((of("0"), of("14"), of("16")), (Some("OK"), Some("UNAVAILABLE"), Some("UNAUTHENTICATED")));
        assert_eq!(["17", "-1", "x", ""].map(of), [Some("UNKNOWN"); 4]);
        assert_eq!(GrpcStatus::of(&HeaderMap::new()), None);
    }
}
